// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "interop/interop_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>

#include <network/netstack/net_websocket_ext.h>

#include "interop/peer.h"
#include "support/logged_client.h"

namespace nws::test {

namespace {

using Kind = ClientEvent::Kind;

// What a case runs with. Holds its clients, as a failed assertion leaves the
// case without unwinding.
struct Fixture {
    Peer *peer = nullptr;
    std::string listener;
    std::vector<std::unique_ptr<LoggedClient>> clients;

    LoggedClient &new_client()
    {
        clients.push_back(std::make_unique<LoggedClient>());
        return *clients.back();
    }
    std::string url(const std::string &target) const { return peer->url(listener, target); }
};

Fixture &fixture_of(void **state)
{
    return *static_cast<Fixture *>(*state);
}

// The same endpoint for each, but a target that the server's reports tell apart.
std::string own_target(const std::string &target)
{
    static unsigned number = 0;
    const char mark = target.find('?') == std::string::npos ? '?' : '&';
    return target + mark + "case=" + std::to_string(++number);
}

std::string alphabet(size_t size)
{
    std::string text;
    while (text.size() < size) {
        text += "abcdefghijklmnopqrstuvwxyz";
    }
    text.resize(size);
    return text;
}

// ---- what is asserted again and again ----

void assert_bytes_equal(const std::string &bytes, const std::string &wanted)
{
    assert_int_equal(bytes.size(), wanted.size());
    assert_memory_equal(bytes.data(), wanted.data(), wanted.size());
}

LoggedClient &open_client_at(Fixture &fixture, const std::string &url)
{
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(url), WEBSOCKET_OK);
    assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
    const ClientEvent opened = client.log().snapshot().front();
    assert_string_equal(opened.kind == Kind::error ? opened.text.c_str() : "", "");
    assert_true(opened.kind == Kind::open);
    assert_int_equal(opened.code, 101);
    assert_string_equal(opened.text.c_str(), "Switching Protocols");
    return client;
}

LoggedClient &open_client(Fixture &fixture, const std::string &target)
{
    return open_client_at(fixture, fixture.url(target));
}

void assert_messages(LoggedClient &client, const std::vector<std::string> &wanted)
{
    client.wait_message_count(wanted.size());
    const auto messages = client.log().events(Kind::message);
    assert_int_equal(messages.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        assert_bytes_equal(messages[i].bytes, wanted[i]);
        assert_true(messages[i].terminated);
    }
}

void assert_closed(LoggedClient &client, uint32_t code, const char *reason)
{
    assert_true(client.wait_close());
    const ClientEvent last = client.log().snapshot().back();
    assert_true(last.kind == Kind::close);
    assert_true(last.terminated);
    assert_int_equal(last.code, code);
    assert_string_equal(last.text.c_str(), reason);
    assert_int_equal(client.log().count_of(Kind::close), 1);
    assert_int_equal(client.log().count_of(Kind::error), 0);
}

Report report_of(Fixture &fixture, const std::string &target)
{
    const std::optional<Report> report = fixture.peer->wait_report(target);
    assert_true(report.has_value());
    return *report;
}

void assert_report(Fixture &fixture, const std::string &target, unsigned code, const std::string &reason,
                   unsigned texts = 0, unsigned binaries = 0, const std::string &bytes = {})
{
    const Report report = report_of(fixture, target);
    assert_int_equal(report.texts, texts);
    assert_int_equal(report.binaries, binaries);
    assert_string_equal(report.sha1.c_str(), sha1_text(bytes).c_str());
    assert_int_equal(report.code, code);
    assert_string_equal(report.reason.c_str(), reason.c_str());
}

void close_normally(LoggedClient &client)
{
    assert_int_equal(client.close(1000, "bye"), WEBSOCKET_OK);
    assert_closed(client, 1000, "bye");
}

// ---- messages ----

void text_and_binary(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/echo");
    LoggedClient &client = open_client(fixture, target);
    const std::vector<std::string> messages = {
        "Gr\xc3\xbc\xc3\x9f"
        "e, \xe4\xb8\x96\xe7\x95\x8c",          // UTF-8: text
        std::string("with a NUL\0inside", 17),  // binary
        "\xff\xfe no UTF-8",                    // binary
        "x",                                    // text
    };
    std::string all;
    for (const std::string &message : messages) {
        assert_int_equal(client.send(message), WEBSOCKET_OK);
        all += message;
    }
    assert_messages(client, messages);
    close_normally(client);
    assert_report(fixture, target, 1000, "bye", 2, 2, all);
}

void empty_messages(void **state)
{
    LoggedClient &client = open_client(fixture_of(state), own_target("/empty"));
    assert_messages(client, {"", "", "end"});
    close_normally(client);
}

void four_mebibytes_each_way(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/echo");
    LoggedClient &client = open_client(fixture, target);
    const std::string text = alphabet(size_t{4} << 20);
    std::string binary = text;
    binary[binary.size() / 2] = '\0';
    assert_int_equal(client.send(text), WEBSOCKET_OK);
    assert_int_equal(client.send(binary), WEBSOCKET_OK);
    assert_messages(client, {text, binary});
    close_normally(client);
    assert_report(fixture, target, 1000, "bye", 1, 1, text + binary);
}

// With Pings between the fragments.
void fragments_received(void **state)
{
    LoggedClient &client = open_client(fixture_of(state), own_target("/fragments"));
    assert_messages(client, {"one two three", std::string(70'000, 'x')});
    close_normally(client);
}

void pings_answered(void **state)
{
    // The distribution's libwebsockets answers Pings itself, and of several the
    // oldest, where RFC 6455 5.5.3 asks for the newest.
    const char *const endpoint = SYSTEM_LIBWEBSOCKETS ? "/ping?burst=0" : "/ping?burst=10";
    LoggedClient &client = open_client(fixture_of(state), own_target(endpoint));
    assert_messages(client, {"answered"});
    close_normally(client);
}

void thousand_echoed(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/echo");
    LoggedClient &client = open_client(fixture, target);
    std::vector<std::string> messages;
    std::string all;
    for (size_t i = 0; i < 1000; ++i) {
        std::string message = std::to_string(i) + ':' + alphabet(i * 37 % 3000);
        if (i % 4 == 0) {
            message.push_back('\0');
        }
        assert_int_equal(client.send(message), WEBSOCKET_OK);
        all += message;
        messages.push_back(std::move(message));
    }
    assert_messages(client, messages);
    close_normally(client);
    assert_report(fixture, target, 1000, "bye", 750, 250, all);
}

void thousand_received(void **state)
{
    LoggedClient &client = open_client(fixture_of(state), own_target("/source?n=1000&size=500"));
    assert_closed(client, 1000, "done");
    std::vector<std::string> wanted;
    for (size_t i = 0; i < 1000; ++i) {
        const std::string head = std::to_string(i) + ':';
        wanted.push_back(head + alphabet(500 - head.size()));
    }
    assert_messages(client, wanted);
}

// ---- nothing is waited for, nothing is lost ----

std::string numbered_messages(size_t count)
{
    std::string all;
    for (size_t i = 0; i < count; ++i) {
        all += "message " + std::to_string(i);
    }
    return all;
}

void send_close_destroy_at_once(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/count");
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(fixture.url(target)), WEBSOCKET_OK);
    for (size_t i = 0; i < 1000; ++i) {
        assert_int_equal(client.send("message " + std::to_string(i)), WEBSOCKET_OK);
    }
    const int closed = client.close(1000, "all sent");
    assert_true(closed == WEBSOCKET_OK || closed == WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.destroy(), WEBSOCKET_OK);
    assert_report(fixture, target, 1000, "all sent", 1000, 0, numbered_messages(1000));
}

void program_leaves_at_once(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/count");
    Process program;
    assert_true(program.start({OH_PROGRAM, fixture.url(target)}));
    const int status = program.wait_exit();
    assert_int_equal(status, 0);
    assert_report(fixture, target, 1000, "all sent", 1000, 0, numbered_messages(1000));
}

// ---- closing ----

void own_close_codes(void **state)
{
    struct Row {
        uint32_t given, sent;
        const char *reason;
    };
    const std::string longest(123, 'r');
    const Row rows[] = {
        {0, 1000, nullptr},
        {1000, 1000, "done"},
        {1001, 1001, "going away"},
        {1011, 1011, ""},
        {3000, 3000,
         "Gr\xc3\xbc\xc3\x9f"
         "e"},
        {4999, 4999, longest.c_str()},
    };
    Fixture &fixture = fixture_of(state);
    for (const Row &row : rows) {
        const std::string target = own_target("/count");
        const char *reason = row.reason == nullptr ? "" : row.reason;
        LoggedClient &client = open_client(fixture, target);
        assert_int_equal(client.close(row.given, row.reason), WEBSOCKET_OK);
        assert_closed(client, row.sent, reason);
        assert_report(fixture, target, row.sent, reason);
    }
}

void peers_close_codes(void **state)
{
    struct Row {
        const char *query;
        unsigned code;
        const char *reason;
    };
    constexpr Row kRows[] = {
        {"?code=1000&reason=done", 1000, "done"},
        {"?code=1001", 1001, ""},
        {"?code=1011&reason=broken", 1011, "broken"},
        {"?code=3000&reason=Gr%C3%BC%C3%9Fe", 3000,
         "Gr\xc3\xbc\xc3\x9f"
         "e"},
        {"?code=4999&reason=last", 4999, "last"},
        {"", 1005, ""},
    };
    Fixture &fixture = fixture_of(state);
    for (const Row &row : kRows) {
        const std::string target = own_target(std::string("/close") + row.query);
        LoggedClient &client = open_client(fixture, target);
        assert_closed(client, row.code, row.reason);
        // The peer has its own code back.
        assert_int_equal(report_of(fixture, target).code, row.code);
    }
}

void destroyed_without_close(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/count");
    LoggedClient &client = open_client(fixture, target);
    assert_int_equal(client.destroy(), WEBSOCKET_OK);
    assert_report(fixture, target, 1001, "");
    assert_string_equal(client.log().order().c_str(), "on");
}

void connects_again(void **state)
{
    Fixture &fixture = fixture_of(state);
    LoggedClient &client = open_client(fixture, own_target("/close?code=1000&reason=first"));
    assert_closed(client, 1000, "first");
    assert_int_equal(client.connect(fixture.url(own_target("/echo"))), WEBSOCKET_OK);
    assert_true(client.wait_open(2));
    assert_int_equal(client.send("again"), WEBSOCKET_OK);
    assert_messages(client, {"again"});
    assert_int_equal(client.close(1000, "second"), WEBSOCKET_OK);
    assert_true(client.wait_close(2));
    assert_string_equal(client.log().order().c_str(), "ocomc");
}

// ---- the handshake ----

void assert_has_line(const std::string &text, const std::string &line)
{
    if (("\n" + text).find("\n" + line + "\n") == std::string::npos) {
        print_error("no \"%s\" in\n%s", line.c_str(), text.c_str());
        fail();
    }
}

void header_fields_arrive(void **state)
{
    Fixture &fixture = fixture_of(state);
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.add_header("X-Added", "from AddHeader"), WEBSOCKET_OK);
    assert_int_equal(client.add_header("X-Both", "of AddHeader"), WEBSOCKET_OK);
    const std::string url = fixture.url(own_target("/headers"));
    assert_int_equal(client.connect(url, {{"X-Both", "of Connect"}, {"Cookie", "a=1"}, {"Cookie", "b=2"}}),
                     WEBSOCKET_OK);
    assert_true(client.wait_message_count(1));
    const std::string fields = client.log().events(Kind::message).front().bytes;
    const std::string authority = url.substr(url.find("//") + 2, url.find("/headers") - url.find("//") - 2);
    assert_has_line(fields, "x-added: from AddHeader");
    assert_has_line(fields, "x-both: of Connect");
    assert_has_line(fields, "cookie: a=1; b=2");
    assert_has_line(fields, "host: " + authority);
    assert_has_line(fields,
                    "origin: " + std::string(fixture.listener == "ws" ? "http://" : "https://") + authority);
    assert_has_line(fields, "sec-websocket-version: 13");
    close_normally(client);
}

void subprotocol_chosen(void **state)
{
    Fixture &fixture = fixture_of(state);
    LoggedClient &client = fixture.new_client();
    assert_int_equal(
        client.connect(fixture.url(own_target("/subprotocol")),
                       {{"Sec-WebSocket-Protocol", "superchat"}, {"Sec-WebSocket-Protocol", "chat"}}),
        WEBSOCKET_OK);
    assert_messages(client, {"chat"});
    close_normally(client);
}

void basic_authorization(void **state)
{
    Fixture &fixture = fixture_of(state);
    LoggedClient &right = fixture.new_client();
    assert_int_equal(right.connect(fixture.peer->url(fixture.listener, own_target("/auth"), "127.0.0.1",
                                                     "user:pass%20word@")),
                     WEBSOCKET_OK);
    assert_int_equal(right.send("let in"), WEBSOCKET_OK);
    assert_messages(right, {"let in"});
    close_normally(right);

    LoggedClient &wrong = fixture.new_client();
    assert_int_equal(
        wrong.connect(fixture.peer->url(fixture.listener, own_target("/auth"), "127.0.0.1", "user:wrong@")),
        WEBSOCKET_OK);
    assert_true(wrong.wait_terminal());
    assert_string_equal(wrong.log().order().c_str(), "e");
    const ClientEvent refused = wrong.log().snapshot().front();
    assert_int_equal(refused.code, WEBSOCKET_CONNECTION_ERROR);
    assert_non_null(std::strstr(refused.text.c_str(), "HTTP: 401 Unauthorized (Basic"));
}

void unknown_path(void **state)
{
    Fixture &fixture = fixture_of(state);
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(fixture.url("/nowhere")), WEBSOCKET_OK);
    assert_true(client.wait_terminal());
    assert_string_equal(client.log().order().c_str(), "e");
    assert_string_equal(client.log().snapshot().front().text.c_str(), "HTTP: 404 Not Found");
}

// ---- while connecting ----

void sent_before_open(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/slow");
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.send("before Connect"), WEBSOCKET_OK);
    assert_int_equal(client.connect(fixture.url(target)), WEBSOCKET_OK);
    assert_true(fixture.peer->wait_held(target));
    assert_int_equal(client.send("while connecting"), WEBSOCKET_OK);
    assert_int_equal(client.connect(fixture.url(target)), WEBSOCKET_CONNECTION_ERROR);
    assert_string_equal(client.log().order().c_str(), "");
    assert_true(fixture.peer->release(target));
    assert_messages(client, {"before Connect", "while connecting"});
    close_normally(client);
    assert_string_equal(client.log().order().c_str(), "ommc");
}

