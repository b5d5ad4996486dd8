// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "connection/connection.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "base/close_code.h"

namespace nws {

namespace {

// Not the peer's fault, but it ends the same way.
constexpr Violation kNoMemory{kCloseInternalError, "out of memory for a message"};

// A connection with much to send gives the others a turn after this much.
constexpr size_t kBytesPerTurn = size_t{1} << 20;

// A peer that answers none must not make us remember all.
constexpr size_t kMaxPings = 64;

double in_seconds(Milliseconds time) noexcept
{
    return static_cast<double>(time.count()) / 1000;
}

}  // namespace

// ---- what commands ask ----

void Connection::start(Client &client, uint32_t generation) noexcept
{
    client_ = &client;
    generation_ = generation;
    client.connection = this;
    for (MessageList *list : {&client.carried_over(), &client.pending()}) {
        while (OutgoingMessage *message = list->take_first()) {
            send(message);
        }
    }
    set_timer(options_.timeouts.connect);
    open_transport();
}

void Connection::send(OutgoingMessage *message) noexcept
{
    if (keeps_queue_ && outbox_.close_queued() && message->piece == Piece::whole) {
        client_->carried_over().append(message);
        return;
    }
    const bool was_empty = outbox_.empty();
    if (!outbox_.push(message)) {
        client_->drop(message);
        return;
    }
    if (was_empty && stage() != Stage::connecting) {
        request_writable();
    }
}

void Connection::ping(const void *payload, size_t length) noexcept
{
    if (stage() != Stage::open && stage() != Stage::closing) {
        return;
    }
    try {
        if (pings_.size() == kMaxPings) {
            pings_.erase(pings_.begin());
        }
        pings_.push_back({{static_cast<const char *>(payload), length}, std::chrono::steady_clock::now()});
    } catch (const std::bad_alloc &) {
        // nobody hears of the answer
    }
    outbox_.push_ping(payload, length);
    request_writable();
}

void Connection::update_flow() noexcept
{
    if (paused()) {
        set_receiving(false);
        return;
    }
    set_receiving(true);
    on_traffic();  // silence counts from here
    std::vector<HeldPiece> pieces;
    pieces.swap(held_pieces_);
    for (HeldPiece &piece : pieces) {
        if (piece.pong) {
            on_pong(reinterpret_cast<const uint8_t *>(piece.payload.data()), piece.payload.size());
        } else {
            on_payload(piece.first, piece.text, piece.last, piece.payload.data(), piece.payload.size());
        }
    }
    if (!held_.empty()) {
        std::string bytes;
        bytes.swap(held_);
        on_bytes(bytes.data(), bytes.size());
    }
}

void Connection::close(const CloseStatus &status, bool while_connecting) noexcept
{
    keeps_queue_ = false;  // no attempt follows: this connection is to send it
    silent_ = silent_ || while_connecting;
    if (stage() == Stage::connecting || stage() == Stage::open) {
        close_ = status;
        step(Input::local_close);
    }
    if (while_connecting) {
        detach();
    } else {
        update_flow();
    }
}

void Connection::abandon() noexcept
{
    keeps_queue_ = false;
    step(Input::abandoned);
    detach();
}

// ---- what the transport tells ----

// Without a deflater messages go as they are; without an inflater the server's
// could not be read.
bool Connection::use_deflate(const DeflateParameters &agreed) noexcept
{
    std::unique_ptr<MessageInflater> inflater = MessageInflater::create(agreed);
    const bool possible = inflater != nullptr;
    inbox_.set_inflater(std::move(inflater));
    outbox_.set_deflater(MessageDeflater::create(agreed));
    return possible;
}

void Connection::on_response(std::shared_ptr<const std::string> fields) noexcept
{
    if (client_ != nullptr) {
        client_->set_response(generation_, std::move(fields));
    }
}

void Connection::on_details(std::shared_ptr<const ConnectionDetails> details) noexcept
{
    if (client_ != nullptr) {
        client_->set_details(generation_, std::move(details));
    }
}

void Connection::on_established(uint32_t status, const char *reason_phrase) noexcept
{
    open_status_ = status;
    text_ = reason_phrase;
    on_traffic();
    count(&Statistics::connects);
    if (client_ != nullptr && !client_->set_open(generation_)) {
        // The application has called Close; its command is on the way.
        silent_ = true;
    } else if (client_ != nullptr) {
        on_opened(*client_);
    }
    step(Input::established);
    stop_if_paused();
    if (!outbox_.empty()) {
        request_writable();
    }
}

void Connection::on_connect_failed(const char *text) noexcept
{
    text_ = text;
    step(Input::failed);
}

void Connection::on_bytes(char *data, size_t length) noexcept
{
    on_traffic();
    std::optional<Callbacks::Visit> visit;
    if (client_ != nullptr) {
        visit.emplace(client_->callbacks());  // destroyed not before the next commands
    }
    char *cursor = data;
    char *const end = data + length;
    while ((stage() == Stage::open || stage() == Stage::closing) && last_frame_ == Inbox::Event::more) {
        if (paused()) {
            hold(cursor, static_cast<size_t>(end - cursor));
            return;
        }
        const Inbox::Event event = inbox_.next(cursor, end);
        count(&Statistics::frames_received, inbox_.take_frame_count());
        switch (event) {
        case Inbox::Event::more:
            return;
        case Inbox::Event::message:
            on_message(inbox_.message());
            break;
        case Inbox::Event::part:
            on_part(inbox_.message());
            break;
        case Inbox::Event::ping:
            outbox_.push_pong(inbox_.control_payload(), inbox_.control_length());
            request_writable();
            break;
        case Inbox::Event::pong:
            on_pong(inbox_.control_payload(), inbox_.control_length());
            break;
        case Inbox::Event::close:
        case Inbox::Event::violation:
            on_last_frame(event);
            break;
        case Inbox::Event::no_memory:
            on_violation(kNoMemory);
            break;
        }
    }
}

// What callbacks send waits among the commands until this read is done. So that
// answers to good messages go out, a Close or a bad frame behind them counts when
// the socket has been written to next. If it takes too long, the server does not
// read them; with a queue to keep for the next connection there is no hurry.
void Connection::on_last_frame(Inbox::Event event) noexcept
{
    const Milliseconds limit = options_.timeouts.close;
    if (answers_may_come_ && stage() == Stage::open && !write_blocked() && !keeps_queue_ &&
        limit.count() > 0) {
        last_frame_ = event;
        request_writable();
        set_timer(limit);
    } else {
        take_last_frame(event);
    }
}

void Connection::take_last_frame(Inbox::Event event) noexcept
{
    last_frame_ = Inbox::Event::more;
    if (event == Inbox::Event::close) {
        on_close_frame(inbox_.close_code(), reinterpret_cast<const char *>(inbox_.control_payload()),
                       inbox_.control_length());
    } else if (event == Inbox::Event::violation) {
        on_violation(inbox_.violation());
    }
}

// What is left of a read when the application pauses; TCP keeps the rest.
void Connection::hold(const char *data, size_t length) noexcept
{
    inbox_.release();
    try {
        held_.append(data, length);
    } catch (const std::bad_alloc &) {
        on_violation(kNoMemory);
    }
    set_receiving(false);
}

void Connection::hold(HeldPiece &&piece, const void *payload, size_t length) noexcept
{
    try {
        piece.payload.assign(static_cast<const char *>(payload), length);
        held_pieces_.push_back(std::move(piece));
    } catch (const std::bad_alloc &) {
        on_violation(kNoMemory);
    }
    set_receiving(false);
}

void Connection::on_pong(const uint8_t *payload, size_t length) noexcept
{
    on_traffic();
    if (paused()) {
        hold({true, true, false, true, {}}, payload, length);
        return;
    }
    const std::string_view answer(reinterpret_cast<const char *>(payload), length);
    const auto asked = std::find_if(pings_.begin(), pings_.end(),
                                    [answer](const AskedPing &ping) { return ping.payload == answer; });
    if (asked == pings_.end()) {
        return;
    }
    const auto time = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - asked->time)
            .count());
    // The peer may answer the newest only (RFC 6455 5.5.3).
    pings_.erase(pings_.begin(), asked + 1);
    if (Client *client = audience()) {
        client->statistics().round_trip_microseconds.set(time);
        all_clients().round_trip_microseconds.set(time);
        client->callbacks().pong(options_.callbacks, payload, length);
        stop_if_paused();
    }
}

