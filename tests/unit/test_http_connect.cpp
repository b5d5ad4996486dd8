// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of route/http_connect.

#include "unit/check.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "unit/proxy_script.h"

using namespace nws;
using namespace nws::test;
using namespace std::string_literals;

namespace {

Proxy proxy_of(const std::string &user = "", const std::string &password = "")
{
    Proxy proxy;
    proxy.kind = Proxy::Kind::http;
    proxy.has_credentials = !user.empty();
    proxy.user = user;
    proxy.password = password;
    return proxy;
}

const std::string kOk = "HTTP/1.1 200 Connection established\r\n\r\n";

bool requests()
{
    const auto said = [](const Proxy &proxy, const std::string &host, uint16_t port) {
        return talk(proxy, host, port, kOk).said;
    };
    // RFC 9110 9.3.6, RFC 9112 3.2.3: host and port, both always
    CHECK_TEXT("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n|",
               said(proxy_of(), "example.com", 443));
    CHECK_TEXT("CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 192.0.2.1:80\r\n\r\n|",
               said(proxy_of(), "192.0.2.1", 80));
    // RFC 3986 3.2.2
    CHECK_TEXT("CONNECT [2001:db8::1]:65535 HTTP/1.1\r\nHost: [2001:db8::1]:65535\r\n\r\n|",
               said(proxy_of(), "2001:db8::1", 65535));
    // RFC 6874 4: no zone
    CHECK_TEXT("CONNECT [fe80::1]:1 HTTP/1.1\r\nHost: [fe80::1]:1\r\n\r\n|",
               said(proxy_of(), "fe80::1%eth0", 1));
    // RFC 7617 2
    CHECK_TEXT(
        "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n"
        "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n|",
        said(proxy_of("Aladdin", "open sesame"), "h", 1));
    CHECK_TEXT("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\nProxy-Authorization: Basic dTo=\r\n\r\n|",
               said(proxy_of("u"), "h", 1));
    return true;
}

struct Row {
    std::string answer, result, left;
};

const std::string kRequired = "HTTP/1.1 407 x\r\n";
const std::string kWants = "Proxy: 407 Proxy Authentication Required: it wants ";
const std::string kNone = ", and no credentials are given";

const std::vector<Row> kRows = {
    // RFC 9110 9.3.6: any 2xx, and what follows its header is the tunnel's
    {kOk, "open", ""},
    {"HTTP/1.0 200 OK\r\nA: b\r\nC: d\r\n\r\n", "open", ""},
    {"HTTP/1.1 204 \r\n\r\n", "open", ""},
    {"HTTP/1.1 299 x\r\n\r\n", "open", ""},
    {kOk + "HTTP", "open", "HTTP"},
    {kOk + "\r\n\r\n", "open", "\r\n\r\n"},
    {kOk + "\0\xFF"s, "open", "\0\xFF"s},
    // 9.3.6: in an answer of 2xx these mean nothing
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nabcde", "open", "abcde"},
    // RFC 9112 4: the reason may be empty; the space before it is often forgotten
    {"HTTP/1.1 200\r\n\r\n", "open", ""},
    {"HTTP/1.1 200 \r\n\r\n", "open", ""},
    {"HTTP/1.9 200 OK\r\n\r\n", "open", ""},
    // RFC 9112 2.2: a lone LF
    {"HTTP/1.1 200 OK\n\n.", "open", "."},
    {"HTTP/1.1 200 OK\nA: b\r\n\n.", "open", "."},
    {"HTTP/1.1 200 OK\r\n\r.\r\n\r\n", "open", ""},
    // not a tunnel yet
    {"", "waiting", ""},
    {"HTTP/1.1 200 OK\r\n", "waiting", ""},
    {"HTTP/1.1 200 OK\r\n\r", "waiting", ""},
    {"HTTP/1.1 200 OK\r\nA: b\r\n", "waiting", ""},
    // RFC 9110 15.2: interim answers
    {"HTTP/1.1 100 Continue\r\n\r\n" + kOk + "x", "open", "x"},
    {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 199 y\r\n\r\n" + kOk, "open", ""},
    {"HTTP/1.1 100 Continue\r\n\r\n", "waiting", ""},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 Bad\r\n\r\n", "Proxy: 502 Bad", ""},
    {"HTTP/1.1 100 Continue\r\n\r\nSSH-", "Proxy: its answer is not HTTP/1", "SH-"},
    {"HTTP/1.1 101 Switching Protocols\r\n\r\nx", "Proxy: 101 Switching Protocols", "x"},
    // refusals: the body is left
    {"HTTP/1.1 403 Forbidden\r\n\r\n<html>", "Proxy: 403 Forbidden", "<html>"},
    {"HTTP/1.1 503\r\n\r\n", "Proxy: 503", ""},
    {"HTTP/1.1 302 Found\r\nLocation: x\r\n\r\n", "Proxy: 302 Found", ""},
    {"HTTP/1.1 999 x\r\n\r\n", "Proxy: 999 x", ""},
    {"HTTP/1.1 502   Bad\tGate\xFFway\x01\x7F \r\n\r\n", "Proxy: 502 Bad?Gate?way??", ""},
    {"HTTP/1.1 502 %s%n\r\n\r\n", "Proxy: 502 %s%n", ""},
    {"HTTP/1.1 502 " + std::string(2000, 'a') + "\r\n\r\n", "Proxy: 502 " + std::string(63, 'a'), ""},
    // not HTTP: known at the first byte that is not
    {"SSH-2.0", "Proxy: its answer is not HTTP/1", "SH-2.0"},
    {"\x05\x01"s, "Proxy: its answer is not HTTP/1", "\x01"},
    {"\r\nHTTP/1.1 200 OK\r\n\r\n", "Proxy: its answer is not HTTP/1", "\nHTTP/1.1 200 OK\r\n\r\n"},
    {"http/1.1 200 OK\r\n\r\n", "Proxy: its answer is not HTTP/1", "ttp/1.1 200 OK\r\n\r\n"},
    {"HTTP/2 200 OK", "Proxy: its answer is not HTTP/1", " 200 OK"},
    {"HTTP/1\n", "Proxy: its answer is not HTTP/1", ""},
    // RFC 9112 4: malformed status lines
    {"HTTP/1.\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 \r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 20\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 2x0 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 2000 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 200OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 -20 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1 099 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.1  200 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.x 200 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    {"HTTP/1.11 200 OK\r\n", "Proxy: the status line of its answer is malformed", ""},
    // RFC 9110 11.6.1, 11.7.1: what it wants
    {kRequired + "\r\nx", kWants + "what it does not name" + kNone, "x"},
    {kRequired + "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n", kWants + "Basic" + kNone, ""},
    {kRequired + "proxy-authenticate:Basic\r\n\r\n", kWants + "Basic" + kNone, ""},
    {kRequired + "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
     kWants + "Negotiate, NTLM" + kNone, ""},
    {kRequired + "Proxy-Authenticate: Digest realm=\"a, Fake b\", nonce = \"c\\\", Fake\", qop=auth , Basic "
                 "realm=\"d\"\r\n\r\n",
     kWants + "Digest, Basic" + kNone, ""},
    {kRequired + "Proxy-Authenticate: NTLM TlRMTVNTUAAC==, Basic realm=x\r\n\r\n",
     kWants + "NTLM, Basic" + kNone, ""},
    {kRequired + "Proxy-Authenticate: , ,\t,Basic,,\r\n\r\n", kWants + "Basic" + kNone, ""},
    {kRequired + "Proxy-Authenticate: B\xFF\x01<>, \"quoted\", Basic realm=\"no end, X\r\n\r\n",
     kWants + "Basic" + kNone, ""},
    {kRequired + "WWW-Authenticate: Basic\r\n\r\n", kWants + "what it does not name" + kNone, ""},
    {"HTTP/1.1 403 No\r\nProxy-Authenticate: Basic\r\n\r\n", "Proxy: 403 No", ""},
    // those of an interim answer do not count
    {"HTTP/1.1 100 x\r\nProxy-Authenticate: Basic\r\n\r\n" + kRequired + "\r\n",
     kWants + "what it does not name" + kNone, ""},
    // lines that are no fields are none of ours
    {"HTTP/1.1 200 OK\r\nno colon\r\n folded\r\n:\r\n\xFF\r\n\r\n", "open", ""},
};

bool answers()
{
    for (const Row &row : kRows) {
        const Outcome got = talk(proxy_of(), "h", 1, row.answer);
        CHECK_TEXT(row.answer + " -> " + row.result + " + " + row.left,
                   row.answer + " -> " + got.result + " + " + got.left);
        CHECK(got.result == "open" || got.result == "waiting" || is_presentable(got.result));
    }
    return true;
}

bool answers_in_pieces()
{
    for (const Row &row : kRows) {
        CHECK(cuts_do_not_matter(proxy_of(), "h", 1, row.answer));
    }
    return true;
}

bool refused_credentials()
{
    const std::string answer = kRequired + "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    CHECK_TEXT(kWants + "Basic, and refused the credentials given",
               talk(proxy_of("user", "s3cret"), "h", 1, answer).result);
    return true;
}

std::string block(size_t bytes)
{
    const std::string begin = "HTTP/1.1 200 OK\r\nA: ", end = "\r\n\r\n";
    return begin + std::string(bytes - begin.size() - end.size(), 'a') + end;
}

bool long_headers()
{
    const std::string kTooLong = "Proxy: the header of its answer is longer than 16 KiB";
    CHECK_TEXT("open", talk(proxy_of(), "h", 1, block(kMaxResponseHeaderBytes)).result);
    CHECK_TEXT(kTooLong, talk(proxy_of(), "h", 1, block(kMaxResponseHeaderBytes + 1)).result);
    // no line end, and no end of lines, and no end of interim answers
    std::string endless = "HTTP/1.1 200 " + std::string(1 << 20, 'a');
    Outcome got = talk(proxy_of(), "h", 1, endless);
    CHECK_TEXT(kTooLong, got.result);
    CHECK(got.left.size() == endless.size() - kMaxResponseHeaderBytes - 1);
    std::string lines = "HTTP/1.1 407 x\r\n", interim;
    for (int i = 0; i < 2000; ++i) {
        lines += "Proxy-Authenticate: Scheme" + std::to_string(i) + "\r\n";
        interim += "HTTP/1.1 100 x\r\n\r\n";
    }
    CHECK_TEXT(kTooLong, talk(proxy_of(), "h", 1, lines).result);
    CHECK_TEXT(kTooLong, talk(proxy_of(), "h", 1, interim + kOk).result);
    return true;
}

// Ever so many schemes, in lines longer than what is kept of one.
bool many_schemes()
{
    std::string list = "Proxy-Authenticate: ";
    for (int i = 0; i < 500; ++i) {
        list += "Scheme" + std::to_string(i) + ", ";
    }
    for (const std::string &fields : {list + "\r\n", list + "\r\n" + list + "\r\n",
                                      "Proxy-Authenticate: " + std::string(9000, 'A') + "\r\n",
                                      "Proxy-Authenticate: \"" + std::string(9000, '\\') + "\r\n"}) {
        const std::string result = talk(proxy_of(), "h", 1, kRequired + fields + "\r\n").result;
        CHECK(is_presentable(result));
        CHECK(result.find(kNone) != std::string::npos);
    }
    return true;
}

bool early_end()
{
    for (const char *answer : {"", "HT", "HTTP/1.1 200 OK\r\n"}) {
        auto conversation = start_proxy_conversation(proxy_of(), "h", 1);
        talk(*conversation, answer, {});
        CHECK_TEXT("", conversation->problem());
        conversation->on_end();
        CHECK(conversation->failed());
        CHECK_TEXT("Proxy: it closed the connection before the tunnel was open", conversation->problem());
    }
    auto conversation = start_proxy_conversation(proxy_of(), "h", 1);
    conversation->on_end();  // before the request was written
    CHECK(conversation->failed() && conversation->to_write().empty());
    conversation = start_proxy_conversation(proxy_of(), "h", 1);
    talk(*conversation, kOk, {});
    conversation->on_end();
    CHECK(conversation->done() && !conversation->failed());
    conversation = start_proxy_conversation(proxy_of(), "h", 1);
    talk(*conversation, "HTTP/1.1 403 No\r\n\r\n", {});
    conversation->on_end();
    CHECK_TEXT("Proxy: 403 No", conversation->problem());
    return true;
}

// Nothing is read before all is written, nor after the end.
bool takes_nothing_out_of_turn()
{
    auto conversation = start_proxy_conversation(proxy_of(), "h", 1);
    CHECK(conversation->consume(kOk) == 0);
    conversation->written(conversation->to_write().size() - 1);
    CHECK_TEXT("\n", std::string(conversation->to_write()));
    CHECK(conversation->consume(kOk) == 0);
    conversation->written(100);
    CHECK(conversation->to_write().empty());
    CHECK(conversation->consume(kOk) == kOk.size());
    CHECK(conversation->done() && conversation->consume(kOk) == 0);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<requests>),          cmocka_unit_test(run<answers>),
        cmocka_unit_test(run<answers_in_pieces>), cmocka_unit_test(run<refused_credentials>),
        cmocka_unit_test(run<long_headers>),      cmocka_unit_test(run<many_schemes>),
        cmocka_unit_test(run<early_end>),         cmocka_unit_test(run<takes_nothing_out_of_turn>),
    };
    return cmocka_run_group_tests_name("http_connect", tests, nullptr, nullptr);
}
