// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_words.h"

#include "base/text.h"

namespace nws {

namespace {

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

constexpr size_t kMostOfDetail = 80;  // names in certificates are whatever their maker liked

struct Words {
    const char *text;
    const char *end;  // behind the detail; nullptr: there is none
};

Words words_for(CertificateFault fault) noexcept
{
    switch (fault) {
    case CertificateFault::expired:
        return {"certificate has expired (", ")"};
    case CertificateFault::not_yet_valid:
        return {"certificate is not yet valid (", ")"};
    case CertificateFault::revoked:
        return {"certificate is revoked", nullptr};
    case CertificateFault::self_signed:
        return {"certificate is self-signed", nullptr};
    case CertificateFault::unknown_issuer:
        return {"certificate's issuer is not trusted (", ")"};
    case CertificateFault::no_names:
        return {"certificate has no subjectAltName", nullptr};
    case CertificateFault::wrong_name:
        return {"certificate is not for ", ""};
    case CertificateFault::wrong_use:
        return {"certificate is not for servers", nullptr};
    case CertificateFault::weak_digest:
        return {"certificate is signed with SHA-1", nullptr};
    case CertificateFault::weak_key:
        return {"certificate has too weak a key", nullptr};
    case CertificateFault::no_revocations:
        return {"no revocation list of the certificate's issuer (", ")"};
    case CertificateFault::expired_revocations:
        return {"the revocation list has expired (", ")"};
    case CertificateFault::bad_revocations:
        return {"the revocation list is not its issuer's", nullptr};
    case CertificateFault::not_pinned:
        return {"public key is not pinned", nullptr};
    case CertificateFault::none:
    case CertificateFault::other:
        break;
    }
    return {"certificate is refused: ", ""};
}

}  // namespace

std::string describe_fault(CertificateFault fault, const std::string &detail)
{
    const Words words = words_for(fault);
    return words.end == nullptr ? words.text
                                : concat({words.text, printable(detail, kMostOfDetail), words.end});
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
    const char *const text = alert >= kBadCertificate && alert <= kAccessDenied && certificate_sent
                                 ? "the server refuses the client certificate"
                                 : "the server refuses the handshake";
    return concat({text, " (alert ", decimal(static_cast<uint64_t>(alert)), ", ", alert_name(alert), ")"});
}

}  // namespace nws
