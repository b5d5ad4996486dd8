// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A server's Location: the first line is the URL that was asked for, the second
// the field, after a byte for the status.

#include "fuzz/url_rules.h"
#include "route/redirect.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const unsigned status = 300 + input.byte() % 10;
    const size_t followed = input.byte() % 8;
    Url base;
    if (parse_url(input.line(), base) != nullptr) {
        return 0;
    }
    const std::string location = input.rest();
    Url target;
    const RedirectVerdict verdict = judge_redirect(status, followed, base, location, target);
    MUST(verdict.why_not != nullptr && verdict.detail != nullptr);
    if (!verdict.follow) {
        MUST(*verdict.why_not != '\0');
        return 0;
    }
    check_url(target);
    MUST(verdict.same_origin == is_same_origin(base, target));
    // Never from wss to ws, and never to a socket of this machine.
    MUST(target.secure || !base.secure);
    MUST(target.unix_path == (verdict.same_origin ? base.unix_path : ""));
    // What was for the first server stays with it.
    MUST(verdict.same_origin || !target.has_userinfo || location.find('@') != std::string::npos);
    return 0;
}
