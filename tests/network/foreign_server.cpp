// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "network/foreign_server.h"

#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace nws::test {

namespace {

uint16_t free_port()
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool bound = bind(fd, reinterpret_cast<const sockaddr *>(&address), length) == 0 &&
                       getsockname(fd, reinterpret_cast<sockaddr *>(&address), &length) == 0;
    close(fd);
    return bound ? ntohs(address.sin_port) : uint16_t{0};
}

// The inode of the socket that listens there, "" if none does.
std::string listener_of(uint16_t port)
{
    char ending[8];
    std::snprintf(ending, sizeof ending, ":%04X", port);
    std::ifstream table("/proc/net/tcp");
    std::string line;
    while (std::getline(table, line)) {
        std::istringstream words(line);
        std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
        words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
            inode;
        const bool here = local.size() > 5 && local.compare(local.size() - 5, 5, ending) == 0;
        if (here && state == "0A") {
            return inode;
        }
    }
    return "";
}

// Also true where the system does not tell.
bool has_socket(pid_t pid, const std::string &inode)
{
    const std::string directory = "/proc/" + std::to_string(pid) + "/fd";
    DIR *entries = opendir(directory.c_str());
    if (entries == nullptr) {
        return true;
    }
    bool found = false;
    while (const dirent *entry = readdir(entries)) {
        char target[64];
        const ssize_t length = readlink((directory + "/" + entry->d_name).c_str(), target, sizeof target);
        found = found ||
                (length > 0 && std::string(target, static_cast<size_t>(length)) == "socket:[" + inode + "]");
    }
    closedir(entries);
    return found;
}

}  // namespace

std::string find_program(const std::string &name)
{
    const char *path = std::getenv("PATH");
    std::istringstream directories(std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin");
    std::string directory;
    while (std::getline(directories, directory, ':')) {
        const std::string file = directory + "/" + name;
        if (!directory.empty() && access(file.c_str(), X_OK) == 0) {
            return file;
        }
    }
    return "";
}

std::string make_directory()
{
    const char *base = std::getenv("TMPDIR");
    std::string directory = std::string(base == nullptr ? "/tmp" : base) + "/net_websocket-XXXXXX";
    return mkdtemp(&directory[0]) == nullptr ? "" : directory;
}

bool write_file(const std::string &path, const std::string &content)
{
    std::ofstream file(path, std::ios::trunc);
    file << content;
    file.close();
    return file.good();
}

std::string read_file(const std::string &path)
{
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
}

bool ForeignServer::start(const Prepare &prepare)
{
    constexpr int kTries = 5;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        stop();
        directory_ = make_directory();
        port_ = free_port();
        if (directory_.empty() || port_ == 0) {
            return false;
        }
        if (process_.start(prepare(port_, directory_), directory_ + "/output") && wait_until_it_listens()) {
            return true;
        }
        std::fprintf(stderr, "a server did not start on port %u:\n%s\n", port_, output().c_str());
    }
    stop();
    return false;
}

bool ForeignServer::wait_until_it_listens()
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!process_.has_ended() && std::chrono::steady_clock::now() < deadline) {
        const std::string inode = listener_of(port_);
        if (!inode.empty() && has_socket(process_.pid(), inode)) {
            return true;
        }
        poll(nullptr, 0, 5);
    }
    return false;
}

void ForeignServer::stop()
{
    process_.end();
    if (!directory_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
        directory_.clear();
    }
}

std::string ForeignServer::output() const
{
    return read_file(directory_ + "/output");
}

}  // namespace nws::test
