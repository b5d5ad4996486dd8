// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: each case over sockets, through the public functions: its bytes in one
// write over TCP, and in pieces that the client reads one by one over a Unix
// socket, where the server can tell at little cost what was read. With --write
// PAGE or --check PAGE the table of cases in docs/conformance.md.

#include "integration/extension.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <unistd.h>

#include "conformance/observed.h"
#include "conformance/page.h"

using namespace nws::test;

namespace {

// So many connections at once.
constexpr size_t kAtOnce = 64;
// Pieces of a delivery, each read before the next goes out.
constexpr size_t kPieces = NWS_SANITIZED ? 8 : 40;

bool is_skipped(const Case &one)
{
    return (LWS_SYSTEM && !one.tried_on_system) || (one.deflate && !has_deflate());
}

const Expectation &expected_of(const Case &one)
{
    return LWS_SYSTEM && one.on_system ? *one.on_system : one.expected;
}

// ---- the server's side ----

std::string answer_to_offer(const DeflateTerms &terms)
{
    std::string answer = "Sec-WebSocket-Extensions: permessage-deflate";
    answer += terms.server_bits < 15 ? "; server_max_window_bits=" + std::to_string(terms.server_bits) : "";
    answer += terms.client_bits < 15 ? "; client_max_window_bits=" + std::to_string(terms.client_bits) : "";
    answer += terms.server_alone ? "; server_no_context_takeover" : "";
    answer += terms.client_alone ? "; client_no_context_takeover" : "";
    return answer + "\r\n";
}

Script script_for(const Case &one, Cut cut)
{
    UpgradeReply reply;
    if (one.deflate) {
        reply.extra_fields = answer_to_offer(*one.deflate);
        reply.allowed_rsv = 4;
    }
    Script script;
    script.expect_upgrade().reply_upgrade(reply).send_bytes(one.wire, cut);
    const Expectation &expected = expected_of(one);
    if (expected.end == Expectation::End::waits) {
        return script.half_close().expect_end();
    }
    if (expected.end != Expectation::End::open) {
        return script.expect_end();
    }
    script.send_text(kLastMessage);
    for (const Item &item : whole_expectation(expected).items) {
        if (item.kind != Item::Kind::pong) {
            script.expect_message(item.kind == Item::Kind::text ? Opcode::text : Opcode::binary);
        }
    }
    return script.send_close(1000).expect_close(1000).expect_end();
}

// ---- the client's side ----

LoggedClient &connect_for(const Case &one, const std::string &path)
{
    NetWebSocket_Options options = new_options();
    options.onTypedMessage = callbacks::on_typed;
    if (one.receive_limit > 0) {
        options.maxReceiveMessageBytes = one.receive_limit;
    }
    if (one.deflate) {
        options.permessageDeflate = 1;
        options.deflateServerMaxWindowBits = one.deflate->server_bits;
        options.deflateClientMaxWindowBits = one.deflate->client_bits;
        options.deflateServerNoContextTakeover = one.deflate->server_alone ? 1 : 0;
        options.deflateClientNoContextTakeover = one.deflate->client_alone ? 1 : 0;
    }
    LoggedClient &client = new_client();
    client.set_hook([&client](const ClientEvent &event) {
        if (event.kind == ClientKind::note) {
            send_typed(client, event.text == "text" ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY, event.bytes);
        }
    });
    assert_int_equal(set_options(client, options), 0);
    assert_int_equal(client.connect(server().url(path)), 0);
    return client;
}

void see_client(LoggedClient &client, Observed &observed)
{
    for (const ClientEvent &event : client.log().snapshot()) {
        switch (event.kind) {
        case ClientKind::note:
            observed.order += 'm';
            observed.messages.push_back(event.text == "text"     ? text(event.bytes)
                                        : event.text == "binary" ? binary(event.bytes)
                                                                 : pong(event.text));
            break;
        case ClientKind::error:
            observed.order += 'e';
            observed.error = event.code;
            observed.error_text = event.text;
            break;
        case ClientKind::close:
            observed.order += 'c';
            observed.close = event.code;
            observed.close_reason = event.text;
            break;
        default:
            observed.order += event.kind == ClientKind::open ? 'o' : '?';
        }
    }
}

// ---- a delivery ----

struct Delivery {
    const Case &one;
    Cut cut;
    std::string path;
    LoggedClient *client = nullptr;
    Observed observed;
};

// What the server's log has of each.
void see_frames(std::vector<Delivery> &deliveries)
{
    std::map<std::string, Delivery *> by_path;
    for (Delivery &delivery : deliveries) {
        by_path[delivery.path] = &delivery;
    }
    std::map<unsigned, std::pair<Delivery *, std::unique_ptr<SentFrames>>> connections;
    for (const ServerEvent &event : server().events()) {
        auto &[delivery, frames] = connections[event.connection];
        if (event.kind == ServerKind::request && by_path.count(event.text) > 0) {
            delivery = by_path[event.text];
            frames = std::make_unique<SentFrames>(delivery->one.deflate, delivery->observed);
        } else if (delivery == nullptr) {
            continue;
        } else if (event.kind == ServerKind::frame) {
            frames->add(event.opcode, event.fin, event.rsv, event.payload);
        } else if (event.kind == ServerKind::violation || event.kind == ServerKind::script_failed) {
            delivery->observed.broken += event.text;
        } else if (event.kind == ServerKind::reset_by_peer &&
                   expected_of(delivery->one).loss != Expectation::Loss::close) {
            delivery->observed.broken += "the client reset the connection";
        }
    }
}

bool deliver(std::vector<Delivery> &deliveries)
{
    for (Delivery &delivery : deliveries) {
        server().on_path(delivery.path, script_for(delivery.one, delivery.cut));
        delivery.client = &connect_for(delivery.one, delivery.path);
    }
    bool all_ended = true;
    for (Delivery &delivery : deliveries) {
        if (!delivery.client->wait_terminal()) {
            delivery.observed.broken = "it does not end; ";
            all_ended = false;
        }
        see_client(*delivery.client, delivery.observed);
    }
    if (!all_ended || !server().wait_all_ended()) {
        print_error("connections have not ended\n");
        all_ended = false;
    }
    see_frames(deliveries);
    bool good = all_ended;
    for (const Delivery &delivery : deliveries) {
        const std::string wrong = difference(delivery.observed, whole_expectation(expected_of(delivery.one)));
        if (!wrong.empty()) {
            print_error("%s: %s, pieces of %zu bytes: %s\n", delivery.one.group.c_str(),
                        delivery.one.name.c_str(), delivery.cut.every, wrong.c_str());
            good = false;
        }
    }
    g_scene->clients.clear();
    return good;
}

// ---- the tests ----

struct Test {
    std::string name;
    std::string group;
    bool in_pieces;
};

std::string g_socket;

int set_up_for(void **state)
{
    set_up_without_server(state);
    ServerOptions options;
    if (static_cast<const Test *>(*state)->in_pieces) {
        options.unix_path = g_socket;
    }
    return server().start(options) ? 0 : -1;
}

int tear_down_and_unlink(void **state)
{
    const int result = tear_down(state);
    unlink(g_socket.c_str());
    return result;
}

Cut cut_for(const Case &one, bool in_pieces)
{
    return in_pieces ? Cut::at_every((one.wire.size() + kPieces - 1) / kPieces) : Cut::none();
}

void run_group(void **state)
{
    const Test &test = *static_cast<const Test *>(*state);
    std::vector<Delivery> deliveries;
    bool good = true;
    size_t count = 0;
    size_t skipped = 0;
    const auto flush = [&] {
        good = deliver(deliveries) && good;
        deliveries.clear();
    };
    for (const Case &one : all_cases()) {
        if (one.group != test.group) {
            continue;
        }
        if (is_skipped(one)) {
            ++skipped;
            continue;
        }
        deliveries.push_back({one, cut_for(one, test.in_pieces), "/" + std::to_string(count++), nullptr, {}});
        if (deliveries.size() == kAtOnce) {
            flush();
        }
    }
    flush();
    print_message("%zu cases, %zu skipped\n", count, skipped);
    assert_true(good);
    if (count == 0) {
        skip();
    }
}

int run_all()
{
    const char *base = std::getenv("TMPDIR");
    std::string directory = std::string(base == nullptr ? "/tmp" : base) + "/conformance-XXXXXX";
    if (mkdtemp(&directory[0]) == nullptr) {
        return 1;
    }
    g_socket = directory + "/socket";
    std::vector<Test> tests;
    for (const std::string &group : groups()) {
        tests.push_back({group, group, false});
        tests.push_back({group + ", in pieces", group, true});
    }
    std::vector<CMUnitTest> units;
    for (Test &test : tests) {
        units.push_back({test.name.c_str(), run_group, set_up_for, tear_down_and_unlink, &test});
    }
    const int failed = _cmocka_run_group_tests("over sockets", units.data(), units.size(), nullptr, nullptr);
    rmdir(directory.c_str());
    return failed;
}

int run_page(const std::string &option, const char *file)
{
    return option == "--write" ? write_page(file) : check_page(file);
}

}  // namespace

int main(int count, char **arguments)
{
    if (count == 3) {
        return run_page(arguments[1], arguments[2]);
    }
    return run_all();
}
