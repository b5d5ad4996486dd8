// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: text that nobody shall find in memory that was given back: passwords, keys,
// fields of a request. Any thread.
// Must not know: what it says.

#pragma once

#include <string.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nws {

// Each block is wiped before it is freed, so also those that a vector grew out of.
template <typename T>
struct WipingAllocator {
    using value_type = T;

    WipingAllocator() = default;
    template <typename Other>
    WipingAllocator(const WipingAllocator<Other> &) noexcept
    {
    }

    T *allocate(size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T *block, size_t count) noexcept
    {
        explicit_bzero(block, count * sizeof(T));
        std::allocator<T>().deallocate(block, count);
    }

    // What a vector grows by is written afterwards: no zeros before.
    void construct(T *) noexcept {}
    void construct(T *element, const T &from) noexcept { *element = from; }

    friend bool operator==(const WipingAllocator &, const WipingAllocator &) noexcept { return true; }
    friend bool operator!=(const WipingAllocator &, const WipingAllocator &) noexcept { return false; }
};

// As much of std::string as is needed. No std::string with such an allocator: that
// keeps short texts in itself, where they would stay.
class SecretString {
public:
    SecretString() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): as std::string
    template <typename Text,
              typename = std::enable_if_t<std::is_convertible_v<const Text &, std::string_view> &&
                                          !std::is_same_v<Text, SecretString>>>
    SecretString(const Text &text)
    {
        append(text);
    }

    // NOLINTNEXTLINE(google-explicit-constructor): as std::string
    operator std::string_view() const noexcept { return {c_str(), size()}; }
    const char *c_str() const noexcept { return bytes_.empty() ? "" : bytes_.data(); }
    const char *data() const noexcept { return c_str(); }
    size_t size() const noexcept { return bytes_.empty() ? 0 : bytes_.size() - 1; }
    bool empty() const noexcept { return size() == 0; }

    void reserve(size_t bytes) { bytes_.reserve(bytes + 1); }
    SecretString &append(std::string_view text);
    void push_back(char byte) { append({&byte, 1}); }

    friend bool operator==(const SecretString &a, std::string_view b) noexcept
    {
        return std::string_view(a) == b;
    }
    friend bool operator!=(const SecretString &a, std::string_view b) noexcept { return !(a == b); }

private:
    std::vector<char, WipingAllocator<char>> bytes_;  // with a NUL behind them, unless there are none
};

}  // namespace nws
