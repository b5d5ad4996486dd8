// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: decompression of the messages that we receive (RFC 7692 7.2.2), in
// pieces, and never more than the caller has room for.
// One for each connection that negotiated it, on the service thread. Pure.
// Must not know: frames, connections, limits.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "deflate/deflate_parameters.h"

struct z_stream_s;

namespace nws {

// Its memory, 10 KiB and the window, is taken when the first compressed message
// begins.
class MessageInflater {
public:
    enum class Result {
        input_used,   // and the output has room
        output_full,  // perhaps there is more
        done,         // the message's end is in the output, which has room
        corrupt,
        no_memory,
    };

    // nullptr: no memory, or no zlib.
    static std::unique_ptr<MessageInflater> create(const DeflateParameters &agreed) noexcept;
    ~MessageInflater();
    MessageInflater(const MessageInflater &) = delete;
    MessageInflater &operator=(const MessageInflater &) = delete;

    // Takes from [in, in + length), moves both on, and writes to out[0,
    // capacity), which is not empty. After output_full call again, also if no
    // input is left. `last`: the message ends with this input; input_used then
    // does not come. After `done` the next message begins.
    Result inflate(const uint8_t *&in, size_t &length, bool last, uint8_t *out, size_t capacity,
                   size_t *written) noexcept;

private:
    explicit MessageInflater(const DeflateParameters &agreed) noexcept;
    bool init() noexcept;
    Result step(const uint8_t *&in, size_t &length) noexcept;
    Result end_message() noexcept;

    struct Free {
        void operator()(z_stream_s *stream) const noexcept;
    };

    const DeflateParameters agreed_;
    std::unique_ptr<z_stream_s, Free> stream_;
    bool begun_ = false;   // the message has at least one byte
    bool unread_ = false;  // there was no room for all that zlib may have
};

}  // namespace nws
