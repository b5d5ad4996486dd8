// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: pins of public keys as curl and others write them: "sha256//" and the
// base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469 2.4). Pure.
// Must not know: TLS libraries.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nws {

using PublicKeyPin = std::array<uint8_t, 32>;

// A list with ";" between its elements. False: one of them is none. Throws
// std::bad_alloc only.
bool parse_public_key_pins(std::string_view text, std::vector<PublicKeyPin> &pins);

}  // namespace nws
