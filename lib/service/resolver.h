// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: turning host names into addresses without ever making the service
// thread wait. A look-up that nobody waits for any more is finished and thrown
// away: getaddrinfo() cannot be interrupted. Its threads therefore share what
// they need, and may outlive the resolver.
// Must not know: lws, connections.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "route/address.h"

namespace nws {

// One name on its way to its addresses.
struct LookUp {
    std::string host;
    std::vector<Address> addresses;  // in the order of RFC 6724
    int error = 0;                   // of getaddrinfo(), 0: addresses has at least one
    int system_error = 0;            // errno, for EAI_SYSTEM
    void *owner = nullptr;           // whoever waits, or nullptr; the service thread's
};

class Resolver {
public:
    // `notify` is called on a thread of the resolver when something finished.
    // Throws std::bad_alloc only.
    explicit Resolver(std::function<void()> notify);
    ~Resolver();
    Resolver(const Resolver &) = delete;
    Resolver &operator=(const Resolver &) = delete;

    // Throws std::bad_alloc only; the look-up is then forgotten.
    void submit(const std::shared_ptr<LookUp> &look_up);
    // The next finished one, or nullptr.
    std::shared_ptr<LookUp> take_finished() noexcept;
    // Waits until no look-up is running. False: one still is.
    bool wait_idle(Milliseconds limit) noexcept;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

// Whether text is an address already. Throws std::bad_alloc only.
bool is_numeric_address(const std::string &text);

}  // namespace nws
