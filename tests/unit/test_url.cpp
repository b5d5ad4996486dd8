// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of base/url.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstring>
#include <string>
#include <string_view>
#include <sys/un.h>
#include <vector>

#include "base/limits.h"
#include "base/url.h"

using namespace nws;
using namespace std::string_literals;

namespace {

struct Good {
    std::string text;
    bool secure;
    std::string host;
    uint16_t port;
    std::string target, authority;
};

const std::string kLabel63(63, 'a');
const std::string kName253 = kLabel63 + '.' + kLabel63 + '.' + kLabel63 + '.' + std::string(61, 'b');

const std::vector<Good> kGood = {
    // schemes
    {"ws://h", false, "h", 80, "/", "h"},
    {"wss://h", true, "h", 443, "/", "h"},
    {"WS://h", false, "h", 80, "/", "h"},
    {"wSs://h", true, "h", 443, "/", "h"},
    // no scheme
    {"h", false, "h", 80, "/", "h"},
    {"www.example.com", false, "www.example.com", 80, "/", "www.example.com"},
    {"192.168.1.5", false, "192.168.1.5", 80, "/", "192.168.1.5"},
    {"localhost:9", false, "localhost", 9, "/", "localhost:9"},
    {"host:8080/path", false, "host", 8080, "/path", "host:8080"},
    {"192.168.1.5:8080/a?b", false, "192.168.1.5", 8080, "/a?b", "192.168.1.5:8080"},
    {"[::1]", false, "::1", 80, "/", "[::1]"},
    {"[::1]:81", false, "::1", 81, "/", "[::1]:81"},
    {"ws", false, "ws", 80, "/", "ws"},
    {"ws:8080", false, "ws", 8080, "/", "ws:8080"},
    {"wss:8080/x", false, "wss", 8080, "/x", "wss:8080"},
    {"ws://h/ws://x", false, "h", 80, "/ws://x", "h"},
    {"h/ws://x", false, "h", 80, "/ws://x", "h"},
    {"h?u=http://x/", false, "h", 80, "/?u=http://x/", "h"},
    {"h:81?u=http://x/", false, "h", 81, "/?u=http://x/", "h:81"},
    {"h#http://x/", false, "h", 80, "/", "h"},
    {"h/a:", false, "h", 80, "/a:", "h"},
    // ports
    {"ws://h:80", false, "h", 80, "/", "h"},
    {"ws://h:443", false, "h", 443, "/", "h:443"},
    {"wss://h:443", true, "h", 443, "/", "h"},
    {"wss://h:80", true, "h", 80, "/", "h:80"},
    {"ws://h:1", false, "h", 1, "/", "h:1"},
    {"ws://h:65535", false, "h", 65535, "/", "h:65535"},
    {"ws://h:0080/", false, "h", 80, "/", "h"},
    {"ws://h:00000000000000000000000000000081/", false, "h", 81, "/", "h:81"},
    {"ws://h:", false, "h", 80, "/", "h"},
    {"ws://h:/", false, "h", 80, "/", "h"},
    {"wss://h:?x", true, "h", 443, "/?x", "h"},
    {"ws://[::1]:/", false, "::1", 80, "/", "[::1]"},
    // hosts
    {"ws://ExAmple.COM", false, "example.com", 80, "/", "example.com"},
    {"ws://example.com.", false, "example.com.", 80, "/", "example.com."},
    {"ws://h.", false, "h.", 80, "/", "h."},
    {"ws://h.1a.:81", false, "h.1a.", 81, "/", "h.1a.:81"},
    {"ws://a-b.c--d_e.xn--mnchen-3ya", false, "a-b.c--d_e.xn--mnchen-3ya", 80, "/",
     "a-b.c--d_e.xn--mnchen-3ya"},
    {"ws://_srv.1.2a", false, "_srv.1.2a", 80, "/", "_srv.1.2a"},
    {"ws://1.2.3.4.com", false, "1.2.3.4.com", 80, "/", "1.2.3.4.com"},
    {"ws://0xg", false, "0xg", 80, "/", "0xg"},
    {"ws://0.0.0.0", false, "0.0.0.0", 80, "/", "0.0.0.0"},
    {"ws://255.255.255.255:1", false, "255.255.255.255", 1, "/", "255.255.255.255:1"},
    {"ws://" + kLabel63, false, kLabel63, 80, "/", kLabel63},
    {"ws://" + kName253, false, kName253, 80, "/", kName253},
    {"ws://" + kName253 + ".", false, kName253 + ".", 80, "/", kName253 + "."},
    {"wss://[2001:DB8::A]:8443/x", true, "2001:db8::a", 8443, "/x", "[2001:db8::a]:8443"},
    {"wss://[2001:db8::a]", true, "2001:db8::a", 443, "/", "[2001:db8::a]"},
    {"ws://[::]", false, "::", 80, "/", "[::]"},
    {"ws://[::ffff:1.2.3.4]", false, "::ffff:1.2.3.4", 80, "/", "[::ffff:1.2.3.4]"},
    {"ws://[1:2:3:4:5:6:7:8]", false, "1:2:3:4:5:6:7:8", 80, "/", "[1:2:3:4:5:6:7:8]"},
    {"ws://[FE80::1%25Eth0]", false, "fe80::1%Eth0", 80, "/", "[fe80::1]"},
    {"ws://[fe80::1%251]:81/", false, "fe80::1%1", 81, "/", "[fe80::1]:81"},
    {"ws://[fe80::1%25a%2Db.c_d~e]", false, "fe80::1%a-b.c_d~e", 80, "/", "[fe80::1]"},
    {"ws://[fe80::1%25123456789012345]", false, "fe80::1%123456789012345", 80, "/", "[fe80::1]"},
    // targets
    {"ws://h/", false, "h", 80, "/", "h"},
    {"ws://h/a/b/", false, "h", 80, "/a/b/", "h"},
    {"ws://h//", false, "h", 80, "//", "h"},
    {"ws://h/a?b=c&d", false, "h", 80, "/a?b=c&d", "h"},
    {"ws://h?x=1", false, "h", 80, "/?x=1", "h"},
    {"ws://h:81?x=1", false, "h", 81, "/?x=1", "h:81"},
    {"ws://h?", false, "h", 80, "/?", "h"},
    {"ws://h/?", false, "h", 80, "/?", "h"},
    {"ws://h?a/b?c", false, "h", 80, "/?a/b?c", "h"},
    {"ws://h/a#b", false, "h", 80, "/a", "h"},
    {"ws://h/a?b#c?d/e#f", false, "h", 80, "/a?b", "h"},
    {"ws://h#", false, "h", 80, "/", "h"},
    {"ws://h#/x", false, "h", 80, "/", "h"},
    {"ws://h/#", false, "h", 80, "/", "h"},
    {"ws://h/a@b:c", false, "h", 80, "/a@b:c", "h"},
    {"ws://h?a@b:c", false, "h", 80, "/?a@b:c", "h"},
    {"ws://h#a@b", false, "h", 80, "/", "h"},
    {"ws://h/../a/./b", false, "h", 80, "/../a/./b", "h"},
    {"ws://h/%41%2f%2F%00%zz%", false, "h", 80, "/%41%2f%2F%00%zz%", "h"},
    {"ws://h/-._~!$&'()*+,;=:@[]/?-._~!$&'()*+,;=:@[]/?", false, "h", 80,
     "/-._~!$&'()*+,;=:@[]/?-._~!$&'()*+,;=:@[]/?", "h"},
    {"ws://h/\xC3\xA4?\xE2\x82\xAC=\xFF\x80", false, "h", 80, "/%C3%A4?%E2%82%AC=%FF%80", "h"},
    {"ws://h/\"<>^`{|}?\"<>^`{|}", false, "h", 80,
     "/%22%3C%3E%5E%60%7B%7C%7D?%22%3C%3E%5E%60%7B%7C%7D", "h"},
};

int wrong(const std::string &text, const char *what, const std::string &got, const std::string &expected)
{
    if (got == expected) {
        return 0;
}
    print_error("<%s> %s: got <%s>, expected <%s>\n", text.c_str(), what, got.c_str(), expected.c_str());
    return 1;
}

int refused(const std::string &text, const char *why)
{
    if (why == nullptr) {
        return 0;
}
    print_error("<%s> refused: %s\n", text.c_str(), why);
    return 1;
}

int check_good(const Good &row)
{
    Url url;
    url.unix_path = url.userinfo = url.target = "left over";
    url.has_userinfo = true;
    if (refused(row.text, parse_url(row.text, url)) != 0) {
        return 1;
}
    return wrong(row.text, "secure", url.secure ? "yes" : "no", row.secure ? "yes" : "no") +
           wrong(row.text, "host", url.host, row.host) +
           wrong(row.text, "port", std::to_string(url.port), std::to_string(row.port)) +
           wrong(row.text, "target", url.target, row.target) +
           wrong(row.text, "authority", url.authority(), row.authority) +
           wrong(row.text, "origin", url.origin(), (row.secure ? "https://" : "http://") + row.authority) +
           wrong(row.text, "unix_path", url.unix_path, "") +
           wrong(row.text, "userinfo", url.has_userinfo ? url.userinfo.c_str() : "none", "none");
}

void good_urls(void **)
{
    int failures = 0;
    for (const Good &row : kGood) {
        failures += check_good(row);
}
    assert_int_equal(failures, 0);
}

struct Bad {
    std::string text;
    const char *why;  // a part of the text that names what is wrong
};

const std::vector<Bad> kBad = {
    {"", "empty"},
    // schemes
    {"http://h", "scheme"},
    {"https://h", "scheme"},
    {"HTTP://h", "scheme"},
    {"ftp://h", "scheme"},
    {"wsx://h", "scheme"},
    {"w://h", "scheme"},
    {"xws://h", "scheme"},
    {"ws+unixx://h", "scheme"},
    {"://h", "scheme"},
    {"host://path", "scheme"},
    {"ws:80://h", "scheme"},
    {"ws:/h", "scheme"},
    {"wss:", "scheme"},
    {"http:/h", "scheme"},
    {"h:?x", "scheme"},
    {"[::1]:/", "scheme"},
    {"mailto:x", "port"},
    {"javascript:alert(1)", "port"},
    {"ws:h", "port"},
    {"file:///etc/passwd", "scheme"},
    {"//h/path", "no host"},
    {"/path", "no host"},
    {"?query", "no host"},
    {"#fragment", "no host"},
    // forbidden bytes, wherever they are
    {" ws://h", "space"},
    {"ws://h ", "space"},
    {"ws://h\n", "control"},
    {"ws://h/a b", "space"},
    {"ws://h/?a b", "space"},
    {"ws://h/#a b", "space"},
    {"ws://h/\r\nX: 1", "control"},
    {"ws://h/\t", "control"},
    {"ws://h/\x01", "control"},
    {"ws://h/\x1F", "control"},
    {"ws://h/\x7F", "control"},
    {"ws://h/a\0"s, "control"},
    {"ws://h\0.example"s, "control"},
    {"ws://u\0@h"s, "control"},
    {"\0"s, "control"},
    {"ws://h\\a", "backslash"},
    {"ws:\\\\h", "backslash"},
    {"ws://h/a\\b", "backslash"},
    {"ws+unix:///a b", "space"},
    // hosts
    {"ws://", "no host"},
    {"wss:///path", "no host"},
    {"ws://:80", "no host"},
    {"ws://?x", "no host"},
    {"ws://u@", "no host"},
    {"ws://u@:80/", "no host"},
    {"ws://.", "empty label"},
    {"ws://.h", "empty label"},
    {"ws://h..", "empty label"},
    {"ws://a..b", "empty label"},
    {"ws://-a", "hyphen"},
    {"ws://a-", "hyphen"},
    {"ws://a.-b", "hyphen"},
    {"ws://a-.b", "hyphen"},
    {"ws://" + kLabel63 + "a", "63 bytes"},
    {"ws://h." + kLabel63 + "a.com", "63 bytes"},
    {"ws://" + kName253 + "b", "253 bytes"},
    {"ws://" + kName253 + "b.", "253 bytes"},
    {"ws://m\xC3\xBCnchen.de", "punycode"},
    {"ws://\xFF", "punycode"},
    {"ws://a~b", "character"},
    {"ws://a%41b", "character"},
    {"ws://a%2eb", "character"},
    {"ws://a!b", "character"},
    {"ws://a*b", "character"},
    {"ws://a,b", "character"},
    {"ws://<h>", "character"},
    {"ws://h]", "character"},
    {"ws://h[", "character"},
    {"ws://h[::1]", "brackets"},
    {"ws://h[1]", "character"},
    {"ws://1.2.3", "IPv4"},
    {"ws://1.2.3.256", "IPv4"},
    {"ws://1.2.3.4.5", "IPv4"},
    {"ws://1.2.3.4.", "IPv4"},
    {"ws://01.2.3.4", "IPv4"},
    {"ws://1.2.3.04", "IPv4"},
    {"ws://2130706433", "IPv4"},
    {"ws://a.1", "IPv4"},
    {"ws://0x7f000001", "IPv4"},
    {"ws://0X7F.0.0.0x1", "IPv4"},
    {"ws://127.0x", "IPv4"},
    // IPv6
    {"ws://[", "closing bracket"},
    {"ws://[::1", "closing bracket"},
    {"ws://[::1/]", "closing bracket"},
    {"ws://[]", "IPv6"},
    {"ws://[h]", "IPv6"},
    {"ws://[1.2.3.4]", "IPv6"},
    {"ws://[:::1]", "IPv6"},
    {"ws://[::1::]", "IPv6"},
    {"ws://[1:2:3:4:5:6:7]", "IPv6"},
    {"ws://[1:2:3:4:5:6:7:8:9]", "IPv6"},
    {"ws://[12345::]", "IPv6"},
    {"ws://[g::]", "IPv6"},
    {"ws://[::1.2.3.256]", "IPv6"},
    {"ws://[v1.x]", "IPv6"},
    {"ws://[[::1]]", "IPv6"},
    {"ws://[::1]x", "only a port"},
    {"ws://[::1]]", "only a port"},
    {"ws://[::1]80", "only a port"},
    {"ws://::1", "brackets"},
    {"::1", "brackets"},
    {"ws://h:80:80", "brackets"},
    {"ws://fe80::1", "brackets"},
    {"2001:db8::1", "brackets"},
    {"ws://[fe80::1%eth0]", "%25"},
    {"ws://[fe80::1%]", "%25"},
    {"ws://[fe80::1%25%zz]", "%25"},
    {"ws://[fe80::1%25%00]", "%25"},
    {"ws://[fe80::1%25]", "interface"},
    {"ws://[fe80::1%25a%2Fb]", "interface"},
    {"ws://[fe80::1%25a%25b]", "interface"},
    {"ws://[fe80::1%25a:b]", "interface"},
    {"ws://[fe80::1%251234567890123456]", "interface"},
    // ports
    {"ws://h:0", "range"},
    {"ws://h:000", "range"},
    {"ws://h:65536", "range"},
    {"ws://h:99999999999999999999", "range"},
    {"ws://h:4294967376", "range"},
    {"ws://h:18446744073709551696", "range"},
    {"ws://h:-1", "port"},
    {"ws://h:+1", "port"},
    {"ws://h:8o", "port"},
    {"ws://h:80a", "port"},
    {"ws://h:0x50", "port"},
    {"ws://h:%38", "port"},
    {"ws://h:\xD9\xA1", "port"},
    {"ws://[::1]:x", "port"},
    {"h:x", "port"},
    // user information
    {"ws://u%@h", "percent"},
    {"ws://u%4@h", "percent"},
    {"ws://u%4g@h", "percent"},
    {"ws://u%g4@h", "percent"},
    {"ws://u:%@h", "percent"},
    {"ws://u%00@h", "control"},
    {"ws://u:p%0d%0a@h", "control"},
    {"ws://u%7f@h", "control"},
    {"ws://u%3A:p@h", "colon"},
    {"ws://a%3ab@h", "colon"},
    // Unix sockets
    {"ws+unix://", "slash"},
    {"ws+unix://s", "slash"},
    {"ws+unix://./s", "slash"},
    {"ws+unix://:/x", "slash"},
    {"ws+unix://?x", "slash"},
    {"ws+unix://#x", "slash"},
    {"ws+unix:///s:x", "slash"},
    {"ws+unix:///s::/x", "slash"},
    {"ws+unix:///%00", "percent"},
    {"ws+unix:///%0a", "control"},
    {"ws+unix:///%", "percent"},
    {"ws+unix:///%1", "percent"},
    {"ws+unix:/s", "scheme"},
};

void bad_urls(void **)
{
    int failures = 0;
    for (const Bad &row : kBad) {
        Url url;
        const char *why = parse_url(row.text, url);
        if (why == nullptr || strstr(why, row.why) == nullptr) {
            print_error("<%s>: %s\n", row.text.c_str(), why != nullptr ? why : "taken");
            failures++;
        }
    }
    assert_int_equal(failures, 0);
}

struct UserInfo {
    std::string authority;
    const char *userinfo;  // nullptr: none
    const char *host = "h";
};

const UserInfo kUserInfo[] = {
    {"u:p@h", "u:p"},
    {"u@h", "u:"},
    {"u:@h", "u:"},
    {":p@h", ":p"},
    {"@h", nullptr},
    {":@h", nullptr},
    {"u:p:q@h", "u:p:q"},
    {"u:p@q@h", "u:p@q"},
    {"a@b.c:p@h", "a@b.c:p"},
    {"u%40x:p%3Aq%2F@h", "u@x:p:q/"},
    {"%75:%70%25@h", "u:p%"},
    {"u:%C3%A4@h", "u:\xC3\xA4"},
    {"u:\xC3\xA4@h", "u:\xC3\xA4"},
    {"u:a%20b@h", "u:a b"},
    {"u:p@h:81", "u:p"},
    {"u:p@[::1]", "u:p", "::1"},
    {"u:80@h", "u:80"},
};

void user_information(void **)
{
    int failures = 0;
    for (const UserInfo &row : kUserInfo) {
        for (const char *scheme : {"ws://", "wss://", ""}) {
            std::string text = scheme + row.authority + "/x@y";
            Url url;
            if (refused(text, parse_url(text, url)) != 0) {
                failures++;
                continue;
            }
            bool some = row.userinfo != nullptr;
            failures += wrong(text, "userinfo", url.userinfo.c_str(), some ? row.userinfo : "");
            failures += wrong(text, "has one", url.has_userinfo ? "yes" : "no", some ? "yes" : "no");
            failures += wrong(text, "host", url.host, row.host);
            failures += wrong(text, "target", url.target, "/x@y");
            failures += url.authority().find('@') != std::string::npos;
        }
    }
    assert_int_equal(failures, 0);
}

const struct {
    const char *text, *path, *target;
} kUnix[] = {
    {"ws+unix:///run/s.sock", "/run/s.sock", "/"},
    {"WS+Unix:///run/s.sock", "/run/s.sock", "/"},
    {"ws+unix:///run/s.sock:", "/run/s.sock", "/"},
    {"ws+unix:///run/s.sock:/", "/run/s.sock", "/"},
    {"ws+unix:///run/s.sock:/a/b?c=d", "/run/s.sock", "/a/b?c=d"},
    {"ws+unix:///run/s.sock:/a:b", "/run/s.sock", "/a:b"},
    {"ws+unix:///run/s.sock:?c", "/run/s.sock", "/?c"},
    {"ws+unix:///run/s.sock?c", "/run/s.sock", "/?c"},
    {"ws+unix:///run/s.sock:/a#f", "/run/s.sock", "/a"},
    {"ws+unix:///run/s.sock:#f", "/run/s.sock", "/"},
    {"ws+unix:///run/s.sock#f:/x", "/run/s.sock", "/"},
    {"ws+unix:///a%20b%3Ac%3fd:/e%20f", "/a b:c?d", "/e%20f"},
    {"ws+unix:///gr\xC3\xBC%C3%BC:/\xC3\xBC", "/gr\xC3\xBC\xC3\xBC", "/%C3%BC"},
    {"ws+unix://%2Fs:/x", "/s", "/x"},
    {"ws+unix:///u@h:/x", "/u@h", "/x"},
    {"ws+unix:////s", "//s", "/"},
};

void unix_sockets(void **)
{
    int failures = 0;
    for (const auto &row : kUnix) {
        Url url;
        if (refused(row.text, parse_url(row.text, url)) != 0) {
            failures++;
            continue;
        }
        failures += wrong(row.text, "path", url.unix_path, row.path);
        failures += wrong(row.text, "target", url.target, row.target);
        failures += wrong(row.text, "host", url.host, "localhost");
        failures += wrong(row.text, "port", std::to_string(url.port), "0");
        failures += wrong(row.text, "secure", url.secure ? "yes" : "no", "no");
        failures += wrong(row.text, "userinfo", url.has_userinfo ? "yes" : "no", "no");
        failures += wrong(row.text, "authority", url.authority(), "localhost");
        failures += wrong(row.text, "origin", url.origin(), "http://localhost");
    }
    assert_int_equal(failures, 0);
}

// The system's limit counts the path as the system gets it: decoded.
void length_of_a_socket_path(void **)
{
    const size_t most = sizeof(sockaddr_un::sun_path) - 1;
    const std::string fits = "/" + std::string(most - 1, 's');
    const std::string encoded = "/%73" + fits.substr(2);
    Url url;
    assert_null(parse_url("ws+unix://" + fits, url));
    assert_int_equal(url.unix_path.size(), most);
    assert_null(parse_url("ws+unix://" + encoded + ":/x", url));
    assert_int_equal(url.unix_path.size(), most);
    const char *why = parse_url("ws+unix://" + fits + "s:/x", url);
    assert_non_null(why);
    assert_non_null(strstr(why, "longer"));
}

void length_of_a_url(void **)
{
    std::string text = "ws://h/" + std::string(kMaxUrlBytes - 7, 'x');
    Url url;
    assert_null(parse_url(text, url));
    assert_int_equal(url.target.size(), kMaxUrlBytes - 6);
    text += 'x';
    const char *why = parse_url(text, url);
    assert_non_null(why);
    assert_non_null(strstr(why, "8192"));
    // Longer once encoded is no matter.
    text = "ws://h/" + std::string(kMaxUrlBytes - 7, '\xFF');
    assert_null(parse_url(text, url));
    assert_int_equal(url.target.size(), 1 + 3 * (kMaxUrlBytes - 7));
}

// One byte anywhere: never a crash, and what comes out can go into a request.
void any_byte_anywhere(void **)
{
    const std::string kTexts[] = {
        "wss://u:p@host.example:81/p?q#f",
        "[::1%25e]:81",
        "ws+unix:///s%20t:/p?q#f",
    };
    int failures = 0;
    for (const std::string &text : kTexts) {
        for (size_t at = 0; at <= text.size(); at++) {
            for (int c = 0; c < 256; c++) {
                std::string changed = text;
                changed.insert(at, 1, static_cast<char>(c));
                Url url;
                if (parse_url(changed, url) != nullptr) {
                    continue;
}
                bool clean = !url.target.empty() && url.target[0] == '/' && !url.host.empty();
                for (char out : url.target + url.authority()) {
                    clean = clean && out > ' ' && out < 0x7F && out != '#' && out != '\\';
}
                if (!clean && failures++ < 5) {
                    print_error("<%s>\n", changed.c_str());
}
                if (c <= ' ' || c == 0x7F || c == '\\') {
                    failures++;
}
            }
        }
    }
    assert_int_equal(failures, 0);
}

// The text needs no terminator. Address sanitizer and valgrind watch the end.
void reads_no_byte_behind_the_end(void **)
{
    std::vector<std::string> texts;
    for (const Good &row : kGood) {
        texts.push_back(row.text);
}
    for (const Bad &row : kBad) {
        texts.push_back(row.text);
}
    int failures = 0;
    for (const std::string &text : texts) {
        if (text.size() > 100) {
            continue;
}
        for (size_t length = 0; length <= text.size(); length++) {
            std::vector<char> exact(text.begin(), text.begin() + static_cast<ptrdiff_t>(length));
            Url a, b;
            const char *why = parse_url({exact.data(), length}, a);
            failures += why != parse_url(text.substr(0, length), b);
            if (why == nullptr) {
                failures += a.target != b.target || a.host != b.host || a.unix_path != b.unix_path;
}
        }
    }
    assert_int_equal(failures, 0);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(good_urls),
        cmocka_unit_test(bad_urls),
        cmocka_unit_test(user_information),
        cmocka_unit_test(unix_sockets),
        cmocka_unit_test(length_of_a_socket_path),
        cmocka_unit_test(length_of_a_url),
        cmocka_unit_test(any_byte_anywhere),
        cmocka_unit_test(reads_no_byte_behind_the_end),
    };
    return cmocka_run_group_tests_name("url", tests, nullptr, nullptr);
}
