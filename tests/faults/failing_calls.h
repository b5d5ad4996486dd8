// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: calls of the system that fail, or do less than asked, inside the library
// (library_threads.h): socket(), send(), poll() and so on of the whole program.
// Must not know: what is done with them.

#pragma once

#include <cstddef>
#include <string>

namespace nws::test {

// The calls are counted from now on. Number `number`, from 1, has fault `fault`,
// from 0, of those that its kind can have.
void fail_call(size_t number, size_t fault) noexcept;

// Every call that moves bytes moves one; the others do as they should.
void move_single_bytes() noexcept;

// One in `period` of the calls that can be is interrupted (EINTR), or has nothing
// to do (EAGAIN). Which of them, is the same each time.
void interrupt_calls(size_t period) noexcept;

// No fault. The count stays.
void let_calls_succeed() noexcept;

size_t counted_calls() noexcept;
// The number was reached, and the kind of call has that fault.
bool call_failed() noexcept;
// The number was reached, whatever the fault.
bool call_reached() noexcept;
// "send: EPIPE"; of the call with the number.
std::string failed_call();

}  // namespace nws::test
