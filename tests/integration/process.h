// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what tests ask the system about their own process, and child processes.
// Must not know: the library.

#pragma once

#include <dirent.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "support/append_log.h"
#include "support/sanitized.h"

namespace nws::test {

inline size_t count_entries(const char *directory, const std::function<bool(const std::string &)> &wanted)
{
    size_t count = 0;
    DIR *entries = opendir(directory);
    while (const dirent *entry = entries == nullptr ? nullptr : readdir(entries)) {
        count += entry->d_name[0] != '.' && wanted(entry->d_name) ? 1 : 0;
    }
    if (entries != nullptr) {
        closedir(entries);
    }
    return count;
}

inline size_t count_descriptors()
{
    return count_entries("/proc/self/fd", [](const std::string &) { return true; });
}

// What /proc says of a thread: "R", "S" or another state, and whether it has left
// the program for good. Empty: there is none.
struct ThreadState {
    std::string state;
    bool exits = false;

    static ThreadState of(const std::string &id)
    {
        constexpr unsigned long kExiting = 4;  // PF_EXITING
        std::string line;
        std::getline(std::ifstream("/proc/self/task/" + id + "/stat"), line);
        ThreadState found;
        std::string number;
        unsigned long flags = 0;
        // Behind the name, which may have anything in it.
        std::istringstream words(line.substr(line.rfind(')') + 1));
        words >> found.state >> number >> number >> number >> number >> number >> flags;
        found.exits = (flags & kExiting) != 0;
        return found;
    }
};

// The library's service thread is there, or it is not. One that was joined may be
// in the list a little longer: the system wakes who joins it before it is through.
inline size_t count_service_threads()
{
    return count_entries("/proc/self/task", [](const std::string &id) {
        std::string name;
        std::ifstream("/proc/self/task/" + id + "/comm") >> name;
        return name == "net_websocket" && !ThreadState::of(id).exits;
    });
}

// Before a fork(): what a thread is in the middle of stays so in the child, a lock of a
// sanitizer's allocator, say, or of a log. One that sleeps waits for something to do.
inline bool others_sleep()
{
    const std::string self = std::to_string(gettid());
    return count_entries("/proc/self/task", [&self](const std::string &id) {
               const ThreadState thread = ThreadState::of(id);
               return id != self && thread.state != "S" && !thread.state.empty() && !thread.exits;
           }) == 0;
}

// For what no log tells. False: it did not become true in time.
inline bool eventually(const std::function<bool()> &condition)
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        poll(nullptr, 0, 2);
    }
    return true;
}

// It is not. In an emulator a thread that was joined may still have to leave that.
inline bool no_service_thread()
{
    const auto none = [] { return count_service_threads() == 0; };
    return is_emulated() ? eventually(none) : none();
}

// A process that waits for a word, runs `work` with it, and exits with what
// `work` returns: as if returning from main(). It is forked at once, so that
// the threads that the test starts later do not exist in it.
class ChildProcess {
public:
    explicit ChildProcess(const std::function<int(const std::string &word)> &work)
    {
        int ends[2];
        if (pipe(ends) != 0) {
            return;
        }
        std::fflush(nullptr);
        id_ = fork();
        if (id_ == 0) {
            ::close(ends[1]);
            alarm(static_cast<unsigned>(kPatience.count() / 1000));  // never outlives the test by much
            std::exit(work(read_all(ends[0])));
        }
        ::close(ends[0]);
        input_ = ends[1];
    }

    ~ChildProcess()
    {
        if (id_ > 0) {
            go("");
            wait();
        }
    }

    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;

    bool is_running() const { return id_ > 0; }

    void go(const std::string &word)
    {
        if (input_ >= 0) {
            [[maybe_unused]] const ssize_t count = write(input_, word.data(), word.size());
            ::close(input_);
            input_ = -1;
        }
    }

    // The exit status, or 1000 and the signal that ended it.
    int wait()
    {
        int status = 0;
        if (id_ <= 0 || waitpid(id_, &status, 0) != id_) {
            return -1;
        }
        id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    }

private:
    static std::string read_all(int fd)
    {
        std::string word;
        char buffer[256];
        ssize_t count = 0;
        while ((count = read(fd, buffer, sizeof buffer)) > 0) {
            word.append(buffer, static_cast<size_t>(count));
        }
        ::close(fd);
        return word;
    }

    pid_t id_ = -1;
    int input_ = -1;
};

}  // namespace nws::test
