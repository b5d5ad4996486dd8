// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the SOCKS5 CONNECT request (RFC 1928) without authentication or with
// user and password (RFC 1929). Pure; one thread at a time.
// Must not know: sockets.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "route/proxy.h"
#include "route/proxy_conversation.h"

namespace nws {

// A name goes to the proxy as it is, an address as such. Failed at once if the
// name, the user or the password has more than 255 bytes.
class Socks5 final : public ProxyConversation {
public:
    // Throws std::bad_alloc only.
    Socks5(const Proxy &proxy, std::string_view host, uint16_t port);

private:
    enum class Step : uint8_t { method, authentication, reply };

    void on_byte(char byte) noexcept override;
    void on_method(uint8_t method) noexcept;
    void on_authentication_status(uint8_t status) noexcept;
    void on_reply_byte(size_t at, uint8_t byte) noexcept;
    void next_step(Step step, std::string_view message) noexcept;

    std::string greeting_, request_;
    SecretString authentication_;
    const bool has_credentials_;
    Step step_ = Step::method;
    size_t at_ = 0;           // bytes of this step's answer so far
    size_t reply_bytes_ = 0;  // of the whole reply, once known
};

}  // namespace nws
