// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how a function of the C library, or of a sanitizer, is found behind one of
// the same name in the test program. Any thread.

#pragma once

#include <dlfcn.h>

#include <atomic>

namespace nws::test {

// Without a guard of its own: malloc() uses it before main().
template <typename Function>
class NextFunction {
public:
    explicit constexpr NextFunction(const char *name) noexcept : name_(name) {}

    Function *get() noexcept
    {
        Function *found = found_.load(std::memory_order_relaxed);
        if (found == nullptr) {
            found = reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name_));
            found_.store(found, std::memory_order_relaxed);
        }
        return found;
    }

    template <typename... Arguments>
    auto operator()(Arguments... arguments)
    {
        return get()(arguments...);
    }

private:
    const char *const name_;
    std::atomic<Function *> found_{nullptr};
};

}  // namespace nws::test
