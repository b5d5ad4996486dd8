// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the limits have in common, which use plain sockets: a request that
// is always the same, frames that lie ready, and the counting of those that come.
// Must not know: any WebSocket library; how a program waits.

#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <vector>

#include "wire.h"

namespace nws::bench {

// A read takes at most so many.
constexpr size_t kReadBytes = size_t{128} << 10;

// All frames have the same mask.
constexpr uint8_t kMask[4] = {0x5a, 0xc3, 0x17, 0x8e};

// The server's, which is on this machine.
sockaddr_in server_address(uint16_t port);
void set_no_delay(int fd);

// All of it, or the program ends: also if the socket does not block and is full.
void send_all(int fd, const uint8_t *bytes, size_t length);
void send_all(int fd, const std::vector<uint8_t> &bytes);

// These wait.
int connect_socket(uint16_t port);
void send_request(int fd, const std::string &endpoint);
void take_answer(int fd);
std::string take_text(int fd, FrameParser &parser);

std::vector<uint8_t> make_request(const std::string &endpoint);
// Masked.
std::vector<uint8_t> make_frame(uint8_t opcode, const uint8_t *bytes, size_t length);
std::vector<uint8_t> make_frame(uint8_t opcode, const std::string &text);

// For FrameParser: how many messages have ended.
struct MessageCounter {
    uint64_t messages = 0;
    static void on_head(const FrameHead &) {}
    static void on_payload(const uint8_t *, size_t, const FrameHead &, uint64_t) {}
    void on_end(const FrameHead &head) { messages += head.fin; }
};

}  // namespace nws::bench
