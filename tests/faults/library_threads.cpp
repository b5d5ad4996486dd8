// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "faults/library_threads.h"

#include <link.h>
#include <pthread.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>

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

struct Range {
    uintptr_t begin, end;
};

// All of them are there from the start.
struct Distributions {
    Range ranges[8] = {};
    size_t count = 0;

    Distributions() noexcept { dl_iterate_phdr(look_at, this); }

    static int look_at(dl_phdr_info *object, size_t, void *context)
    {
        auto &all = *static_cast<Distributions *>(context);
        for (const char *name : {"/libwebsockets.so", "/libssl.so", "/libcrypto.so"}) {
            if (std::strstr(object->dlpi_name, name) != nullptr && all.count < 8) {
                all.ranges[all.count++] = range_of(*object);
            }
        }
        return 0;
    }

    static Range range_of(const dl_phdr_info &object)
    {
        uintptr_t end = object.dlpi_addr;
        for (size_t i = 0; i < object.dlpi_phnum; ++i) {
            const auto &part = object.dlpi_phdr[i];
            if (part.p_type == PT_LOAD && object.dlpi_addr + part.p_vaddr + part.p_memsz > end) {
                end = object.dlpi_addr + part.p_vaddr + part.p_memsz;
            }
        }
        return {object.dlpi_addr, end};
    }
};

}  // namespace

bool is_distributions(const void *place) noexcept
{
    static const Distributions all;
    const auto address = reinterpret_cast<uintptr_t>(place);
    for (const Range &range : all.ranges) {
        if (address >= range.begin && address < range.end) {
            return true;
        }
    }
    return false;
}

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
