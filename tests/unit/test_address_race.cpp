// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of route/address_race: every sequence of inputs, against what
// RFC 8305 wants.

#include "unit/check.h"

#include <string>
#include <utility>
#include <vector>

#include "route/address_race.h"

using namespace nws;

namespace {

// ---- the order ----

// "6a": IPv6, named a.
std::vector<Address> addresses(const std::string &letters)
{
    std::vector<Address> list;
    for (size_t i = 0; i + 1 < letters.size(); i += 3) {
        list.push_back({letters.substr(i + 1, 1), letters[i] == '6'});
    }
    return list;
}

std::string text_of(const std::vector<Address> &list)
{
    std::string text;
    for (const Address &address : list) {
        text += (text.empty() ? "" : " ") + std::string(address.ipv6 ? "6" : "4") + address.text;
    }
    return text;
}

bool families_take_turns()
{
    const std::vector<std::pair<const char *, const char *>> kRows = {
        {"", ""},
        {"4a", "4a"},
        {"6a", "6a"},
        {"6a 6b", "6a 6b"},
        {"6a 4b", "6a 4b"},
        {"4a 6b", "4a 6b"},                          // RFC 8305 4: what RFC 6724 puts first stays first
        {"6a 6b 4c 4d", "6a 4c 6b 4d"},              // 4: interleaved
        {"4a 4b 6c 6d", "4a 6c 4b 6d"},              //
        {"6a 6b 6c 4d", "6a 4d 6b 6c"},              // one family runs out
        {"6a 4b 4c 4d", "6a 4b 4c 4d"},              //
        {"4a 4b 4c 4d 6e 6f", "4a 6e 4b 6f 4c 4d"},  //
        {"6a 4b 4c 6d 4e 6f", "6a 4b 6d 4c 6f 4e"},  // each in its order
        {"6a 4b 6c 4d", "6a 4b 6c 4d"},              // already so
        {"6a 6a 4b", "6a 4b 6a"},                    // twice the same is twice
    };
    for (const auto &[given, wanted] : kRows) {
        CHECK_TEXT(wanted, text_of(order_addresses(addresses(given))));
    }
    return true;
}

// ---- the race ----

// What the outside sees of a race, kept by the rules' own words.
struct Model {
    explicit Model(size_t count) : addresses(count) {}

    size_t addresses;
    size_t begun = 0;
    std::vector<bool> flying = std::vector<bool>(addresses, false);
    bool armed = false;
    RaceState state = RaceState::running;

