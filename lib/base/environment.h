// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: reading the process environment. An empty variable counts as unset.
// The text belongs to the environment: copy it at once.

#pragma once

#include <cstdlib>

namespace nws {

inline const char *environment(const char *name) noexcept
{
    const char *value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace nws
