// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: decompression of the messages that we receive (RFC 7692 7.2.2).
// Must not know: frames, connections, limits.

#include "deflate/message_inflater.h"

#include <algorithm>
#include <climits>
#include <new>
#include <utility>

#include <zlib.h>

namespace nws {
namespace {

// What the sender has left out at the end of each message.
constexpr uint8_t kTail[] = {0x00, 0x00, 0xFF, 0xFF};

uInt clipped(size_t length)
{
    return static_cast<uInt>(std::min<size_t>(length, UINT_MAX));
}

}  // namespace

std::unique_ptr<MessageInflater> MessageInflater::create(const DeflateParameters &agreed) noexcept
{
    return std::unique_ptr<MessageInflater>(new (std::nothrow) MessageInflater(agreed));
}

MessageInflater::MessageInflater(const DeflateParameters &agreed) noexcept : agreed_(agreed) {}

MessageInflater::~MessageInflater() = default;

void MessageInflater::Free::operator()(z_stream_s *stream) const noexcept
{
    inflateEnd(stream);
    delete stream;
}

bool MessageInflater::init() noexcept
{
    std::unique_ptr<z_stream_s, Free> stream(new (std::nothrow) z_stream_s{});
    // Servers whose zlib can't write with 8 window bits write with 9.
    const int window_bits = std::max(agreed_.server_max_window_bits, 9);
    if (stream == nullptr || inflateInit2(stream.get(), -window_bits) != Z_OK) {
        return false;
    }
    stream_ = std::move(stream);
    return true;
}

MessageInflater::Result MessageInflater::inflate(const uint8_t *&in, size_t &length, bool last, uint8_t *out,
                                                 size_t capacity, size_t *written) noexcept
{
    *written = 0;
    begun_ = begun_ || length > 0;
    if (!begun_) {
        // An empty message is one byte (RFC 7692 7.2.3.6), but zlib makes none of
        // a flush without input, and there are servers that send just that.
        return last ? Result::done : Result::input_used;
    }
    if (stream_ == nullptr && !init()) {
        return Result::no_memory;
    }
    stream_->next_out = out;
    stream_->avail_out = clipped(capacity);
    Result result = Result::input_used;
    while (result == Result::input_used && (length > 0 || unread_)) {
        result = step(in, length);
    }
    if (result == Result::input_used && last) {
        result = end_message();
    }
    *written = static_cast<size_t>(stream_->next_out - out);
    return result;
}

// One call of zlib with input as it came.
MessageInflater::Result MessageInflater::step(const uint8_t *&in, size_t &length) noexcept
{
    z_stream &stream = *stream_;
    stream.next_in = const_cast<uint8_t *>(in);
    stream.avail_in = clipped(length);
    const int code = ::inflate(&stream, Z_SYNC_FLUSH);
    length -= static_cast<size_t>(stream.next_in - in);
    in = stream.next_in;
    if (code == Z_STREAM_END) {
        inflateReset(&stream);  // a final block: what follows is another stream (RFC 7692 7.2.3.4)
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return code == Z_MEM_ERROR ? Result::no_memory : Result::corrupt;
    }
    unread_ = stream.avail_out == 0;
    return unread_ ? Result::output_full : Result::input_used;
}

// All of the message is in the output, which has room left. The tail has to be
// the block that it was cut from, and nothing else: or the message was cut, too.
MessageInflater::Result MessageInflater::end_message() noexcept
{
    z_stream &stream = *stream_;
    const uInt room = stream.avail_out;
    bool at_boundary = false;
    stream.next_in = const_cast<uint8_t *>(kTail);
    stream.avail_in = sizeof kTail;
    while (stream.avail_in > 0 || !at_boundary) {
        const int code = ::inflate(&stream, Z_BLOCK);  // stops at the end of each block
        if (code == Z_STREAM_END) {
            inflateReset(&stream);
            at_boundary = true;
        } else if (code == Z_OK) {
            at_boundary = stream.data_type == 128;  // and no bits are left over
        } else {
            return code == Z_MEM_ERROR ? Result::no_memory : Result::corrupt;
        }
        if (stream.avail_out != room) {
            stream.next_out -= room - stream.avail_out;
            return Result::corrupt;
        }
    }
    begun_ = false;
    if (agreed_.server_no_context_takeover) {
        inflateReset(&stream);
    }
    return Result::done;
}

}  // namespace nws
