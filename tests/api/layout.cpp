// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "layout.h"

extern "C" {
extern const size_t sizes_in_cpp[9];
}

const size_t sizes_in_cpp[9] = {
    sizeof(WebSocket),
    sizeof(WebSocket_CloseResult),
    sizeof(WebSocket_CloseOption),
    sizeof(WebSocket_OpenResult),
    sizeof(WebSocket_ErrorResult),
    sizeof(WebSocket_Header),
    sizeof(WebSocket_RequestOptions),
    sizeof(NetWebSocket_Options),
    sizeof(NetWebSocket_Statistics),
};
