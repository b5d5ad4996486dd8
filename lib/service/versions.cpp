// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/versions.h"

#include <array>
#include <cstdio>
#include <cstring>

#include <libwebsockets.h>

#include "tls/tls_setup.h"

namespace nws {

const char *dependency_versions() noexcept
{
    static const std::array<char, 128> text = [] {
        std::array<char, 128> out{};
        // lws says "4.3.5-release": only the number is a version.
        const char *lws = lws_get_library_version();
        std::snprintf(out.data(), out.size(), "libwebsockets %.*s, %s",
                      static_cast<int>(std::strcspn(lws, "-")), lws, tls_library_version());
        return out;
    }();
    return text.data();
}

}  // namespace nws
