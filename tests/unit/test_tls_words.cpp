// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of TLS's words: what a server's alert and a certificate's fault
// are called, for all of them.

#include "unit/check.h"

#include <set>

#include "tls/tls_words.h"

namespace {

using namespace nws;
using namespace nws::test;

// RFC 8446 6, RFC 5246 7.2.2, RFC 6066 9, RFC 7301 3.2.
constexpr struct {
    int alert;
    const char *name;
} kAlerts[] = {
    {10, "unexpected message"},
    {20, "bad record MAC"},
    {22, "record overflow"},
    {40, "handshake failure"},
    {42, "bad certificate"},
    {43, "unsupported certificate"},
    {44, "certificate revoked"},
    {45, "certificate expired"},
    {46, "certificate unknown"},
    {47, "illegal parameter"},
    {48, "unknown authority"},
    {49, "access denied"},
    {50, "decode error"},
    {51, "decrypt error"},
    {71, "insufficient security"},
    {80, "internal error"},
    {109, "missing extension"},
    {110, "unsupported extension"},
    {112, "unrecognized name"},
    {120, "no application protocol"},
    {0, "unknown"},
    {255, "unknown"},
};

bool every_alert()
{
    for (const auto &row : kAlerts) {
        const std::string number = " (alert " + std::to_string(row.alert) + ", " + row.name + ")";
        CHECK_TEXT("the server refuses the handshake" + number, describe_alert(row.alert, false, false));
        const bool ours = row.alert >= 42 && row.alert <= 49;
        CHECK_TEXT((ours ? "the server refuses the client certificate" : "the server refuses the handshake") +
                       number,
                   describe_alert(row.alert, true, true));
        const bool wants = row.alert == 40 || row.alert == 42;
        CHECK_TEXT(
            wants ? "the server wants a client certificate" : "the server refuses the handshake" + number,
            describe_alert(row.alert, true, false));
    }
    CHECK_TEXT(kNoCommonVersion, describe_alert(70, false, false));
    CHECK_TEXT("the server wants a client certificate", describe_alert(116, false, false));
    return true;
}

// Each has words of its own, those with a detail have it, and one line is what
// comes of it.
bool every_fault()
{
    std::set<std::string> texts;
    for (int i = static_cast<int>(CertificateFault::none) + 1; i <= static_cast<int>(CertificateFault::other);
         ++i) {
        const std::string text = describe_fault(static_cast<CertificateFault>(i), "a\r\nb");
        CHECK(text.find_first_of("\r\n") == std::string::npos);
        CHECK(texts.insert(text).second);
    }
    CHECK_TEXT("the revocation list has expired (CA)",
               describe_fault(CertificateFault::expired_revocations, "CA"));
    CHECK_TEXT("the revocation list is not its issuer's",
               describe_fault(CertificateFault::bad_revocations, ""));
    CHECK_TEXT("certificate is refused: so", describe_fault(CertificateFault::other, "so"));
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<every_alert>),
        cmocka_unit_test(run<every_fault>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
