// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "callback/callbacks.h"

#include "base/coarse_clock.h"
#include "base/log.h"

namespace nws {

namespace {

constexpr Milliseconds kSlow{1'000};

}  // namespace

Callbacks::Visit::Visit(Callbacks &callbacks) noexcept
    : callbacks_(callbacks), outermost_(!callbacks.visited_), entered_(!outermost_ || callbacks.gate_.enter())
{
    if (outermost_ && entered_) {
        callbacks_.visited_ = true;
        begin_ = coarse_now();
    }
}

Callbacks::Visit::~Visit()
{
    if (!outermost_ || !entered_) {
        return;
    }
    if (coarse_now() - begin_ > kSlow) {
        log(LogLevel::warning, "a callback took more than one second; every client waited for it");
    }
    callbacks_.visited_ = false;
    callbacks_.gate_.leave();
}

// noexcept: an exception that leaves application code ends the process here,
// beside its cause, rather than unwinding through the event loop.
template <typename Call>
void Callbacks::guarded(Call call) noexcept
{
    const Visit visit(*this);
    if (visit) {
        call();
    }
}

// The pointer is read at the moment of the event: the application may change it.
template <typename Pointer, typename... Arguments>
void Callbacks::call(Pointer WebSocket::*callback, Arguments... arguments) noexcept
{
    guarded([&] {
        if (const Pointer function = handle_->*callback) {
            function(handle_, arguments...);
        }
    });
}

void Callbacks::open(uint32_t status, const char *reason_phrase) noexcept
{
    log(LogLevel::info, "%p: open", static_cast<void *>(handle_));
    call(&WebSocket::onOpen, WebSocket_OpenResult{status, reason_phrase});
}

void Callbacks::message(const ExtendedCallbacks &extended, bool text, char *data, size_t length) noexcept
{
    if (extended.on_typed_message == nullptr) {
        call(&WebSocket::onMessage, data, static_cast<uint32_t>(length));
        return;
    }
    guarded([&] {
        extended.on_typed_message(handle_, text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY, data, length,
                                  extended.user_data);
    });
}

void Callbacks::message_part(const ExtendedCallbacks &extended, bool text, const char *data, size_t length,
                             bool last) noexcept
{
    guarded([&] {
        extended.on_message_part(handle_, text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY, data, length,
                                 last ? 1 : 0, extended.user_data);
    });
}

void Callbacks::pong(const ExtendedCallbacks &extended, const void *payload, size_t length) noexcept
{
    if (extended.on_pong != nullptr) {
        guarded([&] { extended.on_pong(handle_, payload, length, extended.user_data); });
    }
}

void Callbacks::drained(const ExtendedCallbacks &extended) noexcept
{
    if (extended.on_drained != nullptr) {
        guarded([&] { extended.on_drained(handle_, extended.user_data); });
    }
}

void Callbacks::error(WebSocket_ErrCode code, const char *text) noexcept
{
    log(LogLevel::info, "%p: error %d: %s", static_cast<void *>(handle_), code, text);
    call(&WebSocket::onError, WebSocket_ErrorResult{static_cast<uint32_t>(code), text});
}

void Callbacks::close(uint32_t code, const char *reason) noexcept
{
    log(LogLevel::info, "%p: closed: %u%s%s", static_cast<void *>(handle_), code, *reason != '\0' ? " " : "",
        reason);
    call(&WebSocket::onClose, WebSocket_CloseResult{code, reason});
}

bool Callbacks::reconnect(const ExtendedCallbacks &extended, uint32_t attempt, uint32_t delay_ms) noexcept
{
    bool wanted = false;
    guarded([&] {
        wanted = extended.on_reconnect == nullptr ||
                 extended.on_reconnect(handle_, attempt, delay_ms, extended.user_data) != 0;
    });
    if (wanted) {
        log(LogLevel::info, "%p: connects anew in %u ms, attempt %u", static_cast<void *>(handle_), delay_ms,
            attempt);
    }
    return wanted;
}

}  // namespace nws
