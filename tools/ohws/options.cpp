// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "options.h"

#include <getopt.h>

#include <cstdio>
#include <cstdlib>

namespace nws::ohws {

namespace {

const char kHelp[] =
    "Usage: ohws [OPTION]... URL\n"
    "\n"
    "Talks to a WebSocket server. Each line of standard input is sent as a message,\n"
    "each message received is printed as a line. End of input or Ctrl-C closes the\n"
    "connection properly; a second Ctrl-C does not wait for that.\n"
    "\n"
    "  -H, --header 'NAME: VALUE'  add a header field to the request; may be repeated\n"
    "      --hex                   lines are hex digits, sent as the bytes they stand\n"
    "                              for; messages are printed as hex digits\n"
    "  -w, --wait SECONDS          after end of input stay connected that long, or\n"
    "                              until the server closes (default: 0)\n"
    "  -v, --verbose               tell on standard error how it goes\n"
    "  -h, --help                  show this and exit\n"
    "  -V, --version               show the version and exit\n"
    "\n"
    "URL is ws://, wss:// or ws+unix:///path/to.sock:/path; with no scheme, ws://.\n"
    "A message goes out as text if it is UTF-8 without NUL bytes, else as binary; an\n"
    "empty line sends nothing. A received message that holds anything but printable\n"
    "UTF-8, tabs and line ends is printed as 0x and its bytes in hex.\n"
    "\n"
    "For wss:// the server's certificate is checked against the system's trusted\n"
    "ones, or those of the file that SSL_CERT_FILE names.\n"
    "\n"
    "Exit status:\n"
    "  0  the connection was closed, by either side, with 1000, 1001 or no code\n"
    "  1  not connected, connection lost, closed with another code, a line could not\n"
    "     be sent, or a message not be printed\n"
    "  2  a mistake in the command line\n";

bool complain(const char *what, const char *about)
{
    std::fprintf(stderr, "ohws: %s%s\n", what, about);
    return false;
}

bool parse_header(const std::string &text, Options &options)
{
    const size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0) {
        return complain("a header field is written 'Name: value', not ", text.c_str());
    }
    const size_t value = text.find_first_not_of(" \t", colon + 1);
    options.headers.push_back({text.substr(0, colon), value == std::string::npos ? "" : text.substr(value)});
    return true;
}

bool parse_wait(const char *text, Options &options)
{
    constexpr unsigned long kLongest = 7ul * 24 * 60 * 60;
    char *end = nullptr;
    const unsigned long seconds = std::strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || seconds > kLongest) {
        return complain("not a number of seconds up to a week: ", text);
    }
    options.wait_seconds = static_cast<unsigned>(seconds);
    return true;
}

}  // namespace

bool parse_options(int argc, char **argv, Options &options)
{
    constexpr int kHex = 256;
    const option known[] = {{"header", required_argument, nullptr, 'H'},
                            {"hex", no_argument, nullptr, kHex},
                            {"wait", required_argument, nullptr, 'w'},
                            {"verbose", no_argument, nullptr, 'v'},
                            {"help", no_argument, nullptr, 'h'},
                            {"version", no_argument, nullptr, 'V'},
                            {nullptr, 0, nullptr, 0}};
    for (int found = 0; (found = getopt_long(argc, argv, "H:w:vhV", known, nullptr)) != -1;) {
        switch (found) {
        case 'H':
            if (!parse_header(optarg, options)) {
                return false;
            }
            break;
        case 'w':
            if (!parse_wait(optarg, options)) {
                return false;
            }
            break;
        case kHex:
            options.hex = true;
            break;
        case 'v':
            options.verbose = true;
            break;
        case 'h':
            options.help = true;
            break;
        case 'V':
            options.version = true;
            break;
        default:
            return false;
        }
    }
    if (options.help || options.version) {
        return true;
    }
    if (argc - optind != 1) {
        return complain(argc == optind ? "no URL given" : "more than one URL given", "");
    }
    options.url = argv[optind];
    return true;
}

const char *help_text()
{
    return kHelp;
}

}  // namespace nws::ohws
