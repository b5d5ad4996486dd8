// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one accepted socket with its input and output; on the server's thread.
// Must not know: what endpoints and scripts do with it.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "support/behaviour.h"
#include "support/http_request.h"
#include "support/server_state.h"
#include "support/stream.h"

namespace nws::test {

class Connection {
public:
    // Takes the descriptor, which must not block.
    Connection(ServerState &state, int fd, unsigned id);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    // For the server's loop.
    int fd() const { return fd_; }
    void on_events(uint32_t events);
    void drive();
    uint32_t wanted_events() const;
    bool wants_tick() const { return wants_tick_; }
    bool has_ended() const { return ended_; }

    // For behaviours.
    bool has_request() const { return has_request_; }
    const HttpRequest &request() const { return request_; }
    // The next bytes are another request.
    void forget_request();
    // Whether the request is a right upgrade; if not, the log says why not.
    bool check_upgrade();
    // What comes in after the request is frames.
    void begin_frames(uint8_t allowed_rsv = 0);

    // To append to.
    std::string &output() { return out_; }
    void send(std::string_view bytes) { out_.append(bytes); }
    void send_frame(Opcode opcode, std::string_view payload, FrameOptions options = {});
    // What was sent so far is with the kernel.
    bool is_flushed() const { return out_sent_ == out_.size(); }
    // More output should wait, and so does input.
    bool is_congested() const { return out_.size() - out_sent_ >= kHighWater; }
    void flush();
    // As flush, and false until the client has read everything; called again soon.
    bool is_taken_by_peer();

    void set_reading(bool reading) { reading_ = reading; }
    bool peer_ended() const { return peer_ended_; }

    void half_close();
    // Sends the rest, half-closes, and ends when the client does.
    void finish();
    // Ends at once: with FIN, or with RST.
    void end();
    void reset();

    void record(ServerEvent::Kind kind, std::string text = {});
    bool is_released(const std::string &name) const { return state_.is_released(name); }

    static constexpr size_t kHighWater = size_t{1} << 20;

private:
    void read_available();
    bool choose_stream();
    bool can_read() const;
    void take_head(std::string_view bytes);
    void on_head();
    void take_early_frames();
    void take_frames(char *bytes, size_t length);
    void on_frame(const Frame &frame);
    void on_peer_end();
    void on_broken();
    void record_tls();

    ServerState &state_;
    int fd_;
    unsigned id_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Behaviour> behaviour_;

    std::string head_;  // input before the upgrade
    HttpRequest request_;
    bool has_request_ = false;
    bool framed_ = false;
    FrameDecoder decoder_;
    FrameChecker checker_;

    std::string out_;
    size_t out_sent_ = 0;

    bool reading_ = true;
    bool peer_ended_ = false;
    bool stream_chosen_ = false;
    bool tls_seen_ = false;
    bool early_bytes_seen_ = false;
    bool finishing_ = false;
    bool writing_ended_ = false;
    bool wants_tick_ = false;
    bool wants_turn_ = false;
    bool ended_ = false;
};

}  // namespace nws::test
