// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "network/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "network/foreign_server.h"

namespace nws::test {

namespace {

constexpr const char *kInside = "NWS_TEST_IN_NAMESPACES";
constexpr int kSkipped = 77;

int skipped(const std::string &why)
{
    std::printf("skipped: %s\n", why.c_str());
    return kSkipped;
}

bool succeeds(const std::vector<std::string> &command, const std::string &output_file = {})
{
    Process process;
    return process.start(command, output_file) && process.wait_exit() == 0;
}

std::vector<std::string> words_of(const std::string &text)
{
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

// The way into namespaces that this kernel allows to this user, or nothing.
std::vector<std::string> way_in()
{
    const std::string unshare = find_program("unshare");
    const std::vector<std::string> ways[] = {
        {unshare, "--net", "--mount"},
        {unshare, "--user", "--map-root-user", "--net", "--mount"},
    };
    for (const auto &way : ways) {
        std::vector<std::string> trial = way;
        trial.insert(trial.end(), {"--", find_program("true")});
        if (succeeds(trial, "/dev/null")) {
            return way;
        }
    }
    return {};
}

int go_in(int argc, char **argv)
{
    if (find_program("unshare").empty() || find_program("ip").empty()) {
        return skipped("unshare or ip is not installed (tools/deps)");
    }
    std::vector<std::string> command = way_in();
    if (command.empty()) {
        return skipped("the kernel allows this user no namespaces");
    }
    char self[4096] = "";
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
        return 1;
    }
    command.insert(command.end(), {"--", self});
    command.insert(command.end(), argv + 1, argv + argc);
    std::vector<char *> pointers;
    for (std::string &word : command) {
        pointers.push_back(&word[0]);
    }
    pointers.push_back(nullptr);
    setenv(kInside, "1", 1);
    execv(pointers[0], pointers.data());
    std::perror("unshare");
    return 1;
}

// Files of ours over those of the machine, for this process alone. What is
// mounted stays when its name is gone.
bool cover_files()
{
    const std::string directory = make_directory();
    bool covered = !directory.empty() && run("mount --make-rprivate /");
    const char *const files[][2] = {
        {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
        {"resolv.conf", "nameserver 127.0.0.1\noptions timeout:60 attempts:1\n"},
        {"nsswitch.conf", "passwd: files\nshadow: files\nhosts: files dns\n"},
    };
    for (const auto &[name, content] : files) {
        const std::string file = directory + "/" + name;
        covered = covered && write_file(file, content) && chmod(file.c_str(), 0644) == 0 &&
                  run("mount --bind " + file + " /etc/" + name);
    }
    // A daemon that keeps names of the machine's network would answer from it.
    if (covered && std::filesystem::exists("/run/nscd")) {
        covered = run("mount -t tmpfs none /run/nscd");
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
    return covered;
}

}  // namespace

int enter_namespaces(int argc, char **argv)
{
    if (std::getenv(kInside) == nullptr) {
        return go_in(argc, argv);
    }
    unsetenv(kInside);
    if (!cover_files()) {
        return skipped("the files in /etc cannot be covered by others");
    }
    return ip("link set lo up") ? 0 : skipped("the loopback device cannot be set up");
}

bool set_hosts(const std::string &lines)
{
    return write_file("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" + lines);
}

bool set_name_server(const std::string &address)
{
    // One try that outlives every test: whoever waits is to wait for our server.
    return write_file("/etc/resolv.conf", "nameserver " + address + "\noptions timeout:60 attempts:1\n");
}

bool ip(const std::string &words)
{
    std::vector<std::string> command = words_of(words);
    command.insert(command.begin(), find_program("ip"));
    const bool done = succeeds(command);
    if (!done) {
        std::fprintf(stderr, "failed: ip %s\n", words.c_str());
    }
    return done;
}

bool run(const std::string &command)
{
    const bool done = succeeds({"/bin/sh", "-c", command});
    if (!done) {
        std::fprintf(stderr, "failed: %s\n", command.c_str());
    }
    return done;
}

OtherNamespace::OtherNamespace() : ours_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC))
{
    const bool made = ours_ >= 0 && unshare(CLONE_NEWNET) == 0;
    theirs_ = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (!made || theirs_ < 0 || !ip("link set lo up") || setns(ours_, CLONE_NEWNET) != 0) {
        std::perror("another network namespace");
        std::_Exit(1);
    }
}

OtherNamespace::~OtherNamespace()
{
    close(ours_);
    close(theirs_);
}

void OtherNamespace::inside(const std::function<void()> &work) const
{
    const bool there = setns(theirs_, CLONE_NEWNET) == 0;
    if (there) {
        work();
    }
    if (!there || setns(ours_, CLONE_NEWNET) != 0) {
        std::perror("setns");
        std::_Exit(1);
    }
}

bool OtherNamespace::connect(const std::string &here, const std::string &our_addresses,
                             const std::string &there, const std::string &their_addresses) const
{
    const auto set_up = [](const std::string &device, const std::string &addresses) {
        bool done = true;
        for (const std::string &address : words_of(addresses)) {
            const bool ipv6 = address.find(':') != std::string::npos;
            // Not before it has asked whether the address is taken: nobody else is there.
            done = done && ip("address add " + address + " dev " + device + (ipv6 ? " nodad" : ""));
        }
        return done && ip("link set " + device + " up");
    };
    const std::string their_namespace =
        "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(theirs_);
    bool done = ip("link add " + here + " type veth peer name " + there + " netns " + their_namespace);
    inside([&] { done = done && set_up(there, their_addresses); });
    return done && set_up(here, our_addresses);
}

}  // namespace nws::test
