// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What a proxy answers, HTTP and SOCKS5: a byte says which, with what
// credentials; the next where the answer is cut, which must not matter.

#include "fuzz/fuzz.h"
#include "unit/check.h"
#include "unit/proxy_script.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const uint8_t choices = input.byte();
    const size_t cut = input.byte();
    const std::string answer = input.rest();

    Proxy proxy;
    proxy.kind = (choices & 1) != 0 ? Proxy::Kind::socks5 : Proxy::Kind::http;
    proxy.host = "proxy.example";
    proxy.port = 1080;
    proxy.has_credentials = (choices & 2) != 0;
    proxy.user = proxy.has_credentials ? "user" : "";
    proxy.password = proxy.has_credentials ? "sesame" : "";
    const std::string host = (choices & 4) != 0 ? "2001:db8::1" : "server.example";

    const Outcome whole = talk(proxy, host, 443, answer);
    MUST(whole.result == "open" || whole.result == "waiting" || is_presentable(whole.result));
    MUST(whole.result.find("sesame") == std::string::npos || answer.find("sesame") != std::string::npos);
    MUST(whole.left.size() <= answer.size());
    MUST(answer.compare(answer.size() - whole.left.size(), whole.left.size(), whole.left) == 0);
    std::vector<size_t> everywhere;
    for (size_t at = 1; at < answer.size() && at < 2000; ++at) {
        everywhere.push_back(at);
    }
    MUST(talk(proxy, host, 443, answer, everywhere, 1) == whole);
    if (cut > 0 && cut < answer.size()) {
        MUST(talk(proxy, host, 443, answer, {cut}, 3) == whole);
    }
    return 0;
}
