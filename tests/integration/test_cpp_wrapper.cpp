// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// net_websocket.hpp: what each of its calls does, and that moving and destroying
// a client is safe whatever its functions are doing. Compiled without exceptions
// and without type information.

#include "integration/scene.h"

#include <network/netstack/net_websocket.hpp>

#include <atomic>
#include <thread>

#include "support/moment.h"

using namespace nws::test;
using net_websocket::Client;
using net_websocket::ClientRef;
using net_websocket::Closed;
using net_websocket::Code;
using net_websocket::Error;
using net_websocket::MessageType;
using net_websocket::Options;

namespace {

// What a client's functions tell, in words. Shared with them: they may outlive
// the test that made them.
struct Story {
    AppendLog<std::string> log;

    void tell(std::string what) { log.append(std::move(what)); }
    bool wait(const std::string &what, size_t count = 1)
    {
        return log.wait_count([&what](const std::string &told) { return told == what; }, count);
    }
    std::string all()
    {
        std::string text;
        for (const std::string &told : log.snapshot()) {
            text += (text.empty() ? "" : "; ") + told;
        }
        return text;
    }
};

using StoryOf = std::shared_ptr<Story>;

std::string word(MessageType type)
{
    return type == MessageType::text ? "text " : "binary ";
}

StoryOf tell_all(Client &client)
{
    auto story = std::make_shared<Story>();
    client.on_open([story](ClientRef) { story->tell("open"); });
    client.on_message([story](ClientRef, MessageType type, std::string_view data) {
        story->tell(word(type) + std::string(data));
    });
    client.on_message_part([story](ClientRef, MessageType type, std::string_view data, bool last) {
        story->tell("part of " + word(type) + std::string(data) + (last ? "." : ""));
    });
    client.on_error([story](ClientRef, const Error &error) {
        story->tell("error " + std::string(error.name()) + " " + std::string(error.text));
    });
    client.on_close([story](ClientRef, const Closed &closed) {
        story->tell("close " + std::to_string(closed.code) + " " + std::string(closed.reason));
    });
    client.on_pong([story](ClientRef, std::string_view data) { story->tell("pong " + std::string(data)); });
    client.on_drained([story](ClientRef) { story->tell("drained"); });
    return story;
}

void conversation(void **)
{
    Client client;
    assert_true(static_cast<bool>(client));
    const StoryOf story = tell_all(client);
    assert_true(static_cast<bool>(client.connect(server().url("/echo"))));
    assert_true(story->wait("open"));
    assert_true(static_cast<bool>(client.send_text("hello")));
    assert_true(story->wait("text hello"));
    assert_true(static_cast<bool>(client.send_binary("hello")));
    assert_true(story->wait("binary hello"));
    const unsigned char bytes[] = {'b', 'y'};
    assert_true(static_cast<bool>(client.send_binary(bytes, sizeof bytes)));
    assert_true(story->wait("binary by"));
    assert_true(static_cast<bool>(client.send_text("")));
    assert_true(story->wait("text "));
    assert_true(story->wait("drained"));
    assert_true(static_cast<bool>(client.ping("p")));
    assert_true(story->wait("pong p"));
    assert_true(static_cast<bool>(client.begin_message(MessageType::text)));
    assert_true(static_cast<bool>(client.send_part("one ")));
    assert_true(static_cast<bool>(client.send_part("two")));
    assert_true(static_cast<bool>(client.end_message()));
    assert_true(story->wait("text one two"));
    assert_true(static_cast<bool>(client.close(1000, "thank you")));
    assert_true(story->wait("close 1000 thank you"));
}

void results(void **)
{
    Client client;
    const net_websocket::Result result = client.connect("no url at all");
    assert_false(static_cast<bool>(result));
    assert_true(result.code() == Code::parse_url_error);
    assert_string_equal(result.name(), "WEBSOCKET_CONNECTION_PARSE_URL_ERROR");
    assert_true(client.send_text("\xff").code() == Code::protocol_error);
    assert_true(client.close().code() == Code::no_connection);
    assert_true(client.ping().code() == Code::no_connection);
    assert_true(client.pause().code() == Code::no_connection);
    assert_true(client.add_header("no token", "value").code() == Code::protocol_error);
    assert_true(ClientRef().send_text("x").code() == Code::client_null);
    const ClientRef ref = client.ref();
    client.reset();
    assert_false(static_cast<bool>(client));
    assert_true(ref.send_text("x").code() == Code::client_not_created);
    assert_true(client.send_text("x").code() == Code::client_null);
    client.on_open([](ClientRef) {});
    assert_int_equal(ref.queued_bytes(), 0);
    ASSERT_TEXT(ref.last_error(), "");
    assert_false(ref.response_header("Upgrade").has_value());
    ASSERT_TEXT(ref.response_headers(), "");
    assert_false(ref.connection_info().has_value());
    assert_int_equal(ref.statistics().connects, 0);
}

void errors(void **)
{
    Client client;
    const StoryOf story = tell_all(client);
    assert_true(static_cast<bool>(client.connect(server().url("/status?code=403"))));
    assert_true(story->wait("error WEBSOCKET_CONNECTION_ERROR HTTP: 403 Forbidden"));
    ASSERT_TEXT(client.last_error(), "HTTP: 403 Forbidden");
}

void options_and_fields(void **)
{
    Client client;
    const StoryOf story = tell_all(client);
    Options options;
    options.subprotocols = "one,two";
    options.maxSendMessageBytes = 20;
    options.keepConnectionDetails = 1;
    assert_true(static_cast<bool>(client.set_options(options)));
    assert_true(static_cast<bool>(client.add_header("X-Added", "1")));
    const std::vector<net_websocket::Field> fields = {{"X-First", "2"}, {"X-Second", "3"}};
    assert_true(static_cast<bool>(client.connect(server().url("/subprotocol"), fields)));
    assert_true(story->wait("text one"));
    ASSERT_TEXT(client.subprotocol(), "one");
    ASSERT_TEXT(client.response_header("upgrade").value_or("none"), "websocket");
    assert_false(client.response_header("X-None").has_value());
    assert_true(client.response_headers().find("upgrade: websocket\r\n") != std::string::npos);
    assert_true(client.connection_info().has_value());
    assert_true(client.connection_info()->openMicroseconds > 0);
    ASSERT_TEXT(client.peer_certificates(), "");
    assert_true(client.send_text(std::string(21, 'x')).code() == Code::data_length_exceeded);
    assert_true(client.set_options(options).code() == Code::connection_error);
    assert_int_equal(client.queued_bytes(), 0);
    assert_int_equal(client.statistics().connects, 1);
    assert_true(net_websocket::process_statistics().connects >= 1);
    const std::string request = server().events(ServerKind::request)[0].payload;
    ASSERT_CONTAINS(request, "X-Added: 1\r\n");
    ASSERT_CONTAINS(request, "X-First: 2\r\n");
    ASSERT_CONTAINS(request, "X-Second: 3\r\n");

    Client without;
    assert_true(
        static_cast<bool>(without.connect(server().url("/echo"), std::vector<net_websocket::Field>())));
}

void parts(void **)
{
    FrameOptions more;
    more.fin = false;
    server().on_path("/", Script()
                              .upgrade()
                              .send_frame(Opcode::text, "one", more)
                              .stall("go")
                              .send_frame(Opcode::continuation, "two")
                              .answer_close());
    Client client;
    const StoryOf story = tell_all(client);
    Options options;
    options.receive_parts = true;
    assert_true(static_cast<bool>(client.set_options(options)));
    assert_true(static_cast<bool>(client.connect(server().url("/"))));
    assert_true(story->wait("part of text one"));
    server().release("go");
    assert_true(story->wait("part of text two."));
}

void pausing(void **)
{
    server().on_path("/", Script().upgrade().stall("go").send_text("late").answer_close());
    Client client;
    const StoryOf story = tell_all(client);
    assert_true(static_cast<bool>(client.connect(server().url("/"))));
    assert_true(story->wait("open"));
    assert_true(static_cast<bool>(client.pause()));
    server().release("go");
    open_client("/echo");
    ASSERT_TEXT(story->all(), "open");
    assert_true(static_cast<bool>(client.resume()));
    assert_true(story->wait("text late"));
}

void functions_are_replaced_and_removed(void **)
{
    Client client;
    const StoryOf story = tell_all(client);
    assert_true(static_cast<bool>(client.connect(server().url("/echo"))));
    assert_true(story->wait("open"));
    client.on_message([story](ClientRef, MessageType, std::string_view) { story->tell("other"); });
    client.send_text("x").ignore();
    assert_true(story->wait("other"));
    client.on_message(nullptr);
    client.send_text("nobody hears").ignore();
    client.ping("after").ignore();
    assert_true(story->wait("pong after"));
    client.on_message([story](ClientRef self, MessageType, std::string_view) {
        story->tell(self.send_text("again") ? "sent" : "not sent");
    });
    client.send_text("x").ignore();
    assert_true(story->wait("sent", 3));
}

// The connection does not notice.
void moved_while_connected(void **)
{
    Client first;
    const StoryOf story = tell_all(first);
    assert_true(static_cast<bool>(first.connect(server().url("/echo"))));
    assert_true(story->wait("open"));
    const ClientRef ref = first.ref();
    Client second(std::move(first));
    assert_false(static_cast<bool>(first));
    assert_true(second.ref() == ref);
    second.send_text("second").ignore();
    assert_true(story->wait("text second"));
    Client third;
    third = std::move(second);
    third.send_text("third").ignore();
    assert_true(story->wait("text third"));
    Client *const self = &third;
    third = std::move(*self);
    assert_true(static_cast<bool>(third));
    // Assignment destroys what was there.
    third = Client();
    assert_true(ref.send_text("x").code() == Code::client_not_created);
}

void moved_while_its_functions_run(void **)
{
    constexpr int kMoves = 2000;
    auto client = std::make_unique<Client>();
    auto count = std::make_shared<std::atomic<int>>(0);
    auto story = tell_all(*client);
    client->on_message([count](ClientRef self, MessageType, std::string_view) {
        ++*count;
        self.send_text("again").ignore();
    });
    assert_true(static_cast<bool>(client->connect(server().url("/echo"))));
    client->send_text("begin").ignore();
    for (int i = 0; i < kMoves || *count < 20; ++i) {
        client = std::make_unique<Client>(std::move(*client));
    }
    client.reset();
    const int last = *count;
    open_client("/echo");
    assert_int_equal(*count, last);
}

// The function that runs is kept until it returns, with all that it holds.
void destroyed_inside_its_functions(void **)
{
    for (const std::string event : {"open", "message", "pong", "drained", "close", "error"}) {
        auto owner = std::make_shared<std::unique_ptr<Client>>(std::make_unique<Client>());
        const auto done = std::make_shared<Moment>();
        const auto seen = std::make_shared<std::string>();
        const auto held = std::make_shared<std::string>("still here");
        Client &client = **owner;
        const auto destroy = [owner, done, seen, held, event](const std::string &now) {
            if (now == event && *owner != nullptr) {
                owner->reset();
                *seen = *held;
                done->come();
            }
        };
        client.on_open([destroy](ClientRef) { destroy("open"); });
        client.on_message([destroy](ClientRef, MessageType, std::string_view) { destroy("message"); });
        client.on_pong([destroy](ClientRef, std::string_view) { destroy("pong"); });
        client.on_drained([destroy](ClientRef) { destroy("drained"); });
        client.on_close([destroy](ClientRef, const Closed &) { destroy("close"); });
        client.on_error([destroy](ClientRef, const Error &) { destroy("error"); });
        const ClientRef ref = client.ref();
        assert_true(static_cast<bool>(ref.connect(server().url(event == "error"   ? "/status"
                                                               : event == "close" ? "/close"
                                                                                  : "/echo"))));
        if (event == "message" || event == "drained") {
            ref.send_text("x").ignore();
        }
        while (event == "pong" && ref.ping().code() == Code::no_connection) {
            std::this_thread::yield();
        }
        assert_true(done->wait());
        ASSERT_TEXT(*seen, "still here");
    }
}

// From another thread, at any moment; what the functions hold is freed once.
void destroyed_while_its_functions_run(void **)
{
    const int rounds = NWS_SANITIZED ? 30 : 100;
    const auto held = std::make_shared<int>(0);
    for (int i = 0; i < rounds; ++i) {
        Client client;
        auto story = std::make_shared<Story>();
        client.on_message([held, story](ClientRef self, MessageType, std::string_view) {
            story->tell("message");
            self.send_text("again").ignore();
        });
        assert_true(static_cast<bool>(client.connect(server().url("/echo"))));
        client.send_text("begin").ignore();
        assert_true(story->wait("message", static_cast<size_t>(1 + i % 3)));
        client.reset();
        // Silent from here on.
        const size_t told = story->log.snapshot().size();
        std::this_thread::yield();
        assert_int_equal(story->log.snapshot().size(), told);
    }
    assert_int_equal(held.use_count(), 1);
}

// Functions that are set while they are called.
void set_by_another_thread(void **)
{
    Client client;
    auto count = std::make_shared<std::atomic<int>>(0);
    const auto function = [count](ClientRef self, MessageType, std::string_view) {
        ++*count;
        self.send_text("again").ignore();
    };
    client.on_message(function);
    assert_true(static_cast<bool>(client.connect(server().url("/echo"))));
    client.send_text("begin").ignore();
    for (int i = 0; i < 1000 || *count < 20; ++i) {
        client.on_message(function);
    }
}

}  // namespace

int main()
{
    unsetenv("http_proxy");
    const CMUnitTest tests[] = {
        SCENE_TEST(conversation),
        SCENE_TEST(results),
        SCENE_TEST(errors),
        SCENE_TEST(options_and_fields),
        SCENE_TEST(parts),
        SCENE_TEST(pausing),
        SCENE_TEST(functions_are_replaced_and_removed),
        SCENE_TEST(moved_while_connected),
        SCENE_TEST(moved_while_its_functions_run),
        SCENE_TEST(destroyed_inside_its_functions),
        SCENE_TEST(destroyed_while_its_functions_run),
        SCENE_TEST(set_by_another_thread),
    };
    return cmocka_run_group_tests_name("cpp_wrapper", tests, nullptr, nullptr);
}
