// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: compression of the messages that we send (RFC 7692 7.2.1), one after
// the other, each in as many pieces as there is room for.
// One for each connection that negotiated it, on the service thread. Pure.
// Must not know: frames, connections.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "deflate/deflate_parameters.h"

struct z_stream_s;

namespace nws {

// Whether the library was built with zlib. Otherwise nothing may be offered,
// and neither a MessageDeflater nor a MessageInflater can be made.
bool deflate_available() noexcept;

// Its memory, 256 KiB for 15 window bits, is taken when the first message
// begins, so a connection that sends none takes none.
class MessageDeflater {
public:
    static constexpr size_t kMinCapacity = 32;

    // nullptr: no memory, or no zlib.
    static std::unique_ptr<MessageDeflater> create(const DeflateParameters &agreed) noexcept;
    ~MessageDeflater();
    MessageDeflater(const MessageDeflater &) = delete;
    MessageDeflater &operator=(const MessageDeflater &) = delete;

    // Whether a message of this length can become shorter at all.
    bool is_worth(size_t length) const noexcept;
    // About as much as becomes of so many bytes at worst.
    static constexpr size_t bound(size_t length) noexcept { return length + length / 32 + 64; }

    // A message begins; without effect when one has begun and nothing of it was
    // compressed. False: no memory; it must go uncompressed.
    bool begin() noexcept;

    // Compresses from [in, in + length), moves both on, and returns how many
    // bytes it wrote to `out`; capacity is at least kMinCapacity. *through: all
    // of the input is in the output, and whoever decompresses that can see it
    // all. Else there was no room: call again with what is left, also if that
    // is nothing. `last`: the message ends with this input, which may be empty.
    size_t deflate(const uint8_t *&in, size_t &length, bool last, uint8_t *out, size_t capacity,
                   bool *through) noexcept;

private:
    // What a flush ends with, and what of that at a message's end is left out.
    static constexpr size_t kTailBytes = 4;

    explicit MessageDeflater(const DeflateParameters &agreed) noexcept;
    size_t end_message(uint8_t *out, size_t size) noexcept;

    struct Free {
        void operator()(z_stream_s *stream) const noexcept;
    };

    const DeflateParameters agreed_;
    std::unique_ptr<z_stream_s, Free> stream_;
    bool flushing_ = false;          // there was no room for all that zlib has
    bool emitted_ = false;           // something of this message was written
    uint8_t held_[kTailBytes] = {};  // the newest of the output: only what follows tells if it is sent
    size_t held_length_ = 0;
};

}  // namespace nws
