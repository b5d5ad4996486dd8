// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/upgrade_reply.h"

#include <algorithm>

#include "support/digest.h"

namespace nws::test {

std::string make_upgrade_reply(const HttpRequest &request, const UpgradeReply &reply)
{
    std::string head = reply.status_line + "\r\n";
    const auto add = [&](const std::string &name, const std::string &value) {
        if (std::find(reply.leave_out.begin(), reply.leave_out.end(), name) == reply.leave_out.end()) {
            head += name + ": " + value + "\r\n";
        }
    };
    add("Upgrade", "websocket");
    add("Connection", "Upgrade");
    const std::string *key = request.field("Sec-WebSocket-Key");
    add("Sec-WebSocket-Accept",
        reply.accept.empty() ? accept_for_key(key == nullptr ? "" : *key) : reply.accept);
    if (!reply.subprotocol.empty()) {
        add("Sec-WebSocket-Protocol", reply.subprotocol);
    }
    return head + reply.extra_fields + "\r\n" + reply.following;
}

std::string make_status_reply(unsigned status, const std::string &reason, const std::string &body,
                              const std::string &extra_fields)
{
    return "HTTP/1.1 " + std::to_string(status) + " " + reason +
           "\r\n"
           "Connection: close\r\n"
           "Content-Length: " +
           std::to_string(body.size()) + "\r\n" + extra_fields + "\r\n" + body;
}

}  // namespace nws::test
