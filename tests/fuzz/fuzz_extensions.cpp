// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A server's Sec-WebSocket-Extensions, after two bytes of what was offered: what
// is agreed to is what was offered, or less.

#include "deflate/deflate_parameters.h"
#include "fuzz/fuzz.h"

using namespace nws;
using namespace nws::test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const uint8_t flags = input.byte();
    const uint8_t bits = input.byte();
    const std::string value = input.rest();

    DeflateParameters offered;
    offered.server_no_context_takeover = (flags & 1) != 0;
    offered.client_no_context_takeover = (flags & 2) != 0;
    offered.server_max_window_bits = 8 + (bits & 7);
    offered.client_max_window_bits = 8 + (bits >> 3 & 7);
    MUST(check_deflate_parameters(offered) == nullptr);
    MUST(!has_control(write_deflate_offer(offered)));

    DeflateAnswer answer;
    const bool right = judge_extensions(value, (flags & 4) != 0 ? nullptr : &offered, answer) == nullptr;
    if (!right || !answer.accepted) {
        return 0;
    }
    MUST((flags & 4) == 0);
    MUST(check_deflate_parameters(answer.agreed) == nullptr);
    MUST(answer.agreed.server_max_window_bits <= offered.server_max_window_bits);
    MUST(answer.agreed.client_max_window_bits <= offered.client_max_window_bits);
    MUST(answer.agreed.server_no_context_takeover || !offered.server_no_context_takeover);
    return 0;
}
