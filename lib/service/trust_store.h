// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where the certificates of trusted authorities are found. Any thread.
// Must not know: how they are parsed.

#pragma once

#include <string>

namespace nws {

struct TrustStore {
    std::string file;       // PEM bundle; empty: see directory
    std::string directory;  // of PEM files; empty: see file
    std::string problem;    // not empty: there is none that can be read, in words

    bool empty() const noexcept { return file.empty() && directory.empty(); }
};

// The first that exists of SSL_CERT_FILE, SSL_CERT_DIR, and the bundles of the
// distributions. What the environment names must be readable; nothing else is
// then tried. Throws std::bad_alloc only.
TrustStore find_trust_store();

// NET_WEBSOCKET_TLS_VERIFY=0: certificates are not checked. Says so in the log.
bool verification_off() noexcept;

}  // namespace nws
