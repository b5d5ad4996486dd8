// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the notes on how a connection comes about, if the application wants
// them; without memory for them there are none. Service thread.
// Must not know: what the steps are for.

#pragma once

#include <cstdint>
#include <memory>

#include "client/connection_details.h"
#include "service/dialer.h"
#include "tls/tls_setup.h"

namespace nws {

class DetailsRecorder {
public:
    // Not yet: nothing is noted.
    void begin() noexcept;
    void on_redirect() noexcept;
    // `socket`: -1 if there is none.
    void on_dialled(const Dialer &dialer, int socket) noexcept;
    void on_tls(const TlsHandshake &handshake) noexcept;
    void on_open() noexcept;
    // The end of it; nullptr if there are none. `handshake`: or nullptr.
    std::shared_ptr<const ConnectionDetails> take(TlsHandshake *handshake) noexcept;

private:
    uint64_t elapsed() const noexcept;

    std::unique_ptr<ConnectionDetails> details_;
    int64_t began_ = 0;  // microseconds
};

}  // namespace nws