void Connection::on_payload(bool first, bool text, bool last, char *data, size_t length) noexcept
{
    on_traffic();
    if ((stage() != Stage::open && stage() != Stage::closing) || last_frame_ != Inbox::Event::more) {
        return;
    }
    if (paused()) {
        hold({false, first, text, last, {}}, data, length);
        return;
    }
    const Inbox::Event event = inbox_.piece(first, text, last, data, length);
    count(&Statistics::frames_received, inbox_.take_frame_count());
    if (event == Inbox::Event::message) {
        on_message(inbox_.message());
    } else if (event == Inbox::Event::part) {
        on_part(inbox_.message());
    } else if (event == Inbox::Event::violation) {
        on_last_frame(event);
    } else if (event == Inbox::Event::no_memory) {
        on_violation(kNoMemory);
    }
    stop_if_paused();
}

// After each callback, for a transport that has taken the frames apart: it may
// have more of them at hand.
void Connection::stop_if_paused() noexcept
{
    if (paused()) {
        set_receiving(false);
    }
}

void Connection::on_part(const Message &part) noexcept
{
    count(&Statistics::messages_received, part.last ? 1 : 0);
    count(&Statistics::bytes_received, part.length);
    if (Client *client = audience()) {
        answers_may_come_ = true;
        client->callbacks().message_part(options_.callbacks, part.text, part.data, part.length, part.last);
    }
}

