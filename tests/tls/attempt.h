// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one connection from Connect to its end; the test's main thread.
// Must not know: what a test expects of it.

#pragma once

#include <string>

#include "support/logged_client.h"

namespace nws::test {

// Opens, echoes and closes, with a log that begins anew. "": so it went; else onError's text, or what else
// happened instead.
inline std::string attempt(LoggedClient &client, const std::string &url)
{
    using Kind = ClientEvent::Kind;
    client.log().clear();
    if (const int code = client.connect(url); code != 0) {
        return "Connect returns " + std::to_string(code);
    }
    client.send("hello");
    client.log().wait_until([](const auto &events) {
        return !events.empty() && (events.back().kind == Kind::message || events.back().kind == Kind::error ||
                                   events.back().kind == Kind::close);
    });
    client.close();
    const auto errors = client.log().events(Kind::error);
    if (!errors.empty()) {
        return errors.front().text;
    }
    client.wait_close();
    return client.log().order() == "omc" ? "" : "events are " + client.log().order();
}

}  // namespace nws::test
