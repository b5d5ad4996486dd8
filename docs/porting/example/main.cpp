// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// In the place of the native module's exported functions: what the buttons of the
// page did, one after the other.
//     example-porting ws://localhost:8080/echo

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

#include "session.h"

int main(int argc, char **argv)
{
    std::mutex mutex;
    std::condition_variable heard;
    int messages = 0;

    SetListener([&](const std::string &text) {
        std::printf("%s\n", text.c_str());
        const std::lock_guard<std::mutex> lock(mutex);
        ++messages;
        heard.notify_one();
    });

    int ret = StartSession(argc > 1 ? argv[1] : "", "secret");
    for (int i = 1; ret == 0 && i <= 3; ++i) {
        ret = Say("message " + std::to_string(i));
    }
    if (ret == 0) {
        std::unique_lock<std::mutex> lock(mutex);
        const bool all = heard.wait_for(lock, std::chrono::seconds(30), [&] { return messages == 3; });
        ret = all ? 0 : 1;
    }
    const int ended = EndSession();
    return ret == 0 && ended == 0 ? 0 : 1;
}
