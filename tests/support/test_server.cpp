// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "support/connection.h"

namespace nws::test {

namespace {

// In epoll's data, beside the ids of connections, which begin with 1.
constexpr uint64_t kListener = 0;
constexpr uint64_t kWake = UINT64_MAX;

constexpr int kBacklog = 4096;
// How soon a script that waits for the client to read looks again.
constexpr int kTickMilliseconds = 1;

// The size of the address; 0: the host is not numeric.
socklen_t make_address(const std::string &host, uint16_t port, sockaddr_storage &address)
{
    auto &v4 = reinterpret_cast<sockaddr_in &>(address);
    auto &v6 = reinterpret_cast<sockaddr_in6 &>(address);
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        return sizeof v4;
    }
    if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        return sizeof v6;
    }
    return 0;
}

uint16_t bound_port(int fd)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        return 0;
    }
    return address.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6 &>(address).sin6_port)
                                         : ntohs(reinterpret_cast<sockaddr_in &>(address).sin_port);
}

void close_descriptor(int &fd)
{
    if (fd >= 0) {
        ::close(fd);
    }
    fd = -1;
}

// Signals are the test's; and a SIGPIPE that TLS provokes must not kill it.
void block_all_signals(sigset_t &old)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
}

}  // namespace

TestServer::TestServer() = default;

TestServer::~TestServer()
{
    stop();
}

bool TestServer::start(const ServerOptions &options)
{
    stop();
    state_.options = options;
    state_.tls.reset();
    error_.clear();
    if (!options.tls.certificate.empty()) {
        state_.tls = make_tls_context(options.tls, error_);
        if (!state_.tls) {
            return false;
        }
    }
    if (!(options.unix_path.empty() ? listen_on_tcp() : listen_on_unix()) || !open_loop()) {
        close_all();
        return false;
    }
    stopping_ = false;
    sigset_t old;
    block_all_signals(old);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    return true;
}

bool TestServer::listen_on_tcp()
{
    const ServerOptions &options = state_.options;
    sockaddr_storage address{};
    const socklen_t size = make_address(options.host, options.port, address);
    if (size == 0) {
        error_ = "not a numeric address: " + options.host;
        return false;
    }
    listener_ = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Accepted sockets inherit both.
    setsockopt(listener_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (options.receive_buffer > 0) {
        setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof options.receive_buffer);
    }
    if (bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(listener_, kBacklog) != 0) {
        return set_error(options.host);
    }
    port_ = bound_port(listener_);
    return true;
}

bool TestServer::listen_on_unix()
{
    const std::string &path = state_.options.unix_path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        error_ = "too long for a socket's path: " + path;
        return false;
    }
    std::memcpy(address.sun_path, path.c_str(), path.size());
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    unlink(path.c_str());
    if (bind(listener_, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 ||
        listen(listener_, kBacklog) != 0) {
        return set_error(path);
    }
    port_ = 0;
    return true;
}

bool TestServer::open_loop()
{
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWake;
    if (epoll_ < 0 || wake_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
        return set_error("epoll");
    }
    event.events = 0;
    event.data.u64 = kListener;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) {
        return set_error("epoll");
    }
    listener_watched_ = false;
    watch_listener(true);
    return true;
}

bool TestServer::set_error(const std::string &what)
{
    error_ = what + ": " + std::strerror(errno);
    return false;
}

void TestServer::stop()
{
    if (thread_.joinable()) {
        request_stop();
        join();
    }
}

void TestServer::join()
{
    if (thread_.joinable()) {
        thread_.join();
        close_all();
    }
}

void TestServer::close_all()
{
    if (listener_ >= 0 && !state_.options.unix_path.empty()) {
        unlink(state_.options.unix_path.c_str());
    }
    close_descriptor(listener_);
    close_descriptor(epoll_);
    close_descriptor(wake_);
}

void TestServer::request_stop()
{
    stopping_ = true;
    wake();
}

void TestServer::wake()
{
    const int saved = errno;
    const uint64_t one = 1;
    // It can only fail because the server is not running or was woken already.
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
    errno = saved;
}

std::string TestServer::url(const std::string &path, bool secure) const
{
    const ServerOptions &options = state_.options;
    if (!options.unix_path.empty()) {
        return "ws+unix://" + options.unix_path + (path.empty() ? "" : ":" + path);
    }
    const bool bracket = options.url_host.empty() && options.host.find(':') != std::string::npos;
    const std::string host = !options.url_host.empty() ? options.url_host
                             : bracket                 ? "[" + options.host + "]"
                                                       : options.host;
    return (secure ? "wss://" : "ws://") + host + ":" + std::to_string(port_) + path;
}

void TestServer::on_path(const std::string &path, const Script &script)
{
    state_.set_script(path, script);
}

void TestServer::on_path_once(const std::string &path, const Script &script)
{
    state_.add_script_once(path, script);
}

void TestServer::on_accept(std::optional<Script> script)
{
    state_.set_script_at_accept(std::move(script));
}

void TestServer::release(const std::string &name)
{
    state_.release(name);
    wake();
}

bool TestServer::wait_for(ServerEvent::Kind kind, size_t count, std::chrono::milliseconds patience) const
{
    return state_.log.wait_count([kind](const ServerEvent &event) { return event.kind == kind; }, count,
                                 patience);
}

