// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_setup.h"

#include <cstdio>

namespace nws {

void TlsHandshake::set_problem(const char *text) noexcept
{
    if (problem[0] == '\0') {
        std::snprintf(problem, sizeof problem, "%s", text);
    }
}

}  // namespace nws
