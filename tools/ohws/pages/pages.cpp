// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program ohws-pages, which the build runs: prints the manual or the
// completions of a shell.

#include <cstdio>
#include <string>

#include "command_line.h"
#include "description.h"
#include "pages.h"

int main(int argc, char **argv)
{
    using namespace nws::ohws;
    Options options;
    CommandLine command_line(options);
    const Description description = describe(command_line.app());
    const std::string what = argc == 2 ? argv[1] : "";
    const std::string page = what == "man"    ? manual(description, OHWS_VERSION)
                             : what == "bash" ? bash_completion(description)
                             : what == "zsh"  ? zsh_completion(description)
                             : what == "fish" ? fish_completion(description)
                                              : "";
    if (page.empty()) {
        std::fputs("Usage: ohws-pages man|bash|zsh|fish\n", stderr);
        return 2;
    }
    return std::fputs(page.c_str(), stdout) < 0 ? 1 : 0;
}
