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

struct Text {
    std::string text;
    bool whole = false;
    static void on_head(const FrameHead &) {}
    void on_payload(const uint8_t *bytes, size_t length, const FrameHead &, uint64_t)
    {
        text.append(reinterpret_cast<const char *>(bytes), length);
    }
    void on_end(const FrameHead &) { whole = true; }
};

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

int connect_socket(uint16_t port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = server_address(port);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        fail(std::string("connect: ") + std::strerror(errno));
    }
    set_no_delay(fd);
    return fd;
}

void send_request(int fd, const std::string &endpoint)
{
    send_all(fd, make_request(endpoint));
}

// The server says nothing after its answer until it is asked.
void take_answer(int fd)
{
    std::string answer;
    char bytes[512];
    while (answer.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) {
            fail("no answer");
        }
        answer.append(bytes, static_cast<size_t>(got));
    }
}

std::string take_text(int fd, FrameParser &parser)
{
    Text answer;
    while (!answer.whole) {
        uint8_t bytes[512];
        const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) {
            fail("the server has gone");
        }
        parser.give(bytes, static_cast<size_t>(got), answer);
    }
    return answer.text;
}

}  // namespace nws::bench
