// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the attempts to connect a client anew that its application has asked
// for: what the handshake was, how many there were, when the next one is due.
// Lives from a Connect until the next one, Close or Destroy. Service thread.
// Must not know: how a connection is made.

#pragma once

#include <cstdint>
#include <utility>

#include <libwebsockets.h>

#include "client/client.h"
#include "connection/connection.h"
#include "service/alarms.h"
#include "service/connection_plan.h"

namespace nws {

class Service;

class Reconnector {
public:
    // `first`: the generation of the application's Connect.
    Reconnector(Service &service, Client &client, ConnectionPlan plan, uint32_t first) noexcept;
    Reconnector(const Reconnector &) = delete;
    Reconnector &operator=(const Reconnector &) = delete;

    // Returns whether it was an attempt of ours that opened.
    bool on_open() noexcept { return std::exchange(attempts_, 0) > 0; }
    // Asks the application, if this ending counts; from then on the client is
    // connecting, and service.begin_attempt() follows. False: that was all.
    bool on_ended(Ending ending) noexcept;
    // The attempt that is due has this generation; 0: none is.
    uint32_t generation() const noexcept { return generation_; }

    // Whether messages for that connection, which has ended, go with the next.
    bool keeps_queue_of(uint32_t generation) const noexcept
    {
        return plan_.options->session.keeps_queue && generation >= first_;
    }

    Client &client() noexcept { return client_; }
    const ConnectionPlan &plan() const noexcept { return plan_; }

private:
    bool counts(Ending ending) const noexcept;
    void on_timer() noexcept;

    Service &service_;
    Client &client_;
    const ConnectionPlan plan_;
    const uint32_t first_;
    uint32_t attempts_ = 0;
    uint32_t generation_ = 0;
    Alarm alarm_;
};

}  // namespace nws
