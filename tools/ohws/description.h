// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the command line as data, taken from CLI11's model: what --help, the
// manual and the completions are written from. Pure.

#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nws::ohws {

struct OptionEntry {
    std::vector<std::string> names;  // "-H", "--header"
    std::string value;               // the name of its value; "": it has none
    bool value_is_optional = false;  // then it is given as --name=value
    std::vector<std::string> choices;
    std::string text;

    bool takes_file() const { return value == "FILE"; }
    // "-H, --header 'NAME: VALUE'"
    std::string synopsis() const;
};

struct OptionGroup {
    std::string name;
    std::vector<OptionEntry> options;
};

struct Description {
    std::string name;  // of the subcommand; "": the program itself
    std::string text;
    std::string url;  // what the URL may be
    std::vector<OptionGroup> groups;
    std::vector<Description> subcommands;

    // All options with groups left aside.
    std::vector<OptionEntry> options() const;
};

Description describe(const CLI::App &app);

}  // namespace nws::ohws
