// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "message_text.h"

namespace nws::ohws {

namespace {

constexpr char kPrompt[] = "> ";

bool write_all(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
    }
    return true;
}

}  // namespace

Output::Output(bool hex, bool verbose)
    : hex_(hex), verbose_(verbose), interactive_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
{
}

bool Output::message(std::string_view bytes)
{
    // Over the prompt, which is as long.
    std::string line = interactive_ ? "\r< " : "";
    if (hex_) {
        line += to_hex(bytes);
    } else if (is_plain_text(bytes)) {
        line += bytes;
    } else {
        line += "0x" + to_hex(bytes);
    }
    line += '\n';
    const bool was_prompted = prompted_;
    prompted_ = false;
    if (!write_all(line)) {
        return false;
    }
    if (was_prompted) {
        prompt();
    }
    return true;
}

void Output::progress(const std::string &text)
{
    if (verbose_) {
        tell("* ", text);
    }
}

void Output::problem(const std::string &text)
{
    tell("ohws: ", text);
}

// What the server says is not to drive the terminal either.
void Output::tell(const char *mark, const std::string &text)
{
    leave_prompt();
    const std::string shown = is_plain_text(text) ? text : "0x" + to_hex(text);
    std::fprintf(stderr, "%s%s\n", mark, shown.c_str());
}

void Output::prompt()
{
    if (interactive_) {
        prompted_ = write_all(kPrompt);
    }
}

void Output::leave_prompt()
{
    if (prompted_) {
        write_all("\n");
        prompted_ = false;
    }
}

}  // namespace nws::ohws
