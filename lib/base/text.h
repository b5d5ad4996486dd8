// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: texts made of other texts. Pure; any thread.
// Must not know: what they say.

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace nws {

// All of these throw std::bad_alloc only.

// One behind the other. Where it is used a chain of "+" would be several times the
// code: each makes a string, and a way to clean up after the next has failed.
std::string concat(std::initializer_list<std::string_view> parts);

std::string decimal(uint64_t number);

// The first `most` bytes, with a "?" for each that is not printable ASCII.
std::string printable(std::string_view text, size_t most);

}  // namespace nws
