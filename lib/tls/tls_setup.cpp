// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_setup.h"

#include <cstdio>

#include "tls/pem.h"
#include "tls/trust_store.h"

namespace nws {

void TlsHandshake::set_problem(const char *text) noexcept
{
    if (problem[0] == '\0') {
        std::snprintf(problem, sizeof problem, "%s", text);
    }
}

std::string read_authorities(const TlsOptions &options, std::string &source, std::string &pem)
{
    source = options.authorities;
    if (source.empty()) {
        const char *store = find_system_trust_store();
        if (store == nullptr) {
            return kNoTrustStore;
        }
        source = store;
    }
    const char *error = read_pem(source, pem);
    return error != nullptr ? cannot_use(source, error) : "";
}

}  // namespace nws
