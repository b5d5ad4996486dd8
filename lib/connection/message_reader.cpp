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

constexpr const char *kTooBig = "the server sent a message over the receive limit (RFC 6455 10.4)";

}  // namespace

MessageReader::MessageReader(size_t max_message_bytes, Delivery delivery) noexcept
    : max_bytes_(std::min(max_message_bytes, kMaxMessageBytes)), delivery_(delivery)
{
}

MessageReader::~MessageReader()
{
    std::free(buffer_);
}

MessageReader::Result MessageReader::begin_frame(bool first, bool text, bool fin, uint64_t length) noexcept
{
    if (first) {
        in_message_ = true;
        first_part_ = true;
        text_ = text;
        size_ = 0;
        utf8_.reset();
    }
    fin_ = fin;
    if (delivery_ == Delivery::in_parts) {
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
    if (text_ && (!utf8_.feed(data, length) || (last && !utf8_.complete()))) {
        return violate(kCloseInvalidPayload,
                       "the server sent a text message that is not UTF-8 (RFC 6455 8.1)");
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
    buffer_[size_] = '\0';
    hand_out(buffer_, size_);
    return Result::message;
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
    if (known >= capacity_ && !grow(known + 1, end_known)) {
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

void MessageReader::hand_out(char *data, size_t length) noexcept
{
    in_message_ = false;
    message_ = {text_, data, length, true, true};
    overwritten_ = data[length];
    data[length] = '\0';
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
    if (capacity_ > kMaxKeptBytes) {
        std::free(buffer_);
        buffer_ = nullptr;
        capacity_ = 0;
    }
}

}  // namespace nws
