// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "faults/library_threads.h"

#include <pthread.h>

#include "faults/next_function.h"

namespace nws::test {

namespace {

using Main = void *(*)(void *);

NextFunction<int(pthread_t *, const pthread_attr_t *, Main, void *)> g_pthread_create("pthread_create");

struct Thread {
    Main main;
    void *argument;
};

void *run_inside(void *given)
{
    const Thread thread = *static_cast<Thread *>(given);
    delete static_cast<Thread *>(given);
    t_in_library = true;  // to its end
    return thread.main(thread.argument);
}

int create_inside(pthread_t *id, const pthread_attr_t *attributes, Main main, void *argument)
{
    if (int (*const before)() = g_before_thread) {
        if (const int error = before()) {
            return error;
        }
    }
    const OutsideLibrary block;
    auto *const thread = new Thread{main, argument};
    const int error = g_pthread_create(id, attributes, run_inside, static_cast<void *>(thread));
    if (error != 0) {
        delete thread;
    }
    return error;
}

}  // namespace

}  // namespace nws::test

extern "C" __attribute__((visibility("default"))) int pthread_create(pthread_t *id,
                                                                     const pthread_attr_t *attributes,
                                                                     void *(*main)(void *),
                                                                     void *argument) noexcept
{
    using namespace nws::test;
    return t_in_library ? create_inside(id, attributes, main, argument)
                        : g_pthread_create(id, attributes, main, argument);
}
