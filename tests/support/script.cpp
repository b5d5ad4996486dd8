// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/script.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>

#include "support/connection.h"

namespace nws::test {

// Runs one script on one connection.
class ScriptRunner final : public Behaviour {
public:
    using Progress = Script::Progress;

    struct ReceivedFrame {
        Opcode opcode;
        bool fin;
        std::string payload;
    };

    explicit ScriptRunner(const Script &script) : steps_(script.steps_) {}

    void on_frame(Connection &, const Frame &frame) override
    {
        frames_.push_back({frame.opcode, frame.fin, std::string(frame.payload)});
    }

    void on_peer_end(Connection &) override {}

    void on_progress(Connection &connection) override;

    // For the steps.
    Connection &connection() { return *connection_; }
    bool take_frame(ReceivedFrame &frame);
    bool take_frame_but_pings(ReceivedFrame &frame, Opcode wanted);
    Progress wait_for_client(const std::string &what);
    Progress fail(const std::string &why);

private:
    std::vector<Script::Step> steps_;
    size_t step_ = 0;
    bool done_ = false;
    std::deque<ReceivedFrame> frames_;
    std::string failure_;
    Connection *connection_ = nullptr;
};

void ScriptRunner::on_progress(Connection &connection)
{
    connection_ = &connection;
    while (step_ < steps_.size() && !connection.has_ended()) {
        const Script::Step &step = steps_[step_];
        const Progress progress = step.go(*this);
        if (progress == Progress::waiting) {
            return;
        }
        if (progress == Progress::failed) {
            connection.record(ServerEvent::Kind::script_failed,
                              "step " + std::to_string(step_ + 1) + ", " + step.name + ": " + failure_);
            connection.end();
            return;
        }
        ++step_;
    }
    if (step_ == steps_.size() && !done_) {
        done_ = true;
        connection.record(ServerEvent::Kind::script_done);
    }
    if (connection.peer_ended()) {
        connection.end();
    }
}

bool ScriptRunner::take_frame(ReceivedFrame &frame)
{
    if (frames_.empty()) {
        return false;
    }
    frame = std::move(frames_.front());
    frames_.pop_front();
    return true;
}

bool ScriptRunner::take_frame_but_pings(ReceivedFrame &frame, Opcode wanted)
{
    while (take_frame(frame)) {
        if (frame.opcode == wanted || (frame.opcode != Opcode::ping && frame.opcode != Opcode::pong)) {
            return true;
        }
    }
    return false;
}

ScriptRunner::Progress ScriptRunner::wait_for_client(const std::string &what)
{
    return connection_->peer_ended() ? fail("the client left before " + what) : Progress::waiting;
}

ScriptRunner::Progress ScriptRunner::fail(const std::string &why)
{
    failure_ = why;
    return Progress::failed;
}

namespace {

size_t length_of_piece(const Cut &cut, size_t sent, size_t total)
{
    const size_t left = total - sent;
    if (cut.every > 0) {
        return std::min(cut.every, left);
    }
    return sent < cut.at ? std::min(cut.at - sent, left) : left;
}

// True once all is sent.
bool send_in_pieces(Connection &connection, const std::string &bytes, size_t &sent, const Cut &cut)
{
    const bool cuts = cut.every > 0 || cut.at > 0;
    if (cuts && connection.peer_ended()) {
        return true;  // it reads no more
    }
    while (sent < bytes.size()) {
        if (cuts && !connection.is_taken_by_peer()) {
            return false;
        }
        const size_t length = length_of_piece(cut, sent, bytes.size());
        connection.send(std::string_view(bytes).substr(sent, length));
        sent += length;
        if (cuts) {
            connection.flush();
        }
    }
    return true;
}

// The sequence numbers that each producer's messages bear.
class OrderCheck {
public:
    // "" or what is out of order.
    std::string add(const std::string &message)
    {
        const size_t colon = message.find(':');
        const std::string producer = colon == std::string::npos ? "" : message.substr(0, colon);
        const std::string number = colon == std::string::npos ? message : message.substr(colon + 1);
        char *end = nullptr;
        const unsigned long long sequence = std::strtoull(number.c_str(), &end, 10);
        if (end == number.c_str()) {
            return "a message without a number: " + message.substr(0, 40);
        }
        unsigned long long &expected = next_[producer];
        if (sequence != expected) {
            return "message " + std::to_string(sequence) + " where " + std::to_string(expected) +
                   " should be, producer \"" + producer + "\"";
        }
        ++expected;
        return "";
    }

private:
    std::map<std::string, unsigned long long> next_;
};

// Joins the fragments that scripts receive.
class MessageJoiner {
public:
    // True once the message is whole.
    bool add(const ScriptRunner::ReceivedFrame &frame)
    {
        if (frame.opcode != Opcode::continuation) {
            opcode_ = frame.opcode;
            payload_.clear();
        }
        payload_ += frame.payload;
        return frame.fin;
    }

