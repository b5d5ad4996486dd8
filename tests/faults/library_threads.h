// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which code runs inside the library: what a test calls in an InLibrary
// block, and every thread that is made from there. Faults are for this code
// alone, never for the test or its callbacks. Replaces pthread_create().
// Must not know: faults.

#pragma once

#include <atomic>

namespace nws::test {

inline thread_local bool t_in_library = false;

// Until the end of the block, this thread runs the library, or it does not.
class InLibrary {
public:
    explicit InLibrary(bool inside = true) noexcept : before_(t_in_library) { t_in_library = inside; }
    ~InLibrary() { t_in_library = before_; }
    InLibrary(const InLibrary &) = delete;
    InLibrary &operator=(const InLibrary &) = delete;

private:
    const bool before_;
};

// Whether this place is in the distribution's libwebsockets or OpenSSL. What they
// make of a fault is their own matter.
bool is_distributions(const void *place) noexcept;

// What fails instead of making a thread of the library, or nullptr: gives errno's
// value, or 0 to go on.
inline std::atomic<int (*)()> g_before_thread{nullptr};

// For callbacks.
class OutsideLibrary : public InLibrary {
public:
    OutsideLibrary() noexcept : InLibrary(false) {}
};

}  // namespace nws::test
