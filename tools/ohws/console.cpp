// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "console.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "line_editor.h"

namespace nws::ohws {

namespace {

// https://no-color.org
bool wants_colours(Colour colour, int descriptor)
{
    if (colour != Colour::automatic) {
        return colour == Colour::always;
    }
    const char *no_color = std::getenv("NO_COLOR");
    const char *terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return isatty(descriptor) == 1 && !is_dumb && (no_color == nullptr || *no_color == '\0');
}

const char *sequence_of(Paint paint) noexcept
{
    switch (paint) {
    case Paint::text:
        return "\033[36m";  // cyan
    case Paint::binary:
        return "\033[33m";  // yellow
    case Paint::dim:
        return "\033[2m";
    case Paint::problem:
        return "\033[31m";  // red
    case Paint::good:
        return "\033[32m";  // green
    case Paint::none:
        break;
    }
    return "";
}

std::string paint_if(bool colours, Paint paint, std::string_view text)
{
    if (!colours || paint == Paint::none) {
        return std::string(text);
    }
    return sequence_of(paint) + std::string(text) + "\033[0m";
}

}  // namespace

Console::Console(Colour colour)
    : interactive_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1),
      colours_(wants_colours(colour, STDOUT_FILENO)),
      err_colours_(wants_colours(colour, STDERR_FILENO))
{
}

bool Console::out(std::string_view line)
{
    return write_line(STDOUT_FILENO, line);
}

void Console::err(std::string_view line)
{
    write_line(STDERR_FILENO, line);
}

bool Console::write_line(int descriptor, std::string_view line)
{
    const bool in_the_way = editor_ != nullptr && isatty(descriptor) == 1;
    if (in_the_way) {
        editor_->hide();
    }
    const bool written = write_all(descriptor, std::string(line) + "\n");
    if (in_the_way) {
        editor_->show();
    }
    return written;
}

std::string Console::painted(Paint paint, std::string_view text) const
{
    return paint_if(colours_, paint, text);
}

std::string Console::painted_err(Paint paint, std::string_view text) const
{
    return paint_if(err_colours_, paint, text);
}

bool write_all(int descriptor, std::string_view bytes) noexcept
{
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<size_t>(written));
            continue;
        }
        if (errno == EAGAIN) {
            pollfd room = {descriptor, POLLOUT, 0};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace nws::ohws
