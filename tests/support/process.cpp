// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/process.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nws::test {

namespace {

// In the child: only what is safe after fork() in a process with threads.
[[noreturn]] void become(char *const *arguments, int input, int output, int errors, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have gone before that took effect.
    if (getppid() == parent && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        (errors < 0 || dup2(errors, STDERR_FILENO) >= 0)) {
        execvp(arguments[0], arguments);
    }
    _exit(127);
}

}  // namespace

void Process::stop()
{
    if (running()) {
        kill(pid_, SIGKILL);
        reap();
    }
    unread_.clear();
}

bool Process::start(const std::vector<std::string> &arguments, const std::string &output_file)
{
    std::vector<char *> pointers;
    for (const std::string &argument : arguments) {
        pointers.push_back(const_cast<char *>(argument.c_str()));
    }
    pointers.push_back(nullptr);

    // Sockets: writing to one whose other end is gone need not raise SIGPIPE.
    int input[2];
    int output[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0) {
        return false;
    }
    if (pipe2(output, O_CLOEXEC) != 0) {
        close(input[0]);
        close(input[1]);
        return false;
    }
    int file = -1;
    if (!output_file.empty()) {
        file = open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
        become(pointers.data(), input[0], file >= 0 ? file : output[1], file, parent);
    }
    close(input[0]);
    close(output[1]);
    if (file >= 0) {
        close(file);
    }
    input_ = input[1];
    output_ = output[0];
    if (pid_ < 0) {
        close_pipes();
        return false;
    }
    return true;
}

bool Process::has_ended() const
{
    siginfo_t info = {};
    return pid_ > 0 && waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
}

void Process::end()
{
    if (!running()) {
        return;
    }
    kill(pid_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!has_ended() && std::chrono::steady_clock::now() < deadline) {
        poll(nullptr, 0, 2);
    }
    stop();
}

bool Process::read_more(std::chrono::steady_clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd readable = {output_, POLLIN, 0};
        const int ready = poll(&readable, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return false;
        }
        char bytes[4096];
        const ssize_t count = read(output_, bytes, sizeof bytes);
        if (count <= 0) {
            return false;
        }
        unread_.append(bytes, static_cast<size_t>(count));
        return true;
    }
}

std::optional<std::string> Process::read_line(std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    size_t end = unread_.find('\n');
    while (end == std::string::npos) {
        if (output_ < 0 || !read_more(deadline)) {
            return std::nullopt;
        }
        end = unread_.find('\n');
    }
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return line;
}

bool Process::write_line(const std::string &line)
{
    const std::string bytes = line + '\n';
    return send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

int Process::wait_exit(std::chrono::milliseconds patience)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (read_more(deadline)) {
    }
    // Its output has ended: so has the program, or nearly. Or the time is over.
    if (std::chrono::steady_clock::now() >= deadline) {
        kill(pid_, SIGKILL);
    }
    const int status = reap();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Process::close_pipes()
{
    close(input_);
    close(output_);
    input_ = -1;
    output_ = -1;
}

int Process::reap()
{
    int status = -1;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    close_pipes();
    return status;
}

}  // namespace nws::test
