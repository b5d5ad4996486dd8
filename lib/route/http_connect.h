// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: CONNECT (RFC 9110 9.3.6), with Basic authorization (RFC 7617). Pure; one
// thread at a time.
// Must not know: sockets.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "route/proxy.h"
#include "route/proxy_conversation.h"

namespace nws {

// Of the answer it reads the header block, kMaxResponseHeaderBytes of it with
// all interim (1xx) ones before it, and never a byte behind. Keeps the line
// that is being read up to a bound, so memory does not depend on the proxy.
class HttpConnect final : public ProxyConversation {
public:
    // Throws std::bad_alloc only.
    HttpConnect(const Proxy &proxy, std::string_view host, uint16_t port);

private:
    void on_byte(char byte) noexcept override;
    void on_status_line(std::string_view line) noexcept;
    void on_field_line(std::string_view line) noexcept;
    void on_block_end() noexcept;
    void collect_schemes(std::string_view challenges) noexcept;
    void add_scheme(std::string_view scheme) noexcept;

    SecretString request_;
    const bool sends_credentials_;
    size_t received_ = 0;
    bool in_fields_ = false;
    unsigned status_ = 0;
    char reason_[64] = "";   // printable
    char schemes_[96] = "";  // that the proxy wants one of: "Basic, Digest"
    char line_[1024] = {};   // what is longer is cut off
    size_t line_bytes_ = 0;
};

}  // namespace nws
