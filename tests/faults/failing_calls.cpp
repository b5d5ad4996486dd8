// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

// Else fcntl() would be another name of fcntl64() here, and fopen() and open()
// likewise: both of each are replaced.
#undef _FILE_OFFSET_BITS

#include "faults/failing_calls.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <initializer_list>

#include "faults/library_threads.h"
#include "faults/next_function.h"

namespace nws::test {

namespace {

// ---- what is to fail ----

enum class Mode { none, one, single_bytes, interrupted };

std::atomic<Mode> g_mode{Mode::none};
std::atomic<size_t> g_count{0};
std::atomic<size_t> g_number{0};
std::atomic<size_t> g_fault{0};
std::atomic<size_t> g_period{0};
std::atomic<bool> g_reached{false};
std::atomic<bool> g_failed{false};
std::atomic<const char *> g_name{""};
std::atomic<int> g_error{0};

// Beside errno's values.
constexpr int kNone = 0;
constexpr int kShort = -1;    // one byte
constexpr int kNothing = -2;  // 0: the end, or a timeout

using Faults = std::initializer_list<int>;

int fault_of(const char *name, Faults faults) noexcept
{
    const size_t count = g_count.fetch_add(1) + 1;
    switch (g_mode.load(std::memory_order_relaxed)) {
    case Mode::none:
        return kNone;
    case Mode::one:
        if (count != g_number) {
            return kNone;
        }
        g_reached = true;
        g_name = name;
        if (g_fault >= faults.size()) {
            return kNone;
        }
        g_failed = true;
        g_error = faults.begin()[g_fault];
        return g_error;
    case Mode::single_bytes:
        for (const int fault : faults) {
            if (fault == kShort) {
                return kShort;
            }
        }
        return kNone;
    case Mode::interrupted:
        break;
    }
    // Not every so many: a loop of so many calls would never get on.
    const size_t dice = count * 0x9E3779B97F4A7C15U >> 32U;
    if (dice % g_period != 0) {
        return kNone;
    }
    const bool second = dice / g_period % 2 == 0;
    for (const int fault : faults) {
        if (fault == (second ? EAGAIN : EINTR)) {
            return fault;
        }
    }
    return kNone;
}

// 0: the call is to go on.
int error_of(const void *caller, const char *name, Faults faults) noexcept
{
    if (!t_in_library || is_distributions(caller)) {
        return 0;
    }
    const int error = fault_of(name, faults);
    if (error > 0) {
        errno = error;
    }
    return error;
}

int thread_error()
{
    return g_mode == Mode::one ? fault_of("pthread_create", {EAGAIN}) : 0;
}

// ---- the functions behind ----

NextFunction<int(int, int, int)> g_socket("socket");
NextFunction<int(int, const sockaddr *, socklen_t)> g_connect("connect");
NextFunction<int(int, const sockaddr *, socklen_t)> g_bind("bind");
NextFunction<int(int, int)> g_listen("listen");
NextFunction<int(int, sockaddr *, socklen_t *)> g_getsockname("getsockname");
NextFunction<int(int, int, int, void *, socklen_t *)> g_getsockopt("getsockopt");
NextFunction<int(int, int, int, const void *, socklen_t)> g_setsockopt("setsockopt");
NextFunction<int(int, int)> g_shutdown("shutdown");
NextFunction<int(int, int, int)> g_dup3("dup3");
NextFunction<int(int, int, long)> g_fcntl("fcntl");
NextFunction<ssize_t(int, const void *, size_t, int)> g_send("send");
NextFunction<ssize_t(int, void *, size_t, int)> g_recv("recv");
NextFunction<ssize_t(int, const void *, size_t)> g_write("write");
NextFunction<ssize_t(int, void *, size_t)> g_read("read");
NextFunction<int(pollfd *, nfds_t, int)> g_poll("poll");
NextFunction<int(int)> g_epoll_create1("epoll_create1");
NextFunction<int(int, int, int, epoll_event *)> g_epoll_ctl("epoll_ctl");
NextFunction<int(int, epoll_event *, int, int)> g_epoll_wait("epoll_wait");
NextFunction<int(unsigned, int)> g_eventfd("eventfd");
NextFunction<int(int, eventfd_t *)> g_eventfd_read("eventfd_read");
NextFunction<ssize_t(void *, size_t, unsigned)> g_getrandom("getrandom");
NextFunction<int(const char *, const char *, const addrinfo *, addrinfo **)> g_getaddrinfo("getaddrinfo");
NextFunction<FILE *(const char *, const char *)> g_fopen("fopen");
NextFunction<int(const char *, int, mode_t)> g_open("open");

// The third argument is a word, whatever the command makes of it. Only what needs
// a descriptor can fail.
int replaced_fcntl(const void *caller, int fd, int command, long argument)
{
    const bool makes_one = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    return makes_one && error_of(caller, "fcntl(F_DUPFD)", {EMFILE}) > 0 ? -1
                                                                         : g_fcntl(fd, command, argument);
}

int replaced_open(const void *caller, const char *path, int flags, mode_t mode)
{
    return error_of(caller, "open", {EMFILE, EACCES}) > 0 ? -1 : g_open(path, flags, mode);
}

bool is_socket(int fd) noexcept
{
    struct stat status = {};
    return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

template <typename Call>
ssize_t move(const void *caller, const char *name, Faults faults, size_t bytes, Call really)
{
    const int error = error_of(caller, name, faults);
    if (error > 0) {
        return -1;
    }
    if (error == kNothing) {
        return 0;
    }
    return really(error == kShort && bytes > 1 ? 1 : bytes);
}

constexpr Faults kSendFaults = {EAGAIN, EINTR, ECONNRESET, EPIPE, kShort};
constexpr Faults kReceiveFaults = {EAGAIN, EINTR, ECONNRESET, kNothing, kShort};

// Of sockets only: a random device gives what it is asked for.
ssize_t replaced_read(const void *caller, int fd, void *data, size_t bytes)
{
    return t_in_library && is_socket(fd) ? move(caller, "read", kReceiveFaults, bytes,
                                                [=](size_t some) { return g_read(fd, data, some); })
                                         : g_read(fd, data, bytes);
}

}  // namespace

void fail_call(size_t number, size_t fault) noexcept
{
    g_before_thread = thread_error;
    g_mode = Mode::none;
    g_count = 0;
    g_reached = false;
    g_failed = false;
    g_number = number;
    g_fault = fault;
    g_error = 0;
    g_mode = Mode::one;
}

void move_single_bytes() noexcept
{
    g_count = 0;
    g_mode = Mode::single_bytes;
}

void interrupt_calls(size_t period) noexcept
{
    g_count = 0;
    g_period = period;
    g_mode = Mode::interrupted;
}

void let_calls_succeed() noexcept
{
    g_mode = Mode::none;
}

size_t counted_calls() noexcept
{
    return g_count;
}

bool call_reached() noexcept
{
    return g_reached;
}

bool call_failed() noexcept
{
    return g_failed;
}

std::string failed_call()
{
    const int error = g_error;
    const std::string name = g_name.load();
    if (error == kShort || error == kNothing) {
        return name + (error == kShort ? ": one byte" : ": nothing");
    }
    return name + ": " + (name == "getaddrinfo" ? gai_strerror(error - 1000) : std::strerror(error));
}

}  // namespace nws::test

// ---- the functions themselves ----

using namespace nws::test;

#define NWS_REPLACED __attribute__((noinline, visibility("default")))
#define NWS_CALLER __builtin_return_address(0)

extern "C" {

NWS_REPLACED int socket(int domain, int type, int protocol) noexcept
{
    return error_of(NWS_CALLER, "socket", {EMFILE, ENOBUFS}) > 0 ? -1 : g_socket(domain, type, protocol);
}

NWS_REPLACED int connect(int fd, const sockaddr *address, socklen_t length)
{
    return error_of(NWS_CALLER, "connect", {ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL}) > 0
               ? -1
               : g_connect(fd, address, length);
}

NWS_REPLACED int bind(int fd, const sockaddr *address, socklen_t length) noexcept
{
    return error_of(NWS_CALLER, "bind", {EADDRINUSE, ENOMEM}) > 0 ? -1 : g_bind(fd, address, length);
}

NWS_REPLACED int listen(int fd, int backlog) noexcept
{
    return error_of(NWS_CALLER, "listen", {EADDRINUSE}) > 0 ? -1 : g_listen(fd, backlog);
}

NWS_REPLACED int getsockname(int fd, sockaddr *address, socklen_t *length) noexcept
{
    return error_of(NWS_CALLER, "getsockname", {ENOBUFS}) > 0 ? -1 : g_getsockname(fd, address, length);
}

NWS_REPLACED int getsockopt(int fd, int level, int name, void *value, socklen_t *length) noexcept
{
    return error_of(NWS_CALLER, "getsockopt", {ENOMEM}) > 0 ? -1
                                                            : g_getsockopt(fd, level, name, value, length);
}

NWS_REPLACED int setsockopt(int fd, int level, int name, const void *value, socklen_t length) noexcept
{
    return error_of(NWS_CALLER, "setsockopt", {ENOMEM}) > 0 ? -1
                                                            : g_setsockopt(fd, level, name, value, length);
}

NWS_REPLACED int shutdown(int fd, int how) noexcept
{
    return error_of(NWS_CALLER, "shutdown", {ENOTCONN}) > 0 ? -1 : g_shutdown(fd, how);
}

NWS_REPLACED int dup3(int from, int to, int flags) noexcept
{
    return error_of(NWS_CALLER, "dup3", {EBUSY, EINTR}) > 0 ? -1 : g_dup3(from, to, flags);
}

NWS_REPLACED int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    const long argument = va_arg(arguments, long);
    va_end(arguments);
    return replaced_fcntl(NWS_CALLER, fd, command, argument);
}

NWS_REPLACED int fcntl64(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    const long argument = va_arg(arguments, long);
    va_end(arguments);
    return replaced_fcntl(NWS_CALLER, fd, command, argument);
}

NWS_REPLACED int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return replaced_open(NWS_CALLER, path, flags, mode);
}

