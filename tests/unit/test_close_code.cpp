// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of base/close_code.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <string>

#include "base/close_code.h"

using namespace nws;

namespace {

struct Range {
    uint32_t first, last;
    bool may_send;
};

// Every code there is, and the first and last that do not fit into 16 bits.
constexpr Range kRanges[] = {
    {0, 999, false},      // RFC 6455 7.4.2: not used
    {1000, 1003, true},
    {1004, 1006, false},  // reserved; no status; abnormal
    {1007, 1011, true},
    {1012, 1014, true},   // registered later
    {1015, 1015, false},  // TLS handshake
    {1016, 2999, false},  // not registered
    {3000, 3999, true},   // libraries, first come first served
    {4000, 4999, true},   // private
    {5000, 70000, false},
    {65536 + 1000, 65536 + 1003, false},  // would be good if cut to 16 bits
    {UINT32_MAX - 70000, UINT32_MAX - 1, false},
    {UINT32_MAX, UINT32_MAX, false},
};

void every_code(void **)
{
    for (const Range &range : kRanges) {
        for (uint64_t code = range.first; code <= range.last; code++) {
            if (may_send_close_code(static_cast<uint32_t>(code)) != range.may_send) {
                print_error("code %llu\n", static_cast<unsigned long long>(code));
                fail();
            }
        }
    }
}

void a_status_keeps_its_reason(void **)
{
    CloseStatus status;
    assert_int_equal(status.code, 1000);
    assert_int_equal(status.reason_length, 0);
    assert_string_equal(status.reason, "");

    status.set(kCloseGoingAway, "bye, not this", 3);
    assert_int_equal(status.code, 1001);
    assert_int_equal(status.reason_length, 3);
    assert_string_equal(status.reason, "bye");

    status.set(4999, nullptr, 0);
    assert_int_equal(status.code, 4999);
    assert_int_equal(status.reason_length, 0);
    assert_string_equal(status.reason, "");
}

void a_status_cuts_its_reason_at_the_limit(void **)
{
    const std::string long_reason(1000, 'x');
    for (size_t length : {size_t{122}, size_t{123}, size_t{124}, size_t{256}, size_t{257}, size_t{1000}}) {
        CloseStatus status;
        status.set(kCloseNormal, long_reason.data(), length);
        assert_int_equal(status.reason_length, length < 123 ? length : 123);
        assert_int_equal(strlen(status.reason), status.reason_length);
    }
}

void names_have_their_numbers(void **)
{
    assert_int_equal(kCloseNormal, 1000);
    assert_int_equal(kCloseGoingAway, 1001);
    assert_int_equal(kCloseProtocolError, 1002);
    assert_int_equal(kCloseUnsupportedData, 1003);
    assert_int_equal(kCloseNoStatus, 1005);
    assert_int_equal(kCloseAbnormal, 1006);
    assert_int_equal(kCloseInvalidPayload, 1007);
    assert_int_equal(kClosePolicyViolation, 1008);
    assert_int_equal(kCloseMessageTooBig, 1009);
    assert_int_equal(kCloseMandatoryExtension, 1010);
    assert_int_equal(kCloseInternalError, 1011);
    assert_int_equal(kCloseServiceRestart, 1012);
    assert_int_equal(kCloseTryAgainLater, 1013);
    assert_int_equal(kCloseBadGateway, 1014);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_code),
        cmocka_unit_test(a_status_keeps_its_reason),
        cmocka_unit_test(a_status_cuts_its_reason_at_the_limit),
        cmocka_unit_test(names_have_their_numbers),
    };
    return cmocka_run_group_tests_name("close_code", tests, nullptr, nullptr);
}
