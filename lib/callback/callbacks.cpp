// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "callback/callbacks.h"

#include <chrono>

#include "base/log.h"

namespace nws {

namespace {

constexpr std::chrono::seconds kSlow{1};

}  // namespace

// noexcept: an exception that leaves application code ends the process here,
// beside its cause, rather than unwinding through the event loop.
template <typename Pointer, typename... Arguments>
void Callbacks::call(Pointer WebSocket::*callback, Arguments... arguments) noexcept
{
    if (!gate_.enter()) {
        return;
    }
    const Pointer function = handle_->*callback;
    if (function != nullptr) {
        const auto begin = std::chrono::steady_clock::now();
        function(handle_, arguments...);
        if (std::chrono::steady_clock::now() - begin > kSlow) {
            log(LogLevel::warning, "a callback took more than one second; every client waited for it");
        }
    }
    gate_.leave();
}

void Callbacks::open(uint32_t status, const char *reason_phrase) noexcept
{
    call(&WebSocket::onOpen, WebSocket_OpenResult{status, reason_phrase});
}

void Callbacks::message(char *data, size_t length) noexcept
{
    call(&WebSocket::onMessage, data, static_cast<uint32_t>(length));
}

void Callbacks::error(WebSocket_ErrCode code, const char *text) noexcept
{
    call(&WebSocket::onError, WebSocket_ErrorResult{static_cast<uint32_t>(code), text});
}

void Callbacks::close(uint32_t code, const char *reason) noexcept
{
    call(&WebSocket::onClose, WebSocket_CloseResult{code, reason});
}

}  // namespace nws
