// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/certificate_text.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"

namespace nws {

namespace {

// The names are the server's: no line of them must look like one of ours.
std::string one_line(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    return text;
}

}  // namespace

std::string write_certificate(const CertificateText &certificate)
{
    constexpr size_t kLine = 64;  // RFC 7468 2
    std::string text =
        concat({"Subject: ", one_line(certificate.subject), "\nIssuer: ", one_line(certificate.issuer),
                "\nValidity: ", certificate.not_before, " to ", certificate.not_after,
                "\n-----BEGIN CERTIFICATE-----\n"});
    const std::string encoded = base64(certificate.der);
    for (size_t i = 0; i < encoded.size(); i += kLine) {
        text.append(encoded.substr(i, kLine)).append("\n");
    }
    return text.append("-----END CERTIFICATE-----\n");
}

}  // namespace nws
