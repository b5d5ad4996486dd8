// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/log.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "base/environment.h"

namespace nws {

namespace {

constexpr const char *kNames[] = {"error", "warning", "info", "debug"};

// -1: nothing is written.
int configured_level() noexcept
{
    static const int level = [] {
        const char *wanted = environment("NET_WEBSOCKET_LOG");
        for (int i = 0; wanted != nullptr && i < 4; ++i) {
            if (std::strcmp(wanted, kNames[i]) == 0) {
                return i;
            }
        }
        return -1;
    }();
    return level;
}

}  // namespace

bool log_enabled(LogLevel level) noexcept
{
    return static_cast<int>(level) <= configured_level();
}

void log(LogLevel level, const char *format, ...) noexcept
{
    if (!log_enabled(level)) {
        return;
    }
    // One write for a line, so that lines of several threads do not mix.
    char line[512];
    int used = std::snprintf(line, sizeof line, "net_websocket: %s: ", kNames[static_cast<int>(level)]);
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line + used, sizeof line - static_cast<size_t>(used) - 1, format, arguments);
    va_end(arguments);
    std::strcat(line, "\n");
    std::fputs(line, stderr);
}

}  // namespace nws
