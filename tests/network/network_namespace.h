// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a network of the test's own, with files of its own in /etc: the program
// starts itself anew in namespaces of the kernel, which end with it, whatever
// ends it. The test's main thread only. Must not know: the library under test.
//
//     int main(int argc, char **argv)
//     {
//         if (const int status = enter_namespaces(argc, argv)) {
//             return status;
//         }
//         …

#pragma once

#include <functional>
#include <string>

namespace nws::test {

// 0: this is the program in its namespaces, with a loopback device, no name
// server and a hosts file that knows localhost. Else the exit status, once the
// reason was told: 77 where the kernel or the machine does not let us.
int enter_namespaces(int argc, char **argv);

// What the names in /etc are, from now on.
bool set_hosts(const std::string &lines);
bool set_name_server(const std::string &address);

// `ip` with these words, where the calling thread is. False, and the words are
// told: it failed.
bool ip(const std::string &words);
// A shell command, likewise.
bool run(const std::string &command);

// Another machine, as far as the network goes.
class OtherNamespace {
public:
    // Ends the test program if the kernel does not let us.
    OtherNamespace();
    ~OtherNamespace();
    OtherNamespace(const OtherNamespace &) = delete;
    OtherNamespace &operator=(const OtherNamespace &) = delete;

    // Sockets made by `work`, on this thread, belong there; so do programs.
    void inside(const std::function<void()> &work) const;
    // A cable from device `here` to device `there`, both up; "fd00:1::1/64" or
    // "10.1.0.1/24" are their addresses, with a space between if there are two.
    bool connect(const std::string &here, const std::string &our_addresses, const std::string &there,
                 const std::string &their_addresses) const;

private:
    int ours_;
    int theirs_;
};

}  // namespace nws::test
