// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how long a handle lives: who may use it, who ends it, and who finds that
// he is the last. One word; any thread.
// Must not know: what the handle stands for.

#pragma once

#include <atomic>
#include <cstdint>

namespace nws {

class HandleWord {
public:
    // ---- by whoever makes and recycles it ----

    bool is_free() const noexcept { return word_.load(std::memory_order_acquire) == 0; }
    void take() noexcept { word_.store(kTaken, std::memory_order_relaxed); }
    // From now on acquire() succeeds.
    void publish() noexcept { word_.store(kTaken | kLive, std::memory_order_release); }
    void recycle() noexcept { word_.store(0, std::memory_order_release); }

    // ---- by anybody ----

    // Adds a reference. False: it is not live.
    bool acquire() noexcept
    {
        uint32_t word = word_.load(std::memory_order_acquire);
        while ((word & kLive) != 0) {
            if (word_.compare_exchange_weak(word, word + kReference, std::memory_order_acq_rel,
                                            std::memory_order_acquire)) {
                return true;
            }
        }
        return false;
    }
    // By whoever has a reference: no more are given. False: somebody else did
    // already.
    bool retire() noexcept { return (word_.fetch_and(~kLive, std::memory_order_acq_rel) & kLive) != 0; }
    // Drops a reference. True, for exactly one caller: the handle is retired and
    // nobody uses it any more. A retired one gains no references, so only the
    // last sees this.
    bool release() noexcept
    {
        return word_.fetch_sub(kReference, std::memory_order_acq_rel) == (kTaken | kReference);
    }

private:
    // 0: free. kTaken from take() to recycle(), kLive while the application owns
    // it, kReference for every call that is using it.
    static constexpr uint32_t kTaken = 1;
    static constexpr uint32_t kLive = 2;
    static constexpr uint32_t kReference = 4;

    std::atomic<uint32_t> word_;  // 0 in the zeroed memory that handles come from
};

}  // namespace nws
