// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Destroy: from everywhere, at any time; silence after it; what still goes out;
// and that the last one leaves nothing behind.

#include "integration/scene.h"

#include <condition_variable>
#include <thread>

#include "integration/process.h"
#include "support/moment.h"

using namespace nws::test;

namespace {

// A path that brings about each kind of event.
std::string path_for(ClientKind kind)
{
    switch (kind) {
    case ClientKind::error:
        return "/status";
    case ClientKind::close:
        return "/close?code=1000";
    case ClientKind::message:
        return "/fragments";
    default:
        return "/echo";
    }
}

constexpr ClientKind kKinds[] = {ClientKind::open, ClientKind::message, ClientKind::error, ClientKind::close};

void codes(void **)
{
    assert_int_equal(OH_WebSocketClient_Destroy(nullptr), WEBSOCKET_CLIENT_NULL);
    WebSocket stranger = {};
    assert_int_equal(OH_WebSocketClient_Destroy(&stranger), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(new_client().destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_int_equal(open_client("/echo").destroy(), 0);
    LoggedClient &failed = new_client();
    assert_int_equal(failed.connect(server().url("/status")), 0);
    assert_true(failed.wait_error());
    assert_int_equal(failed.destroy(), 0);
}

void destroyed_handles_stay_unknown(void **)
{
    LoggedClient &gone = open_client("/echo");
    assert_int_equal(gone.destroy(), 0);
    for (int i = 0; i < 100; ++i) {
        LoggedClient &other = new_client();
        assert_ptr_not_equal(other.get(), gone.get());
        assert_int_equal(OH_WebSocketClient_Destroy(gone.get()), WEBSOCKET_CLIENT_NOT_CREATED);
        other.destroy();
    }
    assert_int_equal(gone.send("x"), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(gone.close(), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(gone.add_header("a", "b"), WEBSOCKET_CLIENT_NOT_CREATED);
    assert_int_equal(gone.connect(server().url("/echo")), WEBSOCKET_CLIENT_NOT_CREATED);
}

void inside_each_callback_of_its_own(void **)
{
    for (const ClientKind kind : kKinds) {
        LoggedClient &client = new_client();
        client.set_hook([&client, kind](const ClientEvent &event) {
            if (event.kind == kind) {
                client.destroy();
            }
        });
        assert_int_equal(client.connect(server().url(path_for(kind))), 0);
        assert_true(client.log().wait_for(ClientKind::note));
        assert_int_equal(client.destroy(), 0);
        assert_true(server().wait_all_ended());
        // The callback that destroyed was the last.
        const std::string order = client.log().order();
        assert_int_equal(order.back(), 'n');
        assert_int_equal(order[order.size() - 2], "omec"[static_cast<size_t>(kind)]);
    }
}

void of_others_inside_each_callback(void **)
{
    for (const ClientKind kind : kKinds) {
        LoggedClient &open = open_client("/echo");
        LoggedClient &connecting = new_client();
        assert_int_equal(connecting.connect(server().url("/stall")), 0);
        LoggedClient &idle = new_client();
        LoggedClient &client = new_client();
        client.set_hook([&](const ClientEvent &event) {
            if (event.kind == kind) {
                open.destroy();
                connecting.destroy();
                idle.destroy();
                client.log().note("done");
            }
        });
        assert_int_equal(client.connect(server().url(path_for(kind))), 0);
        assert_true(client.log().wait_for(ClientKind::note));
        assert_int_equal(open.destroy(), 0);
        assert_int_equal(connecting.destroy(), 0);
        assert_int_equal(idle.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
        ASSERT_TEXT(open.log().order(), "on");
        ASSERT_TEXT(connecting.log().order(), "n");
        client.destroy();
    }
}

// The documentation's advice: Destroy inside onClose, and a new client there.
void successor_made_inside_onClose(void **)
{
    LoggedClient &first = new_client();
    LoggedClient *second = nullptr;
    Moment replaced;
    first.set_hook([&](const ClientEvent &event) {
        if (event.kind == ClientKind::close) {
            first.destroy();
            second = &new_client();
            second->connect(server().url("/echo"));
            replaced.come();
        }
    });
    assert_int_equal(first.connect(server().url("/close?code=1000")), 0);
    assert_true(replaced.wait());
    assert_true(second->wait_open());
}

// Holds the service thread inside onMessage of one client.
struct HeldCallback {
    explicit HeldCallback(LoggedClient &held) : client(held)
    {
        client.set_hook([this](const ClientEvent &event) {
            if (event.kind != ClientKind::message) {
                return;
            }
            entered.come();
            allowed_to_leave.wait();
            while_inside();
            inside = false;
        });
        assert_int_equal(client.connect(server().url("/fragments")), 0);
        assert_true(entered.wait());
    }

    LoggedClient &client;
    Moment entered;
    Moment allowed_to_leave;
    std::function<void()> while_inside = [] {};
    std::atomic<bool> inside{true};
};

void waits_for_a_callback_that_runs(void **)
{
    HeldCallback held(new_client());
    // Leaves only after Destroy has begun; the pause is what a Destroy that does
    // not wait would be caught in.
    held.while_inside = [] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); };
    held.allowed_to_leave.come();
    assert_int_equal(held.client.destroy(), 0);
    assert_false(held.inside);
    ASSERT_TEXT(held.client.log().order(), "omn");
}

// An application that holds its mutex across Destroy, while the callback waits
// for that mutex.
void gives_up_waiting_where_that_would_never_end(void **)
{
    HeldCallback held(new_client());
    assert_int_equal(held.client.destroy(), 0);
    assert_true(held.inside);
    held.allowed_to_leave.come();
    assert_true(eventually([&] { return !held.inside; }));
    assert_true(eventually([] { return count_service_threads() == 0; }));
    ASSERT_TEXT(held.client.log().order(), "omn");
}

// The same with a mutex, which is held across Destroy while messages come.
void while_the_application_holds_a_mutex_that_callbacks_want(void **)
{
    static std::mutex mutex;
    LoggedClient &client = new_client();
    client.set_hook([](const ClientEvent &) { const std::lock_guard<std::mutex> lock(mutex); });
    assert_int_equal(client.connect(server().url("/source?n=1000000&size=16")), 0);
    assert_true(client.wait_message_count(1));
    {
        const std::lock_guard<std::mutex> lock(mutex);
        assert_int_equal(client.destroy(), 0);
    }
    assert_true(eventually([] { return count_service_threads() == 0; }));
    assert_int_equal(client.log().misplaced(), -1);
}

// The last client of all, while a callback of one that is gone still runs: the
// thread cannot end yet, and does so by itself.
void the_last_destroy_gives_up_waiting_for_the_thread(void **)
{
    LoggedClient &last = new_client();
    HeldCallback held(new_client());
    assert_int_equal(held.client.destroy(), 0);
    assert_int_equal(last.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
    assert_true(held.inside);
    assert_int_equal(count_service_threads(), 1);
    held.allowed_to_leave.come();
    assert_true(eventually([] { return count_service_threads() == 0; }));
    ASSERT_TEXT(held.client.log().order(), "omn");
}

// Another client's callback is not waited for.
void destroy_of_another_client_does_not_wait(void **)
{
    HeldCallback held(new_client());
    LoggedClient &other = new_client();
    assert_int_equal(other.connect(server().url("/echo")), 0);
    assert_int_equal(other.destroy(), 0);
    assert_true(held.inside);
    held.allowed_to_leave.come();
    held.client.destroy();
}

void silence_after_destroy(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 20 : 100;
    for (int round = 0; round < kRounds; ++round) {
        LoggedClient &client = new_client();
        assert_int_equal(client.connect(server().url("/source?n=1000000&size=16")), 0);
        assert_true(client.wait_message_count(static_cast<size_t>(round)));
        assert_int_equal(client.destroy(), 0);
        const std::string order = client.log().order();
        assert_int_equal(order.back(), 'n');
        assert_true(server().wait_all_ended());
        assert_int_equal(client.log().order().size(), order.size());
    }
}

void silence_after_destroy_while_connecting(void **)
{
    server().on_path("/", Script().expect_upgrade().stall("answer").reply_upgrade());
    LoggedClient &stalled = new_client();
    assert_int_equal(stalled.connect(server().url("/")), 0);
    assert_true(server().wait_for(ServerKind::stalled));
    LoggedClient &resolving = new_client();
    assert_int_equal(resolving.connect("ws://does-not-exist.invalid/"), 0);
    LoggedClient &just_begun = new_client();
    assert_int_equal(just_begun.connect(server().url("/echo")), 0);
    for (LoggedClient *client : {&stalled, &resolving, &just_begun}) {
        assert_int_equal(client->destroy(), 0);
    }
    server().release("answer");
    assert_true(server().wait_all_ended());
    for (LoggedClient *client : {&stalled, &resolving}) {
        ASSERT_TEXT(client->log().order(), "n");
    }
    assert_int_equal(just_begun.log().order().back(), 'n');
}

void close_and_destroy_deliver_in_the_background(void **)
{
    constexpr size_t kMessages = 1000;
    server().on_path("/", Script().upgrade().stall("read").count_messages(kMessages).answer_close());
    LoggedClient &client = open_client("/");
    for (size_t i = 0; i < kMessages; ++i) {
        std::string message = std::to_string(i) + " ";
        message.resize(8192, 'x');
        assert_int_equal(client.send(message), 0);
    }
    assert_int_equal(client.close(4000, "in the background"), 0);
    assert_int_equal(client.destroy(), 0);
    server().release("read");
    assert_true(server().wait_for(ServerKind::script_done));
    assert_true(server().frames(Opcode::close).front().payload == close_payload(4000, "in the background"));
    ASSERT_TEXT(client.log().order(), "on");
    assert_true(eventually([] { return count_service_threads() == 0; }));
}

// OpenHarmony's sample waits for nothing.
void connect_send_close_destroy_without_waiting(void **)
{
    constexpr size_t kRounds = 30;
    server().on_path("/", Script().upgrade().count_messages(10).answer_close());
    for (size_t round = 0; round < kRounds; ++round) {
        LoggedClient &client = new_client();
        assert_int_equal(client.connect(server().url("/")), 0);
        for (int i = 0; i < 10; ++i) {
            assert_int_equal(client.send(std::to_string(i)), 0);
        }
        client.close(0, "sample");
        assert_int_equal(client.destroy(), 0);
        assert_true(server().wait_for(ServerKind::script_done, round + 1));
    }
    for (const ServerEvent &close : server().frames(Opcode::close)) {
        assert_true(close.payload == close_payload(1000, "sample"));
    }
}

void without_close_the_server_gets_1001(void **)
{
    LoggedClient &client = open_client("/echo");
    assert_int_equal(client.destroy(), 0);
    assert_true(server().wait_all_ended());
    const auto closes = server().frames(Opcode::close);
    assert_int_equal(closes.size(), 1);
    assert_true(closes.front().payload == close_payload(1001));
    assert_int_equal(server().count(ServerKind::reset_by_peer), 0);
}

// Neither waits for a server that reads nothing.
void without_close_queued_messages_are_dropped(void **)
{
    server().on_path("/", Script().upgrade().stop_reading().stall("read").resume_reading().expect_end());
    LoggedClient &client = open_client("/");
    for (int i = 0; i < 16; ++i) {
        assert_int_equal(client.send(std::string(size_t{4} << 20, 'x')), 0);
    }
    assert_int_equal(client.destroy(), 0);
    assert_true(no_service_thread());
    server().release("read");
    assert_true(server().wait_all_ended());
    assert_true(server().frames(Opcode::binary).size() + server().frames(Opcode::text).size() < 16);
}

void the_last_destroy_leaves_nothing(void **)
{
    // Once, so that what others load or open for good is open.
    open_client("/echo").destroy();
    assert_true(server().wait_all_ended());
    const size_t descriptors = count_descriptors();
    for (int round = 0; round < 10; ++round) {
        LoggedClient &open = open_client("/echo");
        LoggedClient &closed = open_client("/close?code=1000");
        LoggedClient &failed = new_client();
        LoggedClient &connecting = new_client();
        new_client();
        assert_int_equal(failed.connect(server().url("/status")), 0);
        assert_int_equal(connecting.connect(server().url("/stall")), 0);
        assert_true(closed.wait_close());
        assert_true(failed.wait_error());
        assert_int_equal(count_service_threads(), 1);
        open.destroy();
        closed.destroy();
        failed.destroy();
        assert_int_equal(count_service_threads(), 1);
        g_scene->clients.clear();
        assert_true(no_service_thread());
        // The server may not have accepted the last of them yet.
        assert_true(eventually([=] { return count_descriptors() == descriptors; }));
    }
}

void the_last_destroy_inside_a_callback_leaves_nothing(void **)
{
    open_client("/echo").destroy();
    assert_true(server().wait_all_ended());
    const size_t descriptors = count_descriptors();
    for (const ClientKind kind : kKinds) {
        LoggedClient &client = new_client();
        client.set_hook([&client, kind](const ClientEvent &event) {
            if (event.kind == kind) {
                client.destroy();
            }
        });
        assert_int_equal(client.connect(server().url(path_for(kind))), 0);
        assert_true(client.log().wait_for(ClientKind::note));
        assert_true(eventually([] { return count_service_threads() == 0; }));
        assert_true(eventually([=] { return count_descriptors() == descriptors; }));
    }
    // One whose failure no socket was part of: nothing wakes the thread but it.
    LoggedClient &unknown = new_client();
    unknown.set_hook([&unknown](const ClientEvent &) { unknown.destroy(); });
    assert_int_equal(unknown.connect("ws://does-not-exist.invalid/"), 0);
    assert_true(unknown.log().wait_for(ClientKind::note));
    assert_true(eventually([] { return count_service_threads() == 0; }));
    assert_true(eventually([=] { return count_descriptors() == descriptors; }));
    // And all of it starts again.
    open_client("/echo");
    assert_int_equal(count_service_threads(), 1);
}

// The thread ends and starts again while others come and go.
void ends_and_starts_again_at_once(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 30 : 200;
    for (int round = 0; round < kRounds; ++round) {
        LoggedClient client;
        assert_int_equal(client.connect(server().url("/echo")), 0);
        if (round % 3 == 0) {
            assert_true(client.wait_open());
        } else if (round % 3 == 1) {
            client.close();
        }
    }
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(codes),
        SCENE_TEST(destroyed_handles_stay_unknown),
        SCENE_TEST(inside_each_callback_of_its_own),
        SCENE_TEST(of_others_inside_each_callback),
        SCENE_TEST(successor_made_inside_onClose),
        SCENE_TEST(waits_for_a_callback_that_runs),
        SCENE_TEST(gives_up_waiting_where_that_would_never_end),
        SCENE_TEST(while_the_application_holds_a_mutex_that_callbacks_want),
        SCENE_TEST(the_last_destroy_gives_up_waiting_for_the_thread),
        SCENE_TEST(destroy_of_another_client_does_not_wait),
        SCENE_TEST(silence_after_destroy),
        SCENE_TEST(silence_after_destroy_while_connecting),
        SCENE_TEST(close_and_destroy_deliver_in_the_background),
        SCENE_TEST(connect_send_close_destroy_without_waiting),
        SCENE_TEST(without_close_the_server_gets_1001),
        SCENE_TEST(without_close_queued_messages_are_dropped),
        SCENE_TEST(the_last_destroy_leaves_nothing),
        SCENE_TEST(the_last_destroy_inside_a_callback_leaves_nothing),
        SCENE_TEST(ends_and_starts_again_at_once),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
