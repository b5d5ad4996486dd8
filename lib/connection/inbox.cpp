// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the server sent, from bytes to events. On the service thread.
// Pure.
// Must not know: sockets, lws, clients.

#include "connection/inbox.h"

#include <algorithm>
#include <cstring>

#include "base/close_code.h"
#include "base/utf8.h"

namespace nws {

Violation check_close(uint16_t code, std::string_view reason) noexcept
{
    if (!may_send_close_code(code)) {
        return {kCloseProtocolError, "the server sent a close code that must not be sent (RFC 6455 7.4)"};
    }
    if (!is_utf8(reason)) {
        return {kCloseInvalidPayload, "the server sent a close reason that is not UTF-8 (RFC 6455 5.5.1)"};
    }
    return {};
}

Inbox::Event Inbox::next(char *&cursor, char *end) noexcept
{
    messages_.release(cursor != end);
    if (read_whole_message(cursor, end)) {
        return Event::message;
    }
    if (cursor == end && !messages_.unfinished()) {
        messages_.shrink();
        return Event::more;
    }
    for (;;) {
        if (!in_frame_) {
            if (!read_head(cursor, end)) {
                messages_.shrink();
                return violation_.what == nullptr ? Event::more : Event::violation;
            }
            const Event event = begin_frame();
            if (event != Event::more) {
                return event;
            }
        }
        const Event event = is_control(head_.opcode) ? read_control(cursor, end) : read_data(cursor, end);
        if (event != Event::more || in_frame_) {
            return event;
        }
    }
}

// Most messages are one frame that lies whole in the input: one look at the head
// decides. Whatever is out of the ordinary, or wrong, is left to the long way.
bool Inbox::read_whole_message(char *&cursor, char *end) noexcept
{
    constexpr ptrdiff_t kMaxHead = 4;
    if (in_frame_ || head_length_ != 0 || end - cursor < kMaxHead) {
        return false;
    }
    const auto *head = reinterpret_cast<const uint8_t *>(cursor);
    const bool text = head[0] == (kFin | static_cast<uint8_t>(Opcode::text));
    if (!text && head[0] != (kFin | static_cast<uint8_t>(Opcode::binary))) {
        return false;
    }
    char *const payload = cursor + (head[1] == kLength16 ? 4 : 2);
    const ptrdiff_t length = head[1] == kLength16 ? head[2] << 8 | head[3] : head[1];
    if (head[1] > kLength16 || (head[1] == kLength16 && length < kLength16) || end - payload < length ||
        !messages_.whole(text, payload, static_cast<size_t>(length))) {
        return false;
    }
    cursor = payload + length;
    ++frames_;
    return true;
}

// True when head_ is complete. A head that lies whole in the input, the usual
// case, is read there; parts of one are collected.
bool Inbox::read_head(char *&cursor, char *end) noexcept
{
    const bool deflate = messages_.inflates();
    const char *wrong = nullptr;
    size_t available = static_cast<size_t>(end - cursor);
    if (head_length_ == 0) {
        const size_t used =
            read_frame_head(reinterpret_cast<uint8_t *>(cursor), available, deflate, head_, &wrong);
        if (used > 0) {
            cursor += used;
            return true;
        }
    }
    while (available > 0 && wrong == nullptr) {
        head_bytes_[head_length_++] = static_cast<uint8_t>(*cursor++);
        --available;
        if (read_frame_head(head_bytes_, head_length_, deflate, head_, &wrong) > 0) {
            head_length_ = 0;
            return true;
        }
    }
    if (wrong != nullptr) {
        violate(kCloseProtocolError, wrong);
    }
    return false;
}

Inbox::Event Inbox::begin_frame() noexcept
{
    ++frames_;
    in_frame_ = true;
    left_ = head_.payload_length;
    if (is_control(head_.opcode)) {
        control_length_ = 0;
        return Event::more;
    }
    const bool first = head_.opcode != Opcode::continuation;
    if (first && messages_.in_message()) {
        return violate(kCloseProtocolError, "the server began a message inside another (RFC 6455 5.4)");
    }
    if (!first && !messages_.in_message()) {
        return violate(kCloseProtocolError,
                       "the server continued a message that had not begun (RFC 6455 5.4)");
    }
    return on_result(
        messages_.begin_frame(first, head_.opcode == Opcode::text, head_.fin, left_, head_.compressed));
}

Inbox::Event Inbox::read_data(char *&cursor, char *end) noexcept
{
    const auto available = static_cast<size_t>(end - cursor);
    const auto length = static_cast<size_t>(std::min<uint64_t>(left_, available));
    const bool end_of_frame = length == left_;
    size_t used = length;
    const MessageReader::Result result = messages_.compressed()
                                             ? messages_.compressed_piece(cursor, length, end_of_frame, &used)
                                             : messages_.piece(cursor, length, end_of_frame, true);
    cursor += used;
    left_ -= used;
    in_frame_ = left_ > 0 || messages_.unfinished();
    return on_result(result);
}

Inbox::Event Inbox::piece(bool first, bool text, bool last, char *data, size_t length) noexcept
{
    ++frames_;
    messages_.release();
    const Event event = on_result(messages_.begin_frame(first, text, last, length));
    return event != Event::more ? event : on_result(messages_.piece(data, length, true, false));
}

Inbox::Event Inbox::read_control(char *&cursor, char *end) noexcept
{
    const auto available = static_cast<size_t>(end - cursor);
    const auto length = static_cast<size_t>(std::min<uint64_t>(left_, available));
    if (length > 0) {
        std::memcpy(control_ + control_length_, cursor, length);
    }
    control_length_ += length;
    cursor += length;
    left_ -= length;
    in_frame_ = left_ > 0;
    if (in_frame_) {
        return Event::more;
    }
    switch (head_.opcode) {
    case Opcode::ping:
        return Event::ping;
    case Opcode::pong:
        return Event::pong;
    default:
        return read_close();
    }
}

Inbox::Event Inbox::read_close() noexcept
{
    if (control_length_ == 0) {
        close_code_ = kCloseNoStatus;
        return Event::close;
    }
    if (control_length_ == 1) {
        return violate(kCloseProtocolError,
                       "the server sent a Close frame with half a code (RFC 6455 5.5.1)");
    }
    close_code_ = static_cast<uint16_t>(control_[0] << 8 | control_[1]);
    control_length_ -= 2;
    std::memmove(control_, control_ + 2, control_length_);
    violation_ = check_close(close_code_, {reinterpret_cast<const char *>(control_), control_length_});
    if (violation_.what != nullptr) {
        return Event::violation;
    }
    return Event::close;
}

Inbox::Event Inbox::on_result(MessageReader::Result result) noexcept
{
    switch (result) {
    case MessageReader::Result::more:
        return Event::more;
    case MessageReader::Result::message:
        return Event::message;
    case MessageReader::Result::part:
        return Event::part;
    case MessageReader::Result::violation:
        violation_ = messages_.violation();
        return Event::violation;
    default:
        return Event::no_memory;
    }
}

Inbox::Event Inbox::violate(uint16_t close_code, const char *what) noexcept
{
    violation_ = {close_code, what};
    return Event::violation;
}

}  // namespace nws
