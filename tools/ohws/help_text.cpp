// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "help_text.h"

#include <CLI/CLI.hpp>

#include <sstream>

#include "command_line.h"
#include "description.h"

namespace nws::ohws {

namespace {

constexpr size_t kColumn = 29;  // where the options' texts begin
constexpr size_t kWidth = 80;

// Words, with line ends so that no line is wider than `width`; all but the
// first begin with `indent` blanks.
std::string filled(const std::string &text, size_t indent, size_t width)
{
    std::string out;
    size_t column = indent;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (column > indent && column + 1 + word.size() > width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        }
        out += (column > indent ? " " : "") + word;
        column += word.size() + (column > indent ? 1 : 0);
    }
    return out;
}

std::string line_of(const OptionEntry &option)
{
    // Long names stand below each other.
    const bool only_long = option.names.front().rfind("--", 0) == 0;
    std::string line = (only_long ? "      " : "  ") + option.synopsis();
    line += line.size() + 2 > kColumn ? '\n' + std::string(kColumn, ' ')
                                      : std::string(kColumn - line.size(), ' ');
    return line + filled(option.text, kColumn, kWidth) + '\n';
}

std::string usage_of(const Description &description)
{
    const std::string name = description.name.empty() ? "" : " " + description.name;
    std::string text = "Usage: ohws" + name + " [OPTION]... URL\n";
    for (const Description &subcommand : description.subcommands) {
        text += "       ohws " + subcommand.name + " [OPTION]... URL\n";
    }
    return text;
}

std::string notes()
{
    std::string text;
    for (const Note &note : CommandLine::notes()) {
        text += "\n" + note.heading + ":\n";
        for (const Paragraph &paragraph : note.paragraphs) {
            const std::string tag = paragraph.tag.empty() ? "" : paragraph.tag + ": ";
            text += "  " + filled(tag + paragraph.text, 2, kWidth) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string help_text(const CLI::App &app)
{
    const Description description = describe(app);
    std::string text = usage_of(description) + "\n" + description.text + "\n";
    text += "URL is " + description.url + ".\n";
    for (const Description &subcommand : description.subcommands) {
        text +=
            "\n  ohws " + subcommand.name + std::string(8 - subcommand.name.size(), ' ') + subcommand.text;
    }
    text += description.subcommands.empty() ? "" : "\n";
    for (const OptionGroup &group : description.groups) {
        text += "\n" + group.name + ":\n";
        for (const OptionEntry &option : group.options) {
            text += line_of(option);
        }
    }
    return text +
           (description.name.empty() ? notes() : "\nohws --help tells of exit status and environment.\n");
}

}  // namespace nws::ohws
