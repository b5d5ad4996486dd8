// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the library's own words to whoever runs it: on standard error, or to a
// function. Silent unless NET_WEBSOCKET_LOG or set_log() asks for a level; on
// standard error with the journal's prefixes if NET_WEBSOCKET_LOG_PREFIX does.
// Any thread.

#pragma once

#include "net_websocket_ext.h"

namespace nws {

enum class LogLevel { error, warning, info, debug };

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void log(LogLevel level, const char *format, ...) noexcept;

// nullptr: standard error. `level`: what is told, instead of the environment's.
void set_log(NetWebSocket_OnLog sink, NetWebSocket_LogLevel level, void *user_data) noexcept;

bool log_enabled(LogLevel level) noexcept;

}  // namespace nws
