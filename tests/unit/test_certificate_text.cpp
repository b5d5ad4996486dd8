// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of certificates as text.

#include "unit/check.h"

#include <string>

#include "tls/certificate_text.h"

namespace {

using namespace nws;
using namespace nws::test;

bool lines_and_pem()
{
    const std::string der(50, '\x01');  // 68 characters of base64: a line and a bit
    const std::string text = write_certificate({"CN=a", "CN=b, O=c", "2026-01-01", "2027-12-31", der});
    std::string first = "AQEB";
    while (first.size() < 64) {
        first += "AQEB";
    }
    CHECK_TEXT("Subject: CN=a\nIssuer: CN=b, O=c\nValidity: 2026-01-01 to 2027-12-31\n"
               "-----BEGIN CERTIFICATE-----\n" +
                   first + "\nAQE=\n-----END CERTIFICATE-----\n",
               text);
    return true;
}

// A name must not add lines of its own: they would read as PEM.
bool names_stay_on_their_lines()
{
    const std::string text =
        write_certificate({"CN=a\n-----BEGIN CERTIFICATE-----\r\x7F", "CN=\xC3\xBC", "", "", ""});
    CHECK(text.find("Subject: CN=a?-----BEGIN CERTIFICATE-----??\nIssuer: CN=\xC3\xBC\n") == 0);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<lines_and_pem>),
        cmocka_unit_test(run<names_stay_on_their_lines>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
