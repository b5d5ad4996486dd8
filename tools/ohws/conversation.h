// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the one loop: lines to the server, the server's messages to the output,
// and the way to the end. Main thread.
// Must not know: the library's functions.

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client.h"
#include "console.h"
#include "exit_status.h"
#include "line_editor.h"
#include "line_reader.h"
#include "options.h"
#include "output.h"

namespace nws::ohws {

class Conversation {
public:
    // `signals` becomes readable when Signals::take() has something.
    Conversation(const Options &options, Client &client, Console &console, Output &output, int signals);
    ~Conversation();

    // From the start of connecting to the end of the connection.
    ExitStatus run();

private:
    enum class Stage { connecting, open, closing, ended };

    // Until something happens; true: standard input can be read.
    bool wait(bool for_input);
    int milliseconds_to_wait() const;
    bool wants_input() const noexcept;
    bool wait_for_key();

    void take_events();
    void on_event(const Event &event);
    void on_open(const Event &event);
    void on_message(const Event &event);
    void on_pong(const Event &event);
    void on_error(const Event &event);
    void on_close(const Event &event);
    bool is_clean(uint32_t code) const noexcept;
    bool takes_another_attempt(bool counts) noexcept;

    void edit_line();
    void send_lines();
    std::optional<std::string> decoded(std::string line);
    void take_line(std::string line);
    // False if it must be tried again later.
    bool send(const std::string &message);
    void send_unsent();
    SendAs type_to_send() const noexcept;

    void on_end_of_input();
    void on_signals();
    void on_interrupt();
    void on_deadlines();
    void on_wait_over();
    void send_ping();
    void close(const std::string &why);
    // Of several failures the first is the exit status.
    void fail(const std::string &why, ExitStatus status = kExitFailed);
    void set_failed(ExitStatus status) noexcept;

    const Options &options_;
    Client &client_;
    Console &console_;
    Output &output_;
    LineReader input_;
    std::optional<LineEditor> editor_;
    int signals_;
    Stage stage_ = Stage::connecting;
    ExitStatus status_ = kExitClean;
    bool input_finished_ = false;
    bool output_failed_ = false;
    std::optional<std::string> unsent_;  // the send queue was full
    uint64_t messages_ = 0;
    uint32_t attempts_ = 0;  // to connect anew, since it was open
    std::optional<Clock::time_point> deadline_;
    std::optional<Clock::time_point> next_ping_;
    std::string ping_payload_;
    Clock::time_point pinged_;
};

}  // namespace nws::ohws
