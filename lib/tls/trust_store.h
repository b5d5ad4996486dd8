// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where the system keeps the certificates of trusted authorities. Any
// thread.
// Must not know: the environment, how certificates are parsed.

#pragma once

namespace nws {

// The build's, or the first bundle that the distributions know of and that is
// there; nullptr if there is none.
const char *find_system_trust_store() noexcept;

constexpr const char *kNoTrustStore = "the system has no trusted certificates; set NET_WEBSOCKET_TLS_CA";

}  // namespace nws
