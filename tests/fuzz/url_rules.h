// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what holds of every URL that was accepted.

#pragma once

#include "base/url.h"
#include "fuzz/fuzz.h"

namespace nws::test {

inline void check_url(const Url &url)
{
    MUST(!url.host.empty());
    MUST(is_printable(url.host));
    MUST(!url.target.empty() && url.target[0] == '/');
    MUST(is_printable(url.target) || url.target.find_first_of("\r\n \t") == std::string::npos);
    MUST(!has_control(url.target) && !has_control(url.userinfo));
    MUST((url.port == 0) == !url.unix_path.empty());
    MUST(url.unix_path.find('\0') == std::string::npos);
    MUST(is_printable(url.authority()) && is_printable(url.origin()));
}

inline std::string scheme_of(const Url &url)
{
    return url.secure ? "wss://" : "ws://";
}

}  // namespace nws::test