    Opcode opcode() const { return opcode_; }
    const std::string &payload() const { return payload_; }

private:
    Opcode opcode_ = Opcode::continuation;
    std::string payload_;
};

std::string difference(Opcode opcode, const std::string &payload, Opcode wanted_opcode,
                       const std::optional<std::string> &wanted)
{
    if (opcode != wanted_opcode) {
        return "got " + name_of(opcode) + ", not " + name_of(wanted_opcode);
    }
    if (wanted && payload != *wanted) {
        return "got \"" + payload.substr(0, 40) + "\" (" + std::to_string(payload.size()) +
               " bytes), not \"" + wanted->substr(0, 40) + "\" (" + std::to_string(wanted->size()) +
               " bytes)";
    }
    return "";
}

uint16_t close_code_of(const std::string &payload)
{
    return payload.size() < 2 ? uint16_t{1005}
                              : static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                                      static_cast<uint8_t>(payload[1]));
}

}  // namespace

Script &Script::add(const std::string &name, Action action)
{
    steps_.push_back({name, std::move(action)});
    return *this;
}

Script &Script::expect_upgrade()
{
    return add("expect_upgrade", [](ScriptRunner &runner) {
        if (!runner.connection().has_request()) {
            return runner.wait_for_client("its request was whole");
        }
        runner.connection().check_upgrade();
        return Progress::done;
    });
}

Script &Script::expect_request()
{
    return add("expect_request", [](ScriptRunner &runner) {
        return runner.connection().has_request() ? Progress::done
                                                 : runner.wait_for_client("its request was whole");
    });
}

Script &Script::reply_upgrade(const UpgradeReply &reply, Cut cut)
{
    return add("reply_upgrade",
               [reply, cut, bytes = std::string(), sent = size_t{0}](ScriptRunner &runner) mutable {
                   Connection &connection = runner.connection();
                   if (bytes.empty()) {
                       bytes = make_upgrade_reply(connection.request(), reply);
                       connection.begin_frames(reply.allowed_rsv);
                   }
                   return send_in_pieces(connection, bytes, sent, cut) ? Progress::done : Progress::waiting;
               });
}

Script &Script::reply_status(unsigned status, const std::string &reason, const std::string &body,
                             const std::string &extra_fields, Cut cut)
{
    return send_bytes(make_status_reply(status, reason, body, extra_fields), cut);
}

Script &Script::redirect(const std::string &location, unsigned status)
{
    return reply_status(status, "Found", "", "Location: " + location + "\r\n");
}

Script &Script::next_request()
{
    return add("next_request", [](ScriptRunner &runner) {
        runner.connection().forget_request();
        return Progress::done;
    });
}

Script &Script::upgrade()
{
    return expect_upgrade().reply_upgrade();
}

Script &Script::send_bytes(const std::string &bytes, Cut cut)
{
    return add("send_bytes", [bytes, cut, sent = size_t{0}](ScriptRunner &runner) mutable {
        return send_in_pieces(runner.connection(), bytes, sent, cut) ? Progress::done : Progress::waiting;
    });
}

Script &Script::send_frame(Opcode opcode, const std::string &payload, FrameOptions options, Cut cut)
{
    return send_bytes(make_frame(opcode, payload, options), cut);
}

Script &Script::send_text(const std::string &payload)
{
    return send_frame(Opcode::text, payload);
}

Script &Script::send_close(uint16_t code, const std::string &reason)
{
    return send_frame(Opcode::close, close_payload(code, reason));
}

Script &Script::expect_frame(Opcode opcode, const std::optional<std::string> &payload)
{
    return add("expect_frame", [opcode, payload](ScriptRunner &runner) {
        ScriptRunner::ReceivedFrame frame;
        if (!runner.take_frame_but_pings(frame, opcode)) {
            return runner.wait_for_client("a " + name_of(opcode) + " frame");
        }
        const std::string wrong = difference(frame.opcode, frame.payload, opcode, payload);
        return wrong.empty() ? Progress::done : runner.fail(wrong);
    });
}

Script &Script::expect_message(Opcode opcode, const std::optional<std::string> &payload)
{
    return add("expect_message", [opcode, payload, joiner = MessageJoiner()](ScriptRunner &runner) mutable {
        ScriptRunner::ReceivedFrame frame;
        do {
            if (!runner.take_frame_but_pings(frame, opcode)) {
                return runner.wait_for_client("the end of a " + name_of(opcode) + " message");
            }
        } while (!joiner.add(frame));
        const std::string wrong = difference(joiner.opcode(), joiner.payload(), opcode, payload);
        return wrong.empty() ? Progress::done : runner.fail(wrong);
    });
}