void cancelled_while_connecting(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/slow");
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(fixture.url(target)), WEBSOCKET_OK);
    assert_true(fixture.peer->wait_held(target));
    assert_int_equal(client.close(1000, "never mind"), WEBSOCKET_NO_CONNECTION);
    assert_true(fixture.peer->release(target));
    // Had the cancelled connection a callback, it would come before this one's.
    assert_int_equal(client.connect(fixture.url(own_target("/echo"))), WEBSOCKET_OK);
    assert_int_equal(client.send("another"), WEBSOCKET_OK);
    assert_messages(client, {"another"});
    close_normally(client);
    assert_string_equal(client.log().order().c_str(), "omc");
}

void closed_while_connecting_still_sends(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string target = own_target("/slow");
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(fixture.url(target)), WEBSOCKET_OK);
    assert_true(fixture.peer->wait_held(target));
    assert_int_equal(client.send("accepted"), WEBSOCKET_OK);
    assert_int_equal(client.close(1000, "sent"), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.destroy(), WEBSOCKET_OK);
    assert_true(fixture.peer->release(target));
    assert_report(fixture, target, 1000, "sent", 1, 0, "accepted");
    assert_string_equal(client.log().order().c_str(), "n");
}

// ---- TLS ----

std::string lower(std::string text)
{
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

// The text begins with the stage and has one of the words.
void assert_refused(Fixture &fixture, const std::string &listener, const std::vector<std::string> &words)
{
    LoggedClient &client = fixture.new_client();
    assert_int_equal(client.connect(fixture.peer->url(listener, "/echo")), WEBSOCKET_OK);
    assert_true(client.wait_terminal());
    assert_string_equal(client.log().order().c_str(), "e");
    const ClientEvent refused = client.log().snapshot().front();
    assert_int_equal(refused.code, WEBSOCKET_CONNECTION_ERROR);
    const std::string text = lower(refused.text);
    bool named = false;
    for (const std::string &word : words) {
        named = named || text.find(word) != std::string::npos;
    }
    if (text.compare(0, 5, "tls: ") != 0 || !named) {
        print_error("%s: \"%s\"\n", listener.c_str(), refused.text.c_str());
        fail();
    }
}

void wrong_certificates_refused(void **state)
{
    Fixture &fixture = fixture_of(state);
    assert_refused(fixture, "expired", {"expired"});
    assert_refused(fixture, "wrong-host", {"not for"});
    assert_refused(fixture, "selfsigned", {"trusted", "self-signed", "self signed", "authority", "issuer"});
}

// Its authority is good, but none of those that this client trusts.
void unknown_authority_refused(void **state)
{
    setenv("SSL_CERT_FILE", CERTS_DIR "/selfsigned.pem", 1);
    assert_refused(fixture_of(state), "server", {"trusted", "authority", "issuer"});
}

void other_certificates_accepted(void **state)
{
    Fixture &fixture = fixture_of(state);
    const std::string urls[] = {
        fixture.peer->url("server-rsa", own_target("/echo")),           // TLS 1.2
        fixture.peer->url("server", own_target("/echo"), "localhost"),  // by name
    };
    for (const std::string &url : urls) {
        LoggedClient &client = open_client_at(fixture, url);
        assert_int_equal(client.send("secret"), WEBSOCKET_OK);
        assert_messages(client, {"secret"});
        close_normally(client);
    }
}

// ---- permessage-deflate ----

bool offer_deflate(LoggedClient &client, int combination)
{
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.permessageDeflate = 1;
    options.deflateServerNoContextTakeover = combination & 1;
    options.deflateClientNoContextTakeover = combination >> 1 & 1;
    options.deflateClientMaxWindowBits = (combination & 4) != 0 ? 10 : 15;
    return NetWebSocket_SetOptions(client.get(), &options) == WEBSOCKET_OK;
}

// Every combination of parameters, each with what compresses well, badly and
// not at all, and with both sides' windows in use from message to message.
void messages_compressed(void **state)
{
    Fixture &fixture = fixture_of(state);
    if (!offer_deflate(fixture.new_client(), 0)) {
        skip();  // this build has none
    }
    std::string noise;
    for (uint32_t i = 0, x = 1; i < 100'000; ++i) {
        x = x * 1664525 + 1013904223;
        noise.push_back(static_cast<char>(x >> 24));
    }
    const std::vector<std::string> messages = {"hello", alphabet(size_t{1} << 20), "", noise, alphabet(100'000),
                                               "hello", std::string(300'000, 'x'), noise + "\xff"};
    for (int combination = 0; combination < 8; ++combination) {
        LoggedClient &client = fixture.new_client();
        assert_true(offer_deflate(client, combination));
        assert_int_equal(client.connect(fixture.url("/echo")), WEBSOCKET_OK);
        assert_true(client.wait_open());
        char agreed[100] = "";
        assert_int_equal(NetWebSocket_GetResponseHeader(client.get(), "sec-websocket-extensions", agreed,
                                                        sizeof agreed, nullptr),
                         WEBSOCKET_OK);
        assert_int_equal(std::string(agreed).find("permessage-deflate"), 0);
        for (const std::string &message : messages) {
            const auto type = message.size() == noise.size() + 1 ? NET_WEBSOCKET_BINARY : NET_WEBSOCKET_TEXT;
            if (NetWebSocket_SendTyped(client.get(), type, message.data(), message.size()) != WEBSOCKET_OK) {
                assert_int_equal(NetWebSocket_SendTyped(client.get(), NET_WEBSOCKET_BINARY, message.data(),
                                                        message.size()),
                                 WEBSOCKET_OK);
            }
        }
        assert_messages(client, messages);
        close_normally(client);
    }
}

// ---- the table ----

struct Case {
    const char *name;
    void (*run)(void **state);
};

constexpr Case kCases[] = {
    {"text and binary", text_and_binary},
    {"empty messages", empty_messages},
    {"4 MiB each way", four_mebibytes_each_way},
    {"fragments received", fragments_received},
    {"pings answered", pings_answered},
    {"permessage-deflate", messages_compressed},
    {"1000 messages echoed", thousand_echoed},
    {"1000 messages received", thousand_received},
    {"send, close, destroy at once", send_close_destroy_at_once},
    {"program leaves at once", program_leaves_at_once},
    {"own close codes", own_close_codes},
    {"peer's close codes", peers_close_codes},
    {"destroyed without close", destroyed_without_close},
    {"connects again", connects_again},
    {"header fields arrive", header_fields_arrive},
    {"subprotocol chosen", subprotocol_chosen},
    {"Basic authorization", basic_authorization},
    {"unknown path", unknown_path},
    {"sent before open", sent_before_open},
    {"cancelled while connecting", cancelled_while_connecting},
    {"closed while connecting still sends", closed_while_connecting_still_sends},
};

constexpr Case kTlsCases[] = {
    {"wrong certificates refused", wrong_certificates_refused},
    {"unknown authority refused", unknown_authority_refused},
    {"other certificates accepted", other_certificates_accepted},
};

int set_up(void **)
{
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    return setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
}

int tear_down(void **state)
{
    fixture_of(state).clients.clear();
    return 0;
}

class Table {
public:
    template <size_t Count>
    void add(const Case (&cases)[Count], Fixture &fixture)
    {
        for (const Case &one : cases) {
            names_.push_back(std::string(one.name) + (fixture.listener == "ws" ? ", ws" : ", wss"));
            tests_.push_back({names_.back().c_str(), one.run, set_up, tear_down, &fixture});
        }
    }

    int run() { return _cmocka_run_group_tests("interop", tests_.data(), tests_.size(), nullptr, nullptr); }

private:
    std::deque<std::string> names_;  // its elements stay where they are
    std::vector<CMUnitTest> tests_;
};

}  // namespace

int run_interop_cases(const std::vector<std::string> &server_command)
{
    Peer peer;
    const int started = peer.start(server_command);
    if (started != 0) {
        std::fprintf(stderr, "the server does not run: %s\n", server_command[1].c_str());
        return started;
    }
    Fixture plain = {&peer, "ws", {}};
    Fixture secure = {&peer, "server", {}};
    Table table;
    table.add(kCases, plain);
    if (peer.listens("server")) {
        table.add(kCases, secure);
        table.add(kTlsCases, secure);
    }
    return table.run() == 0 ? 0 : 1;
}

}  // namespace nws::test
