// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include <cctype>

#include "command_line.h"
#include "pages.h"

namespace nws::ohws {

namespace {

// As roff wants it, at the beginning of a line or inside.
std::string escaped(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\e";
            break;
        case '-':
            out += "\\-";
            break;
        default:
            out += c;
        }
    }
    const bool is_request = !out.empty() && (out[0] == '.' || out[0] == '\'');
    return is_request ? "\\&" + out : out;
}

std::string bold(const std::string &text)
{
    return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(const std::string &text)
{
    return "\\fI" + escaped(text) + "\\fR";
}

std::string upper(std::string text)
{
    for (char &c : text) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return text;
}

std::string tagged(const std::string &tag, const std::string &text)
{
    return ".TP\n" + tag + "\n" + escaped(text) + "\n";
}

std::string synopsis_of(const OptionEntry &option)
{
    std::string text;
    for (const std::string &name : option.names) {
        text += (text.empty() ? "" : ", ") + bold(name);
    }
    if (option.value.empty()) {
        return text;
    }
    return text + (option.value_is_optional ? "[=" + italic(option.value) + "]" : " " + italic(option.value));
}

std::string groups_of(const Description &description, bool is_subcommand)
{
    std::string text;
    for (const OptionGroup &group : description.groups) {
        // Those that all have are told of once.
        const bool own = group.name == "Benchmark" || group.name == "Check";
        if (is_subcommand && !own) {
            continue;
        }
        text += is_subcommand ? "" : ".SS " + group.name + "\n";
        for (const OptionEntry &option : group.options) {
            text += tagged(synopsis_of(option), option.text + ".");
        }
    }
    return text;
}

std::string subcommands_of(const Description &description)
{
    std::string text = ".SH SUBCOMMANDS\nThey take the options on connection, TLS and output, too.\n";
    for (const Description &subcommand : description.subcommands) {
        text += ".SS ohws " + subcommand.name + "\n" + escaped(subcommand.text) + "\n";
        text += groups_of(subcommand, true);
    }
    return text;
}

std::string paragraphs_of(const std::vector<Paragraph> &paragraphs)
{
    std::string text;
    for (const Paragraph &paragraph : paragraphs) {
        text += paragraph.tag.empty() ? ".PP\n" + escaped(paragraph.text) + "\n"
                                      : tagged(bold(paragraph.tag), paragraph.text + ".");
    }
    return text;
}

}  // namespace

std::string manual(const Description &description, const std::string &version)
{
    std::string text = ".TH OHWS 1 \"\" \"net_websocket " + version + "\" \"User Commands\"\n";
    text += ".SH NAME\nohws \\- talk to a WebSocket server\n.SH SYNOPSIS\n";
    text += bold("ohws") + " [" + italic("OPTION") + "]... " + italic("URL") + "\n";
    for (const Description &subcommand : description.subcommands) {
        text += ".br\n" + bold("ohws " + subcommand.name) + " [" + italic("OPTION") + "]... " +
                italic("URL") + "\n";
    }
    text += ".SH DESCRIPTION\n" + escaped(description.text) + "\n" + italic("URL") + " is " +
            escaped(description.url) + ".\n";
    text += ".SH OPTIONS\n" + groups_of(description, false) + subcommands_of(description);
    for (const Note &note : CommandLine::notes()) {
        text += ".SH " + upper(note.heading) + "\n" + paragraphs_of(note.paragraphs);
    }
    return text + ".SH EXAMPLES\n" + paragraphs_of(CommandLine::examples());
}

}  // namespace nws::ohws
