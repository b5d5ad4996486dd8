// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of connection/handshake.

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

#include "base/base64.h"
#include "connection/handshake.h"

using namespace nws;
using namespace std::string_literals;

namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455 1.3

int check(const char *name, const std::string &got, const std::string &expected)
{
    if (got == expected) {
        return 0;
}
    print_error("%s:\n--- got\n%s\n--- expected\n%s\n", name, got.c_str(), expected.c_str());
    return 1;
}

void base64_of_rfc_4648(void **)
{
    const struct {
        std::string bytes, text;
    } kRows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\0"s, "AA=="},
        {"\0\0\0"s, "AAAA"},
        {"\xFF", "/w=="},
        {"\xFF\xFF\xFF", "////"},
        {"\xFB\xEF\xBE", "++++"},
        {"\x14\xFB\x9C\x03\xD9\x7E", "FPucA9l+"},
        {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"the sample nonce", std::string(kKey)},
    };
    int failures = 0;
    for (const auto &row : kRows) {
        failures += check(row.text.c_str(), base64(row.bytes), row.text);
}
    // What lies behind the end does not count.
    constexpr std::string_view kFoobar = "foobar";
    for (size_t length = 0; length <= kFoobar.size(); length++) {
        failures += check("part", base64(kFoobar.substr(0, length)), kRows[length].text);
}
    assert_int_equal(failures, 0);
}

// Every digit, at each of the four places of a group.
void base64_has_64_digits(void **)
{
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int failures = 0;
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t bits = i << 18 | i << 12 | i << 6 | i;
        const std::string group = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                                   static_cast<char>(bits)};
        failures += check("digit", base64(group), std::string(4, digits[i]));
    }
    assert_int_equal(failures, 0);
}

struct Row {
    const char *name;
    const char *url;
    std::vector<HeaderField> fields;
    std::string expected;                    // between the request line and the key
    std::vector<std::string> protocols = {};
    const char *target = "/";
};

const std::string kFixed = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
const std::string kPlain = "Host: h\r\n" + kFixed + "Origin: http://h\r\n";

const std::vector<Row> kRows = {
    {"least", "ws://h", {}, kPlain},
    {"target", "ws://h/a/b?c=d#e", {}, kPlain, {}, "/a/b?c=d"},
    {"port", "ws://h:8080", {}, "Host: h:8080\r\n" + kFixed + "Origin: http://h:8080\r\n"},
    {"default port", "ws://h:80", {}, kPlain},
    {"secure", "wss://h", {}, "Host: h\r\n" + kFixed + "Origin: https://h\r\n"},
    {"secure, default port", "wss://h:443", {}, "Host: h\r\n" + kFixed + "Origin: https://h\r\n"},
    {"secure, other port", "wss://h:80", {}, "Host: h:80\r\n" + kFixed + "Origin: https://h:80\r\n"},
    {"IPv6", "ws://[::1]:9", {}, "Host: [::1]:9\r\n" + kFixed + "Origin: http://[::1]:9\r\n"},
    {"zone", "ws://[fe80::1%25eth0]", {}, "Host: [fe80::1]\r\n" + kFixed + "Origin: http://[fe80::1]\r\n"},
    {"Unix socket", "ws+unix:///s:/p", {},
     "Host: localhost\r\n" + kFixed + "Origin: http://localhost\r\n", {}, "/p"},

    {"application's fields in their order", "ws://h", {{"X-B", "2"}, {"x-a", "1"}, {"X-Empty", ""}},
     kPlain + "X-B: 2\r\nx-a: 1\r\nX-Empty: \r\n"},
    {"Host replaced", "ws://h", {{"X", "1"}, {"hOST", "other:1"}},
     "Host: other:1\r\n" + kFixed + "Origin: http://h\r\nX: 1\r\n"},
    {"Origin replaced", "ws://h", {{"X", "1"}, {"oRIGIN", "https://app.example"}},
     "Host: h\r\n" + kFixed + "Origin: https://app.example\r\nX: 1\r\n"},
    {"Origin left out", "ws://h", {{"Origin", ""}}, "Host: h\r\n" + kFixed},

    {"user information", "ws://Aladdin:open%20sesame@h", {{"X", "1"}},
     kPlain + "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\nX: 1\r\n"},
    {"user without password", "ws://u@h", {}, kPlain + "Authorization: Basic dTo=\r\n"},
    {"Authorization wins", "ws://u:p@h", {{"X", "1"}, {"authorization", "Bearer t"}, {"Y", "2"}},
     kPlain + "X: 1\r\nauthorization: Bearer t\r\nY: 2\r\n"},
    {"Proxy-Authorization is another", "ws://u@h", {{"Proxy-Authorization", "x"}},
     kPlain + "Authorization: Basic dTo=\r\nProxy-Authorization: x\r\n"},

    {"one subprotocol", "ws://h", {{"sec-websocket-PROTOCOL", "chat"}},
     kPlain + "Sec-WebSocket-Protocol: chat\r\n", {"chat"}},
    {"subprotocols", "ws://u@h", {{"X", "1"}, {"Sec-WebSocket-Protocol", "b,a ,\tc.1\t,  d"}},
     kPlain + "Sec-WebSocket-Protocol: b, a, c.1, d\r\nAuthorization: Basic dTo=\r\nX: 1\r\n",
     {"b", "a", "c.1", "d"}},
    {"subprotocols given twice", "ws://h", {{"Sec-WebSocket-Protocol", "a, b, a, A, b"}},
     kPlain + "Sec-WebSocket-Protocol: a, b, A\r\n", {"a", "b", "A"}},
    {"no elements", "ws://h", {{"Sec-WebSocket-Protocol", ",, a,,"}},
     kPlain + "Sec-WebSocket-Protocol: a\r\n", {"a"}},
    {"no tokens", "ws://h", {{"Sec-WebSocket-Protocol", "a b, c/d, \xC3\xA4, e"}},
     kPlain + "Sec-WebSocket-Protocol: e\r\n", {"e"}},
    {"nothing offered", "ws://h", {{"Sec-WebSocket-Protocol", " , "}}, kPlain},
    {"offered empty", "ws://h", {{"Sec-WebSocket-Protocol", ""}}, kPlain},
};

