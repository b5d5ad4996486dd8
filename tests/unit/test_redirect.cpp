// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of route/redirect.

#include "unit/check.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "route/redirect.h"

using namespace nws;
using namespace std::string_literals;

namespace {

Url url_of(const std::string &text)
{
    Url url;
    if (parse_url(text, url) != nullptr) {
        url.host = "base is wrong: " + text;
    }
    return url;
}

// The URL as text, the user information as it is.
std::string text_of(const Url &url)
{
    const std::string userinfo = url.has_userinfo ? url.userinfo.c_str() + "@"s : "";
    const std::string authority = url.unix_path.empty() ? url.authority() : "unix " + url.unix_path + ' ';
    return (url.secure ? "wss://" : "ws://") + userinfo + authority + url.target;
}

std::string resolved(const std::string &base, const std::string &location)
{
    Url url;
    url.userinfo = "left";  // of an earlier use
    const char *wrong = resolve_reference(url_of(base), location, url);
    return wrong != nullptr ? "wrong: "s + wrong : text_of(url);
}

struct Row {
    std::string location, wanted;
};

bool check(const std::string &base, const std::vector<Row> &rows)
{
    for (const Row &row : rows) {
        CHECK_TEXT(row.location + " -> " + row.wanted, row.location + " -> " + resolved(base, row.location));
    }
    return true;
}

// RFC 3986 5.4, but that a fragment is dropped and another scheme refused.
bool examples_of_rfc_3986()
{
    return check("ws://a/b/c/d;p?q", {
                                         // 5.4.1
                                         {"g:h", "wrong: its scheme is none of http, https, ws and wss"},
                                         {"g", "ws://a/b/c/g"},
                                         {"./g", "ws://a/b/c/g"},
                                         {"g/", "ws://a/b/c/g/"},
                                         {"/g", "ws://a/g"},
                                         {"//g", "ws://g/"},
                                         {"?y", "ws://a/b/c/d;p?y"},
                                         {"g?y", "ws://a/b/c/g?y"},
                                         {"#s", "ws://a/b/c/d;p?q"},
                                         {"g#s", "ws://a/b/c/g"},
                                         {"g?y#s", "ws://a/b/c/g?y"},
                                         {";x", "ws://a/b/c/;x"},
                                         {"g;x", "ws://a/b/c/g;x"},
                                         {"g;x?y#s", "ws://a/b/c/g;x?y"},
                                         {"", "ws://a/b/c/d;p?q"},
                                         {".", "ws://a/b/c/"},
                                         {"./", "ws://a/b/c/"},
                                         {"..", "ws://a/b/"},
                                         {"../", "ws://a/b/"},
                                         {"../g", "ws://a/b/g"},
                                         {"../..", "ws://a/"},
                                         {"../../", "ws://a/"},
                                         {"../../g", "ws://a/g"},
                                         // 5.4.2
                                         {"../../../g", "ws://a/g"},
                                         {"../../../../g", "ws://a/g"},
                                         {"/./g", "ws://a/g"},
                                         {"/../g", "ws://a/g"},
                                         {"g.", "ws://a/b/c/g."},
                                         {".g", "ws://a/b/c/.g"},
                                         {"g..", "ws://a/b/c/g.."},
                                         {"..g", "ws://a/b/c/..g"},
                                         {"./../g", "ws://a/b/g"},
                                         {"./g/.", "ws://a/b/c/g/"},
                                         {"g/./h", "ws://a/b/c/g/h"},
                                         {"g/../h", "ws://a/b/c/h"},
                                         {"g;x=1/./y", "ws://a/b/c/g;x=1/y"},
                                         {"g;x=1/../y", "ws://a/b/c/y"},
                                         {"g?y/./x", "ws://a/b/c/g?y/./x"},
                                         {"g?y/../x", "ws://a/b/c/g?y/../x"},
                                         {"g#s/./x", "ws://a/b/c/g"},
                                         {"g#s/../x", "ws://a/b/c/g"},
                                         {"http:g", "wrong: two slashes must follow its scheme"},
                                     });
}

bool absolute_references()
{
    return check("ws://a:81/b?q", {
                                      // schemes: https is TLS, whatever the base is
                                      {"http://h", "ws://h/"},
                                      {"https://h", "wss://h/"},
                                      {"HTTPS://H/P", "wss://h/P"},
                                      {"ws://h", "ws://h/"},
                                      {"Wss://h:81", "wss://h:81/"},
                                      {"http://h:80/x?y#z", "ws://h/x?y"},
                                      {"http://h?x=http://y/../z", "ws://h/?x=http://y/../z"},
                                      {"https://[2001:DB8::1]:443/", "wss://[2001:db8::1]/"},
                                      // RFC 3986 5.2.2: dot segments go here too
                                      {"http://h/a/../b/./c", "ws://h/b/c"},
                                      {"http://h/..", "ws://h/"},
                                      {"http://h/a//../b", "ws://h/a/b"},
                                      {"http://h/a/..?b/..", "ws://h/?b/.."},
                                      {"http://h/%2e%2e/a", "ws://h/%2e%2e/a"},
                                      // 4.2: the base's scheme; neither its port nor its path
                                      {"//h", "ws://h/"},
                                      {"//h:82/x?y#z", "ws://h:82/x?y"},
                                      // encoded where it must be, as in a URL of the application's
                                      {"/\xC3\xA4{}", "ws://a:81/%C3%A4%7B%7D"},
                                      {"?\"<>", "ws://a:81/b?%22%3C%3E"},
                                      {"/a:b//c", "ws://a:81/a:b//c"},
                                      {"./a:b", "ws://a:81/a:b"},
                                      {"x/y:z", "ws://a:81/x/y:z"},
                                      {"?a:b//c", "ws://a:81/b?a:b//c"},
                                      {"#a:b", "ws://a:81/b?q"},
                                  });
}

bool wrong_references()
{
    const std::string kScheme = "wrong: its scheme is none of http, https, ws and wss";
    const std::string kByte = "wrong: it has a control character, a space or a backslash";
    return check("wss://a/b",
                 {
                     {"ftp://h", kScheme},
                     {"ws+unix:///run/s", kScheme},
                     {"file:///etc/passwd", kScheme},
                     {"javascript:alert(1)", kScheme},
                     {"://h", kScheme},
                     {"1:2", kScheme},
                     {"h:80", kScheme},
                     {"https:h", "wrong: two slashes must follow its scheme"},
                     {"https:/h", "wrong: two slashes must follow its scheme"},
                     {"https://", "wrong: there is no host"},
                     {"https:///h", "wrong: there is no host"},
                     {"//", "wrong: there is no host"},
                     {"///h", "wrong: there is no host"},
                     {"//h:x", "wrong: the port is not a number"},
                     {"//h:0", "wrong: the port is not in the range 1 to 65535"},
                     {"https://a..b", "wrong: the host name has an empty label"},
                     {"/a b", kByte},
                     {"/\\h", kByte},
                     {"\\\\h", kByte},
                     {"/a\r\nX: y", kByte},
                     {"/a\0b"s, kByte},
                     {"?\x7F", kByte},
                     {"https://h\0.example"s, kByte},
                     {std::string(kMaxUrlBytes + 1, 'a'), "wrong: it is longer than 8192 bytes"},
                     {"/#" + std::string(kMaxUrlBytes, 'a'), "wrong: it is longer than 8192 bytes"},
                     {std::string(kMaxUrlBytes, 'a'), "wrong: it is longer than 8192 bytes"},
                     {"/" + std::string(1 << 20, '.'), "wrong: it is longer than 8192 bytes"},
                 });
}

// As many dot segments as fit.
bool deep_paths()
{
    std::string up = "/x", down;
    while (up.size() < 8000) {
        up += "/..";
        down += "/.";
    }
    CHECK_TEXT("ws://a/x/../b?y", resolved("ws://a/x/../b", "?y"));  // RFC 3986 5.2.2: the base's as it is
    CHECK_TEXT("ws://a/g", resolved("ws://a/b", up + "/g"));
    CHECK_TEXT("ws://a/g", resolved("ws://a/b", down + "/g"));
    return true;
}

bool user_information()
{
    return check("ws://u:p@a/b", {
                                     // RFC 3986 5.2.2: the authority is the base's
                                     {"/c", "ws://u:p@a/c"},
                                     {"?c", "ws://u:p@a/b?c"},
                                     // the same origin, named
                                     {"//a/c", "ws://u:p@a/c"},
                                     {"http://A:80/c", "ws://u:p@a/c"},
                                     // another
                                     {"//h/c", "ws://h/c"},
                                     {"//a:81/c", "ws://a:81/c"},
                                     {"https://a/c", "wss://a/c"},
                                     {"//a./c", "ws://a./c"},
                                     // its own
                                     {"//v:q@a/c", "ws://v:q@a/c"},
                                     {"//v:q@h/c", "ws://v:q@h/c"},
                                 });
}

bool unix_sockets()
{
    CHECK_TEXT("ws://unix /s /c", resolved("ws+unix:///s:/b", "/c"));
    CHECK_TEXT("ws://unix /s /d/c", resolved("ws+unix:///s:/d/b", "c"));
    CHECK_TEXT("ws://h/c", resolved("ws+unix:///s:/b", "//h/c"));
    CHECK_TEXT("ws://localhost/c", resolved("ws+unix:///s:/b", "http://localhost/c"));
    CHECK(!is_same_origin(url_of("ws+unix:///s"), url_of("ws+unix:///t")));
    CHECK(!is_same_origin(url_of("ws+unix:///s"), url_of("ws://localhost")));
    CHECK(is_same_origin(url_of("ws+unix:///s:/a"), url_of("ws+unix:///s:/b")));
    return true;
}

struct Verdict {
    unsigned status;
    size_t followed;
    std::string base, location, wanted;  // wanted: the target, "same " or "other " before it; or why not
};

bool verdicts()
{
    const std::string kStatus = "only 301, 302, 307 and 308 are followed";
    const std::vector<Verdict> kRows = {
        // RFC 9110 15.4
        {301, 0, "ws://a/b", "/c", "same ws://a/c"},
        {302, 0, "ws://a/b", "/c", "same ws://a/c"},
        {307, 0, "ws://a/b", "/c", "same ws://a/c"},
        {308, 0, "ws://a/b", "/c", "same ws://a/c"},
        {303, 0, "ws://a/b", "/c", kStatus},
        {300, 0, "ws://a/b", "/c", kStatus},
        {304, 0, "ws://a/b", "/c", kStatus},
        {305, 0, "ws://a/b", "/c", kStatus},
        {306, 0, "ws://a/b", "/c", kStatus},
        {309, 0, "ws://a/b", "/c", kStatus},
        {200, 0, "ws://a/b", "/c", kStatus},
        // so many times
        {302, 4, "ws://a/b", "/c", "same ws://a/c"},
        {302, 5, "ws://a/b", "/c", "there were 5 redirections before it"},
        {302, 6, "ws://a/b", "/c", "there were 5 redirections before it"},
        // RFC 9110 10.2.2
        {302, 0, "ws://a/b", "", "it has no Location"},
        {302, 0, "ws://a/b", "ftp://h",
         "its Location cannot be followed: its scheme is none of http, https, ws and wss"},
        {302, 0, "ws://a/b", "//h:x", "its Location cannot be followed: the port is not a number"},
        {302, 0, "wss://a/b", "ws+unix:///s",
         "its Location cannot be followed: its scheme is none of http, https, ws and wss"},
        // out of TLS never
        {302, 0, "wss://a/b", "http://a/b", "it leads from wss to ws"},
        {302, 0, "wss://a/b", "ws://h", "it leads from wss to ws"},
        {302, 0, "wss://a/b", "http://a:443/b", "it leads from wss to ws"},
        {302, 0, "wss://a/b", "//h", "other wss://h/"},
        {302, 0, "ws://a/b", "https://a/b", "other wss://a/b"},
        // RFC 6454 5
        {302, 0, "ws://a/b", "//a:80/", "same ws://a/"},
        {302, 0, "ws://a/b", "//a:81/", "other ws://a:81/"},
        {302, 0, "ws://a/b", "//b.a/", "other ws://b.a/"},
        {302, 0, "ws://b.a/b", "//a/", "other ws://a/"},
        {302, 0, "ws://a:443/b", "https://a/b", "other wss://a/b"},
        {302, 0, "ws+unix:///s", "/c", "same ws://unix /s /c"},
        {302, 0, "ws+unix:///s", "//localhost/c", "other ws://localhost/c"},
    };
    for (const Verdict &row : kRows) {
        Url target;
        const RedirectVerdict got =
            judge_redirect(row.status, row.followed, url_of(row.base), row.location, target);
        std::string text = got.why_not + (*got.detail != '\0' ? ": "s + got.detail : "");
        CHECK(got.follow == text.empty());
        CHECK(got.follow || !got.same_origin);
        if (got.follow) {
            text = (got.same_origin ? "same " : "other ") + text_of(target);
        }
        CHECK_TEXT(row.wanted, text);
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(test::run<examples_of_rfc_3986>),
        cmocka_unit_test(test::run<absolute_references>),
        cmocka_unit_test(test::run<wrong_references>),
        cmocka_unit_test(test::run<deep_paths>),
        cmocka_unit_test(test::run<user_information>),
        cmocka_unit_test(test::run<unix_sockets>),
        cmocka_unit_test(test::run<verdicts>),
    };
    return cmocka_run_group_tests_name("redirect", tests, nullptr, nullptr);
}
