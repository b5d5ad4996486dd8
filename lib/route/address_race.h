// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which of a server's addresses is tried when (RFC 8305, "Happy
// Eyeballs"): a state, an input, and what to do then. Pure; one thread at a time.
// Must not know: how an attempt is made, clocks.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "route/address.h"

namespace nws {

// `addresses` in the order of RFC 6724, as getaddrinfo() gives them. Returned:
// the families in turn, that of the first address first, each in its own order
// (RFC 8305 4 with a First Address Family Count of 1). Throws std::bad_alloc only.
std::vector<Address> order_addresses(std::vector<Address> addresses);

inline constexpr size_t kNoAttempt = SIZE_MAX;

enum class RaceState : uint8_t { running, won, lost };
enum class RaceTimer : uint8_t { keep, arm, cancel };

// To be carried out from top to bottom. An attempt that fails while it is begun
// may be told so afterwards, by on_failed().
struct RaceStep {
    RaceTimer timer = RaceTimer::keep;  // arm: kConnectionAttemptDelay from now, instead of any earlier one
    size_t begin = kNoAttempt;          // the attempt to begin now
    RaceState state = RaceState::running;
};

// An attempt is named by its index into the addresses. Attempts begin in that
// order: the first at start(), the next when the delay has passed or an attempt
// has failed. Each input begins one at most. Once the race is won, all other
// attempts are to be closed; it is lost when all have failed.
//
// Inputs that cannot be (an attempt that is not in flight, anything after the
// end or before start()) change nothing. Allocates in the constructor only.
class AddressRace {
public:
    // Throws std::bad_alloc only.
    explicit AddressRace(std::vector<Address> ordered);

    RaceStep start() noexcept;             // no addresses: lost at once
    RaceStep on_attempt_delay() noexcept;  // the timer ran out
    RaceStep on_failed(size_t attempt) noexcept;
    RaceStep on_connected(size_t attempt) noexcept;

    const std::vector<Address> &addresses() const noexcept { return addresses_; }
    RaceState state() const noexcept { return state_; }
    size_t winner() const noexcept { return winner_; }  // kNoAttempt until won
    // Begun, neither failed nor the winner. Once won: these are to be closed.
    bool in_flight(size_t attempt) const noexcept;

private:
    RaceStep begin_next() noexcept;
    RaceStep no_change() const noexcept;

    std::vector<Address> addresses_;
    std::vector<uint8_t> failed_;  // of those begun: 1
    size_t begun_ = 0;
    size_t flying_ = 0;
    size_t winner_ = kNoAttempt;
    bool started_ = false;
    bool armed_ = false;
    RaceState state_ = RaceState::running;
};

}  // namespace nws