// As text, which the library wipes.
std::string written(const HandshakeRequest &request, std::string_view key)
{
    return std::string(write_handshake_request(request, key));
}

int check_row(const Row &row)
{
    Url url;
    if (const char *wrong = parse_url(row.url, url)) {
        print_error("%s: %s\n", row.url, wrong);
        return 1;
    }
    HandshakeRequest request = make_handshake_request(url, row.fields);
    std::string text = "GET "s + row.target + " HTTP/1.1\r\n" + row.expected + "Sec-WebSocket-Key: " +
                       std::string(kKey) + "\r\n\r\n";
    int failures = check(row.name, written(request, kKey), text);
    if (request.protocols != row.protocols) {
        print_error("%s: protocols\n", row.name);
        failures++;
    }
    if (request.bytes() != text.size()) {
        print_error("%s: bytes() %zu, written %zu\n", row.name, request.bytes(), text.size());
        failures++;
    }
    if (request.target != row.target) {
        print_error("%s: target %s\n", row.name, request.target.c_str());
        failures++;
    }
    return failures;
}

void requests(void **)
{
    int failures = 0;
    for (const Row &row : kRows) {
        failures += check_row(row);
}
    assert_int_equal(failures, 0);
}

// One request can be written again for the next attempt, with another key.
void only_the_key_differs(void **)
{
    Url url;
    assert_null(parse_url("ws://u:p@h/x", url));
    HandshakeRequest request = make_handshake_request(url, {{"X", "1"}, {"Sec-WebSocket-Protocol", "a"}});
    std::string first = written(request, kKey);
    std::string second = written(request, "AAAAAAAAAAAAAAAAAAAAAA==");
    size_t at = first.find(kKey);
    bool found = at != std::string::npos;
    if (found) {
        first.replace(at, kKey.size(), "AAAAAAAAAAAAAAAAAAAAAA==");
}
    bool same = first == second;
    assert_true(found);
    assert_true(same);
}

