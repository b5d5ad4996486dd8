// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Settings of proxies: lines for a proxy's URL, what no_proxy says, all_proxy, and
// the URL to be reached.

#include "fuzz/url_rules.h"
#include "route/proxy.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const std::string explicit_choice = input.line();
    ProxyEnvironment environment;
    environment.no_proxy = input.line();
    environment.all_proxy = input.line();
    environment.http_proxy = environment.all_proxy;
    const std::string url_text = input.rest();

    Proxy proxy;
    if (parse_proxy(explicit_choice, proxy) == nullptr) {
        MUST(proxy.kind != Proxy::Kind::none);
        MUST(!proxy.host.empty() && is_printable(proxy.host) && proxy.port != 0);
        MUST(!has_control(proxy.user) && !has_control(proxy.password));
        MUST(proxy.kind != Proxy::Kind::http || proxy.user.find(':') == std::string::npos);
    }
    Url url;
    if (parse_url(url_text, url) != nullptr) {
        return 0;
    }
    MUST(no_proxy_matches("*", url.host, url.port));
    MUST(!no_proxy_matches("", url.host, url.port));
    const bool excepted = no_proxy_matches(environment.no_proxy, url.host, url.port);
    Proxy chosen;
    if (choose_proxy(url, "", environment, chosen) == nullptr) {
        MUST(!excepted || chosen.kind == Proxy::Kind::none);
        MUST(url.unix_path.empty() || chosen.kind == Proxy::Kind::none);
    }
    choose_proxy(url, explicit_choice, environment, chosen);
    return 0;
}
