// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the server sent, from bytes to events. Decodes frames (RFC 6455
// 5.2, RFC 7692 6), hands data frames' payload to a MessageReader, collects
// control frames.
// One for each connection, on the service thread. Pure.
// Must not know: sockets, lws, clients.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "connection/frame.h"
#include "connection/message_reader.h"

namespace nws {

// What is wrong with a Close frame's code and reason (RFC 6455 5.5.1, 7.4);
// `what` is nullptr: nothing.
Violation check_close(uint16_t code, std::string_view reason) noexcept;

// Bytes in, events out, pulled one at a time so that the caller can stop
// between two events (the application may destroy the client in a callback).
class Inbox {
public:
    enum class Event { more, message, part, ping, pong, close, violation, no_memory };

    // Delivery::in_parts: `part` comes in the place of `message`.
    explicit Inbox(size_t max_message_bytes, Delivery delivery = Delivery::whole) noexcept
        : messages_(max_message_bytes, delivery)
    {
    }

    // permessage-deflate was negotiated: messages may come compressed. Before
    // the first byte.
    void set_inflater(std::unique_ptr<MessageInflater> inflater) noexcept
    {
        messages_.set_inflater(std::move(inflater));
    }

    // Takes bytes from [cursor, end), moves cursor, returns the next event, or
    // `more` when all bytes are used up. The bytes must stay where they are
    // until then. May write into [cursor, end], also at end: a message's NUL, until
    // the next call or release(). After violation, no_memory or close nothing may
    // be fed.
    Event next(char *&cursor, char *end) noexcept;

    // In the place of next(), when the frames were taken apart elsewhere: each
    // piece counts as a frame. Only more, message, part, violation and no_memory.
    Event piece(bool first, bool text, bool last, char *data, size_t length) noexcept;

    const Message &message() const noexcept { return messages_.message(); }  // or part
    const Violation &violation() const noexcept { return violation_; }
    // Payload of ping, pong; for close its reason. Valid until the next call.
    const uint8_t *control_payload() const noexcept { return control_; }
    size_t control_length() const noexcept { return control_length_; }
    uint16_t close_code() const noexcept { return close_code_; }  // 1005: none given
    // Begun since the last call, data and control.
    uint64_t take_frame_count() noexcept { return std::exchange(frames_, 0); }

    // Ends message() before next() does. While a message is out, *cursor may
    // hold its NUL: to be called before the bytes that are left are copied.
    void release() noexcept { messages_.release(); }

private:
    bool read_whole_message(char *&cursor, char *end) noexcept;
    bool read_head(char *&cursor, char *end) noexcept;
    Event begin_frame() noexcept;
    Event read_data(char *&cursor, char *end) noexcept;
    Event read_control(char *&cursor, char *end) noexcept;
    Event read_close() noexcept;
    Event on_result(MessageReader::Result result) noexcept;
    Event violate(uint16_t close_code, const char *what) noexcept;

    MessageReader messages_;
    Violation violation_;
    uint64_t frames_ = 0;
    FrameHead head_;
    bool in_frame_ = false;  // head_ counts, left_ bytes of payload are to come
    uint64_t left_ = 0;
    uint8_t head_bytes_[kMaxServerFrameHead] = {};  // a head that came in parts
    size_t head_length_ = 0;
    uint8_t control_[kMaxControlPayload] = {};
    size_t control_length_ = 0;
    uint16_t close_code_ = 0;
};

}  // namespace nws
