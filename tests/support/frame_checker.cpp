// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/frame_checker.h"

namespace nws::test {

namespace {

// Three equal keys in a row are no chance: once in 2^64.
constexpr unsigned kTooManySameKeys = 3;

void complain(Verdict &verdict, uint16_t close_code, const std::string &text)
{
    verdict.text += verdict.text.empty() ? text : "; " + text;
    verdict.close_code = verdict.close_code == 0 ? close_code : verdict.close_code;
}

}  // namespace

Verdict FrameChecker::check(const Frame &frame)
{
    Verdict verdict;
    if (close_seen_) {
        complain(verdict, 1002, "a " + name_of(frame.opcode) + " frame after the Close frame");
    }
    check_coding(frame, verdict);
    if (is_control(frame.opcode)) {
        check_control(frame, verdict);
    } else {
        check_data(frame, verdict);
    }
    return verdict;
}

void FrameChecker::check_coding(const Frame &frame, Verdict &verdict)
{
    if (!frame.masked) {
        complain(verdict, 1002, "the frame is not masked");
    } else {
        check_mask_key(frame, verdict);
    }
    if ((frame.rsv & ~allowed_rsv_) != 0) {
        complain(verdict, 1002, "RSV bits " + std::to_string(frame.rsv));
    }
    if (!frame.shortest_length) {
        complain(verdict, 1002, "the length is not in its shortest form");
    }
}

void FrameChecker::check_mask_key(const Frame &frame, Verdict &verdict)
{
    same_keys_ = frame.mask_key == last_key_ ? same_keys_ + 1 : 1;
    last_key_ = frame.mask_key;
    if (same_keys_ == kTooManySameKeys) {
        complain(verdict, 1002, "the mask key does not change");
    }
}

void FrameChecker::check_control(const Frame &frame, Verdict &verdict)
{
    if (static_cast<unsigned>(frame.opcode) > 10) {
        complain(verdict, 1002, "reserved " + name_of(frame.opcode));
    }
    if (!frame.fin) {
        complain(verdict, 1002, "a fragmented control frame");
    }
    if (frame.payload.size() > 125) {
        complain(verdict, 1002, "a control frame of " + std::to_string(frame.payload.size()) + " bytes");
    }
    if (frame.opcode == Opcode::close) {
        check_close(frame, verdict);
    }
}

void FrameChecker::check_close(const Frame &frame, Verdict &verdict)
{
    close_seen_ = true;
    if (frame.payload.empty()) {
        return;
    }
    if (frame.payload.size() == 1) {
        complain(verdict, 1002, "a Close frame of one byte");
        return;
    }
    const auto code = static_cast<uint16_t>(static_cast<uint8_t>(frame.payload[0]) << 8 |
                                            static_cast<uint8_t>(frame.payload[1]));
    if (!is_sendable_close_code(code)) {
        complain(verdict, 1002, "the close code " + std::to_string(code));
    }
    if (!is_utf8(frame.payload.substr(2))) {
        complain(verdict, 1007, "a close reason that is not UTF-8");
    }
}

void FrameChecker::check_data(const Frame &frame, Verdict &verdict)
{
    if (static_cast<unsigned>(frame.opcode) > 2) {
        complain(verdict, 1002, "reserved " + name_of(frame.opcode));
        return;
    }
    if (frame.opcode == Opcode::continuation) {
        if (!in_message_) {
            complain(verdict, 1002, "a continuation frame with no message begun");
        }
    } else {
        if (in_message_) {
            complain(verdict, 1002, "a new message inside a fragmented one");
        }
        // What an extension changed is not text before it is changed back.
        check_text_ = frame.opcode == Opcode::text && frame.rsv == 0;
        utf8_.reset();
    }
    in_message_ = !frame.fin;
    if (check_text_ && (!utf8_.feed(frame.payload) || (frame.fin && !utf8_.is_complete()))) {
        check_text_ = false;
        complain(verdict, 1007, "text that is not UTF-8");
    }
}

}  // namespace nws::test
