// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of how pins of public keys are written.

#include "unit/check.h"

#include <string>

#include "tls/public_key_pin.h"

namespace {

using namespace nws;
using namespace nws::test;

// 32 bytes, 0 to 31, by openssl base64.
const std::string kCounting = "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const std::string kOnes = "sha256//" + std::string(42, '/') + "8=";

bool parses(const std::string &text, size_t wanted)
{
    std::vector<PublicKeyPin> pins;
    return parse_public_key_pins(text, pins) && pins.size() == wanted;
}

bool the_bytes_are_right()
{
    std::vector<PublicKeyPin> pins;
    CHECK(parse_public_key_pins(kCounting + ";" + kOnes, pins));
    CHECK(pins.size() == 2);
    for (size_t i = 0; i < pins[0].size(); ++i) {
        CHECK(pins[0][i] == i);
        CHECK(pins[1][i] == 0xFF);
    }
    return true;
}

bool lists()
{
    CHECK(parses("", 0));
    CHECK(parses(kCounting, 1));
    CHECK(parses(" " + kCounting + " ; " + kOnes + ";", 2));
    return true;
}

bool what_is_no_pin()
{
    const std::string digits = kCounting.substr(8);
    for (const std::string &text : std::vector<std::string>{
             digits,                                     // no digest named
             "sha1//" + digits,                          // another one
             "SHA256//" + digits,                        // curl is strict, too
             "sha256/" + digits,                         // one slash
             "sha256//",                                 // nothing
             kCounting.substr(0, kCounting.size() - 1),  // no padding
             "sha256//A" + digits,                       // too long
             "sha256//" + digits.substr(1),              // too short
             "sha256//" + std::string(42, 'A') + "==",   // 31 bytes
             "sha256//-" + digits.substr(1),             // base64url
             "sha256//\xC3" + digits.substr(1),          // no ASCII
             kCounting + "," + kOnes,                    // a comma
             ";", " ; ",                                 // a list of none would accept any key
             kCounting + ";x",                           // one good, one bad
         }) {
        std::vector<PublicKeyPin> pins;
        if (parse_public_key_pins(text, pins)) {
            return differs(__FILE__, __LINE__, "refused", text);
        }
    }
    return true;
}

// Cut or changed at any place, it is none.
bool every_byte_counts()
{
    for (size_t i = 0; i < kCounting.size(); ++i) {
        std::vector<PublicKeyPin> pins;
        std::string text = kCounting;
        text[i] = '!';
        CHECK(!parse_public_key_pins(text, pins));
        CHECK(i == 0 || !parse_public_key_pins(kCounting.substr(0, i), pins));
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<the_bytes_are_right>),
        cmocka_unit_test(run<lists>),
        cmocka_unit_test(run<what_is_no_pin>),
        cmocka_unit_test(run<every_byte_counts>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
