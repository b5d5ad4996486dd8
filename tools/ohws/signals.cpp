// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "signals.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace nws::ohws {

namespace {

int g_pipe[2] = {-1, -1};
termios g_terminal;
bool g_has_terminal = false;
volatile sig_atomic_t g_asked_to_end = 0;

void end_at_once(int number)
{
    if (g_has_terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &g_terminal);
    }
    signal(number, SIG_DFL);
    raise(number);  // comes when this handler returns
}

void on_signal(int number)
{
    const int saved = errno;
    const bool is_end = number == SIGINT || number == SIGTERM;
    if (is_end && g_asked_to_end != 0) {
        end_at_once(number);
    } else {
        g_asked_to_end = g_asked_to_end != 0 || is_end ? 1 : 0;
        const char byte = is_end ? 'e' : number == SIGTSTP ? 's' : 'r';
        // A full pipe has enough to tell.
        [[maybe_unused]] const ssize_t written = write(g_pipe[1], &byte, 1);
    }
    errno = saved;
}

void handle(int number)
{
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

}  // namespace

int Signals::catch_them() noexcept
{
    if (pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return -1;
    }
    g_has_terminal = tcgetattr(STDIN_FILENO, &g_terminal) == 0;
    handle(SIGINT);
    handle(SIGTERM);
    if (g_has_terminal) {
        handle(SIGTSTP);
        handle(SIGWINCH);
    }
    return g_pipe[0];
}

Signals::Request Signals::take() noexcept
{
    char byte = 0;
    if (read(g_pipe[0], &byte, 1) != 1) {
        return Request::none;
    }
    return byte == 'e' ? Request::end : byte == 's' ? Request::suspend : Request::resize;
}

void Signals::suspend() noexcept
{
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    handle(SIGTSTP);
}

}  // namespace nws::ohws
