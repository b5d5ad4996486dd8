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

#include "base/limits.h"
#include "callback/callback_gate.h"
#include "net_websocket_ext.h"

namespace nws {

// Those of net_websocket_ext.h, as they were when the connection was asked for.
struct ExtendedCallbacks {
    void *user_data = nullptr;
    NetWebSocket_OnTypedMessage on_typed_message = nullptr;
    NetWebSocket_OnMessagePart on_message_part = nullptr;
    NetWebSocket_OnPong on_pong = nullptr;
    NetWebSocket_OnDrained on_drained = nullptr;
    NetWebSocket_OnReconnect on_reconnect = nullptr;
};

class Callbacks {
public:
    explicit Callbacks(WebSocket *handle) noexcept : handle_(handle) {}

    // Texts are never nullptr. `data[length]` is NUL.
    void open(uint32_t status, const char *reason_phrase) noexcept;
    void error(WebSocket_ErrCode code, const char *text) noexcept;
    void close(uint32_t code, const char *reason) noexcept;

    // Without effect where the application has given none.
    void message(const ExtendedCallbacks &extended, bool text, char *data, size_t length) noexcept;
    void message_part(const ExtendedCallbacks &extended, bool text, const char *data, size_t length,
                      bool last) noexcept;
    void pong(const ExtendedCallbacks &extended, const void *payload, size_t length) noexcept;
    void drained(const ExtendedCallbacks &extended) noexcept;
    // False: the application does not want it, or is gone.
    bool reconnect(const ExtendedCallbacks &extended, uint32_t attempt, uint32_t delay_ms) noexcept;

    CallbackGate &gate() noexcept { return gate_; }

    // Around several calls in a row: the gate is passed, and the time they take
    // is looked at, once for all of them. What closes the gate meanwhile stops
    // the calls that have not begun, and waits for the visit to end.
    class Visit {
    public:
        explicit Visit(Callbacks &callbacks) noexcept;
        ~Visit();
        Visit(const Visit &) = delete;
        Visit &operator=(const Visit &) = delete;

        // Whether the application may be called.
        explicit operator bool() const noexcept { return entered_ && !callbacks_.gate_.closed(); }

    private:
        Callbacks &callbacks_;
        const bool outermost_;
        bool entered_;
        Milliseconds begin_{0};
    };

private:
    template <typename Call>
    void guarded(Call call) noexcept;
    template <typename Pointer, typename... Arguments>
    void call(Pointer WebSocket::*callback, Arguments... arguments) noexcept;

    WebSocket *handle_;
    CallbackGate gate_;
    bool visited_ = false;
};

}  // namespace nws
