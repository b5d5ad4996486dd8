// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What Connect is given: a URL is refused, or can go into a request as it is.

#include "base/limits.h"
#include "fuzz/url_rules.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    Url url;
    if (parse_url(text, url) != nullptr) {
        return 0;
    }
    check_url(url);
    if (!url.unix_path.empty() || url.host.find('%') != std::string::npos) {
        return 0;
    }
    // Written again, it means the same, if it has not become too long: what is
    // encoded takes three bytes for one.
    const std::string written = scheme_of(url) + url.authority() + url.target;
    if (written.size() > kMaxUrlBytes) {
        return 0;
    }
    Url again;
    MUST(parse_url(written, again) == nullptr);
    MUST(again.host == url.host && again.port == url.port && again.secure == url.secure);
    MUST(again.target == url.target && !again.has_userinfo);
    return 0;
}