bool TestServer::wait_for_frames(Opcode opcode, size_t count, std::chrono::milliseconds patience) const
{
    return state_.log.wait_count(
        [opcode](const ServerEvent &event) {
            return event.kind == ServerEvent::Kind::frame && event.opcode == opcode;
        },
        count, patience);
}

bool TestServer::wait_until(const std::function<bool(const std::vector<ServerEvent> &)> &wanted,
                            std::chrono::milliseconds patience) const
{
    return state_.log.wait_until(wanted, patience);
}

bool TestServer::wait_all_ended(std::chrono::milliseconds patience) const
{
    return wait_until(
        [](const std::vector<ServerEvent> &events) {
            size_t open = 0;
            for (const ServerEvent &event : events) {
                open += event.kind == ServerEvent::Kind::accepted ? 1 : 0;
                open -= event.kind == ServerEvent::Kind::ended ? 1 : 0;
            }
            return open == 0;
        },
        patience);
}

std::vector<ServerEvent> TestServer::events(ServerEvent::Kind kind) const
{
    std::vector<ServerEvent> chosen;
    for (ServerEvent &event : state_.log.snapshot()) {
        if (event.kind == kind) {
            chosen.push_back(std::move(event));
        }
    }
    return chosen;
}

std::vector<ServerEvent> TestServer::frames(Opcode opcode) const
{
    std::vector<ServerEvent> chosen;
    for (ServerEvent &event : events(ServerEvent::Kind::frame)) {
        if (event.opcode == opcode) {
            chosen.push_back(std::move(event));
        }
    }
    return chosen;
}

size_t TestServer::count(ServerEvent::Kind kind) const
{
    return state_.log.count([kind](const ServerEvent &event) { return event.kind == kind; });
}

std::string TestServer::complaints() const
{
    std::string lines;
    for (const ServerEvent &event : state_.log.snapshot()) {
        if (event.kind == ServerEvent::Kind::violation || event.kind == ServerEvent::Kind::script_failed) {
            lines += describe(event) + "\n";
        }
    }
    return lines;
}

void TestServer::run()
{
    pthread_setname_np(pthread_self(), "test_server");
    std::array<epoll_event, 256> ready{};
    while (!stopping_) {
        const int timeout = has_ticking() ? kTickMilliseconds : -1;
        const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), timeout);
        for (int i = 0; i < count && !stopping_; ++i) {
            on_ready(ready[static_cast<size_t>(i)].data.u64, ready[static_cast<size_t>(i)].events);
        }
        if (timeout > 0) {
            drive_all(true);
        }
    }
    connections_.clear();
}

void TestServer::on_ready(uint64_t id, uint32_t events)
{
    if (id == kListener) {
        accept_all();
        return;
    }
    if (id == kWake) {
        uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t count = read(wake_, &wakes, sizeof wakes);
        drive_all(false);
        return;
    }
    const auto found = connections_.find(id);
    if (found != connections_.end()) {
        found->second.connection->on_events(events);
        settle(id, found->second);
    }
}

void TestServer::accept_all()
{
    while (true) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            // Out of descriptors: go on accepting once a connection has ended.
            watch_listener(errno != EMFILE && errno != ENFILE);
            return;
        }
        const uint64_t id = ++last_id_;
        Entry &entry = connections_[id];
        entry.connection = std::make_unique<Connection>(state_, fd, last_id_);
        epoll_event event{};
        event.data.u64 = id;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
        entry.connection->drive();
        settle(id, entry);
    }
}

void TestServer::watch_listener(bool watch)
{
    if (watch != listener_watched_) {
        listener_watched_ = watch;
        epoll_event event{};
        event.events = watch ? uint32_t{EPOLLIN} : 0;
        event.data.u64 = kListener;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, listener_, &event);
    }
}

void TestServer::drive_all(bool only_ticking)
{
    std::vector<uint64_t> ids;
    for (const auto &[id, entry] : connections_) {
        if (!only_ticking || entry.connection->wants_tick()) {
            ids.push_back(id);
        }
    }
    for (const uint64_t id : ids) {
        Entry &entry = connections_[id];
        entry.connection->drive();
        settle(id, entry);
    }
}

// Tells epoll what the connection waits for now, or lets go of it.
void TestServer::settle(uint64_t id, Entry &entry)
{
    if (entry.connection->has_ended()) {
        connections_.erase(id);
        watch_listener(true);
        ++ended_;
        if (state_.options.stop_after > 0 && ended_ >= state_.options.stop_after) {
            stopping_ = true;
        }
        return;
    }
    const uint32_t wanted = entry.connection->wanted_events();
    if (wanted != entry.events) {
        entry.events = wanted;
        epoll_event event{};
        event.events = wanted;
        event.data.u64 = id;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, entry.connection->fd(), &event);
    }
}

bool TestServer::has_ticking() const
{
    for (const auto &[id, entry] : connections_) {
        if (entry.connection->wants_tick()) {
            return true;
        }
    }
    return false;
}

RefusingPort::RefusingPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    // Bound, but not listening: so no one else can get the port and answer.
    sockaddr_storage address{};
    const socklen_t size = make_address("127.0.0.1", 0, address);
    if (bind(fd_, reinterpret_cast<sockaddr *>(&address), size) == 0) {
        port_ = bound_port(fd_);
    }
}

RefusingPort::~RefusingPort()
{
    ::close(fd_);
}

}  // namespace nws::test
