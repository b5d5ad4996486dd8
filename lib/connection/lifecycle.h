// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which events a connection's life allows, and what each brings about
// (RFC 6455 7): a state, an input, and the effects of that input. Pure.
// Must not know: how an effect is carried out.

#pragma once

#include <cstdint>

namespace nws {

enum class Stage : uint8_t {
    connecting,  // from Connect to the server's 101
    open,
    closing,  // we asked to close; the peer's Close is awaited
    ending,   // both sides are agreed, or the peer broke the rules: one last frame of ours is on its way
    ended,
};

enum class Input : uint8_t {
    established,    // the server's 101
    failed,         // connecting failed for good
    local_close,    // Close
    abandoned,      // Destroy
    peer_close,     // a Close frame arrived
    violation,      // the peer broke the rules, or sent too much
    lost,           // the transport is gone
    timeout,        // the timer set by an earlier effect ran out
    close_written,  // our Close frame has left the outbox
};

// What the connection knows when the input comes.
struct Circumstances {
    bool has_messages = false;   // something is queued that was not written to its end
    bool close_written = false;  // our Close frame has left the outbox
};

enum class Timer : uint8_t { keep, keep_alive, close };

// Where the code and reason of onClose come from.
enum class Verdict : uint8_t {
    none,
    local,      // what was given to Close
    peer,       // what the peer's Close frame said
    violation,  // the code that we answered a violation with
    lost,       // 1006 and the cause
};

// To be carried out from top to bottom.
struct Effects {
    bool call_open = false;
    bool call_error = false;     // 1003 for failed and timeout, the violation's code otherwise
    bool drop_messages = false;  // but for one that is on the wire in part
    bool send_close = false;     // queue our Close frame; the first one counts
    bool try_once = false;       // write now what the transport takes at once
    Verdict call_close = Verdict::none;
    bool disconnect = false;
    Timer timer = Timer::keep;
};

class Lifecycle {
public:
    Effects step(Input input, Circumstances now) noexcept;

    Stage stage() const noexcept { return stage_; }
    // Close came while connecting, and what is queued is to go out first.
    bool close_requested() const noexcept { return close_requested_ && stage_ == Stage::connecting; }
    // What our Close frame says, once one is to be sent.
    Verdict verdict() const noexcept { return verdict_; }

private:
    Effects connecting(Input input, Circumstances now) noexcept;
    Effects open(Input input) noexcept;
    Effects closing(Input input, Circumstances now) noexcept;
    Effects ending(Input input) noexcept;
    // The end: the transport goes, onClose tells the verdict.
    Effects end(Verdict verdict) noexcept;

    Stage stage_ = Stage::connecting;
    Verdict verdict_ = Verdict::none;
    bool close_requested_ = false;
};

}  // namespace nws
