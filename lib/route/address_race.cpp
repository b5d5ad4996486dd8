// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/address_race.h"

#include <utility>

namespace nws {

std::vector<Address> order_addresses(std::vector<Address> addresses)
{
    std::vector<Address> ordered;
    ordered.reserve(addresses.size());
    size_t next[] = {0, 0};  // to look at, for each family
    bool ipv6 = !addresses.empty() && addresses.front().ipv6;
    for (; ordered.size() < addresses.size(); ipv6 = !ipv6) {
        size_t &i = next[ipv6 ? 1 : 0];
        while (i < addresses.size() && addresses[i].ipv6 != ipv6) {
            ++i;
        }
        if (i < addresses.size()) {
            ordered.push_back(std::move(addresses[i++]));
        }
    }
    return ordered;
}

AddressRace::AddressRace(std::vector<Address> ordered)
    : addresses_(std::move(ordered)), failed_(addresses_.size())
{
}

RaceStep AddressRace::no_change() const noexcept
{
    RaceStep step;
    step.state = state_;
    return step;
}

RaceStep AddressRace::begin_next() noexcept
{
    RaceStep step = no_change();
    step.begin = begun_++;
    ++flying_;
    // Nothing to try beside the last one: then there is nothing to wait for.
    const bool something_left = begun_ < addresses_.size();
    step.timer = something_left ? RaceTimer::arm : armed_ ? RaceTimer::cancel : RaceTimer::keep;
    armed_ = something_left;
    return step;
}

RaceStep AddressRace::start() noexcept
{
    if (started_) {
        return no_change();
    }
    started_ = true;
    if (addresses_.empty()) {
        state_ = RaceState::lost;
        return no_change();
    }
    return begin_next();
}

RaceStep AddressRace::on_attempt_delay() noexcept
{
    if (!armed_) {
        return no_change();
    }
    armed_ = false;
    return begin_next();
}

RaceStep AddressRace::on_failed(size_t attempt) noexcept
{
    if (state_ != RaceState::running || !in_flight(attempt)) {
        return no_change();
    }
    failed_[attempt] = 1;
    --flying_;
    if (begun_ < addresses_.size()) {
        return begin_next();
    }
    if (flying_ == 0) {
        state_ = RaceState::lost;
    }
    return no_change();
}

RaceStep AddressRace::on_connected(size_t attempt) noexcept
{
    if (state_ != RaceState::running || !in_flight(attempt)) {
        return no_change();
    }
    state_ = RaceState::won;
    winner_ = attempt;
    RaceStep step = no_change();
    step.timer = armed_ ? RaceTimer::cancel : RaceTimer::keep;
    armed_ = false;
    return step;
}

bool AddressRace::in_flight(size_t attempt) const noexcept
{
    return attempt < begun_ && failed_[attempt] == 0 && attempt != winner_;
}

}  // namespace nws
