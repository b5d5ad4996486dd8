// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "plain.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "program.h"

namespace nws::bench {

namespace {

constexpr uint8_t kMask[4] = {0x5a, 0xc3, 0x17, 0x8e};

}  // namespace

sockaddr_in server_address(uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void set_no_delay(int fd)
{
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void send_all(int fd, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0) {
            fail(std::string("send: ") + std::strerror(errno));
        }
        bytes += sent;
        length -= static_cast<size_t>(sent);
    }
}

void send_all(int fd, const std::vector<uint8_t> &bytes)
{
    send_all(fd, bytes.data(), bytes.size());
}

std::vector<uint8_t> make_request(const std::string &endpoint)
{
    const std::string request =
        "GET /" + endpoint +
        " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    return {request.begin(), request.end()};
}

std::vector<uint8_t> make_frame(uint8_t opcode, const uint8_t *bytes, size_t length)
{
    std::vector<uint8_t> frame(kLongestHead + length);
    const size_t head = write_head(frame.data(), kFin | opcode, length, kMask);
    apply_mask(frame.data() + head, bytes, length, kMask, 0);
    frame.resize(head + length);
    return frame;
}

std::vector<uint8_t> make_frame(uint8_t opcode, const std::string &text)
{
    return make_frame(opcode, reinterpret_cast<const uint8_t *>(text.data()), text.size());
}

}  // namespace nws::bench
