// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the model of the command line: options, their words, what follows from
// them. The parser, --help, the manual and the completions all come from it.
// Must not know: the library, who uses the options.

#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "options.h"

namespace nws::ohws {

// What the manual says beside the options.
struct Paragraph {
    std::string tag;  // what it is about; "": it is plain
    std::string text;
};

struct Note {
    std::string heading;
    std::vector<Paragraph> paragraphs;
};

class CommandLine {
public:
    // The options given are written to `options`, which must live as long.
    explicit CommandLine(Options &options);
    CommandLine(const CommandLine &) = delete;
    CommandLine &operator=(const CommandLine &) = delete;

    enum class Outcome { run, shown, mistake };
    // shown: help or version, on standard output; mistake: told on standard error.
    Outcome parse(int argc, char **argv);

    CLI::App &app() noexcept { return app_; }
    static const std::vector<Note> &notes();
    // Commands and what they do.
    static const std::vector<Paragraph> &examples();

private:
    void add_url(CLI::App &app);
    void add_talk();
    void add_bench();
    void add_check();
    void add_connection(CLI::App &app);
    void add_tls(CLI::App &app);
    void add_output(CLI::App &app);

    Options &options_;
    CLI::App app_;
    CLI::App *bench_ = nullptr;
    CLI::App *check_ = nullptr;
};

}  // namespace nws::ohws
