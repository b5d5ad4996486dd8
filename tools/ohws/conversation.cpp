// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "conversation.h"

#include <network/netstack/net_websocket_type.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "message_text.h"

namespace nws::ohws {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// After Ctrl-C. After the end of input the library's own close timeout counts,
// as it begins only when the last message is out.
constexpr seconds kPatience{10};
// The library does not tell when its send queue has room again.
constexpr milliseconds kRetry{20};
constexpr int kEventsPerTurn = 64;

constexpr char kTooLong[] = "a line is not sent: a message has 4 MiB at most";
constexpr char kClosedBeforeSent[] = "a line is not sent: the connection closed first";

bool is_clean(uint32_t code) noexcept
{
    return code == 1000 || code == 1001 || code == 1005;
}

std::string describe(const Event &event)
{
    return std::to_string(event.code) + (event.text.empty() ? "" : " " + event.text);
}

}  // namespace

Conversation::Conversation(const Options &options, Client &client, Output &output, int interrupt)
    : options_(options), client_(client), output_(output), input_(STDIN_FILENO), interrupt_(interrupt)
{
}

ExitStatus Conversation::run()
{
    while (stage_ != Stage::ended) {
        wait();
    }
    return failed_ ? kExitFailed : kExitClean;
}

// ---- waiting ----

bool Conversation::wants_input() const noexcept
{
    return stage_ == Stage::open && !input_finished_ && !unsent_;
}

int Conversation::milliseconds_to_wait() const
{
    auto left = milliseconds::max();
    if (deadline_) {
        left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(*deadline_ - Clock::now()));
    }
    if (unsent_) {
        left = std::min(left, kRetry);
    }
    return left == milliseconds::max() ? -1 : static_cast<int>(left.count());
}

void Conversation::wait()
{
    pollfd ready[] = {{Client::events().descriptor(), POLLIN, 0},
                      {interrupt_, POLLIN, 0},
                      {wants_input() ? STDIN_FILENO : -1, POLLIN, 0}};
    const int count = poll(ready, 3, milliseconds_to_wait());
    if (count < 0) {
        return;  // EINTR: the next poll tells
    }
    if (ready[0].revents != 0) {
        take_events();
    }
    if (ready[1].revents != 0) {
        on_interrupt();
    }
    if (ready[2].revents != 0) {
        input_.fill();
    }
    if (stage_ == Stage::open && !input_finished_) {
        send_lines();
    }
    if (deadline_ && Clock::now() >= *deadline_) {
        on_deadline();
    }
}

// ---- from the server ----

// No more than some: a server that floods is not to keep Ctrl-C waiting. While
// there are more, the descriptor stays readable.
void Conversation::take_events()
{
    for (int i = 0; i < kEventsPerTurn; ++i) {
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
    case Event::Kind::error:
        fail(event.text);
        if (stage_ == Stage::connecting) {
            stage_ = Stage::ended;
        }
        break;
    case Event::Kind::close:
        on_close(event);
        break;
    }
}

void Conversation::on_open(const Event &event)
{
    stage_ = Stage::open;
    output_.progress("open: " + describe(event));
    output_.prompt();
}

void Conversation::on_message(const Event &event)
{
    if (output_failed_ || output_.message(event.text)) {
        return;
    }
    // As with any program whose reader left: no complaint, but not a success.
    output_failed_ = failed_ = true;
    close("standard output takes no more");
}

void Conversation::on_close(const Event &event)
{
    stage_ = Stage::ended;
    if (is_clean(event.code)) {
        output_.progress("closed: " + describe(event));
    } else {
        fail("closed: " + describe(event));
    }
    if (unsent_) {
        fail(kClosedBeforeSent);
    }
}

// ---- to the server ----

void Conversation::send_lines()
{
    bool any = false;
    while (std::optional<std::string> message = next_message()) {
        if (!send(*message)) {
            unsent_ = std::move(message);
            return;
        }
        any = true;
    }
    if (input_.ended()) {
        on_end_of_input();
    } else if (any) {
        output_.prompt();
    }
}

std::optional<std::string> Conversation::next_message()
{
    if (unsent_) {
        return std::exchange(unsent_, std::nullopt);
    }
    std::optional<std::string> line = input_.next();
    if (input_.take_dropped()) {
        fail(kTooLong);
    }
    if (!line || !options_.hex) {
        return line;
    }
    if (std::optional<std::string> bytes = from_hex(*line)) {
        return bytes;
    }
    fail("a line is not sent: hex digits are expected");
    return std::string();
}

bool Conversation::send(std::string &message)
{
    switch (client_.send(message)) {
    case WEBSOCKET_OK:
        return true;
    case WEBSOCKET_QUEUE_LENGTH_EXCEEDED:
        return false;
    case WEBSOCKET_DATA_LENGTH_EXCEEDED:
        fail(kTooLong);
        return true;
    case WEBSOCKET_NO_CONNECTION:
        // onClose is on its way; it says why.
        input_finished_ = true;
        fail(kClosedBeforeSent);
        return true;
    default:
        fail("a line is not sent: out of memory");
        return true;
    }
}

// ---- to the end ----

void Conversation::on_end_of_input()
{
    input_finished_ = true;
    if (options_.wait_seconds > 0) {
        deadline_ = Clock::now() + seconds(options_.wait_seconds);
    } else {
        close("end of input");
    }
}

void Conversation::on_interrupt()
{
    interrupt_ = -1;
    input_finished_ = true;
    if (stage_ == Stage::connecting) {
        fail("interrupted while connecting");
        stage_ = Stage::ended;
        return;
    }
    close("interrupted");
    deadline_ = Clock::now() + kPatience;
}

void Conversation::on_deadline()
{
    deadline_.reset();
    if (stage_ == Stage::open) {
        close("end of input");
    } else if (stage_ == Stage::closing) {
        fail("not closed within " + std::to_string(kPatience.count()) + " s");
        stage_ = Stage::ended;
    }
}

void Conversation::close(const char *why)
{
    if (stage_ != Stage::open) {
        return;
    }
    stage_ = Stage::closing;
    deadline_.reset();
    unsent_.reset();
    output_.progress(std::string("closing: ") + why);
    const int code = client_.close();
    // Without a connection onClose is on its way.
    if (code != WEBSOCKET_OK && code != WEBSOCKET_NO_CONNECTION) {
        fail(std::string("cannot close: ") + describe_code(code));
        stage_ = Stage::ended;
    }
}

void Conversation::fail(const std::string &why)
{
    failed_ = true;
    output_.problem(why);
}

}  // namespace nws::ohws
