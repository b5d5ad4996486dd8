// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which proxy, if any, leads to a server: proxy URLs, the environment's
// variables and their exceptions, as curl reads them. Pure; any thread.
// Must not know: how one talks to a proxy, sockets.
//
// Credentials never appear in a text that is returned here.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/secret_string.h"
#include "base/url.h"

namespace nws {

struct Proxy {
    enum class Kind : uint8_t { none, http, socks5 };

    Kind kind = Kind::none;  // none: straight to the server
    std::string host;        // as Url::host
    uint16_t port = 0;
    bool has_credentials = false;
    // Percent-decoded, no control bytes; a user for http has no colon.
    std::string user;
    SecretString password;

    // The server's name is not looked up here but by the proxy: always, with
    // socks5:// too, so that names which only the proxy's network knows work.
    bool resolves_names() const noexcept { return kind != Kind::none; }
};

// [scheme://][user[:password]@]host[:port][/]. Schemes, in any case: http,
// socks5, socks5h and socks (the same three times); none means http. The port is
// 1080 if there is none, for http too, as in curl. Returns nullptr, or a static
// text that names what is wrong; proxy is then unspecified. Throws std::bad_alloc
// only.
const char *parse_proxy(std::string_view text, Proxy &proxy);

struct ProxyEnvironment {
    // Empty: unset.
    SecretString http_proxy, https_proxy, all_proxy;
    std::string no_proxy;
};

// The process's variables of these names. Lower case wins over upper case.
// HTTP_PROXY does not count: a CGI server sets it to what a request's Proxy field
// says. Throws std::bad_alloc only.
ProxyEnvironment proxy_environment(const Environment &environment);

// Whether the server is to be reached without a proxy. `list`: separated by
// commas, spaces, or both
//   *                         everything
//   example.com, .example.com, *.example.com
//                             this domain and all below it; a dot at the end of
//                             either side and case do not matter
//   192.0.2.1, 2001:db8::1    this address, however it is written
//   10.0.0.0/8, fd00::/8      these addresses
// A name is never looked up for it. Each but those with a prefix length may end
// in :port, an IPv6 address then in brackets. host: as Url::host. Throws
// std::bad_alloc only.
bool no_proxy_matches(std::string_view list, std::string_view host, uint16_t port);

// The proxy for url: `explicit_choice` is "none", a proxy's URL (no_proxy then
// does not count), or empty for what the environment says: http_proxy for ws,
// https_proxy for wss, else all_proxy. A Unix socket has none. Returns nullptr or
// what is wrong with the proxy's URL, as parse_proxy(). Throws std::bad_alloc only.
const char *choose_proxy(const Url &url, std::string_view explicit_choice,
                         const ProxyEnvironment &environment, Proxy &proxy);

}  // namespace nws
