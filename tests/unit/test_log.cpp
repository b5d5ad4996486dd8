// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of the log. The level is read once for a process, so each
// level has a child of its own, whose standard error is a pipe.

#include "unit/check.h"

#include <cstdlib>
#include <set>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

namespace {

using namespace nws;
using namespace nws::test;

void set_or_unset(const char *name, const char *value)
{
    if (value == nullptr) {
        unsetenv(name);
    } else {
        setenv(name, value, 1);
    }
}

// What work() writes to standard error when NET_WEBSOCKET_LOG is `level` and
// NET_WEBSOCKET_LOG_PREFIX `prefix`; nullptr: unset. "failed" if the child does
// not end well.
std::string logged(const char *level, void (*work)(), const char *prefix = nullptr)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return "failed";
    }
    const pid_t child = fork();
    if (child == 0) {
        set_or_unset("NET_WEBSOCKET_LOG", level);
        set_or_unset("NET_WEBSOCKET_LOG_PREFIX", prefix);
        dup2(ends[1], STDERR_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        work();
        _exit(0);
    }
    ::close(ends[1]);
    std::string all;
    char part[4096];
    for (ssize_t got = read(ends[0], part, sizeof part); got > 0; got = read(ends[0], part, sizeof part)) {
        all.append(part, static_cast<size_t>(got));
    }
    ::close(ends[0]);
    int status = -1;
    const bool well =
        child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return well ? all : "failed";
}

void say_all()
{
    log(LogLevel::debug, "d %d", 1);
    log(LogLevel::info, "i %s", "two");
    log(LogLevel::warning, "w");
    log(LogLevel::error, "e 100%%");
}

bool the_level_decides()
{
    const std::string error = "net_websocket: error: e 100%\n";
    const std::string warning = "net_websocket: warning: w\n" + error;
    const std::string info = "net_websocket: info: i two\n" + warning;
    const std::string debug = "net_websocket: debug: d 1\n" + info;
    CHECK_TEXT(error, logged("error", say_all));
    CHECK_TEXT(warning, logged("warning", say_all));
    CHECK_TEXT(info, logged("info", say_all));
    CHECK_TEXT(debug, logged("debug", say_all));
    return true;
}

bool silent_unless_asked()
{
    CHECK_TEXT("", logged(nullptr, say_all));
    CHECK_TEXT("", logged("", say_all));
    return true;
}

bool a_wrong_level_is_told_once()
{
    for (const char *level : {"Error", "verbose", "0"}) {
        CHECK_TEXT(
            "net_websocket: warning: NET_WEBSOCKET_LOG is ignored: "
            "it is not error, warning, info or debug\n",
            logged(level, say_all));
    }
    return true;
}

bool the_journal_gets_priorities()
{
    CHECK_TEXT(
        "<7>net_websocket: debug: d 1\n"
        "<6>net_websocket: info: i two\n"
        "<4>net_websocket: warning: w\n"
        "<3>net_websocket: error: e 100%\n",
        logged("debug", say_all, "journal"));
    CHECK_TEXT("net_websocket: error: e 100%\n", logged("error", say_all, ""));
    CHECK_TEXT("", logged(nullptr, say_all, "journal"));
    CHECK_TEXT(
        "<4>net_websocket: warning: NET_WEBSOCKET_LOG is ignored: "
        "it is not error, warning, info or debug\n",
        logged("verbose", say_all, "journal"));
    return true;
}

bool a_wrong_prefix_is_told_once()
{
    CHECK_TEXT(
        "net_websocket: warning: NET_WEBSOCKET_LOG_PREFIX is ignored: it is not journal\n"
        "net_websocket: error: e 100%\n",
        logged("error", say_all, "Journal"));
    return true;
}

void log_to_a_function()
{
    set_log([](NetWebSocket_LogLevel level, const char *line,
               void *) { fprintf(stderr, "%d %s\n", level, line); },
            NET_WEBSOCKET_LOG_ERROR, nullptr);
    say_all();
}

bool functions_get_no_prefix()
{
    CHECK_TEXT("1 e 100%\n", logged(nullptr, log_to_a_function, "journal"));
    return true;
}

void tell_what_is_enabled()
{
    for (const LogLevel level : {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
        fputs(log_enabled(level) ? "yes " : "no ", stderr);
    }
}

bool enabled_says_what_log_does()
{
    CHECK_TEXT("no no no no ", logged(nullptr, tell_what_is_enabled));
    CHECK_TEXT("yes no no no ", logged("error", tell_what_is_enabled));
    CHECK_TEXT("yes yes no no ", logged("warning", tell_what_is_enabled));
    CHECK_TEXT("yes yes yes yes ", logged("debug", tell_what_is_enabled));
    return true;
}

void say_long()
{
    for (size_t length = 450; length < 520; ++length) {
        log(LogLevel::error, "%s", std::string(length, 'x').c_str());
    }
    log(LogLevel::error, "%s", std::string(100'000, 'y').c_str());
    log(LogLevel::error, "end");
}

bool long_lines_are_cut()
{
    const std::string all = logged("error", say_long);
    const std::string head = "net_websocket: error: ";
    size_t at = 0;
    for (size_t i = 0; i < 71; ++i) {
        const size_t end = all.find('\n', at);
        CHECK(end != std::string::npos);
        CHECK(all.compare(at, head.size(), head) == 0);
        const size_t wanted = i < 70 ? 450 + i : 100'000;
        const size_t got = end - at - head.size();
        CHECK(got == wanted || (got < wanted && got >= 480));
        CHECK(all.find_first_not_of(i < 70 ? 'x' : 'y', at + head.size()) == end);
        at = end + 1;
    }
    CHECK_TEXT(head + "end\n", all.substr(at));
    return true;
}

constexpr size_t kThreads = 4;
constexpr int kLines = 200;

void say_from_threads()
{
    run_threads(kThreads, [](size_t thread) {
        for (int i = 0; i < kLines; ++i) {
            log(LogLevel::info, "thread %zu line %d %s", thread, i,
                std::string(100, static_cast<char>('a' + thread)).c_str());
        }
    });
}

bool lines_of_threads_do_not_mix()
{
    const std::string all = logged("info", say_from_threads);
    std::set<std::string> lines;
    for (size_t at = 0; at < all.size();) {
        const size_t end = all.find('\n', at);
        CHECK(end != std::string::npos);
        lines.insert(all.substr(at, end - at));
        at = end + 1;
    }
    CHECK(lines.size() == kThreads * kLines);
    for (size_t thread = 0; thread < kThreads; ++thread) {
        for (int i = 0; i < kLines; ++i) {
            CHECK(lines.count("net_websocket: info: thread " + std::to_string(thread) + " line " +
                              std::to_string(i) + " " + std::string(100, static_cast<char>('a' + thread))) ==
                  1);
        }
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<the_level_decides>),
        cmocka_unit_test(run<silent_unless_asked>),
        cmocka_unit_test(run<a_wrong_level_is_told_once>),
        cmocka_unit_test(run<the_journal_gets_priorities>),
        cmocka_unit_test(run<a_wrong_prefix_is_told_once>),
        cmocka_unit_test(run<functions_get_no_prefix>),
        cmocka_unit_test(run<enabled_says_what_log_does>),
        cmocka_unit_test(run<long_lines_are_cut>),
        cmocka_unit_test(run<lines_of_threads_do_not_mix>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
