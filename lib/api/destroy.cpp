// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the order of events in Destroy. Any thread.

#include "api/call.h"
#include "base/log.h"

namespace nws {

namespace {

// An application may hold a mutex that its callback waits for.
constexpr Milliseconds kCallbackLimit{1'000};

// The handle dies, a callback that is running ends, none starts any more.
// blocked: it did not end in time.
int end_ownership(const WebSocket *handle, Service &service, bool &blocked) noexcept
{
    const ClientReference client(handle);
    if (!client || !client.retire()) {
        return WEBSOCKET_CLIENT_NOT_CREATED;
    }
    const bool had_connection = (*client).state().generation != 0;
    CallbackGate &gate = (*client).callbacks().gate();
    if (gate.close() && !service.on_service_thread() && !gate.wait_empty(kCallbackLimit)) {
        blocked = true;
        log(LogLevel::warning, "Destroy: a callback of this client is still running; not waiting any longer");
    }
    return had_connection ? WEBSOCKET_OK : WEBSOCKET_NO_CONNECTION_CONTEXT;
}

}  // namespace

int destroy(const WebSocket *handle) noexcept
{
    if (handle == nullptr) {
        return WEBSOCKET_CLIENT_NULL;
    }
    Service &service = Library::instance().service;
    bool blocked = false;
    const int code = end_ownership(handle, service, blocked);
    if (code != WEBSOCKET_CLIENT_NOT_CREATED) {
        service.client_destroyed(!blocked);
    }
    return code;
}

}  // namespace nws
