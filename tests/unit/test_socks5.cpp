// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of route/socks5.

#include "unit/check.h"

#include <string>
#include <vector>

#include "unit/proxy_script.h"

using namespace nws;
using namespace nws::test;
using namespace std::string_literals;

namespace {

Proxy proxy_of(bool has_credentials, const std::string &user = "", const std::string &password = "")
{
    Proxy proxy;
    proxy.kind = Proxy::Kind::socks5;
    proxy.has_credentials = has_credentials;
    proxy.user = user;
    proxy.password = password;
    return proxy;
}

const Proxy kNobody = proxy_of(false);
const Proxy kUser = proxy_of(true, "user", "s3cret");

std::string to_hex(const std::string &bytes)
{
    std::string text;
    for (const char c : bytes) {
        text += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
        text += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
    }
    return text;
}

const std::string kNoAuthentication = "\x05\x00"s, kUserAndPassword = "\x05\x02"s, kPassed = "\x01\x00"s;
const std::string kOk = "\x05\x00\x00\x01\x7F\x00\x00\x01\x00\x50"s;
const std::string kGreeting = "\x05\x01\x00|"s, kGreetingWithUser = "\x05\x02\x00\x02|"s;
const std::string kAuthentication = "\x01\x04user\x06s3cret|"s;
const std::string kRequest = "\x05\x01\x00\x03\x01h\x01\xBB|"s;

bool requests()
{
    const std::string name255(255, 'n');
    struct {
        const char *host;
        uint16_t port;
        std::string request;
    } const kRows[] = {
        // RFC 1928 5: ATYP 3, and the name is looked up at the proxy
        {"example.com", 443, "\x05\x01\x00\x03\x0B"s + "example.com" + "\x01\xBB"s},
        {"h", 80, "\x05\x01\x00\x03\x01h\x00\x50"s},
        {"example.com.", 65535, "\x05\x01\x00\x03\x0C"s + "example.com." + "\xFF\xFF"s},
        {name255.c_str(), 1, "\x05\x01\x00\x03\xFF"s + name255 + "\x00\x01"s},
        // ATYP 1
        {"192.0.2.1", 80, "\x05\x01\x00\x01\xC0\x00\x02\x01\x00\x50"s},
        // ATYP 4; RFC 6874 4: no zone
        {"2001:db8::1", 256, "\x05\x01\x00\x04\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01\x01\x00"s},
        {"fe80::1%eth0", 256, "\x05\x01\x00\x04\xFE\x80"s + std::string(13, '\0') + "\x01\x01\x00"s},
    };
    for (const auto &row : kRows) {
        const Outcome got = talk(kNobody, row.host, row.port, kNoAuthentication + kOk);
        CHECK_TEXT(to_hex(kGreeting + row.request + '|'), to_hex(got.said));
        CHECK_TEXT("open", got.result);
    }
    return true;
}

struct Row {
    const Proxy *proxy;
    std::string answer;
    std::string said, result, left;
};

const std::string kPrefix = "Proxy: SOCKS5: ";

// A row that gets as far as the request, without credentials.
Row reply(const std::string &answer, const std::string &result, const std::string &left)
{
    return {&kNobody, kNoAuthentication + answer, kGreeting + kRequest, result, left};
}

const std::vector<Row> kRows = {
    // RFC 1928 3: the method
    {&kNobody, "", kGreeting, "waiting", ""},
    {&kNobody, "\x05", kGreeting, "waiting", ""},
    {&kNobody, "\x05\xFF", kGreeting, kPrefix + "it wants authentication, and no credentials are given", ""},
    {&kUser, "\x05\xFF", kGreetingWithUser,
     kPrefix + "it accepts neither user and password nor a connection without them", ""},
    {&kNobody, kUserAndPassword + "x", kGreeting,
     kPrefix + "it chose authentication method 2, which was not offered", "x"},
    {&kUser, "\x05\x01", kGreetingWithUser,
     kPrefix + "it chose authentication method 1, which was not offered", ""},
    {&kNobody, "HTTP/1.1 400", kGreeting, kPrefix + "the answer is not SOCKS5", "TTP/1.1 400"},
    {&kNobody, "\x04\x00"s, kGreeting, kPrefix + "the answer is not SOCKS5", "\0"s},
    {&kUser, kNoAuthentication + kOk, kGreetingWithUser + kRequest, "open", ""},
    // RFC 1929 2: user and password
    {&kUser, kUserAndPassword, kGreetingWithUser + kAuthentication, "waiting", ""},
    {&kUser, kUserAndPassword + kPassed, kGreetingWithUser + kAuthentication + kRequest, "waiting", ""},
    {&kUser, kUserAndPassword + kPassed + kOk, kGreetingWithUser + kAuthentication + kRequest, "open", ""},
    {&kUser, kUserAndPassword + "\x05\x00"s + kOk, kGreetingWithUser + kAuthentication + kRequest, "open",
     ""},
    {&kUser, kUserAndPassword + "\x01\x01"s, kGreetingWithUser + kAuthentication,
     kPrefix + "user or password is wrong", ""},
    {&kUser, kUserAndPassword + "\x01\xFF"s, kGreetingWithUser + kAuthentication,
     kPrefix + "user or password is wrong", ""},
    // RFC 1928 6: the reply, with each type of address; what follows is the server's
    reply(kOk, "open", ""),
    reply(kOk + "x", "open", "x"),
    reply(kOk + "\x05\x00"s, "open", "\x05\x00"s),
    reply("\x05\x00\x00\x04"s + std::string(18, '\x09') + "x", "open", "x"),
    reply("\x05\x00\x00\x03\x05nm.op\x00\x50x"s, "open", "x"),
    reply("\x05\x00\x00\x03\x00\x00\x50x"s, "open", "x"),
    reply("\x05\x00\x00\x03\x01\x07\x07\x07x"s, "open", "x"),
    reply("\x05\x00\x00\x03\xFF"s + std::string(257, '\xFF') + "x", "open", "x"),
    reply("\x05\x00\xFF\x01"s + std::string(6, '\0') + "x", "open", "x"),  // RSV says nothing
    // cut off, byte by byte
    reply("", "waiting", ""),
    reply("\x05\x00\x00\x01\x00\x00\x00\x00\x00"s, "waiting", ""),
    reply("\x05\x00\x00\x04"s + std::string(17, '\0'), "waiting", ""),
    reply("\x05\x00\x00\x03\x01h\x00"s, "waiting", ""),
    // refusals, known by their second byte
    reply("\x05\x01"s, kPrefix + "general failure of the proxy", ""),
    reply("\x05\x02\x00\x01"s, kPrefix + "connection not allowed by the proxy's rules", "\x00\x01"s),
    reply("\x05\x03"s, kPrefix + "network unreachable", ""),
    reply("\x05\x04"s, kPrefix + "host unreachable", ""),
    reply("\x05\x05"s, kPrefix + "connection refused", ""),
    reply("\x05\x06"s, kPrefix + "TTL expired", ""),
    reply("\x05\x07"s, kPrefix + "command not supported", ""),
    reply("\x05\x08"s, kPrefix + "address type not supported", ""),
    reply("\x05\x09"s, kPrefix + "it refused with the unassigned code 9", ""),
    reply("\x05\xFF"s, kPrefix + "it refused with the unassigned code 255", ""),
    // nonsense
    reply("\x04", kPrefix + "the answer is not SOCKS5", ""),
    reply("\x00\x5A"s, kPrefix + "the answer is not SOCKS5", "\x5A"),
    reply("\x05\x00\x00\x02xx"s, kPrefix + "its reply has an address of the unknown type 2", "xx"),
    reply("\x05\x00\x00\x00"s, kPrefix + "its reply has an address of the unknown type 0", ""),
    reply("\x05\x00\x00\xFF"s, kPrefix + "its reply has an address of the unknown type 255", ""),
};

bool answers()
{
    for (const Row &row : kRows) {
        const std::string name = to_hex(row.answer) + " -> ";
        const Outcome got = talk(*row.proxy, "h", 443, row.answer);
        CHECK_TEXT(name + row.result + " + " + to_hex(row.left),
                   name + got.result + " + " + to_hex(got.left));
        CHECK_TEXT(name + to_hex(row.said), name + to_hex(got.said));
        CHECK(got.result == "open" || got.result == "waiting" || is_presentable(got.result));
        CHECK(got.result.find("s3cret") == std::string::npos);
    }
    return true;
}

bool answers_in_pieces()
{
    for (const Row &row : kRows) {
        CHECK(cuts_do_not_matter(*row.proxy, "h", 443, row.answer));
    }
    return true;
}

// Lengths are single bytes: RFC 1928 5, RFC 1929 2.
bool what_cannot_be_said()
{
    const std::string text255(255, 'a'), text256(256, 'a');
    const std::string kCredentials = kPrefix + "the user or the password has more than 255 bytes";
    struct {
        Proxy proxy;
        std::string host, wanted;
    } const kLengths[] = {
        {kNobody, text255, "open"},
        {kNobody, text256, kPrefix + "the server's name has more than 255 bytes"},
        {proxy_of(true, text255, text255), "h", "open"},
        {proxy_of(true, text256, "p"), "h", kCredentials},
        {proxy_of(true, "u", text256), "h", kCredentials},
        {proxy_of(false, text256, text256), "h", "open"},
    };
    for (const auto &row : kLengths) {
        const std::string answer =
            (row.proxy.has_credentials ? kUserAndPassword + kPassed : kNoAuthentication) + kOk;
        const Outcome got = talk(row.proxy, row.host, 1, answer);
        CHECK_TEXT(row.wanted, got.result);
        CHECK(row.wanted == "open" || (got.said.empty() && got.left == answer));
    }
    // RFC 1929 wants one byte at least, but the other side decides
    CHECK_TEXT(to_hex(kGreetingWithUser + "\x01\x01u\x00|"s),
               to_hex(talk(proxy_of(true, "u", ""), "h", 1, kUserAndPassword).said));
    return true;
}

bool early_end()
{
    for (size_t length = 0; length < kOk.size() + 2; ++length) {
        auto conversation = start_proxy_conversation(kNobody, "h", 1);
        talk(*conversation, (kNoAuthentication + kOk).substr(0, length), {});
        conversation->on_end();
        CHECK_TEXT("Proxy: it closed the connection before the tunnel was open", conversation->problem());
        CHECK(conversation->failed() && conversation->to_write().empty());
    }
    return true;
}

// Any byte in any place leads to an end or waits for more.
bool random_bytes()
{
    uint32_t state = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string answer = kUserAndPassword + kPassed + kOk;
        for (int changes = round % 4; changes >= 0; --changes) {
            state = state * 1664525 + 1013904223;
            answer[(state >> 8) % answer.size()] = static_cast<char>(state >> 24);
        }
        const Outcome got = talk(kUser, "h", 1, answer);
        CHECK(got.result == "open" || got.result == "waiting" || is_presentable(got.result));
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<requests>),          cmocka_unit_test(run<answers>),
        cmocka_unit_test(run<answers_in_pieces>), cmocka_unit_test(run<what_cannot_be_said>),
        cmocka_unit_test(run<early_end>),         cmocka_unit_test(run<random_bytes>),
    };
    return cmocka_run_group_tests_name("socks5", tests, nullptr, nullptr);
}
