// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: compression of the messages that we send (RFC 7692 7.2.1).
// Must not know: frames, connections.

#include "deflate/message_deflater.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>
#include <utility>

#include <zlib.h>

namespace nws {
namespace {

// Without an earlier message to refer to, text becomes shorter from about the
// first length on; with one, from the second.
constexpr size_t kMinBytesAlone = 64;
constexpr size_t kMinBytesInContext = 16;

}  // namespace

bool deflate_available() noexcept
{
    return true;
}

std::unique_ptr<MessageDeflater> MessageDeflater::create(const DeflateParameters &agreed) noexcept
{
    return std::unique_ptr<MessageDeflater>(new (std::nothrow) MessageDeflater(agreed));
}

MessageDeflater::MessageDeflater(const DeflateParameters &agreed) noexcept : agreed_(agreed) {}

MessageDeflater::~MessageDeflater() = default;

void MessageDeflater::Free::operator()(z_stream_s *stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

bool MessageDeflater::is_worth(size_t length) const noexcept
{
    return length >= (agreed_.client_no_context_takeover ? kMinBytesAlone : kMinBytesInContext);
}

bool MessageDeflater::begin() noexcept
{
    if (stream_ != nullptr) {
        return true;
    }
    std::unique_ptr<z_stream_s, Free> stream(new (std::nothrow) z_stream_s{});
    // zlib can't write raw data with 8 window bits. With 9 it looks back 512 -
    // 262 bytes at most, which a window of 256 holds.
    const int window_bits = std::max(agreed_.client_max_window_bits, 9);
    const int memory_level = std::min(window_bits - 7, 8);
    if (stream == nullptr || deflateInit2(stream.get(), agreed_.level, Z_DEFLATED, -window_bits, memory_level,
                                          Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    stream_ = std::move(stream);
    return true;
}

size_t MessageDeflater::deflate(const uint8_t *&in, size_t &length, bool last, uint8_t *out, size_t capacity,
                                bool *through) noexcept
{
    size_t size = held_length_;
    std::memcpy(out, held_, size);
    // A second flush without input would write nothing or, when the first has
    // filled the space, another tail, which does no harm.
    if (length > 0 || flushing_) {
        z_stream &stream = *stream_;
        stream.next_in = const_cast<uint8_t *>(in);
        stream.avail_in = static_cast<uInt>(std::min<size_t>(length, UINT_MAX));
        stream.next_out = out + size;
        stream.avail_out = static_cast<uInt>(std::min<size_t>(capacity - size, UINT_MAX));
        ::deflate(&stream, Z_SYNC_FLUSH);
        flushing_ = stream.avail_out == 0;
        length -= static_cast<size_t>(stream.next_in - in);
        in = stream.next_in;
        size = static_cast<size_t>(stream.next_out - out);
    }
    *through = !flushing_ && length == 0;
    if (*through && last) {
        return end_message(out, size);
    }
    held_length_ = std::min(size, kTailBytes);
    size -= held_length_;
    std::memcpy(held_, out + size, held_length_);
    emitted_ = emitted_ || size > 0;
    return size;
}

// What is held or written last is the tail, unless the message is empty; then
// it is the head of the block that the peer's tail completes (RFC 7692 7.2.3.6).
size_t MessageDeflater::end_message(uint8_t *out, size_t size) noexcept
{
    size -= std::min(size, kTailBytes);
    if (size == 0 && !emitted_) {
        out[size++] = 0;
    }
    held_length_ = 0;
    emitted_ = false;
    if (agreed_.client_no_context_takeover) {
        deflateReset(stream_.get());
    }
    return size;
}

}  // namespace nws
