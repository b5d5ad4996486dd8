// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "line_reader.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nws::ohws {

namespace {

constexpr size_t kReadSize = 64u << 10;
// Room for the longest message, 4 MiB, in hex and with a blank after each byte.
constexpr size_t kLongestLine = 16u << 20;

}  // namespace

void LineReader::fill()
{
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;

    const size_t used = buffer_.size();
    buffer_.resize(used + kReadSize);
    const ssize_t got = read(descriptor_, buffer_.data() + used, kReadSize);
    buffer_.resize(used + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
        ended_ = true;
    }
}

std::optional<std::string> LineReader::next()
{
    for (;;) {
        size_t end = buffer_.find('\n', scanned_);
        const bool is_rest = end == std::string::npos;
        if (is_rest) {
            end = scanned_ = buffer_.size();
            drop_if_too_long();
            if (!ended_ || begin_ == end) {
                return std::nullopt;
            }
        }
        std::string line = buffer_.substr(begin_, end - begin_);
        begin_ = scanned_ = is_rest ? end : end + 1;
        if (!dropping_) {
            return line;
        }
        dropping_ = false;
    }
}

void LineReader::drop_if_too_long() noexcept
{
    if (buffer_.size() - begin_ <= (dropping_ ? 0 : kLongestLine)) {
        return;
    }
    dropped_ = dropped_ || !dropping_;
    dropping_ = true;
    begin_ = buffer_.size();
}

bool LineReader::take_dropped() noexcept
{
    return std::exchange(dropped_, false);
}

}  // namespace nws::ohws
