// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what every public function does around its own work: finds the client
// behind the handle, keeps it alive for the call, and lets no exception out.

#pragma once

#include <new>

#include "api/library.h"

namespace nws {

// A client for the length of one call. The last one to let go of a destroyed
// client queues its destroy command: so that is its last command.
class ClientReference {
public:
    explicit ClientReference(const WebSocket *handle) noexcept
        : library_(Library::instance()), slot_(library_.handles.acquire(handle))
    {
    }
    ~ClientReference()
    {
        if (slot_ != nullptr) {
            Client *client = slot_->client;
            if (HandleTable::release(slot_)) {
                library_.service.post(client->destroy_command());
            }
        }
    }
    ClientReference(const ClientReference &) = delete;
    ClientReference &operator=(const ClientReference &) = delete;

    explicit operator bool() const noexcept { return slot_ != nullptr; }
    Client &operator*() const noexcept { return *slot_->client; }
    // True for the one call that ends the application's ownership.
    bool retire() const noexcept { return HandleTable::retire(slot_); }

private:
    Library &library_;
    HandleSlot *slot_;
};

template <typename Work>
int call(const WebSocket *handle, WebSocket_ErrCode no_memory, Work work) noexcept
{
    if (handle == nullptr) {
        return WEBSOCKET_CLIENT_NULL;
    }
    const ClientReference client(handle);
    if (!client) {
        return WEBSOCKET_CLIENT_NOT_CREATED;
    }
    try {
        return work(*client);
    } catch (const std::bad_alloc &) {
        return no_memory;
    }
}

// Destroy, which ends the reference before it waits for the service thread.
int destroy(const WebSocket *handle) noexcept;

}  // namespace nws
