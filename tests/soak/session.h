// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one client of the soak and what it has been told: which messages came,
// each checked when it comes, and which events, each allowed once and in its
// place. One thread uses it; the library's thread calls back.
// Must not know: what the server does.

#pragma once

#include <network/netstack/net_websocket_ext.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace nws::soak {

// The message with this number: its number, then bytes that follow from seed and
// number, and a checksum over all of it. Any length from kLeastBytes.
inline constexpr size_t kLeastBytes = 16;
std::string make_message(uint64_t seed, uint64_t number, size_t length);
// Whether it is, whole and unchanged.
bool is_message(const char *data, size_t length, uint64_t seed, uint64_t number);

class Session {
public:
    // `authorities`: whom wss trusts. `hurried`: has little time to connect.
    Session(uint64_t seed, const std::string &authorities, bool hurried);
    // Destroys the client, if it is there.
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    WebSocket *client() const { return client_; }
    int connect(const std::string &url);
    int send(uint64_t number, size_t length);
    int close();
    void destroy();

    // What `judge` says of each message in the place of is_message(): for a
    // server that makes its own.
    void judge_by(std::function<bool(const char *, size_t, uint64_t)> judge) { judge_ = std::move(judge); }

    // False: not in time.
    bool wait_open_or_end();
    bool wait_messages(uint64_t count);
    bool wait_end();

    bool open() const;
    uint32_t close_code() const;
    uint64_t messages() const;
    // "" or what went wrong: events out of place, a message lost, doubled, changed.
    std::string problem() const;
    // In words, for whoever reads of a problem.
    std::string state() const;

private:
    static Session *of(WebSocket *client);
    static void on_open(WebSocket *client, WebSocket_OpenResult);
    static void on_error(WebSocket *client, WebSocket_ErrorResult result);
    static void on_close(WebSocket *client, WebSocket_CloseResult result);
    static void on_message(WebSocket *client, NetWebSocket_MessageType, const char *data, size_t length,
                           void *);

    void tell(const std::function<void()> &change);
    void complain(const std::string &what);
    bool wait(const std::function<bool()> &done);

    const uint64_t seed_;
    WebSocket *client_ = nullptr;
    std::function<bool(const char *, size_t, uint64_t)> judge_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool opened_ = false;
    bool ended_ = false;
    uint32_t close_code_ = 0;
    uint64_t messages_ = 0;
    std::string error_;
    std::string problem_;
};

}  // namespace nws::soak
