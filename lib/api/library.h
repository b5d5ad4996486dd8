// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one instance of everything in a process, and what becomes of it
// when the process forks or ends. Any thread.

#pragma once

#include "client/handle_table.h"
#include "service/service.h"

namespace nws {

struct Library {
    HandleTable handles;
    Service service{at_exit};

    // Never destroyed: static destructors of the application may still use it.
    // After fork() the child gets one of its own, and leaves the parent's
    // clients and connections alone.
    static Library &instance() noexcept;

private:
    static void at_exit() noexcept;
};

}  // namespace nws