// From the application's two lists to the wire.
void from_lists_to_request(void **)
{
    HeaderList added, options;
    assert_int_equal(added.add("Cookie", "a=1"), WEBSOCKET_OK);
    assert_int_equal(added.add("Sec-WebSocket-Protocol", "x"), WEBSOCKET_OK);
    assert_int_equal(added.add("Sec-WebSocket-Protocol", "y,x"), WEBSOCKET_OK);
    assert_int_equal(added.add("Sec-WebSocket-Key", "mine"), WEBSOCKET_OK);
    assert_int_equal(options.add("Connection", "close"), WEBSOCKET_OK);
    assert_int_equal(options.add("Host", "front"), WEBSOCKET_OK);
    Url url;
    assert_null(parse_url("h", url));
    HandshakeRequest request = make_handshake_request(url, merge_header_lists(added, options));
    int failures = check("lists", written(request, kKey),
                         "GET / HTTP/1.1\r\nHost: front\r\n" + kFixed +
                             "Origin: http://h\r\nSec-WebSocket-Protocol: x, y\r\nCookie: a=1\r\n"
                             "Sec-WebSocket-Key: " +
                             std::string(kKey) + "\r\n\r\n");
    assert_int_equal(failures, 0);
}

// What goes along to another server, and what does not.
void redirected_requests(void **)
{
    const struct {
        const char *from, *to;
        bool same_origin;
        std::vector<HeaderField> fields;
        const char *lines;  // those after the fixed ones, and the target
    } kRows[] = {
        {"ws://a/1", "ws://a/2", true, {{"Cookie", "c"}, {"Authorization", "x"}, {"X", "y"}},
         "/2 Host: a|Origin: http://a|Cookie: c|Authorization: x|X: y|"},
        {"ws://a/1", "ws://b:81/2?q", false, {{"cookie", "c"}, {"AUTHORIZATION", "x"}, {"X", "y"}},
         "/2?q Host: b:81|Origin: http://b:81|X: y|"},
        {"ws://a/", "wss://a/", false, {}, "/ Host: a|Origin: https://a|"},
        // The application's own Host is for the first server, its Origin for all.
        {"ws://a/1", "ws://a/2", true, {{"Host", "front"}, {"Origin", "http://app"}},
         "/2 Host: front|Origin: http://app|"},
        {"ws://a/1", "ws://b/2", false, {{"Host", "front"}, {"Origin", "http://app"}},
         "/2 Host: b|Origin: http://app|"},
        {"ws://a/1", "ws://b/2", false, {{"Origin", ""}}, "/2 Host: b|"},
        // User information is that of the URL in force.
        {"ws://u:p@a/1", "ws://u:p@a/2", true, {}, "/2 Host: a|Origin: http://a|Authorization: Basic dTpw|"},
        {"ws://u:p@a/1", "ws://b/2", false, {}, "/2 Host: b|Origin: http://b|"},
        {"ws://u:p@a/1", "ws://x:y@b/2", false, {}, "/2 Host: b|Origin: http://b|Authorization: Basic eDp5|"},
        {"ws://u:p@a/1", "ws://x:y@a/2", true, {}, "/2 Host: a|Origin: http://a|Authorization: Basic eDp5|"},
        {"ws://a/1", "ws://x:y@a/2", true, {{"Authorization", "mine"}},
         "/2 Host: a|Origin: http://a|Authorization: mine|"},
    };
    int failures = 0;
    for (const auto &row : kRows) {
        Url from;
        Url to;
        assert_null(parse_url(row.from, from));
        assert_null(parse_url(row.to, to));
        HandshakeRequest request = make_handshake_request(from, row.fields);
        redirect_handshake_request(request, from, to, row.same_origin);
        std::string got = request.target + " Host: " + request.host + "|";
        for (const HeaderField &field : request.fields) {
            got += field.name + ": " + field.value.c_str() + "|";
        }
        failures += check((std::string(row.from) + " to " + row.to).c_str(), got, row.lines);
    }
    assert_int_equal(failures, 0);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_rfc_4648),
        cmocka_unit_test(base64_has_64_digits),
        cmocka_unit_test(requests),
        cmocka_unit_test(only_the_key_differs),
        cmocka_unit_test(from_lists_to_request),
        cmocka_unit_test(redirected_requests),
    };
    return cmocka_run_group_tests_name("handshake", tests, nullptr, nullptr);
}
