// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how a certificate is found in a directory by the hash of its subject, as
// OpenSSL names it there, for mbedTLS, which knows no such directories. Service
// thread: it reads files.
// Must not know: set-ups, connections.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <mbedtls/x509_crt.h>

namespace nws {

struct FreeCertificates {
    void operator()(mbedtls_x509_crt *certificates) const noexcept;
};

// Made with mbedtls_calloc(): mbedTLS may free it.
using Certificates = std::unique_ptr<mbedtls_x509_crt, FreeCertificates>;

// OpenSSL's X509_NAME_hash(). Throws std::bad_alloc only.
uint32_t hash_of(const mbedtls_x509_name &name);

// Those of that name, or with the same hash; nullptr if there is none. Throws
// std::bad_alloc only.
Certificates find_authorities(const std::string &directory, const mbedtls_x509_name &name);

}  // namespace nws
