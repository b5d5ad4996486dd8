// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Lifecycle: the whole of it as a table, written down from
// RFC 6455 7 and the API's contract; and what no walk through it may break.

#include "unit/check.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "connection/lifecycle.h"

namespace {

using namespace nws;
using namespace nws::test;

// ---- the table ----

// Stages, told apart where what led to them matters later.
enum class State {
    connecting,
    connecting_closing,  // Close came, and something is queued
    open,
    closing,
    ending_peer,       // the peer's Close is to be answered
    ending_violation,  // our Close frame tells what the peer did
    ended,
};

constexpr State kStates[] = {State::connecting,  State::connecting_closing, State::open, State::closing,
                             State::ending_peer, State::ending_violation,   State::ended};
constexpr Input kInputs[] = {Input::established, Input::failed,     Input::local_close,
                             Input::abandoned,   Input::peer_close, Input::violation,
                             Input::lost,        Input::timeout,    Input::close_written};

// When a row counts.
enum class When { always, messages, no_messages, close_written, close_not_written };

struct Row {
    State state;
    Input input;
    When when;
    State then;
    const char *effects;
};

// What is not here has no effect and changes nothing.
constexpr Row kRows[] = {
    {State::connecting, Input::established, When::always, State::open, "open timer:keep_alive"},
    // A connection that never opened: onError, and no onClose after it.
    {State::connecting, Input::failed, When::always, State::ended, "error disconnect"},
    {State::connecting, Input::lost, When::always, State::ended, "error disconnect"},
    {State::connecting, Input::timeout, When::always, State::ended, "error disconnect"},
    // Close: cancelled, and no callback; but what Send took goes out.
    {State::connecting, Input::local_close, When::no_messages, State::ended, "disconnect"},
    {State::connecting, Input::local_close, When::messages, State::connecting_closing, ""},
    {State::connecting, Input::abandoned, When::always, State::ended, "disconnect"},

    // Nobody hears the onError of a connection whose Close came so early.
    {State::connecting_closing, Input::established, When::always, State::closing, "send_close timer:close"},
    {State::connecting_closing, Input::failed, When::always, State::ended, "error disconnect"},
    {State::connecting_closing, Input::lost, When::always, State::ended, "error disconnect"},
    {State::connecting_closing, Input::timeout, When::always, State::ended, "error disconnect"},
    {State::connecting_closing, Input::local_close, When::no_messages, State::ended, "disconnect"},

    {State::open, Input::local_close, When::always, State::closing, "send_close timer:close"},
    // RFC 6455 5.5.1: answered as soon as practical, and no data after it.
    {State::open, Input::peer_close, When::always, State::ending_peer,
     "drop_messages send_close timer:close"},
    // RFC 6455 7.1.7
    {State::open, Input::violation, When::always, State::ending_violation,
     "error drop_messages send_close timer:close"},
    {State::open, Input::abandoned, When::always, State::ended,
     "drop_messages send_close try_once disconnect"},
    {State::open, Input::lost, When::always, State::ended, "close:lost disconnect"},
    {State::open, Input::timeout, When::always, State::ended, "close:lost disconnect"},

    // RFC 6455 7.1.4: both have sent and received a Close frame.
    {State::closing, Input::peer_close, When::close_written, State::ended, "close:local disconnect"},
    // The peer's came first, so its code counts (RFC 6455 7.1.5).
    {State::closing, Input::peer_close, When::close_not_written, State::ending_peer, "drop_messages"},
    {State::closing, Input::violation, When::close_written, State::ended, "error close:violation disconnect"},
    {State::closing, Input::violation, When::close_not_written, State::ending_violation,
     "error drop_messages"},
    // From now on the peer has its time to answer.
    {State::closing, Input::close_written, When::always, State::closing, "timer:close"},
    {State::closing, Input::lost, When::always, State::ended, "close:lost disconnect"},
    {State::closing, Input::timeout, When::always, State::ended, "close:lost disconnect"},

    // Agreed already: how the last frame fares changes nothing.
    {State::ending_peer, Input::close_written, When::always, State::ended, "close:peer disconnect"},
    {State::ending_peer, Input::lost, When::always, State::ended, "close:peer disconnect"},
    {State::ending_peer, Input::timeout, When::always, State::ended, "close:peer disconnect"},
    {State::ending_violation, Input::close_written, When::always, State::ended, "close:violation disconnect"},
    {State::ending_violation, Input::lost, When::always, State::ended, "close:violation disconnect"},
    {State::ending_violation, Input::timeout, When::always, State::ended, "close:violation disconnect"},
};

bool counts(When when, Circumstances now)
{
    switch (when) {
    case When::always:
        return true;
    case When::messages:
        return now.has_messages;
    case When::no_messages:
        return !now.has_messages;
    case When::close_written:
        return now.close_written;
    case When::close_not_written:
        return !now.close_written;
    }
    return false;
}

const char *verdict_name(Verdict verdict)
{
    constexpr const char *kNames[] = {"none", "local", "peer", "violation", "lost"};
    return kNames[static_cast<size_t>(verdict)];
}

std::string describe(const Effects &effects)
{
    std::string text;
    const auto say = [&text](bool there, const std::string &word) {
        if (there) {
            text += (text.empty() ? "" : " ") + word;
        }
    };
    say(effects.call_open, "open");
    say(effects.call_error, "error");
    say(effects.drop_messages, "drop_messages");
    say(effects.send_close, "send_close");
    say(effects.try_once, "try_once");
    say(effects.call_close != Verdict::none, std::string("close:") + verdict_name(effects.call_close));
    say(effects.disconnect, "disconnect");
    say(effects.timer == Timer::keep_alive, "timer:keep_alive");
    say(effects.timer == Timer::close, "timer:close");
    return text;
}

std::string describe(const Lifecycle &lifecycle)
{
    constexpr const char *kNames[] = {"connecting", "open", "closing", "ending", "ended"};
    return std::string(kNames[static_cast<size_t>(lifecycle.stage())]) +
           (lifecycle.close_requested() ? ", close requested" : "");
}

const char *describe(State state)
{
    switch (state) {
    case State::connecting:
        return "connecting";
    case State::connecting_closing:
        return "connecting, close requested";
    case State::open:
        return "open";
    case State::closing:
        return "closing";
    case State::ending_peer:
    case State::ending_violation:
        return "ending";
    case State::ended:
        break;
    }
    return "ended";
}

// A way into each state.
Lifecycle brought_to(State state)
{
    const Circumstances nothing;
    Lifecycle lifecycle;
    if (state == State::connecting) {
        return lifecycle;
    }
    if (state == State::connecting_closing) {
        lifecycle.step(Input::local_close, {true, false});
        return lifecycle;
    }
    lifecycle.step(Input::established, nothing);
    if (state == State::closing) {
        lifecycle.step(Input::local_close, nothing);
    } else if (state == State::ending_peer) {
        lifecycle.step(Input::peer_close, nothing);
    } else if (state == State::ending_violation) {
        lifecycle.step(Input::violation, nothing);
    } else if (state == State::ended) {
        lifecycle.step(Input::lost, nothing);
    }
    return lifecycle;
}

std::string what_says_the_table(State state, Input input, Circumstances now)
{
    State then = state;
    const char *effects = "";
    for (const Row &row : kRows) {
        if (row.state == state && row.input == input && counts(row.when, now)) {
            then = row.then;
            effects = row.effects;
        }
    }
    return std::string(describe(then)) + ": " + effects;
}

bool every_step_is_as_written()
{
    size_t steps = 0;
    for (const State state : kStates) {
        for (const Input input : kInputs) {
            for (int i = 0; i < 4; ++i) {
                const Circumstances now{(i & 1) != 0, (i & 2) != 0};
                Lifecycle lifecycle = brought_to(state);
                const Effects effects = lifecycle.step(input, now);
                const std::string got = describe(lifecycle) + ": " + describe(effects);
                const std::string where = std::string(describe(state)) + ", input " +
                                          std::to_string(static_cast<int>(input)) + ", circumstances " +
                                          std::to_string(i) + " -> ";
                CHECK_TEXT(where + what_says_the_table(state, input, now), where + got);
                ++steps;
            }
        }
    }
    CHECK(steps == 7 * 9 * 4);
    return true;
}

// The table has no row that can never count, and none that another hides.
bool the_table_is_sound()
{
    for (const Row &row : kRows) {
        for (const Row &other : kRows) {
            CHECK(&row == &other || row.state != other.state || row.input != other.input ||
                  (row.when != other.when && row.when != When::always && other.when != When::always));
        }
    }
    return true;
}

// ---- what our Close frame says ----

bool the_close_frame_has_a_verdict()
{
    const Circumstances nothing;
    CHECK(brought_to(State::connecting).verdict() == Verdict::none);
    CHECK(brought_to(State::open).verdict() == Verdict::none);
    CHECK(brought_to(State::closing).verdict() == Verdict::local);
    CHECK(brought_to(State::ending_peer).verdict() == Verdict::peer);
    CHECK(brought_to(State::ending_violation).verdict() == Verdict::violation);

    Lifecycle early = brought_to(State::connecting_closing);
    early.step(Input::established, {true, false});
    CHECK(early.verdict() == Verdict::local);

    Lifecycle abandoned = brought_to(State::open);
    abandoned.step(Input::abandoned, nothing);
    CHECK(abandoned.verdict() == Verdict::none);

    // Broken while both Close frames are out: told as a violation.
    Lifecycle late = brought_to(State::closing);
    late.step(Input::violation, {false, true});
    CHECK(late.verdict() == Verdict::violation);
    return true;
}

// The peer's Close, or its fault, overtakes a Close of ours that has not gone out.
bool who_was_first_counts()
{
    Lifecycle peer = brought_to(State::closing);
    peer.step(Input::peer_close, {true, false});
    CHECK_TEXT("close:peer disconnect", describe(peer.step(Input::close_written, {false, true})));

    Lifecycle violation = brought_to(State::closing);
    violation.step(Input::violation, {true, false});
    CHECK_TEXT("close:violation disconnect", describe(violation.step(Input::lost, {false, false})));
    return true;
}

// ---- random walks ----

struct Walk {
    Lifecycle lifecycle;
    bool closed_early = false;
    int opens = 0;
    int errors = 0;
    int closes = 0;
    int disconnects = 0;
    int close_frames = 0;

