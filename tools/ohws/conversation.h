// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one loop: standard input to the server, the server's messages to
// the output, and the way to the end. Main thread.
// Must not know: the library's functions.

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client.h"
#include "line_reader.h"
#include "options.h"
#include "output.h"

namespace nws::ohws {

class Conversation {
public:
    // `interrupt` becomes readable when the user wants to end it.
    Conversation(const Options &options, Client &client, Output &output, int interrupt);

    // From the start of connecting to the end of the connection.
    ExitStatus run();

private:
    using Clock = std::chrono::steady_clock;
    enum class Stage { connecting, open, closing, ended };

    void wait();
    int milliseconds_to_wait() const;
    bool wants_input() const noexcept;

    void take_events();
    void on_event(const Event &event);
    void on_open(const Event &event);
    void on_message(const Event &event);
    void on_close(const Event &event);

    void send_lines();
    std::optional<std::string> next_message();
    // False if it must be tried again later.
    bool send(std::string &message);

    void on_end_of_input();
    void on_interrupt();
    void on_deadline();
    void close(const char *why);
    void fail(const std::string &why);

    const Options &options_;
    Client &client_;
    Output &output_;
    LineReader input_;
    int interrupt_;
    Stage stage_ = Stage::connecting;
    bool failed_ = false;
    bool input_finished_ = false;
    bool output_failed_ = false;
    std::optional<std::string> unsent_;  // the send queue was full
    std::optional<Clock::time_point> deadline_;
};

}  // namespace nws::ohws
