// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where a redirection leads (RFC 3986 5, RFC 9110 10.2.2) and whether it is
// followed (RFC 6455 4.1 leaves that to the client). Pure; any thread.
// Must not know: sockets, lws, clients.

#pragma once

#include <cstddef>
#include <string_view>

#include "base/url.h"

namespace nws {

// Scheme, host and port (and socket) are the same (RFC 6454 5).
bool is_same_origin(const Url &a, const Url &b) noexcept;

// The URL that `location`, a Location field's value, means when base was asked
// for. http and https stand for ws and wss. It cannot name a Unix socket; without
// a host it stays on the base's. The base's user information goes along within
// the same origin only, and one in location wins over it. Returns nullptr, or a
// static text that names what is wrong; url is then unspecified. Throws
// std::bad_alloc only.
const char *resolve_reference(const Url &base, std::string_view location, Url &url);

struct RedirectVerdict {
    bool follow = false;
    // The application's Authorization and Cookie fields may go along. If not,
    // they must not, nor what else was meant for the first server alone.
    bool same_origin = false;
    const char *why_not = "";  // static; empty if followed
    const char *detail = "";   // what is wrong with the Location, if that is it; static
};

// What to do about an answer with a status of 3xx to a request for base, which
// has been redirected `followed` times before. location: the Location field,
// empty if there is none. If it is followed, target is where to; else
// unspecified. Throws std::bad_alloc only.
RedirectVerdict judge_redirect(unsigned status, size_t followed, const Url &base, std::string_view location,
                               Url &target);

}  // namespace nws
