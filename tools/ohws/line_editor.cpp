// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "line_editor.h"

#include <histedit.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "console.h"

namespace nws::ohws {

namespace {

char g_prompt[] = "> ";
constexpr int kHistoryLines = 1000;

char *prompt(EditLine *)
{
    return g_prompt;
}

// Messages are UTF-8, whatever the locale says.
void choose_utf8()
{
    std::setlocale(LC_CTYPE, "");
    if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
}

size_t terminal_columns()
{
    winsize size = {};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// As the editor shows it: controls as ^X.
size_t width_of(wchar_t character)
{
    const int width = wcwidth(character);
    return width < 0 ? 2 : static_cast<size_t>(width);
}

}  // namespace

LineEditor::LineEditor(WaitForKey wait_for_key, std::string history_file)
    : wait_for_key_(std::move(wait_for_key)), history_file_(std::move(history_file))
{
    choose_utf8();
    found_terminal_ = tcgetattr(STDIN_FILENO, &terminal_) == 0;
    editor_ = el_init("ohws", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event;
    ::history(history_, &event, H_SETSIZE, kHistoryLines);
    ::history(history_, &event, H_SETUNIQUE, 1);
    if (!history_file_.empty()) {
        ::history(history_, &event, H_LOAD, history_file_.c_str());
    }
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, ::history, history_);
    el_set(editor_, EL_GETCFN, &LineEditor::get_character);
    // Between two lines, too, keys wait unseen for the next one.
    el_set(editor_, EL_SETTY, "-x", "-echo", "-icanon", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor_, nullptr);
}

LineEditor::~LineEditor()
{
    el_end(editor_);
    history_end(history_);
    restore_terminal();
}

std::optional<std::string> LineEditor::read()
{
    // Before the prompt is seen.
    take_terminal();
    int length = 0;
    const char *text = el_gets(editor_, &length);
    if (text == nullptr || length <= 0) {
        // -1: read_character() gave nothing; 0: the key for it was pressed.
        ended_ = ended_ || length == 0;
        // Of the line that was left nothing stays.
        waiting_ = true;
        hide();
        waiting_ = false;
        return std::nullopt;
    }
    std::string line(text, static_cast<size_t>(length));
    line.erase(line.find_last_not_of("\r\n") + 1);
    remember(line);
    return line;
}

// ---- keys ----

int LineEditor::get_character(EditLine *editor, wchar_t *character)
{
    void *self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return static_cast<LineEditor *>(self)->read_character(*character);
}

// 1: here it is; 0: none will come.
int LineEditor::read_character(wchar_t &character)
{
    for (;;) {
        waiting_ = true;
        const bool ready = wait_for_key_();
        waiting_ = false;
        if (!ready) {
            return 0;
        }
        char byte = 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (got <= 0) {
            ended_ = true;
            return 0;
        }
        const size_t used = std::mbrtowc(&character, &byte, 1, &partial_);
        if (used <= 1) {
            return 1;
        }
        if (used == static_cast<size_t>(-1)) {
            partial_ = {};
        }
    }
}

// ---- beside other output ----

void LineEditor::hide()
{
    if (!waiting_) {
        return;
    }
    const LineInfoW *line = el_wline(editor_);
    size_t width = sizeof g_prompt - 1;
    for (const wchar_t *character = line->buffer; character < line->cursor; ++character) {
        width += width_of(*character);
    }
    const size_t rows = width / terminal_columns();
    std::string sequence = "\r";
    sequence += rows > 0 ? "\033[" + std::to_string(rows) + "A" : "";
    sequence += "\033[J";
    write_all(STDOUT_FILENO, sequence);
}

void LineEditor::show()
{
    if (waiting_) {
        el_set(editor_, EL_REFRESH);
    }
}

void LineEditor::resize()
{
    el_resize(editor_);
}

void LineEditor::leave_terminal()
{
    el_set(editor_, EL_PREP_TERM, 0);
    restore_terminal();
}

void LineEditor::restore_terminal()
{
    if (found_terminal_) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal_);
    }
}

void LineEditor::take_terminal()
{
    el_set(editor_, EL_PREP_TERM, 1);
}

// ---- history ----

void LineEditor::remember(const std::string &line)
{
    if (line.empty() || line[0] == ' ') {
        return;
    }
    HistEvent event;
    ::history(history_, &event, H_ENTER, line.c_str());
    if (!history_file_.empty()) {
        ::history(history_, &event, H_SAVE, history_file_.c_str());
    }
}

std::string default_history_file()
{
    const char *state = std::getenv("XDG_STATE_HOME");
    const char *home = std::getenv("HOME");
    std::filesystem::path directory;
    if (state != nullptr && *state == '/') {
        directory = state;
    } else if (home != nullptr && *home == '/') {
        directory = std::filesystem::path(home) / ".local" / "state";
    } else {
        return "";
    }
    directory /= "ohws";
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    return error ? "" : (directory / "history").string();
}

}  // namespace nws::ohws
