// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "talk.h"

#include <network/netstack/net_websocket_type.h>

#include <memory>
#include <string>

#include "client.h"
#include "connection_options.h"
#include "console.h"
#include "conversation.h"
#include "output.h"
#include "signals.h"

namespace nws::ohws {

ExitStatus talk(const Options &options)
{
    const int signals = Signals::catch_them();
    Client client;
    Console console(options.output.colour);
    const std::unique_ptr<Output> output = make_output(options, console);
    if (signals < 0 || !client.usable()) {
        output->problem("out of memory or descriptors");
        return kExitFailed;
    }
    output->progress("connecting to " + options.connection.url);
    std::string problem;
    if (const int code = client.connect(options.connection, options.talk.reconnect_attempts, problem);
        code != WEBSOCKET_OK) {
        output->problem(problem);
        return is_mistake(code) ? kExitUsage : kExitFailed;
    }
    return Conversation(options, client, console, *output, signals).run();
}

}  // namespace nws::ohws
