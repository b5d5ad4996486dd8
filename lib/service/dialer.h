// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way to a connected socket: look-up, the race of addresses, and what
// is to be said to a proxy. Service thread.
// Must not know: TLS, HTTP but for the proxy's, what the socket is for.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <libwebsockets.h>

#include "route/address_race.h"
#include "route/proxy.h"
#include "route/proxy_conversation.h"
#include "service/alarms.h"
#include "service/descriptor.h"
#include "service/poller.h"
#include "service/resolver.h"

namespace nws {

class Service;

class Dialer {
public:
    class Listener {
    public:
        // Exactly one of these, once, never inside start(). Either may end the
        // dialer's life.
        virtual void on_dialled(Descriptor socket) noexcept = 0;
        // `text` names stage and cause: "TCP: connection refused (127.0.0.1:9)".
        virtual void on_dial_failed(const char *text) noexcept = 0;

    protected:
        ~Listener() = default;
    };

    // When what was reached; 0: not reached, or nothing to do.
    struct Milestones {
        int64_t resolved = 0;  // microseconds, monotonic
        int64_t connected = 0;
    };

    struct Target {
        std::string host;  // a name, or an address without brackets
        uint16_t port = 0;
        std::string unix_path;  // not empty: instead of host and port
    };

    // Throws std::bad_alloc only.
    Dialer(Service &service, Listener &listener, Target target, Proxy proxy);
    // Gives up whatever is going on.
    ~Dialer();
    Dialer(const Dialer &) = delete;
    Dialer &operator=(const Dialer &) = delete;

    // Throws std::bad_alloc only.
    void start();
    void on_look_up_finished(LookUp &look_up) noexcept;
    // What it waits for, to be read behind "timeout after 20 s while ".
    void describe(char *out, size_t capacity) const noexcept;
    const Milestones &milestones() const noexcept { return milestones_; }
    // The address that it is connected to, or was tried last; "" if there is
    // none. Throws std::bad_alloc only.
    std::string peer() const;
    const Proxy &proxy() const noexcept { return proxy_; }

private:
    struct Attempt final : Poller::Watcher {
        Dialer *dialer = nullptr;
        size_t number = 0;
        Descriptor socket;
        int error = 0;  // that ended it

        void on_ready(uint32_t events) noexcept override;
    };
    struct Conversation final : Poller::Watcher {
        explicit Conversation(Dialer &of) noexcept : dialer(of) {}
        void on_ready(uint32_t events) noexcept override;

        Dialer &dialer;
    };

    bool via_proxy() const noexcept { return proxy_.kind != Proxy::Kind::none; }
    const char *stage() const noexcept { return via_proxy() ? "Proxy" : "TCP"; }
    const std::string &host() const noexcept { return via_proxy() ? proxy_.host : target_.host; }
    uint16_t port() const noexcept { return via_proxy() ? proxy_.port : target_.port; }
    std::string name_of(const Address &address) const;

    void on_timer() noexcept;
    void begin_race(std::vector<Address> addresses) noexcept;
    void go_on(RaceStep step) noexcept;
    // 0: connected, EINPROGRESS: wait, else it has failed.
    int begin_attempt(size_t number) noexcept;
    void on_attempt_ended(size_t number, int error) noexcept;
    void log_attempt(size_t number) const noexcept;
    void on_race_won() noexcept;
    void on_race_lost() noexcept;
    void converse() noexcept;
    bool write_to_proxy() noexcept;
    bool read_from_proxy() noexcept;
    void fail(const char *stage, const char *text) noexcept;

    Service &service_;
    Listener &listener_;
    const Target target_;
    const Proxy proxy_;
    std::shared_ptr<LookUp> look_up_;  // of a name
    std::unique_ptr<AddressRace> race_;  // once there are addresses
    std::vector<Attempt> attempts_;      // one for each address
    size_t latest_ = 0;
    Milestones milestones_;
    Descriptor socket_;  // that won
    std::unique_ptr<ProxyConversation> conversation_;
    Conversation watcher_{*this};
    Alarm alarm_;
};

}  // namespace nws
