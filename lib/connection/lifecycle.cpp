// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "connection/lifecycle.h"

namespace nws {

Effects Lifecycle::step(Input input, Circumstances now) noexcept
{
    switch (stage_) {
    case Stage::connecting:
        return connecting(input, now);
    case Stage::open:
        return open(input);
    case Stage::closing:
        return closing(input, now);
    case Stage::ending:
        return ending(input);
    case Stage::ended:
        break;
    }
    return {};
}

Effects Lifecycle::end(Verdict verdict) noexcept
{
    stage_ = Stage::ended;
    Effects effects;
    effects.call_close = verdict;
    effects.disconnect = true;
    return effects;
}

Effects Lifecycle::connecting(Input input, Circumstances now) noexcept
{
    Effects effects;
    switch (input) {
    case Input::established:
        stage_ = close_requested_ ? Stage::closing : Stage::open;
        verdict_ = close_requested_ ? Verdict::local : Verdict::none;
        effects.call_open = !close_requested_;
        effects.send_close = close_requested_;
        effects.timer = close_requested_ ? Timer::close : Timer::keep_alive;
        return effects;
    case Input::failed:
    case Input::lost:
    case Input::timeout:
        effects = end(Verdict::none);
        effects.call_error = true;
        return effects;
    case Input::local_close:
        // Send said 0 to what is queued, so it still goes out.
        if (!now.has_messages) {
            return end(Verdict::none);
        }
        close_requested_ = true;
        return effects;
    case Input::abandoned:
        return close_requested_ ? effects : end(Verdict::none);
    case Input::peer_close:
    case Input::violation:
    case Input::close_written:
        break;
    }
    return effects;
}

Effects Lifecycle::open(Input input) noexcept
{
    Effects effects;
    switch (input) {
    case Input::local_close:
        stage_ = Stage::closing;
        verdict_ = Verdict::local;
        effects.send_close = true;
        effects.timer = Timer::close;
        return effects;
    case Input::abandoned:
        effects = end(Verdict::none);
        effects.drop_messages = true;
        effects.send_close = true;
        effects.try_once = true;
        return effects;
    case Input::peer_close:
    case Input::violation:
        stage_ = Stage::ending;
        verdict_ = input == Input::peer_close ? Verdict::peer : Verdict::violation;
        effects.call_error = input == Input::violation;
        effects.drop_messages = true;
        effects.send_close = true;
        effects.timer = Timer::close;
        return effects;
    case Input::lost:
    case Input::timeout:
        return end(Verdict::lost);
    case Input::established:
    case Input::failed:
    case Input::close_written:
        break;
    }
    return effects;
}

Effects Lifecycle::closing(Input input, Circumstances now) noexcept
{
    Effects effects;
    switch (input) {
    case Input::peer_close:
        if (now.close_written) {
            return end(Verdict::local);
        }
        // The peer closed on its own, and reads no further messages.
        stage_ = Stage::ending;
        verdict_ = Verdict::peer;
        effects.drop_messages = true;
        return effects;
    case Input::violation:
        verdict_ = Verdict::violation;
        if (now.close_written) {
            effects = end(Verdict::violation);
        } else {
            stage_ = Stage::ending;
            effects.drop_messages = true;
        }
        effects.call_error = true;
        return effects;
    case Input::close_written:
        effects.timer = Timer::close;
        return effects;
    case Input::lost:
    case Input::timeout:
        return end(Verdict::lost);
    case Input::established:
    case Input::failed:
    case Input::local_close:
    case Input::abandoned:
        break;
    }
    return effects;
}

Effects Lifecycle::ending(Input input) noexcept
{
    switch (input) {
    case Input::close_written:
    case Input::lost:
    case Input::timeout:
        return end(verdict_);
    case Input::established:
    case Input::failed:
    case Input::local_close:
    case Input::abandoned:
    case Input::peer_close:
    case Input::violation:
        break;
    }
    return {};
}

}  // namespace nws
