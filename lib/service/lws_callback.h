// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the only switch on libwebsockets' callback reasons. Service thread.
// Must not know: what a connection does with an event.

#pragma once

#include <libwebsockets.h>

namespace nws {

// The user pointer of a wsi is its LwsConnection; the context's is the Service.
int lws_protocol_callback(lws *wsi, lws_callback_reasons reason, void *user, void *in,
                          size_t length) noexcept;

}  // namespace nws
