// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what an application may ask of TLS. Connections that ask for the same
// share what is made of it. Plain data; any thread.
// Must not know: TLS libraries, where the values come from.

#pragma once

#include <string>
#include <vector>

#include "base/secret_string.h"
#include "tls/public_key_pin.h"

namespace nws {

struct TlsOptions {
    bool verify = true;  // the server's certificate
    // Each of these is the path of a PEM file, or the PEM text itself.
    std::string authorities;   // or the path of a directory; empty: the system's trust store
    std::string revocations;   // lists of revoked certificates; then each issuer must have one
    std::string certificate;   // the client's, with its chain
    SecretString private_key;  // empty: it is beside the certificate
    SecretString private_key_password;
    // Not empty: the server's public key must be one of them.
    std::vector<PublicKeyPin> pins;

    bool operator==(const TlsOptions &other) const noexcept
    {
        return verify == other.verify && authorities == other.authorities &&
               revocations == other.revocations && certificate == other.certificate &&
               private_key == other.private_key && private_key_password == other.private_key_password &&
               pins == other.pins;
    }
};

}  // namespace nws