void Connection::on_message(const Message &message) noexcept
{
    count(&Statistics::messages_received);
    count(&Statistics::bytes_received, message.length);
    if (Client *client = audience()) {
        answers_may_come_ = true;
        client->callbacks().message(options_.callbacks, message.text, message.data, message.length);
    }
}

void Connection::on_peer_close(uint16_t code, const char *reason, size_t length) noexcept
{
    take_last_frame(last_frame_);
    const Violation wrong = code == kCloseNoStatus ? Violation{} : check_close(code, {reason, length});
    if (wrong.what != nullptr) {
        on_violation(wrong);
    } else {
        on_close_frame(code, reason, length);
    }
}

void Connection::on_close_frame(uint16_t code, const char *reason, size_t length) noexcept
{
    // The answer to our own Close repeats what we know.
    if (stage() == Stage::open || !outbox_.close_written()) {
        close_.set(code, reason, length);
    }
    step(Input::peer_close);
}

void Connection::on_violation(const Violation &violation) noexcept
{
    if (stage() != Stage::open && stage() != Stage::closing) {
        return;  // what it ends with is decided
    }
    violation_ = violation;
    text_ = violation.what;
    step(Input::violation);
}

void Connection::abort() noexcept
{
    silent_ = true;
    on_lost("");
}

bool Connection::closing() const noexcept
{
    return stage() == Stage::closing || stage() == Stage::ending || lifecycle_.close_requested();
}

void Connection::on_lost(const char *cause) noexcept
{
    take_last_frame(last_frame_);
    text_ = cause;
    step(Input::lost);
}

void Connection::on_writable() noexcept
{
    if (stage() == Stage::connecting || stage() == Stage::ended) {
        return;
    }
    // There may be as many commands again as one turn carries out.
    const bool answers_came = !outbox_.empty();
    flush();
    if (!answers_came || write_blocked()) {
        answers_may_come_ = false;
        take_last_frame(last_frame_);
    } else if (last_frame_ != Inbox::Event::more) {
        request_writable();
    }
    if (stage() == Stage::ended) {
        return;
    }
    if (!outbox_.empty() || write_blocked()) {
        request_writable();
    } else if (outbox_.close_written()) {
        step(Input::close_written);
    }
}

// ---- sending ----

void Connection::flush() noexcept
{
    const WriteBuffer buffer = write_buffer();
    for (size_t written = 0; written < kBytesPerTurn && !write_blocked();) {
        const size_t length = fill(buffer);
        if (length == 0) {
            return;
        }
        written += length;
        if (!write(buffer.data, length)) {
            on_lost("the connection broke while sending");
            return;
        }
        if (stage() == Stage::closing) {
            // The peer reads: the wait for its Close begins with our last byte.
            start_timer(Timer::close);
        }
    }
}

size_t Connection::fill(const WriteBuffer &buffer) noexcept
{
    size_t length = fill_step(buffer, 0);
    if (!outbox_.empty()) {
        const size_t room = write_room();
        while (length + buffer.step <= room && !outbox_.empty()) {
            length += fill_step(buffer, length);
        }
    }
    return length;
}

