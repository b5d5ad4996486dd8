// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of texts made of other texts, and of what a host looks like in one.

#include "unit/check.h"

#include <string>

#include "base/ascii.h"
#include "base/authority.h"
#include "base/text.h"

namespace {

using namespace nws;
using namespace nws::test;

bool concatenation()
{
    CHECK_TEXT("", concat({}));
    CHECK_TEXT("", concat({"", ""}));
    const std::string middle = ", ";
    CHECK_TEXT("one, two", concat({"one", middle, std::string_view("two or more", 3)}));
    CHECK(concat({std::string_view("\0a", 2), "b"}) == std::string("\0ab", 3));
    return true;
}

bool numbers()
{
    CHECK_TEXT("0", decimal(0));
    CHECK_TEXT("65535", decimal(65535));
    CHECK_TEXT("18446744073709551615", decimal(UINT64_MAX));
    return true;
}

bool what_is_not_printable()
{
    CHECK_TEXT("", printable("", 10));
    CHECK_TEXT(" ~a?", printable(" ~a\x7F", 10));
    CHECK_TEXT("????", printable("\r\n\x80\xFF", 10));
    CHECK_TEXT("abc", printable("abcd", 3));
    return true;
}

bool kinds_of_bytes()
{
    CHECK(consists_of("", is_digit));
    CHECK(consists_of("0123456789", is_digit));
    CHECK(!consists_of("01a", is_digit));
    CHECK(consists_of("09afAF", is_hex_digit));
    CHECK(!consists_of("x9", is_hex_digit));
    CHECK(consists_of("ws://host/#\x80", is_allowed_in_url));
    for (const char *text : {"a b", "a\\b", "a\tb", "a\x7F"}) {
        CHECK(!consists_of(text, is_allowed_in_url));
    }
    return true;
}

bool hosts()
{
    CHECK_TEXT("host", bracketed("host"));
    CHECK_TEXT("[::1]", bracketed("::1"));
    CHECK_TEXT("192.0.2.1:80", write_authority("192.0.2.1", 80));
    CHECK_TEXT("[fe80::1%eth0]:65535", write_authority("fe80::1%eth0", 65535));
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<concatenation>),
        cmocka_unit_test(run<numbers>),
        cmocka_unit_test(run<what_is_not_printable>),
        cmocka_unit_test(run<kinds_of_bytes>),
        cmocka_unit_test(run<hosts>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
