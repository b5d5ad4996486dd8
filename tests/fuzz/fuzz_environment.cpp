// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What an unmodified application is given through the environment: a value for
// each variable on a line.

#include <cstdlib>

#include "api/environment_options.h"
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "fuzz/url_rules.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bool silent = [] {
        set_log(nullptr, NET_WEBSOCKET_LOG_NONE, nullptr);
        return true;
    }();
    (void)silent;
    FuzzInput input(data, size);
    for (const char *name :
         {"NET_WEBSOCKET_CONNECT_TIMEOUT", "NET_WEBSOCKET_TLS_VERIFY", "NET_WEBSOCKET_TLS_PINS",
          "NET_WEBSOCKET_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY",
          "NET_WEBSOCKET_TLS_SERVER_NAME", "NET_WEBSOCKET_TLS_CA"}) {
        setenv(name, input.line().c_str(), 1);
    }
    const ClientOptions options = environment_options();
    // 0 turns it off.
    MUST(options.session.timeouts.connect.count() >= 0);
    MUST(!has_control(options.problem));
    // Only a 0 turns it off.
    MUST(options.tls.verify || std::string(std::getenv("NET_WEBSOCKET_TLS_VERIFY")) == "0");
    Url url;
    MUST(parse_url("wss://example.com/", url) == nullptr);
    Proxy proxy;
    choose_proxy(url, options.proxy, options.proxy_environment, proxy);
    return 0;
}
