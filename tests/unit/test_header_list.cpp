// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of base/header_list.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <string>
#include <string_view>
#include <vector>

#include "base/header_list.h"
#include "base/limits.h"

using namespace nws;
using namespace std::string_literals;

namespace {

using Fields = std::vector<HeaderField>;

std::string written(const Fields &fields)
{
    std::string text;
    for (const HeaderField &field : fields) {
        text += field.name + ": " + field.value.c_str() + "\r\n";
}
    return text;
}

int check(const char *name, const Fields &got, const Fields &expected)
{
    if (written(got) == written(expected)) {
        return 0;
}
    print_error("%s:\n--- got\n%s--- expected\n%s", name, written(got).c_str(), written(expected).c_str());
    return 1;
}

struct AddRow {
    const char *name, *value;
    WebSocket_ErrCode code;
    const char *stored = nullptr;  // the value; nullptr: as given
};

const AddRow kAddRows[] = {
    {"Name", "value", WEBSOCKET_OK},
    {"n", "", WEBSOCKET_OK},
    {"!#$%&'*+-.^_`|~09azAZ", "x", WEBSOCKET_OK},
    {"Name", "a b\tc", WEBSOCKET_OK},
    {"Name", "  value", WEBSOCKET_OK, "value"},
    {"Name", "value \t ", WEBSOCKET_OK, "value"},
    {"Name", "\t a b \t", WEBSOCKET_OK, "a b"},
    {"Name", " \t ", WEBSOCKET_OK, ""},
    {"Name", "gr\xC3\xBC\xC3\x9F \x80\xFF", WEBSOCKET_OK},
    {"Name", "!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~", WEBSOCKET_OK},
    {nullptr, "value", WEBSOCKET_NO_HEADER_CONTEXT},
    {"Name", nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
    {nullptr, nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
    {"", "value", WEBSOCKET_NO_HEADER_CONTEXT},
    {"", "a\r\nb", WEBSOCKET_NO_HEADER_CONTEXT},
    {"bad\n", nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
    {"Name", "a\r\nX: 1", WEBSOCKET_PROTOCOL_ERROR},
    {"Name", "a\nX: 1", WEBSOCKET_PROTOCOL_ERROR},
    {"Name", "value\r\n", WEBSOCKET_PROTOCOL_ERROR},
    {"Name", "\n", WEBSOCKET_PROTOCOL_ERROR},
    {"Name ", "value", WEBSOCKET_PROTOCOL_ERROR},
    {" Name", "value", WEBSOCKET_PROTOCOL_ERROR},
    {" ", "value", WEBSOCKET_PROTOCOL_ERROR},
    {"Name:", "value", WEBSOCKET_PROTOCOL_ERROR},
    {"Na\r\nme", "value", WEBSOCKET_PROTOCOL_ERROR},
    {"N\xC3\xA4me", "value", WEBSOCKET_PROTOCOL_ERROR},
};

void add_checks_and_copies(void **)
{
    int failures = 0;
    for (const AddRow &row : kAddRows) {
        HeaderList list;
        WebSocket_ErrCode code = list.add(row.name, row.value);
        if (code != row.code) {
            print_error("row %td: code %d\n", &row - kAddRows, code);
            failures++;
        }
        Fields expected;
        if (row.code == WEBSOCKET_OK) {
            expected.push_back({row.name, row.stored != nullptr ? row.stored : row.value});
}
        failures += check("row", list.fields(), expected);
        if (list.bytes() != written(expected).size()) {
            print_error("row %td: %zu bytes\n", &row - kAddRows, list.bytes());
            failures++;
        }
    }
    assert_int_equal(failures, 0);
}

void every_byte_in_names_and_values(void **)
{
    const std::string marks = "!#$%&'*+-.^_`|~";
    int failures = 0;
    for (int c = 1; c < 256; c++) {
        const std::string text = {'a', static_cast<char>(c), 'b'};
        bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool token = alphanumeric || marks.find(static_cast<char>(c)) != std::string::npos;
        bool value = c == '\t' || (c >= ' ' && c != 0x7F);
        HeaderList list;
        if ((list.add(text.c_str(), "v") == WEBSOCKET_OK) != token || is_token(text) != token) {
            print_error("byte %02X in a name\n", static_cast<unsigned>(c));
            failures++;
        }
        if ((list.add("n", text.c_str()) == WEBSOCKET_OK) != value) {
            print_error("byte %02X in a value\n", static_cast<unsigned>(c));
            failures++;
        }
    }
    assert_int_equal(failures, 0);
    assert_false(is_token(""));
    assert_false(is_token("a\0b"s));
}

void keeps_no_pointer(void **)
{
    char name[] = "Name", value[] = "value";
    HeaderList list;
    assert_int_equal(list.add(name, value), WEBSOCKET_OK);
    name[0] = value[0] = '?';
    assert_int_equal(check("copied", list.fields(), {{"Name", "value"}}), 0);
}

void keeps_order_and_repetition(void **)
{
    HeaderList list;
    assert_int_equal(list.add("B", "1"), WEBSOCKET_OK);
    assert_int_equal(list.add("A", "2"), WEBSOCKET_OK);
    assert_int_equal(list.add("b", "3"), WEBSOCKET_OK);
    assert_int_equal(check("as given", list.fields(), {{"B", "1"}, {"A", "2"}, {"b", "3"}}), 0);
    assert_int_equal(list.bytes(), 3 * 6);
}

void takes_the_last_back(void **)
{
    HeaderList list;
    assert_int_equal(list.add("A", "1"), WEBSOCKET_OK);
    size_t before = list.bytes();
    assert_int_equal(list.add("Long-name", "  long value "), WEBSOCKET_OK);
    list.remove_last();
    assert_int_equal(check("taken back", list.fields(), {{"A", "1"}}), 0);
    assert_int_equal(list.bytes(), before);
    list.remove_last();
    assert_int_equal(list.fields().size(), 0);
    assert_int_equal(list.bytes(), 0);
}

void at_most_so_many_fields(void **)
{
    HeaderList list;
    size_t added = 0;
    while (added <= kMaxHeaderFields && list.add("a", "") == WEBSOCKET_OK) {
        added++;
}
    assert_int_equal(added, 8192);
    assert_int_equal(list.add("a", ""), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(list.fields().size(), 8192);
    assert_int_equal(list.bytes(), 8192 * 5);
}

void at_most_so_many_bytes(void **)
{
    const size_t room = kMaxHandshakeBytes - sizeof "n: \r\n" + 1;
    const std::string fits(room, 'v');
    const std::string too_long(room + 1, 'v');
    const std::string long_name(kMaxHandshakeBytes + 1, 'n');
    const std::string padded = std::string(100, ' ') + fits + std::string(100, '\t');

    HeaderList list;
    assert_int_equal(list.add("n", too_long.c_str()), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(list.add(long_name.c_str(), ""), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(list.bytes(), 0);
    assert_int_equal(list.fields().size(), 0);
    assert_int_equal(list.add("n", padded.c_str()), WEBSOCKET_OK);  // white space is not sent
    assert_int_equal(list.bytes(), kMaxHandshakeBytes);
    assert_int_equal(list.add("n", ""), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(list.fields().size(), 1);
}

void bytes_add_up_to_the_limit(void **)
{
    const std::string value(1000 - sizeof "n: \r\n" + 1, 'v');
    HeaderList list;
    size_t added = 0;
    while (added < 1000 && list.add("n", value.c_str()) == WEBSOCKET_OK) {
        added++;
}
    assert_int_equal(added, kMaxHandshakeBytes / 1000);
    assert_int_equal(list.bytes(), added * 1000);
}

void walks_a_list(void **)
{
    WebSocket_Header third = {"C", "3", nullptr};
    WebSocket_Header second = {"B", " 2 ", &third};
    WebSocket_Header first = {"A", "1", &second};
    HeaderList list;
    assert_int_equal(list.add_all(nullptr), WEBSOCKET_OK);
    assert_int_equal(list.fields().size(), 0);
    assert_int_equal(list.add_all(&first), WEBSOCKET_OK);
    assert_int_equal(check("walked", list.fields(), {{"A", "1"}, {"B", "2"}, {"C", "3"}}), 0);
}

void stops_at_the_first_bad_node(void **)
{
    const struct {
        const char *name, *value;
        WebSocket_ErrCode code;
    } kRows[] = {
        {nullptr, "2", WEBSOCKET_NO_HEADER_CONTEXT},
        {"B", nullptr, WEBSOCKET_NO_HEADER_CONTEXT},
        {"", "2", WEBSOCKET_NO_HEADER_CONTEXT},
        {"B:", "2", WEBSOCKET_PROTOCOL_ERROR},
        {"B", "2\n", WEBSOCKET_PROTOCOL_ERROR},
    };
    for (const auto &row : kRows) {
        WebSocket_Header third = {"C", "\n", nullptr};
        WebSocket_Header second = {row.name, row.value, &third};
        WebSocket_Header first = {"A", "1", &second};
        HeaderList list;
        assert_int_equal(list.add_all(&first), row.code);
        assert_int_equal(check("kept", list.fields(), {{"A", "1"}}), 0);
    }
}

// nodes in a chain; the last points to `end`.
std::vector<WebSocket_Header> chain(size_t nodes, WebSocket_Header *end)
{
    std::vector<WebSocket_Header> list(nodes, WebSocket_Header{"a", "", nullptr});
    for (size_t i = 0; i + 1 < nodes; i++) {
        list[i].next = &list[i + 1];
}
    list.back().next = end;
    return list;
}

void walks_no_further_than_the_limit(void **)
{
    int failures = 0;
    const struct {
        size_t nodes;
        WebSocket_ErrCode code;
    } kRows[] = {
        {8192, WEBSOCKET_OK}, {8193, WEBSOCKET_HEADER_EXCEEDED}, {8194, WEBSOCKET_HEADER_EXCEEDED}};
    for (const auto &row : kRows) {
        std::vector<WebSocket_Header> nodes = chain(row.nodes, nullptr);
        HeaderList list;
        failures += list.add_all(nodes.data()) != row.code;
        failures += list.fields().size() != 8192;
    }
    assert_int_equal(failures, 0);
}

void ends_in_a_circle(void **)
{
    WebSocket_Header self = {"a", "", &self};
    WebSocket_Header b = {"b", "", nullptr};
    WebSocket_Header a = {"a", "", &b};
    b.next = &a;
    HeaderList one, two;
    assert_int_equal(one.add_all(&self), WEBSOCKET_HEADER_EXCEEDED);
    assert_int_equal(two.add_all(&a), WEBSOCKET_HEADER_EXCEEDED);
}

struct MergeRow {
    const char *name;
    Fields added, options, expected;
};

const std::vector<MergeRow> kMergeRows = {
    {"nothing", {}, {}, {}},
    {"added alone", {{"A", "1"}, {"B", "2"}}, {}, {{"A", "1"}, {"B", "2"}}},
    {"options alone", {}, {{"B", "2"}, {"A", "1"}}, {{"B", "2"}, {"A", "1"}}},
    {"different names", {{"A", "1"}}, {{"B", "2"}}, {{"A", "1"}, {"B", "2"}}},
    {"options replace", {{"A", "1"}, {"B", "2"}}, {{"a", "3"}}, {{"B", "2"}, {"a", "3"}}},
    {"options replace all of a name", {{"A", "1"}, {"a", "2"}, {"B", "3"}}, {{"A", "4"}},
     {{"B", "3"}, {"A", "4"}}},
    {"an empty value replaces too", {{"A", "1"}}, {{"A", ""}}, {{"A", ""}}},
    {"the last of one list wins, in the place of the first",
     {{"A", "1"}, {"B", "2"}, {"a", "3"}, {"B", "4"}, {"C", "5"}}, {{"D", "6"}, {"E", "7"}, {"d", "8"}},
     {{"a", "3"}, {"B", "4"}, {"C", "5"}, {"d", "8"}, {"E", "7"}}},
    {"the same list twice", {{"A", "1"}, {"Cookie", "x=1"}, {"cookie", "y=2"}, {"A", "2"}},
     {{"A", "1"}, {"Cookie", "x=1"}, {"cookie", "y=2"}, {"A", "2"}}, {{"A", "2"}, {"Cookie", "x=1; y=2"}}},
    {"cookies join", {{"Cookie", "a=1"}, {"X", "1"}, {"COOKIE", "b=2"}, {"cookie", "c=3"}}, {},
     {{"Cookie", "a=1; b=2; c=3"}, {"X", "1"}}},
    {"cookies do not join across lists", {{"Cookie", "a=1"}, {"Cookie", "b=2"}},
     {{"cookie", "c=3"}, {"Cookie", "d=4"}},
     {{"cookie", "c=3; d=4"}}},
    {"empty cookies", {{"Cookie", ""}, {"Cookie", "a=1"}, {"Cookie", ""}, {"Cookie", "b=2"}}, {},
     {{"Cookie", "a=1; b=2"}}},
    {"subprotocols join", {}, {{"Sec-WebSocket-Protocol", "a, b"}, {"sec-websocket-protocol", "c"}},
     {{"Sec-WebSocket-Protocol", "a, b, c"}}},
    {"subprotocols are replaced", {{"Sec-WebSocket-Protocol", "a"}}, {{"Sec-WebSocket-Protocol", "b"}},
     {{"Sec-WebSocket-Protocol", "b"}}},
    {"Set-Cookie is no Cookie", {{"Set-Cookie", "a"}, {"Set-Cookie", "b"}}, {}, {{"Set-Cookie", "b"}}},
    {"Host and Origin stay", {{"Host", "a"}, {"Origin", "b"}}, {{"ORIGIN", ""}},
     {{"Host", "a"}, {"ORIGIN", ""}}},
    {"the handshake's own, added",
     {{"Upgrade", "x"}, {"Connection", "x"}, {"Sec-WebSocket-Key", "x"}, {"Sec-WebSocket-Version", "x"},
      {"Sec-WebSocket-Extensions", "x"}, {"Sec-WebSocket-Accept", "x"}, {"Content-Length", "x"},
      {"Transfer-Encoding", "x"}, {"A", "1"}},
     {}, {{"A", "1"}}},
    {"the handshake's own, options", {{"A", "1"}},
     {{"uPGRADE", "x"}, {"CONNECTION", "x"}, {"sec-websocket-key", "x"}, {"SEC-WEBSOCKET-VERSION", "x"},
      {"sec-WebSocket-extensions", "x"}, {"sec-websocket-accept", "x"}, {"content-length", "x"},
      {"TRANSFER-ENCODING", "x"}, {"B", "2"}},
     {{"A", "1"}, {"B", "2"}}},
    {"names like the handshake's own", {{"Upgrade2", "x"}, {"Sec-WebSocket", "y"}, {"X-Connection", "z"}}, {},
     {{"Upgrade2", "x"}, {"Sec-WebSocket", "y"}, {"X-Connection", "z"}}},
};

HeaderList list_of(const Fields &fields, int &failures)
{
    HeaderList list;
    for (const HeaderField &field : fields) {
        failures += list.add(field.name.c_str(), field.value.c_str()) != WEBSOCKET_OK;
}
    return list;
}

void merges(void **)
{
    int failures = 0;
    for (const MergeRow &row : kMergeRows) {
        HeaderList added = list_of(row.added, failures), options = list_of(row.options, failures);
        failures += check(row.name, merge_header_lists(added, options), row.expected);
        failures += check("the lists themselves stay", added.fields(), row.added);
    }
    assert_int_equal(failures, 0);
}

void ignores_case_in_ascii_only(void **)
{
    assert_true(equal_ignoring_case("", ""));
    assert_true(equal_ignoring_case("Sec-WebSocket-Key", "sEC-wEBsOCKET-kEY"));
    assert_false(equal_ignoring_case("a", ""));
    assert_false(equal_ignoring_case("", "a"));
    assert_false(equal_ignoring_case("ab", "a"));
    assert_false(equal_ignoring_case("a", "ab"));
    assert_false(equal_ignoring_case("a", "b"));
    assert_false(equal_ignoring_case("@[`{", "`{@["));
    assert_false(equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
    assert_false(equal_ignoring_case("A\0x"s, "a\0y"s));
    for (int c = 0; c < 26; c++) {
        const std::string small(1, static_cast<char>('a' + c)), big(1, static_cast<char>('A' + c));
        assert_true(equal_ignoring_case(small, big));
    }
}

void trims(void **)
{
    assert_true(trim_white_space("").empty());
    assert_true(trim_white_space(" \t ").empty());
    assert_true(trim_white_space("a") == "a");
    assert_true(trim_white_space("\ta b ") == "a b");
    assert_true(trim_white_space("\na\v") == "\na\v");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(add_checks_and_copies),
        cmocka_unit_test(every_byte_in_names_and_values),
        cmocka_unit_test(keeps_no_pointer),
        cmocka_unit_test(keeps_order_and_repetition),
        cmocka_unit_test(takes_the_last_back),
        cmocka_unit_test(at_most_so_many_fields),
        cmocka_unit_test(at_most_so_many_bytes),
        cmocka_unit_test(bytes_add_up_to_the_limit),
        cmocka_unit_test(walks_a_list),
        cmocka_unit_test(stops_at_the_first_bad_node),
        cmocka_unit_test(walks_no_further_than_the_limit),
        cmocka_unit_test(ends_in_a_circle),
        cmocka_unit_test(merges),
        cmocka_unit_test(ignores_case_in_ascii_only),
        cmocka_unit_test(trims),
    };
    return cmocka_run_group_tests_name("header_list", tests, nullptr, nullptr);
}
