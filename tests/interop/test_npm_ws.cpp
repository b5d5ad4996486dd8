// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "interop/interop_cases.h"

int main()
{
    return nws::test::run_interop_cases({NODE, SERVERS_DIR "/ws_server.js", CERTS_DIR});
}
