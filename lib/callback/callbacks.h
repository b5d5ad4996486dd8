// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: calling the application. The only place where the pointers in a handle
// are called; each is read at the moment of its event, and NULL is skipped.
// Service thread only, but for gate().
// Must not know: connections, commands.

#pragma once

#include <cstddef>
#include <cstdint>

#include "callback/callback_gate.h"
#include "net_websocket_type.h"

namespace nws {

class Callbacks {
public:
    explicit Callbacks(WebSocket *handle) noexcept : handle_(handle) {}

    // Texts are never nullptr. `data[length]` is NUL.
    void open(uint32_t status, const char *reason_phrase) noexcept;
    void message(char *data, size_t length) noexcept;
    void error(WebSocket_ErrCode code, const char *text) noexcept;
    void close(uint32_t code, const char *reason) noexcept;

    CallbackGate &gate() noexcept { return gate_; }

private:
    template <typename Pointer, typename... Arguments>
    void call(Pointer WebSocket::*callback, Arguments... arguments) noexcept;

    WebSocket *handle_;
    CallbackGate gate_;
};

}  // namespace nws
