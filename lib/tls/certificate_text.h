// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a certificate as text for people and programs: explanatory lines and PEM
// (RFC 7468 5), in the same form whatever TLS library parsed it. Pure.
// Must not know: TLS libraries.

#pragma once

#include <string>
#include <string_view>

namespace nws {

struct CertificateText {
    std::string subject;
    std::string issuer;
    std::string not_before;  // dates
    std::string not_after;
    std::string_view der;
};

// Throws std::bad_alloc only.
std::string write_certificate(const CertificateText &certificate);

}  // namespace nws