NWS_REPLACED int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return replaced_open(NWS_CALLER, path, flags, mode);
}

NWS_REPLACED ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    return move(NWS_CALLER, "send", kSendFaults, bytes,
                [=](size_t some) { return g_send(fd, data, some, flags); });
}

NWS_REPLACED ssize_t recv(int fd, void *data, size_t bytes, int flags)
{
    return move(NWS_CALLER, "recv", kReceiveFaults, bytes,
                [=](size_t some) { return g_recv(fd, data, some, flags); });
}

NWS_REPLACED ssize_t __recv_chk(int fd, void *data, size_t bytes, size_t, int flags)
{
    return move(NWS_CALLER, "recv", kReceiveFaults, bytes,
                [=](size_t some) { return g_recv(fd, data, some, flags); });
}

NWS_REPLACED ssize_t write(int fd, const void *data, size_t bytes)
{
    return move(NWS_CALLER, "write", kSendFaults, bytes,
                [=](size_t some) { return g_write(fd, data, some); });
}

NWS_REPLACED ssize_t read(int fd, void *data, size_t bytes)
{
    return replaced_read(NWS_CALLER, fd, data, bytes);
}

NWS_REPLACED ssize_t __read_chk(int fd, void *data, size_t bytes, size_t)
{
    return replaced_read(NWS_CALLER, fd, data, bytes);
}

