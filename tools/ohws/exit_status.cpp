// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "exit_status.h"

#include <network/netstack/net_websocket_type.h>

namespace nws::ohws {

ExitStatus status_of_error(uint32_t code, std::string_view text) noexcept
{
    struct Words {
        std::string_view begin;
        ExitStatus status;
    };
    constexpr Words kWords[] = {{"DNS: ", kExitNotReached},   {"TCP: ", kExitNotReached},
                                {"Proxy: ", kExitNotReached}, {"timeout ", kExitNotReached},
                                {"TLS: ", kExitTls},          {"HTTP: ", kExitRefused}};
    for (const Words &words : kWords) {
        if (code == WEBSOCKET_CONNECTION_ERROR && text.substr(0, words.begin.size()) == words.begin) {
            return words.status;
        }
    }
    return kExitFailed;
}

}  // namespace nws::ohws
