// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "conversation.h"

#include <network/netstack/net_websocket_type.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "connection_options.h"
#include "message_text.h"
#include "signals.h"

namespace nws::ohws {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// After Ctrl-C. After the end of input the library's own close timeout counts,
// as it begins only when the last message is out.
constexpr seconds kPatience{10};
constexpr int kEventsPerTurn = 64;

constexpr uint32_t kGoingAway = 1001;
constexpr uint32_t kNoCode = 1005;
constexpr uint32_t kLost = 1006;
constexpr uint32_t kServiceRestart = 1012;
constexpr uint32_t kTryAgainLater = 1013;

constexpr char kClosedBeforeSent[] = "a line is not sent: the connection closed first";

Clock::duration duration_of(double time)
{
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(time));
}

// Those of NET_WEBSOCKET_RECONNECT_ON_LOSS and _ON_GOING.
bool is_ending_to_reconnect_on(uint32_t code) noexcept
{
    return code == kLost || code == kGoingAway || code == kServiceRestart || code == kTryAgainLater;
}

}  // namespace

Conversation::Conversation(const Options &options, Client &client, Console &console, Output &output,
                           int signals)
    : options_(options),
      client_(client),
      console_(console),
      output_(output),
      input_(STDIN_FILENO),
      signals_(signals)
{
    if (console.interactive()) {
        editor_.emplace([this] { return wait_for_key(); },
                        options.talk.history ? default_history_file() : "");
        console.attach(&*editor_);
    }
}

Conversation::~Conversation()
{
    console_.attach(nullptr);
}

ExitStatus Conversation::run()
{
    while (stage_ != Stage::ended) {
        if (editor_ && wants_input()) {
            edit_line();
            continue;
        }
        if (wait(wants_input())) {
            input_.fill();
        }
        send_unsent();
        if (!editor_ && wants_input()) {
            send_lines();
        }
    }
    return status_;
}

// ---- waiting ----

bool Conversation::wants_input() const noexcept
{
    return stage_ == Stage::open && !input_finished_ && !unsent_;
}

int Conversation::milliseconds_to_wait() const
{
    int left = -1;
    for (const auto &until : {deadline_, next_ping_}) {
        if (until) {
            const auto time = std::chrono::ceil<milliseconds>(*until - Clock::now()).count();
            const int in_time = static_cast<int>(std::max<int64_t>(0, time));
            left = left < 0 ? in_time : std::min(left, in_time);
        }
    }
    return left;
}

