// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: base64. Pure; any thread.

#pragma once

#include <string>
#include <string_view>

#include "base/secret_string.h"

namespace nws {

// RFC 4648 4, with padding. Throws std::bad_alloc only.
std::string base64(std::string_view bytes);
void append_base64(std::string_view bytes, SecretString &out);

}  // namespace nws
