// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/log.h"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <new>

#include "base/environment.h"

namespace nws {

namespace {

constexpr const char *kNames[] = {"error", "warning", "info", "debug"};

// What the journal takes from the beginning of a line (sd-daemon(3)): the
// priorities of syslog.
constexpr const char *kPriorities[] = {"<3>", "<4>", "<6>", "<7>"};

// One write for a line, so that lines do not mix.
void write_line(int number, const char *text, bool journal) noexcept
{
    char line[544];
    std::snprintf(line, sizeof line, "%snet_websocket: %s: %s\n", journal ? kPriorities[number] : "",
                  kNames[number], text);
    std::fputs(line, stderr);
}

bool environment_journal() noexcept
{
    const char *wanted = environment("NET_WEBSOCKET_LOG_PREFIX");
    const bool journal = wanted != nullptr && std::strcmp(wanted, "journal") == 0;
    if (wanted != nullptr && !journal) {
        write_line(1, "NET_WEBSOCKET_LOG_PREFIX is ignored: it is not journal", false);
    }
    return journal;
}

// How many of the names are told.
int environment_level(bool journal) noexcept
{
    const char *wanted = environment("NET_WEBSOCKET_LOG");
    for (int i = 0; wanted != nullptr && i < 4; ++i) {
        if (std::strcmp(wanted, kNames[i]) == 0) {
            return i + 1;
        }
    }
    if (wanted != nullptr) {
        write_line(1, "NET_WEBSOCKET_LOG is ignored: it is not error, warning, info or debug", journal);
    }
    return 0;
}

struct Log {
    const bool journal = environment_journal();
    std::atomic<int> level{environment_level(journal)};
    std::mutex mutex;
    NetWebSocket_OnLog sink = nullptr;
    void *user_data = nullptr;

    // Never destroyed: threads may outlive static destructors.
    static Log &instance() noexcept
    {
        alignas(Log) static unsigned char memory[sizeof(Log)];
        static Log &log = *new (memory) Log;
        return log;
    }
};

}  // namespace

void set_log(NetWebSocket_OnLog sink, NetWebSocket_LogLevel level, void *user_data) noexcept
{
    Log &log = Log::instance();
    const std::lock_guard<std::mutex> lock(log.mutex);
    log.sink = sink;
    log.user_data = user_data;
    log.level = level;
}

bool log_enabled(LogLevel level) noexcept
{
    return static_cast<int>(level) < Log::instance().level.load(std::memory_order_relaxed);
}

void log(LogLevel level, const char *format, ...) noexcept
{
    if (!log_enabled(level)) {
        return;
    }
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    // Peers have their say in some.
    for (char *at = text; *at != '\0'; ++at) {
        if (static_cast<unsigned char>(*at) < ' ' || *at == '\x7F') {
            *at = '?';
        }
    }
    Log &log = Log::instance();
    const int number = static_cast<int>(level);
    // One at a time.
    const std::lock_guard<std::mutex> lock(log.mutex);
    if (log.sink != nullptr) {
        log.sink(static_cast<NetWebSocket_LogLevel>(number + 1), text, log.user_data);
        return;
    }
    write_line(number, text, log.journal);
}

}  // namespace nws