    bool something_flies() const
    {
        for (bool one : flying) {
            if (one) {
                return true;
            }
        }
        return false;
    }
};

struct Move {
    enum class Kind { start, delay, failed, connected } kind;
    size_t attempt;
};

RaceStep play(AddressRace &race, Move move)
{
    switch (move.kind) {
    case Move::Kind::start:
        return race.start();
    case Move::Kind::delay:
        return race.on_attempt_delay();
    case Move::Kind::failed:
        return race.on_failed(move.attempt);
    default:
        return race.on_connected(move.attempt);
    }
}

bool changes_nothing(const RaceStep &step, const Model &model)
{
    return step.begin == kNoAttempt && step.timer == RaceTimer::keep && step.state == model.state;
}

// Whether the input can come at all.
bool is_possible(const Model &model, Move move)
{
    if (move.kind == Move::Kind::start) {
        return model.begun == 0 && model.state == RaceState::running;
    }
    if (model.state != RaceState::running) {
        return false;
    }
    return move.kind == Move::Kind::delay ? model.armed
                                          : move.attempt < model.addresses && model.flying[move.attempt];
}

void follow(Model &model, Move move, const RaceStep &step)
{
    if (move.kind == Move::Kind::delay) {
        model.armed = false;  // it ran out
    } else if (move.kind == Move::Kind::failed || move.kind == Move::Kind::connected) {
        model.flying[move.attempt] = false;
    }
    if (step.begin != kNoAttempt) {
        model.flying[step.begin] = true;
        ++model.begun;
    }
    if (step.timer != RaceTimer::keep) {
        model.armed = step.timer == RaceTimer::arm;
    }
    model.state = step.state;
}

bool step_is_right(const Model &before, Move move, const RaceStep &step, const Model &after)
{
    const bool something_left = before.begun < before.addresses;
    // In order, each once; one for each input; a failure brings the next at once.
    if (step.begin != kNoAttempt) {
        CHECK(step.begin == before.begun && something_left);
    } else {
        CHECK(move.kind == Move::Kind::connected || !something_left);
    }
    CHECK((step.state == RaceState::won) == (move.kind == Move::Kind::connected));
    CHECK((step.state == RaceState::lost) ==
          (move.kind != Move::Kind::connected && after.begun == after.addresses && !after.something_flies()));
    // Waiting makes sense while there is one to try beside one in flight.
    CHECK(after.armed ==
          (after.state == RaceState::running && after.something_flies() && after.begun < after.addresses));
    // Only a timer that is armed is cancelled.
    CHECK(step.timer != RaceTimer::cancel || before.armed);
    // RFC 8305 5: a new attempt's head start is a whole one.
    CHECK(step.begin == kNoAttempt || !after.armed || step.timer == RaceTimer::arm);
    return true;
}

struct Tally {
    size_t won = 0, lost = 0;
};

std::vector<Move> all_moves(size_t count)
{
    std::vector<Move> moves = {{Move::Kind::start, 0}, {Move::Kind::delay, 0}};
    for (size_t attempt = 0; attempt <= count; ++attempt) {
        moves.push_back({Move::Kind::failed, attempt});
        moves.push_back({Move::Kind::connected, attempt});
    }
    return moves;
}

// From here on, every sequence of inputs. Those that cannot be change nothing,
// so each is tried everywhere and followed only if it can.
bool explore(const AddressRace &race, const Model &model, Tally &tally)
{
    for (const Move move : all_moves(model.addresses)) {
        AddressRace next = race;
        const RaceStep step = play(next, move);
        if (!is_possible(model, move)) {
            CHECK(changes_nothing(step, model));
            CHECK(next.winner() == race.winner() && next.state() == model.state);
            continue;
        }
        Model after = model;
        follow(after, move, step);
        CHECK(step_is_right(model, move, step, after));
        CHECK(next.state() == step.state);
        CHECK(next.winner() == (step.state == RaceState::won ? move.attempt : kNoAttempt));
        for (size_t attempt = 0; attempt <= model.addresses; ++attempt) {
            CHECK(next.in_flight(attempt) == (attempt < after.addresses && after.flying[attempt]));
        }
        tally.won += step.state == RaceState::won;
        tally.lost += step.state == RaceState::lost;
        CHECK(explore(next, after, tally));
    }
    return true;
}

bool every_sequence()
{
    for (size_t count = 1; count <= 4; ++count) {
        const AddressRace race(std::vector<Address>(count, Address{"192.0.2.1", false}));
        Tally tally;
        CHECK(explore(race, Model(count), tally));
        CHECK(tally.won > 0 && tally.lost > 0);
        if (count == 1) {
            CHECK(tally.won == 1 && tally.lost == 1);
        }
    }
    return true;
}

bool no_address_is_lost()
{
    AddressRace race({});
    CHECK(race.state() == RaceState::running);
    const RaceStep step = race.start();
    CHECK(step.state == RaceState::lost && step.begin == kNoAttempt && step.timer == RaceTimer::keep);
    CHECK(race.state() == RaceState::lost && race.winner() == kNoAttempt);
    CHECK(race.start().begin == kNoAttempt);
    return true;
}

// RFC 8305 5, told once in full: a black hole first, then one that works.
bool dead_route_costs_one_delay()
{
    AddressRace race(order_addresses(addresses("6a 6b 4c")));
    CHECK_TEXT("6a 4c 6b", text_of(race.addresses()));
    RaceStep step = race.start();
    CHECK(step.begin == 0 && step.timer == RaceTimer::arm && step.state == RaceState::running);
    step = race.on_attempt_delay();
    CHECK(step.begin == 1 && step.timer == RaceTimer::arm);
    step = race.on_connected(1);
    CHECK(step.begin == kNoAttempt && step.timer == RaceTimer::cancel && step.state == RaceState::won);
    CHECK(race.winner() == 1);
    CHECK(race.in_flight(0) && !race.in_flight(1) && !race.in_flight(2));  // to be closed: 0
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(test::run<families_take_turns>),
        cmocka_unit_test(test::run<every_sequence>),
        cmocka_unit_test(test::run<no_address_is_lost>),
        cmocka_unit_test(test::run<dead_route_costs_one_delay>),
    };
    return cmocka_run_group_tests_name("address_race", tests, nullptr, nullptr);
}
