// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: UTF-8 validation (RFC 3629). Pure; any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nws {

// Checks text that arrives in pieces, and says so at the first byte that
// cannot be part of UTF-8, not at the end of the piece or of the character.
class Utf8Validator {
public:
    // False at the first bad byte; then the validator must be reset.
    bool feed(const char *data, size_t length) noexcept;
    // True when the text so far does not end inside a character.
    bool complete() const noexcept { return state_ == 0; }
    void reset() noexcept { state_ = 0; }

private:
    uint8_t state_ = 0;  // 0: between characters
};

bool is_utf8(std::string_view text) noexcept;

// Whether Send sends these bytes as text: no NUL, and UTF-8.
bool is_text(std::string_view bytes) noexcept;

}  // namespace nws
