// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: which close codes mean what and who may send them (RFC 6455 7.4 and
// the registry at IANA). Pure; any thread.

#pragma once

#include <cstddef>
#include <cstdint>

#include "base/limits.h"

namespace nws {

enum CloseCode : uint16_t {
    kCloseNormal = 1000,
    kCloseGoingAway = 1001,
    kCloseProtocolError = 1002,
    kCloseUnsupportedData = 1003,
    kCloseNoStatus = 1005,  // never on the wire
    kCloseAbnormal = 1006,  // never on the wire
    kCloseInvalidPayload = 1007,
    kClosePolicyViolation = 1008,
    kCloseMessageTooBig = 1009,
    kCloseMandatoryExtension = 1010,
    kCloseInternalError = 1011,
    kCloseServiceRestart = 1012,
    kCloseTryAgainLater = 1013,
    kCloseBadGateway = 1014,
};

// Whether an endpoint may put this code into a Close frame: the registered
// codes but 1004, 1005, 1006 and 1015, and 3000-4999.
bool may_send_close_code(uint32_t code) noexcept;

// What a Close frame says, and onClose after it.
struct CloseStatus {
    uint16_t code = kCloseNormal;
    uint8_t reason_length = 0;
    char reason[kMaxCloseReason + 1] = "";  // terminated

    // Cut at the limit.
    void set(uint16_t new_code, const char *text, size_t length) noexcept;
};

}  // namespace nws
