// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what libwebsockets' texts for a failed opening handshake mean, in the
// words of RFC 6455. Pure.

#pragma once

namespace nws {

// The text itself, without its "HS: ", if there is nothing better to say.
const char *words_for(const char *lws_text) noexcept;

}  // namespace nws
