// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program ohws.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "bench.h"
#include "check.h"
#include "command_line.h"
#include "exit_status.h"
#include "options.h"
#include "talk.h"

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

ExitStatus run(int argc, char **argv)
{
    Options options;
    switch (CommandLine(options).parse(argc, argv)) {
    case CommandLine::Outcome::shown:
        return kExitClean;
    case CommandLine::Outcome::mistake:
        return kExitUsage;
    case CommandLine::Outcome::run:
        break;
    }
    switch (options.subcommand) {
    case Subcommand::bench:
        return bench(options);
    case Subcommand::check:
        return check(options);
    case Subcommand::talk:
        break;
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
