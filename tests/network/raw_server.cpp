// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "network/raw_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include "support/stream.h"

namespace nws::test {

namespace {

// A socket that listens on a free port of 127.0.0.1.
int listen_on_loopback(int backlog, uint16_t &port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(fd, reinterpret_cast<const sockaddr *>(&address), length) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr *>(&address), &length) != 0) {
        close(fd);
        return -1;
    }
    port = ntohs(address.sin_port);
    return fd;
}

// Non-blocking; the connection may still be in the making.
int connect_to_loopback(uint16_t port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    [[maybe_unused]] const int result =
        connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    return fd;
}

}  // namespace

bool RawConnection::wait(int fd, short events) const
{
    pollfd waited[] = {{fd, events, 0}, {server_.stop_, POLLIN, 0}};
    while (poll(waited, 2, -1) < 0) {
    }
    return waited[1].revents == 0;
}

bool RawConnection::stopping() const
{
    pollfd stop = {server_.stop_, POLLIN, 0};
    return poll(&stop, 1, 0) != 0;
}

std::string RawConnection::read(size_t count)
{
    std::string bytes;
    while (bytes.size() < count && wait(fd_, POLLIN)) {
        char buffer[4096];
        const ssize_t length = recv(fd_, buffer, std::min(sizeof buffer, count - bytes.size()), 0);
        if (length <= 0) {
            break;
        }
        bytes.append(buffer, static_cast<size_t>(length));
    }
    return bytes;
}

std::string RawConnection::read_head()
{
    const std::string empty_line = "\r\n\r\n";
    std::string head;
    // Byte by byte: what follows is not the head's.
    while (head.size() < 4 || head.compare(head.size() - 4, 4, empty_line) != 0) {
        const std::string byte = read(1);
        if (byte.empty()) {
            break;
        }
        head += byte;
    }
    return head;
}

bool RawConnection::write(const std::string &bytes)
{
    size_t sent = 0;
    while (sent < bytes.size()) {
        if (!wait(fd_, POLLOUT)) {
            return false;
        }
        const ssize_t length = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (length < 0 && errno != EAGAIN) {
            return false;
        }
        sent += length > 0 ? static_cast<size_t>(length) : 0;
    }
    return true;
}

bool RawConnection::write_bytewise(const std::string &bytes)
{
    for (const char byte : bytes) {
        if (!write(std::string(1, byte))) {
            return false;
        }
        while (!stopping() && !peer_has_read_all(fd_)) {
            poll(nullptr, 0, 1);
        }
    }
    return true;
}

void RawConnection::wait_end()
{
    while (!read(4096).empty()) {
    }
}

void RawConnection::end_writing()
{
    shutdown(fd_, SHUT_WR);
}

void RawConnection::relay_to(uint16_t port, size_t most)
{
    const int other = connect_to_loopback(port);
    RawConnection target(server_, other);
    char buffer[16384];
    const auto pass = [&buffer](RawConnection &from, RawConnection &to, size_t &left) {
        const ssize_t length = recv(from.fd_, buffer, std::min(left, sizeof buffer), 0);
        left -= length > 0 ? static_cast<size_t>(length) : 0;
        return length > 0 ? to.write(std::string(buffer, static_cast<size_t>(length)))
                          : length < 0 && errno == EAGAIN;
    };
    size_t any = SIZE_MAX;
    for (bool goes_on = target.wait(other, POLLOUT) && most > 0; goes_on;) {
        pollfd waited[] = {{fd_, POLLIN, 0}, {other, POLLIN, 0}, {server_.stop_, POLLIN, 0}};
        while (poll(waited, 3, -1) < 0) {
        }
        goes_on = waited[2].revents == 0 && (waited[0].revents == 0 || pass(*this, target, any)) &&
                  (waited[1].revents == 0 || pass(target, *this, most)) && most > 0;
    }
    ::close(other);
}

void RawConnection::reset_at_end()
{
    const linger no_time{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);
}

void RawConnection::note(const std::string &text)
{
    server_.log_.append(text);
}

bool RawServer::start(Talk talk)
{
    stop();
    talk_ = std::move(talk);
    listener_ = listen_on_loopback(SOMAXCONN, port_);
    stop_ = eventfd(0, EFD_CLOEXEC);
    if (listener_ < 0 || stop_ < 0) {
        return false;
    }
    acceptor_ = std::thread([this] { accept_all(); });
    return true;
}

void RawServer::stop()
{
    if (!acceptor_.joinable()) {
        return;
    }
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t count = ::write(stop_, &one, sizeof one);
    acceptor_.join();
    for (std::thread &thread : threads_) {
        thread.join();
    }
    threads_.clear();
    ::close(listener_);
    ::close(stop_);
}

void RawServer::accept_all()
{
    for (;;) {
        pollfd waited[] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
        while (poll(waited, 2, -1) < 0) {
        }
        if (waited[1].revents != 0) {
            return;
        }
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            threads_.emplace_back([this, fd] { serve(fd); });
        }
    }
}

void RawServer::serve(int fd)
{
    log_.append("accepted");
    RawConnection connection(*this, fd);
    talk_(connection);
    ::close(fd);
    log_.append("ended");
}

size_t RawServer::count(const std::string &text) const
{
    return log_.count([&](const std::string &entry) { return entry == text; });
}

bool RawServer::wait_for(const std::string &text, size_t count) const
{
    return log_.wait_count([&](const std::string &entry) { return entry == text; }, count);
}

FullPort::FullPort() : listener_(listen_on_loopback(0, port_))
{
    // Until one is left hanging: the kernel then drops what asks to connect.
    constexpr int kMost = 64;
    for (int i = 0; i < kMost; ++i) {
        const int fd = connect_to_loopback(port_);
        fillers_.push_back(fd);
        pollfd connected = {fd, POLLOUT, 0};
        if (poll(&connected, 1, 200) == 0) {
            fillers_outside_ = outside();
            return;
        }
    }
}

FullPort::~FullPort()
{
    empty();
    ::close(listener_);
}

void FullPort::empty()
{
    for (const int fd : fillers_) {
        ::close(fd);
    }
    fillers_.clear();
}

// Sockets that have asked to connect to it and have no answer (SYN-SENT), which the
// kernel tells in a table only.
size_t FullPort::outside() const
{
    char peer_and_state[32];
    std::snprintf(peer_and_state, sizeof peer_and_state, "%08X:%04X 02", htonl(INADDR_LOOPBACK), port_);
    std::ifstream table("/proc/net/tcp");
    size_t count = 0;
    for (std::string line; std::getline(table, line);) {
        count += line.find(peer_and_state) != std::string::npos ? 1 : 0;
    }
    return count;
}

std::string FullPort::let_in()
{
    constexpr int kDeadline = 20'000;  // only a test that fails waits so long
    for (int i = 0; outside() <= fillers_outside_; ++i) {
        if (i == kDeadline / 10) {
            return {};
        }
        usleep(10'000);
    }
    empty();
    pollfd knocking = {listener_, POLLIN, 0};
    while (poll(&knocking, 1, kDeadline) == 1) {
        const int fd = accept(listener_, nullptr, nullptr);
        char bytes[4096];
        pollfd readable = {fd, POLLIN, 0};
        const ssize_t count = poll(&readable, 1, kDeadline) == 1 ? recv(fd, bytes, sizeof bytes, 0) : 0;
        ::close(fd);
        if (count > 0) {
            return std::string(bytes, static_cast<size_t>(count));
        }
    }
    return {};
}

}  // namespace nws::test
