// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the library's own words to whoever runs it, on standard error. Silent
// unless NET_WEBSOCKET_LOG asks for a level: error, warning, info or debug.
// Any thread.

#pragma once

namespace nws {

enum class LogLevel { error, warning, info, debug };

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void log(LogLevel level, const char *format, ...) noexcept;

bool log_enabled(LogLevel level) noexcept;

}  // namespace nws