// Whoever waits for room in the queue can go on after each step.
size_t Connection::fill_step(const WriteBuffer &buffer, size_t at) noexcept
{
    size_t released = 0;
    const size_t length = outbox_.fill(buffer.data + at, buffer.step, buffer.masks, &released);
    const auto add = [written = outbox_.take_written()](Statistics &statistics) {
        statistics.messages_sent.add(written.messages);
        statistics.bytes_sent.add(written.bytes);
        statistics.frames_sent.add(written.frames);
    };
    add(all_clients());
    if (client_ != nullptr) {
        add(client_->statistics());
    }
    release_queue(released);
    return length;
}

void Connection::drop_messages() noexcept
{
    keep_messages(false);
    release_queue(outbox_.drop_messages());
}

// For the client's next connection; what they cost stays reserved.
void Connection::keep_messages(bool ended) noexcept
{
    if (keeps_queue_ && client_ != nullptr) {
        client_->carried_over().prepend(outbox_.take_messages(ended));
    }
}

void Connection::release_queue(size_t cost) noexcept
{
    if (client_ == nullptr || cost == 0) {
        return;
    }
    const size_t left = client_->release_queue(cost);
    const size_t mark = options_.drained_bytes;
    if (left <= mark && left + cost > mark && stage() == Stage::open && !silent_) {
        client_->callbacks().drained(options_.callbacks);
        stop_if_paused();
    }
}

void Connection::count(Count Statistics::*what, uint64_t amount) noexcept
{
    (all_clients().*what).add(amount);
    if (client_ != nullptr) {
        (client_->statistics().*what).add(amount);
    }
}

// ---- effects ----

void Connection::step(Input input) noexcept
{
    Circumstances now;
    now.has_messages = outbox_.queued_cost() > 0;
    now.close_written = outbox_.close_written();
    const Stage before = stage();
    Client *client = audience();
    const Effects effects = lifecycle_.step(input, now);
    perform(effects);
    if (before == Stage::ended || stage() != Stage::ended) {
        return;
    }
    on_finished();
    if (client == nullptr) {
        return;
    }
    const Client::State state = client->state();
    if (state.generation == generation_ && state.phase == Phase::ended) {
        on_ended(*client, ending(before, effects.call_close));
    }
}

Ending Connection::ending(Stage before, Verdict told) const noexcept
{
    if (before == Stage::connecting) {
        return Ending::failed;
    }
    if (before == Stage::open && told == Verdict::lost) {
        return Ending::lost;
    }
    const bool going = close_.code == kCloseGoingAway || close_.code == kCloseServiceRestart ||
                       close_.code == kCloseTryAgainLater;
    return told == Verdict::peer && going ? Ending::going : Ending::agreed;
}

void Connection::perform(const Effects &effects) noexcept
{
    if (effects.drop_messages) {
        drop_messages();
    }
    if (stage() == Stage::ending && client_ != nullptr) {
        // What Send would take now, nobody would read.
        client_->set_closing(generation_);
    }
    Client *client = audience();
    if (stage() == Stage::ended && effects.call_close == Verdict::none) {
        detach();  // in its last callback the client may connect anew
    }
    if (effects.call_open && client != nullptr) {
        client->callbacks().open(open_status_, text_);
    }
    if (effects.call_error && client != nullptr) {
        call_error(*client);
    }
    if (stage() == Stage::ended) {
        detach();  // likewise, where onClose is the last
    }
    if (effects.send_close) {
        queue_close_frame(lifecycle_.verdict());
    }
    if (effects.try_once && !write_blocked()) {
        flush();
    }
    if (effects.call_close != Verdict::none && client != nullptr) {
        call_close(*client, effects.call_close);
    }
    if (effects.disconnect) {
        drop_transport();
    }
    start_timer(effects.timer);
}

void Connection::queue_close_frame(Verdict verdict) noexcept
{
    switch (verdict) {
    case Verdict::local:
        outbox_.push_close(close_.code, close_.reason, close_.reason_length);
        break;
    case Verdict::peer:
        outbox_.push_close(close_.code, nullptr, 0);
        break;
    case Verdict::violation:
        outbox_.push_close(violation_.close_code, violation_.what,
                           std::min(std::strlen(violation_.what), kMaxCloseReason));
        break;
    case Verdict::lost:
    case Verdict::none:
        outbox_.push_close(kCloseGoingAway, nullptr, 0);
        break;
    }
    if (stage() != Stage::ended) {
        request_writable();
    }
}

