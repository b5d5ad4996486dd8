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

std::string read_authorities(const TlsOptions &options, Authorities &authorities)
{
    authorities.source = options.authorities;
    if (authorities.source.empty()) {
        const char *store = find_system_trust_store();
        if (store == nullptr) {
            return kNoTrustStore;
        }
        authorities.source = store;
    }
    // mbedTLS does not look at revocation lists of whom it asks for one by one.
    authorities.hashed = options.revocations.empty() && is_hashed_directory(authorities.source);
    if (authorities.hashed) {
        return "";
    }
    const char *error = read_pem(authorities.source, authorities.pem);
    return error != nullptr ? cannot_use(authorities.source, error) : "";
}

}  // namespace nws
