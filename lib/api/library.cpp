// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/library.h"

#include <atomic>
#include <new>

#include <pthread.h>

namespace nws {

namespace {

// In the child of a fork the parent's instance stays as the fork found it:
// its mutexes may be locked by threads that are not there.
alignas(Library) unsigned char g_memory[sizeof(Library)];
std::atomic<Library *> g_library{nullptr};
pthread_once_t g_once = PTHREAD_ONCE_INIT;

void in_child() noexcept
{
    // Not freed: see above. Only a child that uses the library pays for it.
    g_library.store(nullptr);
    g_once = PTHREAD_ONCE_INIT;
}

void create() noexcept
{
    static bool first_in_parent_made = false;
    if (first_in_parent_made) {
        g_library.store(new (std::nothrow) Library);
        return;
    }
    first_in_parent_made = true;
    g_library.store(new (g_memory) Library);
    pthread_atfork(nullptr, nullptr, in_child);
}

}  // namespace

// What Close promised still goes out when main() returns.
void Library::at_exit() noexcept
{
    if (Library *library = g_library.load()) {
        library->service.shut_down(Timeouts{}.close);
    }
}

Library &Library::instance() noexcept
{
    Library *library = g_library.load(std::memory_order_acquire);
    if (library == nullptr) {
        pthread_once(&g_once, create);
        library = g_library.load(std::memory_order_acquire);
    }
    return *library;
}

}  // namespace nws
