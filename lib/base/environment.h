// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: reading the process environment. An empty variable counts as unset.
// The text belongs to the environment: copy it at once.
// Must not know: what the variables mean.

#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace nws {

inline const char *environment(const char *name) noexcept
{
    const char *value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

// For many names: getenv() walks through the whole environment for each of them,
// and Connect asks for two dozen.
class Environment {
public:
    // Throws std::bad_alloc only.
    Environment()
    {
        variables_.reserve(16);
        for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
            const char *const end = may_be_asked_for(**entry) ? std::strchr(*entry, '=') : nullptr;
            if (end != nullptr) {
                variables_.push_back({{*entry, static_cast<size_t>(end - *entry)}, end + 1});
            }
        }
    }

    // As environment().
    const char *value(std::string_view name) const noexcept
    {
        for (const Variable &variable : variables_) {
            if (variable.name == name) {
                return *variable.value != '\0' ? variable.value : nullptr;
            }
        }
        return nullptr;
    }

private:
    // NET_WEBSOCKET_*, SSL_CERT_*, and https_proxy, all_proxy, no_proxy in both cases.
    static bool may_be_asked_for(char initial) noexcept
    {
        constexpr std::string_view kInitials = "NShHaAn";
        bool found = false;
        for (char wanted : kInitials) {
            found = found || initial == wanted;
        }
        return found;
    }

    struct Variable {
        std::string_view name;
        const char *value;
    };

    std::vector<Variable> variables_;
};

}  // namespace nws