void Connection::call_error(Client &client) noexcept
{
    WebSocket_ErrCode code = WEBSOCKET_CONNECTION_ERROR;
    if (stage() != Stage::ended || lifecycle_.verdict() == Verdict::violation) {
        code = violation_.close_code == kCloseMessageTooBig   ? WEBSOCKET_DATA_LENGTH_EXCEEDED
               : violation_.close_code == kCloseInternalError ? WEBSOCKET_CONNECTION_NO_MEMORY
                                                              : WEBSOCKET_PROTOCOL_ERROR;
    }
    client.set_last_error(text_);
    client.callbacks().error(code, text_);
}

void Connection::call_close(Client &client, Verdict verdict) noexcept
{
    switch (verdict) {
    case Verdict::local:
    case Verdict::peer:
        client.callbacks().close(close_.code, close_.reason);
        break;
    case Verdict::violation:
        client.callbacks().close(violation_.close_code, violation_.what);
        break;
    case Verdict::lost:
        client.callbacks().close(kCloseAbnormal, text_);
        break;
    case Verdict::none:
        break;
    }
}

void Connection::detach() noexcept
{
    if (client_ == nullptr) {
        return;
    }
    keep_messages(true);
    client_->release_queue(outbox_.queued_cost());
    client_->set_ended(generation_);
    if (client_->connection == this) {
        client_->connection = nullptr;
    }
    client_ = nullptr;
}

// ---- time ----

void Connection::start_timer(Timer timer) noexcept
{
    switch (timer) {
    case Timer::keep:
        break;
    case Timer::keep_alive:
        keep_alive();
        break;
    case Timer::close:
        set_timer(options_.timeouts.close);
        break;
    }
}

void Connection::on_timer() noexcept
{
    if (last_frame_ != Inbox::Event::more) {
        take_last_frame(last_frame_);
        return;
    }
    if (stage() == Stage::open) {
        keep_alive();
        return;
    }
    char text[320];
    if (stage() == Stage::connecting) {
        char progress[256];
        give_up_connecting(progress, sizeof progress);
        std::snprintf(text, sizeof text, "timeout after %g s while %s", in_seconds(options_.timeouts.connect),
                      progress);
    } else {
        std::snprintf(text, sizeof text, "no answer to the Close frame within %g s",
                      in_seconds(options_.timeouts.close));
    }
    text_ = text;
    step(Input::timeout);
    text_ = "";
}

void Connection::keep_for_next(std::shared_ptr<void> resource) noexcept
{
    if (client_ != nullptr) {
        client_->kept = std::move(resource);
    }
}

// The timer is not moved at every read; it looks at the clock when it fires.
void Connection::keep_alive() noexcept
{
    constexpr Milliseconds kNever{0};
    const Milliseconds ping = options_.timeouts.ping;
    const Milliseconds lost = options_.timeouts.lost;
    if (paused()) {
        on_traffic();  // nobody listens
    }
    const Milliseconds silence = now() - last_received_;
    if (lost > kNever && silence >= lost && !suspected_) {
        // Perhaps nobody has looked for so long: what has come is read first.
        suspected_ = true;
        set_timer(Milliseconds{1});
        return;
    }
    if (lost > kNever && silence >= lost) {
        char text[64];
        std::snprintf(text, sizeof text, "nothing received for %g s", in_seconds(lost));
        text_ = text;
        step(Input::timeout);
        text_ = "";
        return;
    }
    suspected_ = false;
    if (ping > kNever && silence >= ping) {
        // One for each silence: all the time that is left is for the answer.
        if (lost == kNever || pinged_for_ != last_received_) {
            pinged_for_ = last_received_;
            outbox_.push_ping(nullptr, 0);
            request_writable();
        }
        // The answer begins another silence, which is pinged in its turn.
        set_timer(lost > kNever ? std::min(ping, lost - silence) : ping);
    } else if (ping > kNever && (lost == kNever || ping < lost)) {
        set_timer(ping - silence);
    } else {
        set_timer(lost > kNever ? lost - silence : kNever);
    }
}

}  // namespace nws