NWS_REPLACED int poll(pollfd *descriptors, nfds_t count, int timeout)
{
    const int error = error_of(NWS_CALLER, "poll", {EINTR, EAGAIN, ENOMEM, kNothing});
    return error > 0 ? -1 : error == kNothing ? 0 : g_poll(descriptors, count, timeout);
}

NWS_REPLACED int epoll_create1(int flags) noexcept
{
    return error_of(NWS_CALLER, "epoll_create1", {EMFILE, ENOMEM}) > 0 ? -1 : g_epoll_create1(flags);
}

// Without a fault for changes and removals: they need nothing of the system.
NWS_REPLACED int epoll_ctl(int epoll, int operation, int fd, epoll_event *event) noexcept
{
    const bool adds = operation == EPOLL_CTL_ADD;
    return adds && error_of(NWS_CALLER, "epoll_ctl", {ENOMEM, ENOSPC}) > 0
               ? -1
               : g_epoll_ctl(epoll, operation, fd, event);
}

NWS_REPLACED int epoll_wait(int epoll, epoll_event *events, int most, int timeout)
{
    const int error = error_of(NWS_CALLER, "epoll_wait", {EINTR, kNothing});
    return error > 0 ? -1 : error == kNothing ? 0 : g_epoll_wait(epoll, events, most, timeout);
}

NWS_REPLACED int eventfd(unsigned count, int flags) noexcept
{
    return error_of(NWS_CALLER, "eventfd", {EMFILE, ENOMEM}) > 0 ? -1 : g_eventfd(count, flags);
}

NWS_REPLACED int eventfd_read(int fd, eventfd_t *value)
{
    return error_of(NWS_CALLER, "eventfd_read", {EAGAIN, EINTR}) > 0 ? -1 : g_eventfd_read(fd, value);
}

NWS_REPLACED ssize_t getrandom(void *data, size_t bytes, unsigned flags)
{
    return move(NWS_CALLER, "getrandom", {EINTR, EAGAIN, ENOSYS, kShort}, bytes,
                [=](size_t some) { return g_getrandom(data, some, flags); });
}

NWS_REPLACED int getaddrinfo(const char *host, const char *service, const addrinfo *hints, addrinfo **list)
{
    const int error =
        error_of(NWS_CALLER, "getaddrinfo", {1000 + EAI_AGAIN, 1000 + EAI_MEMORY, 1000 + EAI_SYSTEM});
    if (error > 0) {
        errno = EMFILE;  // for EAI_SYSTEM
        return error - 1000;
    }
    return g_getaddrinfo(host, service, hints, list);
}

NWS_REPLACED FILE *fopen(const char *path, const char *mode)
{
    return error_of(NWS_CALLER, "fopen", {EMFILE, EACCES}) > 0 ? nullptr : g_fopen(path, mode);
}

NWS_REPLACED FILE *fopen64(const char *path, const char *mode)
{
    return error_of(NWS_CALLER, "fopen", {EMFILE, EACCES}) > 0 ? nullptr : g_fopen(path, mode);
}
}
