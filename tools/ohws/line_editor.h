// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the line that the user edits on a terminal, and the history of such
// lines. Main thread.
// Must not know: what a line is for, what happens while a key is waited for.

#pragma once

#include <termios.h>

#include <cwchar>
#include <functional>
#include <optional>
#include <string>

struct editline;
struct history;

namespace nws::ohws {

class LineEditor {
public:
    // Returns true when a key can be read, false to leave the line.
    using WaitForKey = std::function<bool()>;

    // history_file: "": lines are forgotten at the end.
    LineEditor(WaitForKey wait_for_key, std::string history_file);
    // Leaves the terminal as it was found.
    ~LineEditor();
    LineEditor(const LineEditor &) = delete;
    LineEditor &operator=(const LineEditor &) = delete;

    // Nothing: wait_for_key gave false, or the input ended.
    std::optional<std::string> read();
    bool ended() const noexcept { return ended_; }

    // Around output of others while read() waits for a key; else without effect.
    void hide();
    void show();
    // From inside wait_for_key: the terminal's size has changed; around a stop of
    // the process.
    void resize();
    void leave_terminal();
    void take_terminal();

private:
    static int get_character(editline *editor, wchar_t *character);
    int read_character(wchar_t &character);
    void restore_terminal();
    void remember(const std::string &line);

    const WaitForKey wait_for_key_;
    const std::string history_file_;
    editline *editor_;
    history *history_;
    std::mbstate_t partial_{};
    termios terminal_{};  // as it was found
    bool found_terminal_ = false;
    bool waiting_ = false;
    bool ended_ = false;
};

// The file that lines are kept in, its directory made; "" if it cannot be.
std::string default_history_file();

}  // namespace nws::ohws
