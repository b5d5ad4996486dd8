// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "description.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace nws::ohws {

namespace {

OptionEntry describe(const CLI::Option &option)
{
    OptionEntry entry;
    for (const std::string &name : option.get_snames()) {
        entry.names.push_back("-" + name);
    }
    for (const std::string &name : option.get_lnames()) {
        entry.names.push_back("--" + name);
    }
    entry.value_is_optional = option.get_expected_min() == 0;
    // A flag's type is said only where it may have a value.
    entry.value = option.get_type_name();
    entry.text = option.get_description();
    if (entry.value.find('|') != std::string::npos) {
        entry.choices = CLI::detail::split(entry.value, '|');
    }
    return entry;
}

std::vector<OptionEntry> options_of(const CLI::App &app, const std::string &group)
{
    std::vector<OptionEntry> options;
    for (const CLI::Option *option : app.get_options()) {
        if (option->nonpositional() && option->get_group() == group) {
            options.push_back(describe(*option));
        }
    }
    return options;
}

}  // namespace

std::string OptionEntry::synopsis() const
{
    std::string text = CLI::detail::join(names, ", ");
    if (!value.empty()) {
        text += value_is_optional ? "[=" + value + "]" : " " + value;
    }
    return text;
}

std::vector<OptionEntry> Description::options() const
{
    std::vector<OptionEntry> all;
    for (const OptionGroup &group : groups) {
        all.insert(all.end(), group.options.begin(), group.options.end());
    }
    return all;
}

Description describe(const CLI::App &app)
{
    Description description;
    description.name = app.get_parent() == nullptr ? "" : app.get_name();
    description.text = app.get_description();
    const CLI::Option *url = app.get_option_no_throw("URL");
    description.url = url == nullptr ? "" : url->get_description();
    for (const char *group : {"Messages", "Benchmark", "Check", "Connection", "TLS", "Output", "Other"}) {
        std::vector<OptionEntry> options = options_of(app, group);
        if (!options.empty()) {
            description.groups.push_back({group, std::move(options)});
        }
    }
    for (const CLI::App *subcommand : app.get_subcommands([](const CLI::App *) { return true; })) {
        description.subcommands.push_back(describe(*subcommand));
    }
    return description;
}

}  // namespace nws::ohws