    bool step(Input input, Circumstances now);
};

bool Walk::step(Input input, Circumstances now)
{
    const Stage before = lifecycle.stage();
    const Effects effects = lifecycle.step(input, now);
    const Stage after = lifecycle.stage();
    closed_early = closed_early || lifecycle.close_requested();
    CHECK(after >= before);
    CHECK(before != Stage::ended || describe(effects).empty());
    CHECK(effects.disconnect == (before != Stage::ended && after == Stage::ended));
    CHECK(!effects.try_once || effects.disconnect);

    CHECK(closes == 0 || !(effects.call_open || effects.call_error));
    CHECK(errors == 0 || !effects.call_open);
    opens += effects.call_open ? 1 : 0;
    errors += effects.call_error ? 1 : 0;
    closes += effects.call_close != Verdict::none ? 1 : 0;
    disconnects += effects.disconnect ? 1 : 0;
    close_frames += effects.send_close ? 1 : 0;
    CHECK(opens <= 1 && errors <= 1 && closes <= 1 && disconnects <= 1 && close_frames <= 1);
    // onClose belongs to an onOpen; nobody hears those of a connection whose
    // Close came before it opened.
    CHECK(closes == 0 || opens == 1 || closed_early);
    CHECK(!effects.call_open || (before == Stage::connecting && !closed_early));
    // It ends in silence only when the application asked for that.
    CHECK(!effects.disconnect || effects.call_error || closes == 1 || input == Input::local_close ||
          input == Input::abandoned);
    // Something always moves it on: the transport, or a timer.
    CHECK(after == before || after == Stage::ended || before == Stage::closing ||
          effects.timer != Timer::keep);
    return true;
}

bool no_walk_breaks_the_rules()
{
    std::mt19937 random(6455);
    size_t ended = 0;
    for (size_t steps = 0; steps < 100'000;) {
        Walk walk;
        for (int after_end = 0; after_end < 3; ++steps) {
            const Input input = kInputs[random() % std::size(kInputs)];
            CHECK(walk.step(input, {random() % 2 == 0, random() % 2 == 0}));
            after_end += walk.lifecycle.stage() == Stage::ended ? 1 : 0;
        }
        ++ended;
    }
    CHECK(ended > 1000);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<every_step_is_as_written>),      cmocka_unit_test(run<the_table_is_sound>),
        cmocka_unit_test(run<the_close_frame_has_a_verdict>), cmocka_unit_test(run<who_was_first_counts>),
        cmocka_unit_test(run<no_walk_breaks_the_rules>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
