// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/utf8.h"

#include <cstring>

namespace nws {

namespace {

enum State : uint8_t {
    kBetween,
    kOneMore,
    kTwoMore,
    kThreeMore,
    kAfterE0,
    kAfterED,
    kAfterF0,
    kAfterF4,
    kBad,
};

struct Expected {
    uint8_t low, high;  // range of the next byte
    State next;
};

// What may follow inside a character, by state. The second byte after four of
// the lead bytes is narrowed (RFC 3629 4).
constexpr Expected kExpected[] = {
    {},                      // kBetween: after_lead() decides
    {0x80, 0xBF, kBetween},  // kOneMore
    {0x80, 0xBF, kOneMore},  // kTwoMore
    {0x80, 0xBF, kTwoMore},  // kThreeMore
    {0xA0, 0xBF, kOneMore},  // kAfterE0: less would be overlong
    {0x80, 0x9F, kOneMore},  // kAfterED: more would be a surrogate
    {0x90, 0xBF, kTwoMore},  // kAfterF0: less would be overlong
    {0x80, 0x8F, kTwoMore},  // kAfterF4: more would pass U+10FFFF
};

// lead is not ASCII.
constexpr State after_lead(uint8_t lead) noexcept
{
    if (lead < 0xC2) {
        return kBad;  // a continuation byte; C0 and C1 begin overlong forms only
    }
    if (lead < 0xE0) {
        return kOneMore;
    }
    if (lead < 0xF0) {
        return lead == 0xE0 ? kAfterE0 : lead == 0xED ? kAfterED : kTwoMore;
    }
    if (lead < 0xF5) {
        return lead == 0xF0 ? kAfterF0 : lead == 0xF4 ? kAfterF4 : kThreeMore;
    }
    return kBad;
}

const uint8_t *skip_ascii(const uint8_t *cursor, const uint8_t *end) noexcept
{
    uint64_t eight;
    while (end - cursor >= 8) {
        std::memcpy(&eight, cursor, 8);
        if ((eight & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        cursor += 8;
    }
    while (cursor != end && *cursor < 0x80) {
        cursor++;
    }
    return cursor;
}

}  // namespace

bool Utf8Validator::feed(const char *data, size_t length) noexcept
{
    const auto *cursor = reinterpret_cast<const uint8_t *>(data);
    const uint8_t *end = cursor + length;
    uint8_t state = state_;
    while (state != kBad) {
        if (state == kBetween) {
            cursor = skip_ascii(cursor, end);
        }
        if (cursor == end) {
            break;
        }
        uint8_t byte = *cursor++;
        if (state == kBetween) {
            state = after_lead(byte);
        } else {
            const Expected &expected = kExpected[state];
            state = byte >= expected.low && byte <= expected.high ? expected.next : kBad;
        }
    }
    state_ = state;
    return state != kBad;
}

bool is_utf8(std::string_view text) noexcept
{
    Utf8Validator validator;
    return validator.feed(text.data(), text.size()) && validator.complete();
}

bool is_text(std::string_view bytes) noexcept
{
    return bytes.find('\0') == std::string_view::npos && is_utf8(bytes);
}

}  // namespace nws
