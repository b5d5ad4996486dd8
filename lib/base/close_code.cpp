// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/close_code.h"

#include <algorithm>
#include <cstring>

namespace nws {

bool may_send_close_code(uint32_t code) noexcept
{
    // 1004 is reserved, 1005, 1006 and 1015 say what no frame can say, and
    // 1016-2999 await registration.
    return (code >= kCloseNormal && code <= kCloseUnsupportedData) ||
           (code >= kCloseInvalidPayload && code <= kCloseBadGateway) || (code >= 3000 && code <= 4999);
}

void CloseStatus::set(uint16_t new_code, const char *text, size_t length) noexcept
{
    code = new_code;
    reason_length = static_cast<uint8_t>(std::min(length, kMaxCloseReason));
    if (reason_length > 0) {
        std::memcpy(reason, text, reason_length);
    }
    reason[reason_length] = '\0';
}

}  // namespace nws
