// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program ohws.

#include <fcntl.h>
#include <unistd.h>

#include <network/netstack/net_websocket_type.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "client.h"
#include "conversation.h"
#include "interrupt.h"
#include "options.h"
#include "output.h"

namespace nws::ohws {

namespace {

// Were one of the three closed, a socket would get its number.
void reserve_standard_descriptors()
{
    int descriptor = 0;
    do {
        descriptor = open("/dev/null", O_RDWR);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    close(descriptor);
}

ExitStatus complain(const std::string &about, int code)
{
    const bool is_mistake = code == WEBSOCKET_CONNECTION_PARSE_URL_ERROR ||
                            code == WEBSOCKET_PROTOCOL_ERROR || code == WEBSOCKET_NO_HEADER_CONTEXT ||
                            code == WEBSOCKET_HEADER_EXCEEDED;
    std::fprintf(stderr, "ohws: %s: %s\n", about.c_str(), describe_code(code));
    return is_mistake ? kExitUsage : kExitFailed;
}

ExitStatus talk(const Options &options)
{
    const int interrupt = catch_interrupt();
    Client client;
    if (interrupt < 0 || !client.usable()) {
        std::fputs("ohws: out of memory or descriptors\n", stderr);
        return kExitFailed;
    }
    Output output(options.hex, options.verbose);
    for (const HeaderField &field : options.headers) {
        if (const int code = client.add_header(field); code != WEBSOCKET_OK) {
            return complain("header field " + field.name, code);
        }
    }
    output.progress("connecting to " + options.url);
    if (const int code = client.connect(options.url); code != WEBSOCKET_OK) {
        return complain(options.url, code);
    }
    return Conversation(options, client, output, interrupt).run();
}

ExitStatus run(int argc, char **argv)
{
    Options options;
    if (!parse_options(argc, argv, options)) {
        std::fputs("Try ohws --help.\n", stderr);
        return kExitUsage;
    }
    if (options.help) {
        std::fputs(help_text(), stdout);
        return kExitClean;
    }
    if (options.version) {
        std::puts("ohws (net_websocket) " OHWS_VERSION);
        return kExitClean;
    }
    return talk(options);
}

}  // namespace

}  // namespace nws::ohws

int main(int argc, char **argv)
{
    nws::ohws::reserve_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    return nws::ohws::run(argc, argv);
}
