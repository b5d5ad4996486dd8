// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the names and versions of the libraries below. Any thread.

#pragma once

namespace nws {

// "libwebsockets 4.3.5, Mbed TLS 3.6.6"; static.
const char *dependency_versions() noexcept;

}  // namespace nws
