// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: permessage-deflate as another endpoint does it, with zlib alone: a
// whole message at a time, RFC 7692 7.2.1 and 7.2.2 word for word.

#pragma once

#include <algorithm>
#include <string>

#include <zlib.h>

namespace nws::test {

class ReferenceDeflater {
public:
    ReferenceDeflater(int window_bits, bool context_takeover, int level = 6) : takeover_(context_takeover)
    {
        deflateInit2(&stream_, level, Z_DEFLATED, -std::max(window_bits, 9), 8, Z_DEFAULT_STRATEGY);
    }
    ~ReferenceDeflater() { deflateEnd(&stream_); }
    ReferenceDeflater(const ReferenceDeflater &) = delete;
    ReferenceDeflater &operator=(const ReferenceDeflater &) = delete;

    std::string compress(const std::string &message)
    {
        if (message.empty()) {
            return std::string(1, '\0');
        }
        std::string out = flushed(message, Z_SYNC_FLUSH);
        out.resize(out.size() - 4);
        if (!takeover_) {
            deflateReset(&stream_);
        }
        return out;
    }
    // RFC 7692 7.2.3.4.
    std::string compress_with_final_block(const std::string &message)
    {
        const std::string out = flushed(message, Z_FINISH) + '\0';
        deflateReset(&stream_);
        return out;
    }
    std::string flushed(const std::string &message, int flush)
    {
        std::string out(message.size() + message.size() / 8 + 100, '\0');
        stream_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(message.data()));
        stream_.avail_in = static_cast<uInt>(message.size());
        stream_.next_out = reinterpret_cast<Bytef *>(&out[0]);
        stream_.avail_out = static_cast<uInt>(out.size());
        ::deflate(&stream_, flush);
        out.resize(out.size() - stream_.avail_out);
        return out;
    }

private:
    z_stream stream_{};
    const bool takeover_;
};

class ReferenceInflater {
public:
    ReferenceInflater(int window_bits, bool context_takeover) : takeover_(context_takeover)
    {
        inflateInit2(&stream_, -window_bits);
    }
    ~ReferenceInflater() { inflateEnd(&stream_); }
    ReferenceInflater(const ReferenceInflater &) = delete;
    ReferenceInflater &operator=(const ReferenceInflater &) = delete;

    // "corrupt" and what zlib says, if it is.
    std::string decompress(std::string payload)
    {
        payload.append("\0\0\xFF\xFF", 4);
        std::string out;
        char piece[4096];
        stream_.next_in = reinterpret_cast<Bytef *>(&payload[0]);
        stream_.avail_in = static_cast<uInt>(payload.size());
        int code;
        do {
            stream_.next_out = reinterpret_cast<Bytef *>(piece);
            stream_.avail_out = sizeof piece;
            code = ::inflate(&stream_, Z_SYNC_FLUSH);
            out.append(piece, sizeof piece - stream_.avail_out);
        } while (code == Z_OK && stream_.avail_out == 0);
        if ((code != Z_OK && code != Z_BUF_ERROR) || stream_.avail_in > 0) {
            return std::string("corrupt: ") + (stream_.msg != nullptr ? stream_.msg : "");
        }
        if (!takeover_) {
            inflateReset(&stream_);
        }
        return out;
    }

private:
    z_stream stream_{};
    const bool takeover_;
};

}  // namespace nws::test
