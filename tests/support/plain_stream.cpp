// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "support/stream.h"

namespace nws::test {

namespace {

class PlainStream final : public Stream {
public:
    explicit PlainStream(int fd) : fd_(fd) {}

    IoResult read(char *buffer, size_t length) override
    {
        return result_of(recv(fd_, buffer, length, 0), true);
    }

    IoResult write(const char *bytes, size_t length) override
    {
        return result_of(send(fd_, bytes, length, MSG_NOSIGNAL), false);
    }

    void end_writing() override { shutdown(fd_, SHUT_WR); }
    std::string error() const override { return std::strerror(errno_); }

private:
    IoResult result_of(ssize_t count, bool reading)
    {
        if (count > 0 || (count == 0 && !reading)) {
            return {static_cast<size_t>(count), IoState::done};
        }
        if (count == 0) {
            return {0, IoState::ended};
        }
        errno_ = errno;
        const bool later = errno_ == EAGAIN || errno_ == EWOULDBLOCK || errno_ == EINTR;
        return {0, later ? IoState::would_block : IoState::broken};
    }

    int fd_;
    int errno_ = 0;
};

// The port of an address; 0: not one of TCP.
unsigned port_of(const sockaddr_storage &address)
{
    if (address.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in &>(address).sin_port);
    }
    if (address.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6 &>(address).sin6_port);
    }
    return 0;
}

// The kernel's table of sockets has a line for each end of a local connection,
// with the bytes that wait there to be read.
bool waits_unread(const char *table, unsigned local_port, unsigned remote_port)
{
    std::ifstream file(table);
    std::string line;
    while (std::getline(file, line)) {
        unsigned local = 0;
        unsigned remote = 0;
        unsigned unread = 0;
        if (std::sscanf(line.c_str(), "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%x %*x %*x:%x", &local, &remote,
                        &unread) == 3 &&
            local == local_port && remote == remote_port) {
            return unread > 0;
        }
    }
    return false;
}

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int fd)
{
    return std::make_unique<PlainStream>(fd);
}

bool peer_has_read_all(int fd)
{
    sockaddr_storage here{};
    sockaddr_storage there{};
    socklen_t here_size = sizeof here;
    socklen_t there_size = sizeof there;
    if (getsockname(fd, reinterpret_cast<sockaddr *>(&here), &here_size) != 0 ||
        getpeername(fd, reinterpret_cast<sockaddr *>(&there), &there_size) != 0) {
        return true;
    }
    if (here.ss_family == AF_UNIX) {
        int unread = 0;
        return ioctl(fd, SIOCOUTQ, &unread) != 0 || unread == 0;
    }
    const unsigned server = port_of(here);
    const unsigned client = port_of(there);
    return !waits_unread("/proc/net/tcp", client, server) && !waits_unread("/proc/net/tcp6", client, server);
}

}  // namespace nws::test
