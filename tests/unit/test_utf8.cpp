// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of base/utf8: exhaustive where that is affordable.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <string>
#include <string_view>

#include "base/utf8.h"

using namespace nws;
using namespace std::string_literals;

namespace {

// The three forms longer than a byte, as RFC 3629 3 draws them, without its
// rules about which values may use them: so it writes what must be refused too.
std::string encode(uint32_t value, int bytes)
{
    auto tail = [value](int shift) { return static_cast<char>(0x80 | (value >> shift & 0x3F)); };
    switch (bytes) {
    case 1:
        return {static_cast<char>(value)};
    case 2:
        return {static_cast<char>(0xC0 | value >> 6), tail(0)};
    case 3:
        return {static_cast<char>(0xE0 | value >> 12), tail(6), tail(0)};
    default:
        return {static_cast<char>(0xF0 | value >> 18), tail(12), tail(6), tail(0)};
    }
}

int shortest(uint32_t value)
{
    return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

bool is_scalar(uint32_t value)
{
    return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

// How many bytes the validator takes, one at a time, before it refuses one.
size_t taken(std::string_view text)
{
    Utf8Validator validator;
    for (size_t i = 0; i < text.size(); i++) {
        if (!validator.feed(&text[i], 1)) {
            return i;
}
    }
    return text.size();
}

// Every value that each form can write, so also overlong forms, surrogates and
// what lies behind U+10FFFF.
void every_value_in_every_form(void **)
{
    constexpr uint32_t kEnd[] = {0, 0x80, 0x800, 0x10000, 0x200000};
    int accepted = 0, failures = 0;
    for (int bytes = 1; bytes <= 4; bytes++) {
        for (uint32_t value = 0; value < kEnd[bytes]; value++) {
            bool good = is_scalar(value) && bytes == shortest(value);
            accepted += good;
            if (is_utf8(encode(value, bytes)) != good && failures++ < 5) {
                print_error("U+%04X in %d bytes\n", value, bytes);
}
        }
    }
    assert_int_equal(failures, 0);
    assert_int_equal(accepted, 1112064);
}

void every_pair_of_bytes(void **)
{
    int failures = 0;
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            std::string text = {static_cast<char>(first), static_cast<char>(second)};
            bool good = first < 0x80 ? second < 0x80
                                     : first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
            if (is_utf8(text) != good && failures++ < 5) {
                print_error("bytes %02X %02X\n", first, second);
}
        }
    }
    assert_int_equal(failures, 0);
}

// Each lead byte with each byte in each place behind it: is every continuation
// byte looked at?
void every_byte_in_every_place(void **)
{
    int failures = 0;
    for (unsigned lead = 0xC2; lead <= 0xF4; lead++) {
        size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char second = lead == 0xE0 || lead == 0xF0 ? '\xB0' : '\x81';
        std::string character = {static_cast<char>(lead), second, '\x85', '\x8A'};
        character.resize(length);
        assert_true(is_utf8(character));
        for (size_t at = 1; at < length; at++) {
            for (unsigned c = 0; c < 256; c++) {
                std::string text = character;
                text[at] = static_cast<char>(c);
                // The first of them is narrowed after some lead bytes.
                unsigned low = 0x80, high = 0xBF;
                if (at == 1) {
                    low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : low;
                    high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : high;
                }
                bool good = c >= low && c <= high;
                if ((is_utf8(text) != good || taken(text) != (good ? length : at)) && failures++ < 5) {
                    print_error("byte %02X at %zu after %02X\n", c, at, lead);
}
            }
        }
    }
    assert_int_equal(failures, 0);
}

// The bytes that are refused one by one, in every place of a longer text: the
// fast path must not skip over them, and must stop in front of the end.
void bad_bytes_at_every_offset(void **)
{
    int failures = 0;
    for (size_t length = 1; length <= 40; length++) {
        for (size_t at = 0; at < length; at++) {
            for (unsigned bad : {0x80u, 0xBFu, 0xC0u, 0xC1u, 0xF5u, 0xFEu, 0xFFu}) {
                std::string text(length, 'a');
                text[at] = static_cast<char>(bad);
                if ((is_utf8(text) || taken(text) != at) && failures++ < 5) {
                    print_error("byte %02X at %zu of %zu\n", bad, at, length);
}
            }
        }
    }
    assert_int_equal(failures, 0);
}

struct FailFast {
    std::string text;
    size_t bad_at;  // length of text: only its end is wrong
};

void refuses_at_the_first_impossible_byte(void **)
{
    const FailFast kRows[] = {
        {"\xC0\xAF", 0},                  // overlong
        {"\xC1\xBF", 0},
        {"\xE0\x80\xAF", 1},
        {"\xE0\x9F\xBF", 1},
        {"\xE0\xA0\x7F", 2},
        {"\xED\xA0\x80", 1},              // surrogates
        {"\xED\xBF\xBF", 1},
        {"\xED\x9F\xC0", 2},
        {"\xF0\x80\x80\xAF", 1},
        {"\xF0\x8F\xBF\xBF", 1},
        {"\xF4\x90\x80\x80", 1},          // behind U+10FFFF
        {"\xF4\x8F\xBF\x7F", 3},
        {"\xF5\x80\x80\x80", 0},
        {"\xF8\x88\x80\x80\x80", 0},      // five and six bytes, once
        {"\xFC\x84\x80\x80\x80\x80", 0},
        {"\xFE", 0},
        {"\xFF", 0},
        {"\x80", 0},                      // no lead byte
        {"\xC2\x80\x80", 2},              // one too many
        {"\xC2\xC2\x80", 1},              // one too few
        {"\xE1\x80\x61", 2},
        {"\xF1\x80\x80\x61", 3},
        {"\xF1\x80\x61", 2},
        {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80" "edited", 12},
        {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xF4\x90\x80\x80" "edited", 12},
        {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5", 11},  // good to its end
        {"\xC2", 1},                      // cut off
        {"\xE1\x80", 2},
        {"\xF0\x9F\x98", 3},
    };
    int failures = 0;
    for (const FailFast &row : kRows) {
        size_t got = taken(row.text);
        if (got != row.bad_at) {
            print_error("row %td: refused at %zu, not at %zu\n", &row - kRows, got, row.bad_at);
            failures++;
        }
        // The same within one piece, behind bytes that the fast path takes.
        std::string text = "0123456789abcdef" + row.text.substr(0, row.bad_at + 1);
        Utf8Validator validator;
        if (validator.feed(text.data(), text.size()) != (row.bad_at == row.text.size())) {
            print_error("row %td: in one piece\n", &row - kRows);
            failures++;
        }
    }
    assert_int_equal(failures, 0);
}

// Cut in three, at every two places.
void pieces_make_no_difference(void **)
{
    const std::string kTexts[] = {
        "Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!",
        "\xE4\xBD\xA0\xE5\xA5\xBD\xEF\xBF\xBF\xEF\xBF\xBE\xED\x9F\xBF\xEE\x80\x80",
        "01234567\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\xF0\x9F\x98\x80 89abcdef0123456789",
        "01234567\xF0\x9F\x98\x80\xED\xA0\x80 89abcdef",
        "012345678\xE2\x82",
    };
    int failures = 0;
    for (const std::string &text : kTexts) {
        bool good = is_utf8(text);
        for (size_t a = 0; a <= text.size(); a++) {
            for (size_t b = a; b <= text.size(); b++) {
                Utf8Validator validator;
                bool taken_all = validator.feed(text.data(), a) && validator.feed(text.data() + a, b - a) &&
                                 validator.feed(text.data() + b, text.size() - b);
                if ((taken_all && validator.complete()) != good && failures++ < 5) {
                    print_error("%s at %zu and %zu\n", text.c_str(), a, b);
}
            }
        }
    }
    assert_int_equal(failures, 0);
    assert_true(is_utf8(kTexts[0]) && is_utf8(kTexts[1]) && is_utf8(kTexts[2]));
    assert_false(is_utf8(kTexts[3]) || is_utf8(kTexts[4]));
}

void complete_between_characters_only(void **)
{
    const std::string text = "a\xC2\xB5\xE2\x82\xAC\xF0\x9F\x98\x80z";
    const bool complete[] = {true, false, true, false, false, true, false, false, false, true, true};
    assert_int_equal(text.size(), sizeof complete);
    Utf8Validator validator;
    assert_true(validator.complete());
    for (size_t i = 0; i < text.size(); i++) {
        assert_true(validator.feed(&text[i], 1));
        assert_int_equal(validator.complete(), complete[i]);
    }
}

void reset_begins_anew(void **)
{
    Utf8Validator validator;
    assert_true(validator.feed("\xE2\x82", 2));
    validator.reset();
    assert_true(validator.complete());
    assert_true(validator.feed("abc", 3));
    assert_false(validator.feed("\xFF", 1));
    assert_false(validator.complete());
    validator.reset();
    assert_true(validator.feed("\xE2\x82\xAC", 3));
    assert_true(validator.complete());
}

void nothing_is_good(void **)
{
    Utf8Validator validator;
    assert_true(validator.feed(nullptr, 0));
    assert_true(validator.complete());
    assert_true(is_utf8({}));
    assert_true(is_utf8(""));
    assert_true(is_text({}));
}

void text_is_utf8_without_nul(void **)
{
    assert_true(is_text("plain"));
    assert_true(is_text("gr\xC3\xBC\xC3\x9F"));
    assert_true(is_text("\x01\x7F\n"));
    assert_false(is_text("\0"s));
    assert_false(is_text("end\0"s));
    assert_false(is_text("\0begin"s));
    assert_false(is_text("gr\xFC\xDF"));
    assert_false(is_text("cut \xE2\x82"));
    assert_true(is_utf8("\0"s));  // a NUL is UTF-8 all the same
}

// The bytes need no terminator, nor any byte behind them.
void reads_no_byte_behind_the_end(void **)
{
    for (size_t length = 1; length <= 24; length++) {
        char *exact = new char[length];
        for (size_t i = 0; i < length; i++) {
            exact[i] = 'a';
}
        bool good = is_text({exact, length});
        exact[length - 1] = '\xC3';
        bool cut = is_text({exact, length});
        delete[] exact;
        assert_true(good);
        assert_false(cut);
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(every_value_in_every_form),
        cmocka_unit_test(every_pair_of_bytes),
        cmocka_unit_test(every_byte_in_every_place),
        cmocka_unit_test(bad_bytes_at_every_offset),
        cmocka_unit_test(refuses_at_the_first_impossible_byte),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(complete_between_characters_only),
        cmocka_unit_test(reset_begins_anew),
        cmocka_unit_test(nothing_is_good),
        cmocka_unit_test(text_is_utf8_without_nul),
        cmocka_unit_test(reads_no_byte_behind_the_end),
    };
    return cmocka_run_group_tests_name("utf8", tests, nullptr, nullptr);
}
