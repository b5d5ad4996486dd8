// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: data frames' payload on its way to a whole message: joins fragments,
// keeps the receive limit, checks UTF-8 as it comes (RFC 6455 5.4, 8.1, 10.4),
// decompresses it (RFC 7692). Or, for messages larger than memory, hands out their parts as they come.
// One for each connection, on the service thread. Pure.
// Must not know: bytes on the wire, sockets, lws, clients.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/utf8.h"
#include "deflate/message_inflater.h"

namespace nws {

// How the peer broke the rules: the code for our Close frame, and why in words.
struct Violation {
    uint16_t close_code = 0;     // 1002, 1007 or 1009
    const char *what = nullptr;  // static text
};

// A message, or a part of one: then no NUL follows it, and a part of a text may
// end inside a character. Of a message's parts only the last may be empty.
struct Message {
    bool text = false;
    char *data = nullptr;  // data[length] is NUL; never nullptr, also for length 0
    size_t length = 0;
    bool first = true;  // it begins the message
    bool last = true;   // it ends the message
};

enum class Delivery : uint8_t {
    whole,
    in_parts,  // as they come, nothing is collected: the receive limit does not count
};

// Memory that the parts of compressed messages come in.
inline constexpr size_t kInflatedPartBytes = size_t{16} << 10;

class MessageReader {
public:
    enum class Result { more, message, part, violation, no_memory };

    explicit MessageReader(size_t max_message_bytes, Delivery delivery = Delivery::whole) noexcept;
    ~MessageReader();
    MessageReader(const MessageReader &) = delete;
    MessageReader &operator=(const MessageReader &) = delete;

    // Before the first frame. Otherwise none may be compressed.
    void set_inflater(std::unique_ptr<MessageInflater> inflater) noexcept { inflater_ = std::move(inflater); }
    bool inflates() const noexcept { return inflater_ != nullptr; }

    // From a message's first frame to the end of its last.
    bool in_message() const noexcept { return in_message_; }
    bool compressed() const noexcept { return compressed_; }  // the message

    // A data frame begins. first: it is the message's first, and `text` and
    // `compressed` count. `length` is its payload length if the head told it,
    // else what is known.
    Result begin_frame(bool first, bool text, bool fin, uint64_t length, bool compressed = false) noexcept;

    // A message that is one frame, all of it there, and data[length] may be
    // overwritten. False, and nothing has happened: there is more to it than that.
    bool whole(bool text, char *data, size_t length) noexcept
    {
        if (in_message_ || delivery_ != Delivery::whole || length > max_bytes_ ||
            (text && !is_utf8({data, length}))) {
            return false;
        }
        text_ = text;
        hand_out(data, length);
        return true;
    }

    // Payload of that frame, in as many pieces as it came in. end_of_frame
    // marks the last piece, which may be empty. `spare`: data[length] may be
    // overwritten; a message that is one piece is then handed out where it
    // lies, and release() puts the byte back.
    Result piece(char *data, size_t length, bool end_of_frame, bool spare) noexcept;

    // The same for a compressed message. Stops at a part to be handed out: then
    // *used tells how much was taken. unfinished(): there may be another part in
    // what was taken; call again, also if no byte is left.
    Result compressed_piece(const char *data, size_t length, bool end_of_frame, size_t *used) noexcept;
    bool unfinished() const noexcept { return unfinished_; }

    const Message &message() const noexcept { return message_; }        // after Result::message, part
    const Violation &violation() const noexcept { return violation_; }  // after Result::violation

    // The message or part has been used; to be called before more is fed, and
    // without effect when there is none. Keeps no buffer larger than a few KiB,
    // unless more follows at once: then shrink() does that, when it is used up.
    void release(bool more_follows = false) noexcept
    {
        if (message_.data != nullptr) {
            take_back();
            if (!more_follows) {
                shrink();
            }
        }
    }
    void shrink() noexcept;

    size_t held_bytes() const noexcept { return capacity_; }  // memory in use for payload

private:
    Result violate(uint16_t close_code, const char *what) noexcept;
    bool is_text_so_far(const char *data, size_t length, bool last) noexcept;
    bool make_room(size_t compressed) noexcept;
    Result hand_out_part(char *data, size_t length, bool last) noexcept;
    bool append(const char *data, size_t length) noexcept;
    bool grow(size_t bytes, bool end_known) noexcept;
    void hand_out(char *data, size_t length) noexcept
    {
        in_message_ = false;
        message_ = {text_, data, length, true, true};
        overwritten_ = data[length];
        data[length] = '\0';
    }
    void take_back() noexcept;

    const size_t max_bytes_;
    const Delivery delivery_;
    bool in_message_ = false;
    bool first_part_ = false;  // no part of this message was handed out
    bool text_ = false;
    bool fin_ = false;
    bool compressed_ = false;
    bool unfinished_ = false;
    std::unique_ptr<MessageInflater> inflater_;
    Utf8Validator utf8_;
    char overwritten_ = 0;    // what the NUL behind a message replaced; data of an empty part
    char *buffer_ = nullptr;  // the message so far
    size_t capacity_ = 0;
    size_t size_ = 0;
    size_t announced_ = 0;  // its size at the end of this frame
    Message message_;
    Violation violation_;
};

}  // namespace nws