bool Conversation::wait(bool for_input)
{
    pollfd ready[] = {{Client::events().descriptor(), POLLIN, 0},
                      {signals_, POLLIN, 0},
                      {for_input ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(ready, 3, milliseconds_to_wait()) < 0) {
        return false;  // EINTR: the next poll tells
    }
    if (ready[0].revents != 0) {
        take_events();
    }
    if (ready[1].revents != 0) {
        on_signals();
    }
    on_deadlines();
    return ready[2].revents != 0;
}

// The line stays as it is while the connection is made anew.
bool Conversation::wait_for_key()
{
    while (!input_finished_ && (stage_ == Stage::open || stage_ == Stage::connecting)) {
        if (wait(stage_ == Stage::open)) {
            return true;
        }
    }
    return false;
}

// ---- from the server ----

// No more than some: a server that floods is not to keep Ctrl-C waiting. While
// there are more, the descriptor stays readable.
void Conversation::take_events()
{
    for (int i = 0; i < kEventsPerTurn && stage_ != Stage::ended; ++i) {
        const auto event = Client::events().take();
        if (!event) {
            return;
        }
        on_event(*event);
    }
}

void Conversation::on_event(const Event &event)
{
    switch (event.kind) {
    case Event::Kind::open:
        on_open(event);
        break;
    case Event::Kind::message:
        on_message(event);
        break;
    case Event::Kind::pong:
        on_pong(event);
        break;
    case Event::Kind::drained:
        break;  // it was enough to wake
    case Event::Kind::reconnect:
        output_.reconnecting(event);
        break;
    case Event::Kind::error:
        on_error(event);
        break;
    case Event::Kind::close:
        on_close(event);
        break;
    }
}

void Conversation::on_open(const Event &event)
{
    stage_ = Stage::open;
    attempts_ = 0;
    output_.opened(event, options_.connection.url, client_.subprotocol());
    if (options_.talk.ping > 0) {
        next_ping_ = Clock::now();
    }
}

void Conversation::on_message(const Event &event)
{
    if (output_failed_ || (options_.talk.max_messages > 0 && messages_ >= options_.talk.max_messages)) {
        return;
    }
    if (!output_.message(event)) {
        // As with any program whose reader left: no complaint, but not a success.
        output_failed_ = true;
        set_failed(kExitFailed);
        close("standard output takes no more");
    } else if (++messages_ == options_.talk.max_messages) {
        close("that were all messages asked for");
    }
}

void Conversation::on_pong(const Event &event)
{
    if (event.text == ping_payload_) {
        output_.pong(event, std::chrono::duration_cast<Microseconds>(event.when - pinged_));
    }
}

void Conversation::on_error(const Event &event)
{
    if (stage_ == Stage::connecting && takes_another_attempt(true)) {
        output_.problem(event.text);
        return;
    }
    fail(event.text, status_of_error(event.code, event.text));
    if (stage_ == Stage::connecting) {
        stage_ = Stage::ended;
    }
}

void Conversation::on_close(const Event &event)
{
    const bool clean = is_clean(event.code);
    output_.closed(event, clean);
    next_ping_.reset();
    if (takes_another_attempt(stage_ == Stage::open && is_ending_to_reconnect_on(event.code))) {
        stage_ = Stage::connecting;
        return;
    }
    stage_ = Stage::ended;
    if (!clean) {
        set_failed(kExitFailed);
    }
    if (unsent_) {
        fail(kClosedBeforeSent);
    }
}

bool Conversation::is_clean(uint32_t code) const noexcept
{
    return code == 1000 || code == kGoingAway || code == kNoCode ||
           (stage_ == Stage::closing && code == options_.talk.close_code);
}

// What the library decides by the same rule.
bool Conversation::takes_another_attempt(bool counts) noexcept
{
    const uint32_t most = options_.talk.reconnect_attempts;
    if (!counts || (most != UINT32_MAX && attempts_ >= most)) {
        return false;
    }
    ++attempts_;
    return true;
}

// ---- to the server ----

void Conversation::edit_line()
{
    if (std::optional<std::string> line = editor_->read()) {
        take_line(std::move(*line));
    } else if (editor_->ended()) {
        on_end_of_input();
    }
}

void Conversation::send_lines()
{
    while (wants_input()) {
        std::optional<std::string> line = input_.next();
        if (input_.take_dropped()) {
            fail("a line is not sent: longer than a message may be");
        }
        if (!line) {
            break;
        }
        take_line(std::move(*line));
    }
    if (wants_input() && input_.ended()) {
        on_end_of_input();
    }
}

void Conversation::take_line(std::string line)
{
    if (line.empty()) {
        return;
    }
    std::optional<std::string> message = decoded(std::move(line));
    if (!message) {
        fail(options_.talk.notation == Notation::hex ? "a line is not sent: hex digits are expected"
                                                     : "a line is not sent: base64 is expected");
    } else if (!send(*message)) {
        unsent_ = std::move(message);
    }
}

std::optional<std::string> Conversation::decoded(std::string line)
{
    switch (options_.talk.notation) {
    case Notation::hex:
        return from_hex(line);
    case Notation::base64:
        return from_base64(line);
    case Notation::plain:
        break;
    }
    return line;
}

void Conversation::send_unsent()
{
    if (unsent_ && stage_ == Stage::open) {
        const std::string message = *std::exchange(unsent_, std::nullopt);
        if (!send(message)) {
            unsent_ = message;
        }
    }
}

SendAs Conversation::type_to_send() const noexcept
{
    const bool is_plain = options_.talk.notation == Notation::plain;
    return options_.talk.send_as != SendAs::by_content || is_plain ? options_.talk.send_as : SendAs::binary;
}

bool Conversation::send(const std::string &message)
{
    if (type_to_send() == SendAs::text && !is_utf8(message)) {
        fail("a line is not sent: it is not UTF-8");
        return true;
    }
    const int code = client_.send(type_to_send(), message);
    const bool reconnects = options_.talk.reconnect_attempts > 0;
    if (code == WEBSOCKET_QUEUE_LENGTH_EXCEEDED || (code == WEBSOCKET_NO_CONNECTION && reconnects)) {
        return false;
    }
    if (code == WEBSOCKET_NO_CONNECTION) {
        // onClose is on its way; it says why.
        input_finished_ = true;
        fail(kClosedBeforeSent);
    } else if (code != WEBSOCKET_OK) {
        fail(std::string("a line is not sent: ") + describe_code(code));
    }
    return true;
}

void Conversation::send_ping()
{
    ping_payload_ =
        std::to_string(std::chrono::duration_cast<Microseconds>(Clock::now().time_since_epoch()).count());
    pinged_ = Clock::now();
    client_.ping(ping_payload_);
    next_ping_ = pinged_ + duration_of(options_.talk.ping);
}

// ---- to the end ----

void Conversation::on_end_of_input()
{
    input_finished_ = true;
    if (options_.talk.wait > 0) {
        deadline_ = Clock::now() + duration_of(options_.talk.wait);
    } else {
        close("end of input");
    }
}

void Conversation::on_signals()
{
    for (;;) {
        switch (Signals::take()) {
        case Signals::Request::end:
            on_interrupt();
            break;
        case Signals::Request::suspend:
            if (editor_) {
                editor_->hide();
                editor_->leave_terminal();
            }
            Signals::suspend();
            if (editor_) {
                editor_->take_terminal();
                editor_->show();
            }
            break;
        case Signals::Request::resize:
            if (editor_) {
                editor_->resize();
            }
            break;
        case Signals::Request::none:
            return;
        }
    }
}

void Conversation::on_interrupt()
{
    input_finished_ = true;
    if (stage_ == Stage::connecting) {
        fail("interrupted while connecting", kExitNotReached);
        stage_ = Stage::ended;
        return;
    }
    close("interrupted");
    deadline_ = Clock::now() + kPatience;
}

void Conversation::on_deadlines()
{
    const auto now = Clock::now();
    if (next_ping_ && now >= *next_ping_) {
        send_ping();
    }
    if (deadline_ && now >= *deadline_) {
        deadline_.reset();
        on_wait_over();
    }
}

void Conversation::on_wait_over()
{
    if (stage_ == Stage::open) {
        close("end of input");
    } else if (stage_ == Stage::closing) {
        fail("not closed within " + std::to_string(kPatience.count()) + " s");
        stage_ = Stage::ended;
    } else if (stage_ == Stage::connecting) {
        fail("not connected when the time to wait was over", kExitNotReached);
        stage_ = Stage::ended;
    }
}

void Conversation::close(const std::string &why)
{
    if (stage_ != Stage::open) {
        return;
    }
    stage_ = Stage::closing;
    deadline_.reset();
    next_ping_.reset();
    unsent_.reset();
    output_.progress("closing: " + why);
    const int code = client_.close(options_.talk.close_code, options_.talk.close_reason);
    // Without a connection onClose is on its way.
    if (code != WEBSOCKET_OK && code != WEBSOCKET_NO_CONNECTION) {
        fail(std::string("cannot close: ") + describe_code(code));
        stage_ = Stage::ended;
    }
}

void Conversation::fail(const std::string &why, ExitStatus status)
{
    set_failed(status);
    output_.problem(why);
}

void Conversation::set_failed(ExitStatus status) noexcept
{
    status_ = status_ == kExitClean ? status : status_;
}

}  // namespace nws::ohws
