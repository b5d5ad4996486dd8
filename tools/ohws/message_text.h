// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how bytes look as a line. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nws::ohws {

// The bytes that hex digits stand for; blanks between bytes are passed over.
// Nothing if there is anything else.
std::optional<std::string> from_hex(std::string_view digits);
std::string to_hex(std::string_view bytes);

// Base64 (RFC 4648 4), with its padding or without; blanks are passed over.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

// Whether the bytes can go out as text as they are.
bool is_utf8(std::string_view bytes) noexcept;
// UTF-8 of printable characters, tabs and line ends: nothing that a terminal
// takes for a command.
bool is_plain_text(std::string_view bytes) noexcept;

}  // namespace nws::ohws
