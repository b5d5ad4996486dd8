// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_words.h"

#include <algorithm>

namespace nws {

namespace {

// Names in certificates are whatever their maker liked.
std::string printable(const std::string &text)
{
    constexpr size_t kMost = 80;
    std::string out = text.substr(0, kMost);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
    return out;
}

// Those but two that describe_alert() has words of its own for.
const char *alert_name(int alert) noexcept
{
    switch (alert) {
    case 10:
        return "unexpected message";
    case 20:
        return "bad record MAC";
    case 22:
        return "record overflow";
    case 40:
        return "handshake failure";
    case 42:
        return "bad certificate";
    case 43:
        return "unsupported certificate";
    case 44:
        return "certificate revoked";
    case 45:
        return "certificate expired";
    case 46:
        return "certificate unknown";
    case 47:
        return "illegal parameter";
    case 48:
        return "unknown authority";
    case 49:
        return "access denied";
    case 50:
        return "decode error";
    case 51:
        return "decrypt error";
    case 71:
        return "insufficient security";
    case 80:
        return "internal error";
    case 109:
        return "missing extension";
    case 110:
        return "unsupported extension";
    case 112:
        return "unrecognized name";
    case 120:
        return "no application protocol";
    default:
        return "unknown";
    }
}

constexpr int kHandshakeFailure = 40;
constexpr int kBadCertificate = 42;
constexpr int kAccessDenied = 49;
constexpr int kProtocolVersion = 70;
constexpr int kCertificateRequired = 116;

}  // namespace

std::string describe_fault(CertificateFault fault, const std::string &detail)
{
    const std::string words = printable(detail);
    switch (fault) {
    case CertificateFault::expired:
        return "certificate has expired (" + words + ")";
    case CertificateFault::not_yet_valid:
        return "certificate is not yet valid (" + words + ")";
    case CertificateFault::revoked:
        return "certificate is revoked";
    case CertificateFault::self_signed:
        return "certificate is self-signed";
    case CertificateFault::unknown_issuer:
        return "certificate's issuer is not trusted (" + words + ")";
    case CertificateFault::no_names:
        return "certificate has no subjectAltName";
    case CertificateFault::wrong_name:
        return "certificate is not for " + words;
    case CertificateFault::wrong_use:
        return "certificate is not for servers";
    case CertificateFault::weak_digest:
        return "certificate is signed with SHA-1";
    case CertificateFault::weak_key:
        return "certificate has too weak a key";
    case CertificateFault::no_revocations:
        return "no revocation list of the certificate's issuer (" + words + ")";
    case CertificateFault::expired_revocations:
        return "the revocation list has expired (" + words + ")";
    case CertificateFault::bad_revocations:
        return "the revocation list is not its issuer's";
    case CertificateFault::not_pinned:
        return "public key is not pinned";
    case CertificateFault::none:
    case CertificateFault::other:
        break;
    }
    return "certificate is refused: " + words;
}

std::string describe_alert(int alert, bool certificate_wanted, bool certificate_sent)
{
    if (alert == kProtocolVersion) {
        return kNoCommonVersion;
    }
    if (alert == kCertificateRequired || (certificate_wanted && !certificate_sent &&
                                          (alert == kHandshakeFailure || alert == kBadCertificate))) {
        return "the server wants a client certificate";
    }
    std::string text = alert >= kBadCertificate && alert <= kAccessDenied && certificate_sent
                           ? "the server refuses the client certificate"
                           : "the server refuses the handshake";
    return text + " (alert " + std::to_string(alert) + ", " + alert_name(alert) + ")";
}

}  // namespace nws
