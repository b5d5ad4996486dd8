// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: data frames' payload on its way to a whole message. On the service
// thread. Pure.
// Must not know: bytes on the wire, sockets, lws, clients.

#include "connection/message_reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/close_code.h"

namespace nws {
namespace {

constexpr size_t kMinBufferBytes = 128;
// An idle connection holds on to at most this much.
constexpr size_t kMaxKeptBytes = 2048;

// Half the address space: sums and doubled sizes can't overflow.
constexpr size_t kMaxMessageBytes = std::numeric_limits<size_t>::max() / 2 - 1;

// What compressed data of unknown length gets at first; text becomes about four
// times as long.
constexpr size_t kMinInflatedBytes = 512;
constexpr size_t kUsualInflation = 4;

constexpr const char *kTooBig = "the server sent a message over the receive limit (RFC 6455 10.4)";
constexpr const char *kNotText = "the server sent a text message that is not UTF-8 (RFC 6455 8.1)";
constexpr const char *kCorrupt = "the server sent compressed data that is corrupted (RFC 7692 7.2.2)";

}  // namespace

MessageReader::MessageReader(size_t max_message_bytes, Delivery delivery) noexcept
    : max_bytes_(std::min(max_message_bytes, kMaxMessageBytes)), delivery_(delivery)
{
}

MessageReader::~MessageReader()
{
    std::free(buffer_);
}

MessageReader::Result MessageReader::begin_frame(bool first, bool text, bool fin, uint64_t length,
                                                 bool compressed) noexcept
{
    if (first) {
        in_message_ = true;
        first_part_ = true;
        text_ = text;
        compressed_ = compressed;
        size_ = 0;
        utf8_.reset();
    }
    fin_ = fin;
    if (delivery_ == Delivery::in_parts || compressed_) {
        return Result::more;
    }
    if (length > max_bytes_ - size_) {
        return violate(kCloseMessageTooBig, kTooBig);
    }
    announced_ = size_ + static_cast<size_t>(length);
    return Result::more;
}

MessageReader::Result MessageReader::piece(char *data, size_t length, bool end_of_frame, bool spare) noexcept
{
    if (delivery_ == Delivery::whole && length > max_bytes_ - size_) {
        return violate(kCloseMessageTooBig, kTooBig);
    }
    const bool last = fin_ && end_of_frame;
    if (!is_text_so_far(data, length, last)) {
        return violate(kCloseInvalidPayload, kNotText);
    }
    if (length == 0 && !last) {
        return Result::more;
    }
    if (delivery_ == Delivery::in_parts) {
        return hand_out_part(data, length, last);
    }
    if (last && spare && size_ == 0) {
        hand_out(data, length);
        return Result::message;
    }
    if (!append(data, length)) {
        return Result::no_memory;
    }
    if (!last) {
        return Result::more;
    }
    hand_out(buffer_, size_);
    return Result::message;
}

MessageReader::Result MessageReader::compressed_piece(const char *data, size_t length, bool end_of_frame,
                                                      size_t *used) noexcept
{
    const auto *in = reinterpret_cast<const uint8_t *>(data);
    size_t left = length;
    MessageInflater::Result result;
    do {
        if (!make_room(left)) {
            return Result::no_memory;
        }
        size_t written = 0;
        char *const inflated = buffer_ + size_;
        result = inflater_->inflate(in, left, fin_ && end_of_frame, reinterpret_cast<uint8_t *>(inflated),
                                    capacity_ - size_, &written);
        *used = length - left;
        if (result == MessageInflater::Result::no_memory) {
            return Result::no_memory;
        }
        const bool last = result == MessageInflater::Result::done;
        if (result == MessageInflater::Result::corrupt || !is_text_so_far(inflated, written, last)) {
            return violate(kCloseInvalidPayload,
                           result == MessageInflater::Result::corrupt ? kCorrupt : kNotText);
        }
        unfinished_ = result == MessageInflater::Result::output_full;
        if (delivery_ == Delivery::in_parts) {
            return written > 0 || last ? hand_out_part(buffer_, written, last) : Result::more;
        }
        size_ += written;
        if (size_ > max_bytes_) {
            return violate(kCloseMessageTooBig, kTooBig);
        }
    } while (unfinished_);
    if (result != MessageInflater::Result::done) {
        return Result::more;
    }
    hand_out(buffer_, size_);  // where is room for its NUL
    return Result::message;
}

bool MessageReader::is_text_so_far(const char *data, size_t length, bool last) noexcept
{
    return !text_ || (utf8_.feed(data, length) && (!last || utf8_.complete()));
}

// For what so many compressed bytes become: at least one byte, and at most one
// above the limit, which shows that the message is over it.
bool MessageReader::make_room(size_t compressed) noexcept
{
    if (delivery_ == Delivery::in_parts) {
        return capacity_ > 0 || grow(kInflatedPartBytes, true);
    }
    if (size_ < capacity_) {
        return true;
    }
    const size_t guess =
        std::max(kMinInflatedBytes, std::min(compressed, max_bytes_ / kUsualInflation) * kUsualInflation);
    return grow(std::min(size_ + guess, max_bytes_) + 1, false);
}

MessageReader::Result MessageReader::violate(uint16_t close_code, const char *what) noexcept
{
    violation_ = {close_code, what};
    return Result::violation;
}

bool MessageReader::append(const char *data, size_t length) noexcept
{
    const size_t known = std::max(announced_, size_ + length);
    const bool end_known = fin_ && known == announced_;
    // One that a much larger message has left behind would be held for long.
    const bool oversized = size_ == 0 && capacity_ > kMaxKeptBytes && capacity_ / 4 > known;
    if ((known >= capacity_ || oversized) && !grow(known + 1, end_known)) {
        return false;
    }
    if (length > 0) {
        std::memcpy(buffer_ + size_, data, length);
        size_ += length;
    }
    return true;
}

// Exactly as large as needed where the message's end is known, else at least
// twice the old size, so that many small fragments don't cost a copy each.
bool MessageReader::grow(size_t bytes, bool end_known) noexcept
{
    if (size_ == 0) {
        std::free(buffer_);  // holds nothing worth a copy
        buffer_ = nullptr;
        capacity_ = 0;
    }
    if (!end_known) {
        bytes = std::max(bytes, std::min(2 * capacity_, max_bytes_ + 1));
    }
    bytes = std::max(bytes, kMinBufferBytes);
    char *const larger = static_cast<char *>(std::realloc(buffer_, bytes));
    if (larger == nullptr) {
        return false;
    }
    buffer_ = larger;
    capacity_ = bytes;
    return true;
}

MessageReader::Result MessageReader::hand_out_part(char *data, size_t length, bool last) noexcept
{
    in_message_ = !last;
    message_ = {text_, length > 0 ? data : &overwritten_, length, first_part_, last};
    first_part_ = false;
    return Result::part;
}

void MessageReader::take_back() noexcept
{
    if (delivery_ == Delivery::whole) {
        message_.data[message_.length] = overwritten_;
    }
    message_ = {};
}

void MessageReader::shrink() noexcept
{
    if (capacity_ > kMaxKeptBytes && !in_message_) {
        std::free(buffer_);
        buffer_ = nullptr;
        capacity_ = 0;
    }
}

}  // namespace nws
