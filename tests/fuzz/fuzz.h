// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what fuzz targets share: bytes of an input taken apart, and how they say
// that something is wrong. A target is a file with LLVMFuzzerTestOneInput(); its
// program is libFuzzer's, or replay.cpp.
// Must not know: what is fuzzed.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace nws::test {

[[noreturn]] inline void wrong(const char *file, int line, const char *condition)
{
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    std::abort();
}

// Choices first, then what is chosen for: so seeds can be read.
class FuzzInput {
public:
    FuzzInput(const uint8_t *data, size_t size) : left_(reinterpret_cast<const char *>(data), size) {}

    // 0 when there are no more.
    uint8_t byte()
    {
        const uint8_t value = left_.empty() ? 0 : static_cast<uint8_t>(left_.front());
        left_.remove_prefix(left_.empty() ? 0 : 1);
        return value;
    }
    bool flag() { return (byte() & 1) != 0; }

    // So many bytes, or those that are left.
    std::string bytes(size_t count)
    {
        const std::string_view taken = left_.substr(0, count);
        left_.remove_prefix(taken.size());
        return std::string(taken);
    }
    // To the end of the line, without it.
    std::string line()
    {
        const std::string_view taken = left_.substr(0, left_.find('\n'));
        left_.remove_prefix(std::min(left_.size(), taken.size() + 1));
        return std::string(taken);
    }
    std::string rest() { return bytes(left_.size()); }
    bool empty() const { return left_.empty(); }

private:
    std::string_view left_;
};

inline bool is_printable(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// Control bytes, which no protocol here can have inside a line.
inline bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

}  // namespace nws::test

#define MUST(condition) ((condition) ? void() : nws::test::wrong(__FILE__, __LINE__, #condition))
