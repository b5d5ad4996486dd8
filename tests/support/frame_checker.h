// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what RFC 6455 asks of the frames of one client, in their order; pure.
// Must not know: sockets, what the server answers.

#pragma once

#include "support/frame_coder.h"

namespace nws::test {

// What a frame broke. None: empty text.
struct Verdict {
    std::string text;
    uint16_t close_code = 0;  // what a server that fails the connection sends
};

class FrameChecker {
public:
    // Lets the client set these RSV bits (an extension was agreed on).
    void allow_rsv(uint8_t bits) { allowed_rsv_ = bits; }

    Verdict check(const Frame &frame);

private:
    void check_coding(const Frame &frame, Verdict &verdict);
    void check_mask_key(const Frame &frame, Verdict &verdict);
    void check_control(const Frame &frame, Verdict &verdict);
    void check_close(const Frame &frame, Verdict &verdict);
    void check_data(const Frame &frame, Verdict &verdict);

    uint8_t allowed_rsv_ = 0;
    bool close_seen_ = false;
    bool in_message_ = false;
    bool check_text_ = false;
    Utf8Checker utf8_;
    std::array<uint8_t, 4> last_key_{};
    unsigned same_keys_ = 0;
};

}  // namespace nws::test
