// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the words for what can be wrong with a certificate or a handshake, the
// same whatever TLS library found it. Pure.
// Must not know: TLS libraries.

#pragma once

#include <string>

namespace nws {

// Ordered: of several faults of one certificate the first is told.
enum class CertificateFault {
    none,
    expired,        // detail: the date
    not_yet_valid,  // detail: the date
    revoked,
    self_signed,
    unknown_issuer,  // detail: the issuer's name
    no_names,
    wrong_name,  // detail: the name that it should have
    wrong_use,
    weak_digest,
    weak_key,
    no_revocations,       // detail: the issuer's name
    expired_revocations,  // detail: the issuer's name
    bad_revocations,
    not_pinned,
    other,  // detail: the library's words
};

// Throw std::bad_alloc only.
std::string describe_fault(CertificateFault fault, const std::string &detail);

// `alert`: as the server sent it (RFC 8446 6). `certificate_wanted`: the server
// has asked for a client certificate and got none; `certificate_sent`: one.
std::string describe_alert(int alert, bool certificate_wanted, bool certificate_sent);

constexpr const char *kNoCommonVersion = "the server speaks no TLS 1.2 or 1.3";
constexpr const char *kNotTls = "what the server speaks is not TLS";
constexpr const char *kClosedInHandshake = "the server closed the connection during the handshake";

}  // namespace nws
