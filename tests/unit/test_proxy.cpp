// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of route/proxy.

#include "unit/check.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/limits.h"
#include "route/proxy.h"

using namespace nws;
using namespace std::string_literals;

namespace {

// "http h:1080", "socks5 user:password@h:1080", or "direct".
std::string text_of(const Proxy &proxy)
{
    if (proxy.kind == Proxy::Kind::none) {
        return "direct";
    }
    std::string text = proxy.kind == Proxy::Kind::http ? "http " : "socks5 ";
    if (proxy.has_credentials) {
        text += proxy.user + ':' + proxy.password.c_str() + '@';
    }
    return text + proxy.host + ' ' + std::to_string(proxy.port);
}

std::string parsed(const std::string &text)
{
    Proxy proxy;
    proxy.kind = Proxy::Kind::socks5;  // of an earlier use
    proxy.has_credentials = true;
    proxy.user = "left";
    const char *wrong = parse_proxy(text, proxy);
    return wrong != nullptr ? "wrong: "s + wrong : text_of(proxy);
}

struct Row {
    std::string text, wanted;
};

bool good_proxies()
{
    const std::vector<Row> kRows = {
        // no scheme means http; 1080 for whatever has no port
        {"h", "http h 1080"},
        {"h:3128", "http h 3128"},
        {"192.0.2.1:8080", "http 192.0.2.1 8080"},
        {"[2001:DB8::1]:8080", "http 2001:db8::1 8080"},
        {"user:pw@h:1", "http user:pw@h 1"},
        // schemes
        {"http://h", "http h 1080"},
        {"HTTP://H:80/", "http h 80"},
        {"socks5://h", "socks5 h 1080"},
        {"socks5h://h:9050", "socks5 h 9050"},
        {"Socks://h", "socks5 h 1080"},
        {"http", "http http 1080"},
        // the path
        {"http://h/", "http h 1080"},
        {"h/", "http h 1080"},
        {"http://h:/", "http h 1080"},
        // addresses
        {"socks5://[::1]", "socks5 ::1 1080"},
        {"http://[fe80::1%25eth0]:3128", "http fe80::1%eth0 3128"},
        {"http://proxy.example.:1", "http proxy.example. 1"},
        // user information (RFC 3986 3.2.1), percent-decoded
        {"http://u:p@h", "http u:p@h 1080"},
        {"http://u@h", "http u:@h 1080"},
        {"http://u:@h", "http u:@h 1080"},
        {"http://:p@h", "http :p@h 1080"},
        {"http://@h", "http h 1080"},
        {"http://:@h", "http h 1080"},
        {"http://u%40a:p%3A%2f%25@h", "http u@a:p:/%@h 1080"},
        {"http://u:p:q@h", "http u:p:q@h 1080"},
        {"http://u:p@q@h", "http u:p@q@h 1080"},
        {"socks5://u%3a:p@h", "socks5 u::p@h 1080"},  // RFC 1929 has lengths instead of a colon
        {"http://u:%C3%A4\xC3\xA4@h", "http u:\xC3\xA4\xC3\xA4@h 1080"},
    };
    for (const Row &row : kRows) {
        CHECK_TEXT(row.text + " -> " + row.wanted, row.text + " -> " + parsed(row.text));
    }
    return true;
}

// What a password is in all of these.
constexpr const char *kSecret = "s3cret";

bool bad_proxies()
{
    const std::vector<Row> kRows = {
        {"", "empty"},
        {"https://u:s3cret@h", "TLS to the proxy (https://) is not supported"},
        {"HTTPS://h", "TLS to the proxy"},
        {"socks4://u:s3cret@h", "SOCKS4 is not supported"},
        {"socks4a://h", "SOCKS4 is not supported"},
        {"ftp://u:s3cret@h", "scheme"},
        {"ws://h", "scheme"},
        {"://h", "scheme"},
        {"s3cret://x@h", "scheme"},
        {"http:/h", "nothing but a slash"},
        {"http:h", "port"},
        {"http://", "no host"},
        {"http:///", "no host"},
        {"http://u:s3cret@", "no host"},
        {"http://u:s3cret@:80", "no host"},
        {"http://h/path", "nothing but a slash"},
        {"http://u:s3cret@h//", "nothing but a slash"},
        {"h/x://y", "nothing but a slash"},
        {"http://h?q", "nothing but a slash"},
        {"http://h/?", "nothing but a slash"},
        {"http://h#f", "nothing but a slash"},
        {"http://u:s3cret@h:0", "range"},
        {"http://h:65536", "range"},
        {"http://h:http", "port"},
        {"http://u:s3cret/@h", "port"},
        {"http://::1", "brackets"},
        {"http://[::1", "closing bracket"},
        {"http://u:s3cret@[h]", "IPv6"},
        {"http://u:s3cret%0d%0aX: 1@h", "space"},
        {"http://u:s3cret%0d%0aX@h", "control"},
        {"http://u:s3cret%@h", "percent"},
        {"http://u%3A:s3cret@h", "colon"},
        {"http://u:s3cret @h", "space"},
        {"http://h\n", "control"},
        {"http://h\0.example"s, "control"},
        {"http:\\\\h", "backslash"},
        {"http://u:s3cret@a..b", "empty label"},
        {"http://u:s3cret@" + std::string(kMaxUrlBytes, 'h'), "8192"},
    };
    for (const Row &row : kRows) {
        const std::string got = parsed(row.text);
        if (got.rfind("wrong: ", 0) != 0 || got.find(row.wanted) == std::string::npos ||
            got.find(kSecret) != std::string::npos) {
            return test::differs(__FILE__, __LINE__, row.text + ": " + row.wanted, got);
        }
    }
    return true;
}

// ---- no_proxy ----

struct Exception {
    std::string list, host;
    uint16_t port;
    bool matches;
};

const std::vector<Exception> kNames = {
    {"", "h", 80, false},
    {",", "h", 80, false},
    {" , ", "h", 80, false},
    {"*", "h", 80, true},
    {"*", "192.0.2.1", 80, true},
    {"*", "2001:db8::1", 80, true},
    {"a,*", "h", 80, true},
    {"*:81", "h", 80, false},
    {"*:80", "h", 80, true},
    // whole labels at the end
    {"example.com", "example.com", 80, true},
    {"example.com", "a.example.com", 80, true},
    {"example.com", "a.b.example.com", 80, true},
    {"example.com", "badexample.com", 80, false},
    {"example.com", "example.com.org", 80, false},
    {"example.com", "xample.com", 80, false},
    {"example.com", "com", 80, false},
    {".example.com", "example.com", 80, true},
    {".example.com", "a.example.com", 80, true},
    {".example.com", "badexample.com", 80, false},
    {"*.example.com", "a.example.com", 80, true},
    {"*.example.com", "badexample.com", 80, false},
    {"a*.example.com", "ab.example.com", 80, false},
    {".", "h", 80, false},
    {"..", "h", 80, false},
    {"*.", "h", 80, false},
    {"com", "example.com", 80, true},
    // dots at the end, case
    {"example.com.", "example.com", 80, true},
    {"example.com", "example.com.", 80, true},
    {".example.com.", "a.example.com.", 80, true},
    {"EXAMPLE.Com", "a.example.com", 80, true},
    {"example.com", "A.EXAMPLE.COM", 80, true},
    // separators
    {"a,example.com", "example.com", 80, true},
    {"a, example.com ,b", "example.com", 80, true},
    {"a example.com b", "example.com", 80, true},
    {",,a,,example.com,,", "example.com", 80, true},
    {"a\texample.com", "example.com", 80, true},
    {"a,b", "c", 80, false},
    // ports
    {"example.com:80", "example.com", 80, true},
    {"example.com:80", "a.example.com", 80, true},
    {"example.com:81", "example.com", 80, false},
    {"example.com:080", "example.com", 80, true},
    {"example.com:", "example.com", 80, false},
    {"example.com:x", "example.com", 80, false},
    {"example.com:65616", "example.com", 80, false},
    {"example.com:18446744073709551696", "example.com", 80, false},
    {":80", "h", 80, false},
    // a name is not an address
    {"10.0.0.0/8", "h", 80, false},
    {"1", "192.0.2.1", 80, false},
    {".2.1", "192.0.2.1", 80, false},
    {"0.0.0.0/0", "h", 80, false},
};

const std::vector<Exception> kAddresses = {
    {"192.0.2.1", "192.0.2.1", 80, true},
    {"192.0.2.1", "192.0.2.2", 80, false},
    {"192.0.2.1", "192.0.2.10", 80, false},
    {"192.0.2.1:80", "192.0.2.1", 80, true},
    {"192.0.2.1:81", "192.0.2.1", 80, false},
    {"localhost", "127.0.0.1", 80, false},
    {"h,192.0.2.1", "192.0.2.1", 80, true},
    // however it is written (RFC 5952 1)
    {"::1", "::1", 80, true},
    {"0:0:0:0:0:0:0:1", "::1", 80, true},
    {"2001:DB8::A", "2001:db8:0:0::a", 80, true},
    {"[2001:db8::a]", "2001:db8::a", 80, true},
    {"[2001:db8::a]:80", "2001:db8::a", 80, true},
    {"[2001:db8::a]:81", "2001:db8::a", 80, false},
    {"[2001:db8::a]80", "2001:db8::a", 80, false},
    {"[2001:db8::a", "2001:db8::a", 80, false},
    {"[]", "2001:db8::a", 80, false},
    {"[", "2001:db8::a", 80, false},
    {"2001:db8::b", "2001:db8::a", 80, false},
    {"::1", "127.0.0.1", 80, false},
    // IPv4-mapped (RFC 4291 2.5.5.2)
    {"192.0.2.1", "::ffff:192.0.2.1", 80, true},
    {"::ffff:192.0.2.1", "192.0.2.1", 80, true},
    {"::ffff:c000:201", "::ffff:192.0.2.1", 80, true},
    {"192.0.2.0/24", "::ffff:192.0.2.9", 80, true},
    {"::ffff:192.0.2.0/120", "192.0.2.9", 80, true},
    {"::ffff:192.0.2.0/120", "192.0.3.9", 80, false},
    {"::ffff:0:0/95", "192.0.2.9", 80, false},
    {"::192.0.2.1", "192.0.2.1", 80, false},
    // zones (RFC 4007 11): one that is named must be the same
    {"fe80::1", "fe80::1%eth0", 80, true},
    {"fe80::/10", "fe80::1%eth0", 80, true},
    {"fe80::1%eth0", "fe80::1%eth0", 80, true},
    {"fe80::1%eth1", "fe80::1%eth0", 80, false},
    {"192.0.2.1%eth0", "192.0.2.1", 80, false},
    // prefixes (RFC 4632 3.1)
    {"10.0.0.0/8", "10.255.255.255", 80, true},
    {"10.0.0.0/8", "11.0.0.0", 80, false},
    {"10.1.2.3/8", "10.9.9.9", 80, true},
    {"192.0.2.128/25", "192.0.2.128", 80, true},
    {"192.0.2.128/25", "192.0.2.127", 80, false},
    {"192.0.2.1/32", "192.0.2.1", 80, true},
    {"192.0.2.1/32", "192.0.2.0", 80, false},
    {"192.0.2.1/31", "192.0.2.0", 80, true},
    {"128.0.0.0/1", "200.0.0.1", 80, true},
    {"128.0.0.0/1", "127.0.0.1", 80, false},
    {"0.0.0.0/0", "203.0.113.7", 80, true},
    {"0.0.0.0/0", "2001:db8::1", 80, false},
    {"::/0", "2001:db8::1", 80, true},
    {"::/0", "203.0.113.7", 80, false},
    {"fd00::/8", "fdff::1", 80, true},
    {"fd00::/8", "fe00::1", 80, false},
    {"2001:db8::/33", "2001:db8:7fff::", 80, true},
    {"2001:db8::/33", "2001:db8:8000::", 80, false},
    {"2001:db8::1/128", "2001:db8::1", 80, true},
    {"2001:db8::1/128", "2001:db8::", 80, false},
    {"[fd00::/8]:80", "fd12::1", 80, true},
    // no prefix
    {"10.0.0.0/33", "10.0.0.0", 80, false},
    {"fd00::/129", "fd00::", 80, false},
    {"10.0.0.0/", "10.0.0.0", 80, false},
    {"10.0.0.0/x", "10.0.0.0", 80, false},
    {"10.0.0.0/-1", "10.0.0.0", 80, false},
    {"10.0.0.0/8/8", "10.0.0.0", 80, false},
    {"10.0.0.0/18446744073709551624", "10.0.0.0", 80, false},
    {"10.0.0/8", "10.0.0.0", 80, false},
    {"/8", "10.0.0.0", 80, false},
};

bool check_exceptions(const std::vector<Exception> &rows)
{
    for (const Exception &row : rows) {
        const std::string name = row.list + " for " + row.host + ':' + std::to_string(row.port);
        const bool matches = no_proxy_matches(row.list, row.host, row.port);
        CHECK_TEXT(name + (row.matches ? " matches" : " does not"),
                   name + (matches ? " matches" : " does not"));
    }
    return true;
}

bool names_in_no_proxy()
{
    return check_exceptions(kNames);
}

bool addresses_in_no_proxy()
{
    return check_exceptions(kAddresses);
}

bool long_no_proxy()
{
    std::string list;
    for (int i = 0; i < 100'000; ++i) {
        list += "h" + std::to_string(i) + ".example,";
    }
    CHECK(!no_proxy_matches(list, "h.example", 80));
    CHECK(no_proxy_matches(list, "h99999.example", 80));
    CHECK(!no_proxy_matches(std::string(1'000'000, ','), "h", 80));
    CHECK(!no_proxy_matches(std::string(1'000'000, ':'), "::1", 80));
    CHECK(!no_proxy_matches(std::string(1'000'000, '['), "::1", 80));
    return true;
}

// ---- the environment ----

const char *const kVariables[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                  "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};

struct Environment {
    std::vector<std::pair<const char *, const char *>> variables;
    const char *wanted;  // http, https, all, no
};

bool variables_as_curl_reads_them()
{
    const std::vector<Environment> kRows = {
        {{}, "|||"},
        {{{"http_proxy", "a"}, {"https_proxy", "b"}, {"all_proxy", "c"}, {"no_proxy", "d"}}, "a|b|c|d"},
        {{{"HTTPS_PROXY", "b"}, {"ALL_PROXY", "c"}, {"NO_PROXY", "d"}}, "|b|c|d"},
        // a request's Proxy field, in a CGI program
        {{{"HTTP_PROXY", "a"}}, "|||"},
        {{{"HTTP_PROXY", "A"}, {"http_proxy", "a"}}, "a|||"},
        {{{"https_proxy", "b"}, {"HTTPS_PROXY", "B"}}, "|b||"},
        {{{"all_proxy", "c"}, {"ALL_PROXY", "C"}}, "||c|"},
        {{{"no_proxy", "d"}, {"NO_PROXY", "D"}}, "|||d"},
        // empty is unset
        {{{"https_proxy", ""}, {"HTTPS_PROXY", "B"}}, "|B||"},
        {{{"http_proxy", ""}, {"no_proxy", ""}}, "|||"},
    };
    for (const Environment &row : kRows) {
        for (const char *name : kVariables) {
            unsetenv(name);
        }
        for (const auto &[name, value] : row.variables) {
            setenv(name, value, 1);
        }
        const ProxyEnvironment got = proxy_environment(nws::Environment());
        CHECK_TEXT(row.wanted, got.http_proxy.c_str() + "|"s + got.https_proxy.c_str() + '|' +
                                   got.all_proxy.c_str() + '|' + got.no_proxy);
    }
    return true;
}

struct Choice {
    std::string url, explicit_choice, http, https, all, no, wanted;
};

bool choices()
{
    const std::vector<Choice> kRows = {
        {"ws://h", "", "", "", "", "", "direct"},
        {"ws://h", "", "p", "", "", "", "http p 1080"},
        {"wss://h", "", "p", "", "", "", "direct"},
        {"wss://h", "", "", "p", "", "", "http p 1080"},
        {"ws://h", "", "", "p", "", "", "direct"},
        {"ws://h", "", "", "", "socks5://p", "", "socks5 p 1080"},
        {"wss://h", "", "", "", "socks5://p", "", "socks5 p 1080"},
        {"ws://h", "", "a", "b", "c", "", "http a 1080"},
        {"wss://h", "", "a", "b", "c", "", "http b 1080"},
        // exceptions: the URL's port, the scheme's too
        {"ws://h", "", "p", "", "", "h", "direct"},
        {"ws://h", "", "p", "", "", "h:80", "direct"},
        {"wss://h", "", "", "p", "", "h:80", "http p 1080"},
        {"wss://h", "", "", "", "p", "h:443", "direct"},
        {"ws://[2001:db8::1]", "", "p", "", "", "2001:db8::/32", "direct"},
        {"ws://10.1.1.1", "", "", "", "p", "10.0.0.0/8", "direct"},
        {"ws://h", "", "p", "", "", "*", "direct"},
        {"ws://h", "", "https://p", "", "", "*", "direct"},
        // explicit wins over all of it
        {"ws://h", "none", "p", "p", "p", "", "direct"},
        {"wss://h", "None", "p", "p", "p", "", "direct"},
        {"ws://h", "http://q:8", "p", "p", "p", "", "http q 8"},
        {"ws://h", "http://q:8", "", "", "", "*", "http q 8"},
        {"ws://h", "http://none", "", "", "", "", "http none 1080"},
        // a Unix socket is on this machine
        {"ws+unix:///s", "", "p", "p", "p", "", "direct"},
        {"ws+unix:///s", "http://q", "", "", "", "", "direct"},
        // never silently straight
        {"ws://h", "https://q", "p", "", "", "", "wrong: TLS to the proxy"},
        {"ws://h", "", "https://p", "", "q", "", "wrong: TLS to the proxy"},
        {"wss://h", "", "", "", "socks4://p", "", "wrong: SOCKS4"},
    };
    for (const Choice &row : kRows) {
        Url url;
        CHECK(parse_url(row.url, url) == nullptr);
        Proxy proxy;
        proxy.kind = Proxy::Kind::socks5;  // of an earlier use
        const char *wrong =
            choose_proxy(url, row.explicit_choice, {row.http, row.https, row.all, row.no}, proxy);
        const std::string got = wrong != nullptr ? "wrong: "s + wrong : text_of(proxy);
        CHECK_TEXT(row.wanted, row.wanted.rfind("wrong", 0) == 0 ? got.substr(0, row.wanted.size()) : got);
        CHECK(wrong != nullptr || proxy.resolves_names() == (got != "direct"));
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(test::run<good_proxies>),
        cmocka_unit_test(test::run<bad_proxies>),
        cmocka_unit_test(test::run<names_in_no_proxy>),
        cmocka_unit_test(test::run<addresses_in_no_proxy>),
        cmocka_unit_test(test::run<long_no_proxy>),
        cmocka_unit_test(test::run<variables_as_curl_reads_them>),
        cmocka_unit_test(test::run<choices>),
    };
    return cmocka_run_group_tests_name("proxy", tests, nullptr, nullptr);
}
