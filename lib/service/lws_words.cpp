// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/lws_words.h"

#include <cstring>

namespace nws {

const char *words_for(const char *lws_text) noexcept
{
    static constexpr struct {
        const char *lws;
        const char *words;
    } kTable[] = {
        {"ACCEPT missing", "the answer has no Sec-WebSocket-Accept"},
        {"Accept hash wrong", "the server's Sec-WebSocket-Accept is wrong"},
        {"UPGRADE missing", "the answer has no Upgrade field"},
        {"UPGRADE malformed", "the answer's Connection field has no Upgrade"},
        {"Upgrade to something other", "the server upgrades to something else than websocket"},
        {"PROTOCOL malformed", "the server chose a subprotocol that was not offered"},
        {"Cannot match protocol", "the server chose a subprotocol that was not offered"},
        {"EXT: ", "the server chose an extension that was not offered"},
        {"URI missing", "the answer is no HTTP"},
        {":status missing", "the answer is no HTTP"},
        {"OOM", "out of memory"},
    };
    constexpr const char *kPrefix = "HS: ";
    if (std::strncmp(lws_text, kPrefix, std::strlen(kPrefix)) == 0) {
        lws_text += std::strlen(kPrefix);
    }
    for (const auto &row : kTable) {
        if (std::strncmp(lws_text, row.lws, std::strlen(row.lws)) == 0) {
            return row.words;
        }
    }
    return lws_text;
}

}  // namespace nws
