// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: lines out of a descriptor that is read only when poll() says so. Main
// thread.

#pragma once

#include <optional>
#include <string>

namespace nws::ohws {

class LineReader {
public:
    explicit LineReader(int descriptor) : descriptor_(descriptor) {}

    // One read().
    void fill();
    // The next whole line without its end, or the rest after the last one.
    std::optional<std::string> next();
    // Nothing more to read; next() may still have lines.
    bool ended() const noexcept { return ended_; }
    // Whether a line was too long to keep, since the last call.
    bool take_dropped() noexcept;

private:
    void drop_if_too_long() noexcept;

    int descriptor_;
    std::string buffer_;
    size_t begin_ = 0;    // of the next line
    size_t scanned_ = 0;  // no line end before it
    bool ended_ = false;
    bool dropping_ = false;  // up to the next line end
    bool dropped_ = false;
};

}  // namespace nws::ohws