Script &Script::expect_close(const std::optional<uint16_t> &code)
{
    return add("expect_close", [code](ScriptRunner &runner) {
        ScriptRunner::ReceivedFrame frame;
        if (!runner.take_frame_but_pings(frame, Opcode::close)) {
            return runner.wait_for_client("a Close frame");
        }
        if (frame.opcode != Opcode::close) {
            return runner.fail("got " + name_of(frame.opcode) + ", not close");
        }
        const uint16_t got = close_code_of(frame.payload);
        return !code || got == *code ? Progress::done
                                     : runner.fail("the close code is " + std::to_string(got));
    });
}

Script &Script::count_messages(size_t count)
{
    return add("count_messages", [count, seen = size_t{0}, joiner = MessageJoiner(),
                                  order = OrderCheck()](ScriptRunner &runner) mutable {
        ScriptRunner::ReceivedFrame frame;
        while (seen < count) {
            if (!runner.take_frame_but_pings(frame, Opcode::text)) {
                return runner.wait_for_client("message " + std::to_string(seen + 1));
            }
            if (is_control(frame.opcode)) {
                return runner.fail("got " + name_of(frame.opcode) + " after " + std::to_string(seen) +
                                   " messages");
            }
            if (!joiner.add(frame)) {
                continue;
            }
            if (const std::string wrong = order.add(joiner.payload()); !wrong.empty()) {
                return runner.fail(wrong);
            }
            ++seen;
        }
        return Progress::done;
    });
}

Script &Script::echo_until_close()
{
    return add("echo_until_close", [](ScriptRunner &runner) {
        Connection &connection = runner.connection();
        ScriptRunner::ReceivedFrame frame;
        while (runner.take_frame(frame)) {
            if (frame.opcode == Opcode::ping) {
                connection.send_frame(Opcode::pong, frame.payload);
            } else if (frame.opcode != Opcode::pong) {
                FrameOptions options;
                options.fin = frame.fin;
                connection.send_frame(frame.opcode, frame.payload, options);
            }
            if (frame.opcode == Opcode::close) {
                return Progress::done;
            }
        }
        return connection.peer_ended() ? Progress::done : Progress::waiting;
    });
}

Script &Script::take_until_close()
{
    return add("take_until_close", [](ScriptRunner &runner) {
        Connection &connection = runner.connection();
        ScriptRunner::ReceivedFrame frame;
        while (runner.take_frame(frame)) {
            if (frame.opcode == Opcode::ping) {
                connection.send_frame(Opcode::pong, frame.payload);
            } else if (frame.opcode == Opcode::close) {
                connection.send_frame(Opcode::close, frame.payload);
                connection.finish();
                return Progress::done;
            }
        }
        return connection.peer_ended() ? Progress::done : Progress::waiting;
    });
}

Script &Script::expect_end()
{
    return add("expect_end", [](ScriptRunner &runner) {
        return runner.connection().peer_ended() ? Progress::done : Progress::waiting;
    });
}

Script &Script::stop_reading()
{
    return add("stop_reading", [](ScriptRunner &runner) {
        runner.connection().set_reading(false);
        return Progress::done;
    });
}

Script &Script::resume_reading()
{
    return add("resume_reading", [](ScriptRunner &runner) {
        runner.connection().set_reading(true);
        return Progress::done;
    });
}

Script &Script::stall(const std::string &name)
{
    return add("stall", [name, told = false](ScriptRunner &runner) mutable {
        if (!told) {
            told = true;
            runner.connection().record(ServerEvent::Kind::stalled, name);
        }
        return runner.connection().is_released(name) ? Progress::done : Progress::waiting;
    });
}

Script &Script::answer_close()
{
    add("answer_close", [](ScriptRunner &runner) {
        ScriptRunner::ReceivedFrame frame;
        if (!runner.take_frame_but_pings(frame, Opcode::close)) {
            return runner.wait_for_client("a Close frame");
        }
        if (frame.opcode != Opcode::close) {
            return runner.fail("got " + name_of(frame.opcode) + ", not close");
        }
        runner.connection().send_frame(Opcode::close, frame.payload);
        runner.connection().finish();
        return Progress::done;
    });
    return expect_end();
}

Script &Script::half_close()
{
    return add("half_close", [](ScriptRunner &runner) {
        if (!runner.connection().is_flushed()) {
            return Progress::waiting;
        }
        runner.connection().half_close();
        return Progress::done;
    });
}

Script &Script::close()
{
    return add("close", [](ScriptRunner &runner) {
        if (!runner.connection().is_flushed()) {
            return Progress::waiting;
        }
        runner.connection().end();
        return Progress::done;
    });
}

Script &Script::reset()
{
    return add("reset", [](ScriptRunner &runner) {
        if (!runner.connection().is_taken_by_peer()) {
            return Progress::waiting;
        }
        runner.connection().reset();
        return Progress::done;
    });
}

std::unique_ptr<Behaviour> run_script(const Script &script)
{
    return std::make_unique<ScriptRunner>(script);
}

}  // namespace nws::test
