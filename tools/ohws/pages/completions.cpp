// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "pages.h"

namespace nws::ohws {

namespace {

const char kOrigin[] =
    "# Written from the options of ohws; part of net_websocket.\n"
    "# SPDX-License-Identifier: Apache-2.0\n";

std::string joined(const std::vector<std::string> &words, const char *between)
{
    std::string text;
    for (const std::string &word : words) {
        text += (text.empty() ? "" : between) + word;
    }
    return text;
}

std::vector<std::string> subcommands_of(const Description &description)
{
    std::vector<std::string> names;
    for (const Description &subcommand : description.subcommands) {
        names.push_back(subcommand.name);
    }
    return names;
}

// In single quotes, for each of the shells.
std::string quoted(const std::string &text)
{
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

// ---- bash ----

std::vector<std::string> names_of(const Description &description)
{
    std::vector<std::string> names;
    for (const OptionEntry &option : description.options()) {
        names.insert(names.end(), option.names.begin(), option.names.end());
    }
    return names;
}

// A branch of the case for what stands before the word.
std::string bash_branch(const std::vector<std::string> &names, const std::string &command)
{
    return names.empty() ? ""
                         : "        " + joined(names, " | ") + ")\n" + command + "            return ;;\n";
}

std::string bash_values(const Description &description)
{
    std::vector<std::string> files;
    std::vector<std::string> others;
    std::string choices;
    for (const OptionEntry &option : description.options()) {
        if (option.value.empty() || option.value_is_optional) {
            continue;
        }
        if (!option.choices.empty()) {
            choices += bash_branch(option.names, "            mapfile -t COMPREPLY < <(compgen -W '" +
                                                     joined(option.choices, " ") + "' -- \"$word\")\n");
            continue;
        }
        std::vector<std::string> &kind = option.takes_file() ? files : others;
        kind.insert(kind.end(), option.names.begin(), option.names.end());
    }
    return bash_branch(files,
                       "            compopt -o filenames\n"
                       "            mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n") +
           choices + bash_branch(others, "");
}

std::string bash_case(const Description &description, const std::string &pattern)
{
    return "    " + pattern + ")\n        options='" + joined(names_of(description), " ") +
           "'\n        case $previous in\n" + bash_values(description) + "        esac\n        ;;\n";
}

// ---- zsh ----

// Inside [...] or after a colon.
std::string zsh_text(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        out += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    return out;
}

std::string zsh_value(const OptionEntry &option)
{
    if (option.value.empty()) {
        return "";
    }
    const std::string action = option.takes_file()       ? "_files"
                               : !option.choices.empty() ? "(" + joined(option.choices, " ") + ")"
                                                         : " ";
    return (option.value_is_optional ? "::" : ":") + zsh_text(option.value) + ":" + action;
}

std::string zsh_specs(const Description &description)
{
    std::string specs;
    for (const OptionEntry &option : description.options()) {
        for (const std::string &name : option.names) {
            const bool is_long = name.rfind("--", 0) == 0;
            std::string spec = "*" + name;
            if (!option.value.empty()) {
                spec += option.value_is_optional ? "=-" : is_long ? "=" : "+";
            }
            specs += "            " + quoted(spec + "[" + zsh_text(option.text) + "]" + zsh_value(option)) +
                     " \\\n";
        }
    }
    return specs;
}

std::string zsh_case(const Description &description, const std::string &pattern, const std::string &arguments)
{
    return "    " + pattern + ")\n        _arguments -s -S \\\n" + zsh_specs(description) + "            " +
           arguments + "\n        ;;\n";
}

// ---- fish ----

std::string fish_lines(const Description &description, const std::string &condition)
{
    std::string lines;
    for (const OptionEntry &option : description.options()) {
        lines += "complete -c ohws -n " + quoted(condition);
        for (const std::string &name : option.names) {
            const bool is_long = name.rfind("--", 0) == 0;
            lines += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        if (option.takes_file()) {
            lines += " -r -F";
        } else if (!option.choices.empty()) {
            lines += " -x -a " + quoted(joined(option.choices, " "));
        } else if (!option.value.empty() && !option.value_is_optional) {
            lines += " -x";
        }
        lines += " -d " + quoted(option.text) + "\n";
    }
    return lines;
}

}  // namespace

std::string bash_completion(const Description &description)
{
    const std::string subcommands = joined(subcommands_of(description), " | ");
    std::string text = kOrigin;
    text +=
        "_ohws() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    local subcommand='' options='' i\n"
        "    # --option=value comes as three words.\n"
        "    if [[ $word == = ]]; then\n"
        "        word=''\n"
        "    elif [[ $previous == = ]]; then\n"
        "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "    fi\n"
        "    COMPREPLY=()\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        case ${COMP_WORDS[i]} in\n        " +
        subcommands +
        ") subcommand=${COMP_WORDS[i]} ;;\n"
        "        esac\n"
        "    done\n"
        "    case $subcommand in\n";
    for (const Description &subcommand : description.subcommands) {
        text += bash_case(subcommand, subcommand.name);
    }
    text += bash_case(description, "*");
    text +=
        "    esac\n"
        "    if [[ $word != -* ]]; then\n"
        "        [[ $subcommand ]] || mapfile -t COMPREPLY < <(compgen -W '" +
        joined(subcommands_of(description), " ") +
        "' -- \"$word\")\n"
        "        return\n"
        "    fi\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
        "}\n"
        "complete -F _ohws ohws\n";
    return text;
}

std::string zsh_completion(const Description &description)
{
    const std::string subcommands = joined(subcommands_of(description), "|");
    std::string text = std::string("#compdef ohws\n") + kOrigin;
    text +=
        "_ohws() {\n"
        "    local subcommand=${words[(r)(" +
        subcommands +
        ")]}\n"
        "    case $subcommand in\n";
    for (const Description &subcommand : description.subcommands) {
        text += zsh_case(subcommand, subcommand.name, "'1:subcommand:' '2:URL:'");
    }
    text += zsh_case(description, "*",
                     "'1:URL or subcommand:(" + joined(subcommands_of(description), " ") + ")'");
    return text + "    esac\n}\n_ohws \"$@\"\n";
}

std::string fish_completion(const Description &description)
{
    const std::string subcommands = joined(subcommands_of(description), " ");
    std::string text = std::string(kOrigin) + "complete -c ohws -f\n";
    for (const Description &subcommand : description.subcommands) {
        text += "complete -c ohws -n __fish_use_subcommand -a " + subcommand.name + " -d " +
                quoted(subcommand.text) + "\n";
        text += fish_lines(subcommand, "__fish_seen_subcommand_from " + subcommand.name);
    }
    return text + fish_lines(description, "not __fish_seen_subcommand_from " + subcommands);
}

}  // namespace nws::ohws
