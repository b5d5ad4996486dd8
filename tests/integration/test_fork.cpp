// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// After fork() the child starts afresh, and the parent notices nothing.

#include "integration/scene.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "integration/process.h"

using namespace nws::test;

namespace {

enum class Others { sleep, run };

// Runs `work` in a child of this process as it is now, with the library and the
// server running. Its result, or 1000 and a signal.
int in_child(const std::function<int()> &work, Others others = Others::sleep)
{
    if (others == Others::sleep && !eventually(others_sleep)) {
        return -2;
    }
    std::fflush(nullptr);
    const pid_t id = fork();
    if (id == 0) {
        alarm(static_cast<unsigned>(kPatience.count() / 1000));
        _exit(work());
    }
    int status = 0;
    if (id < 0 || waitpid(id, &status, 0) != id) {
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// 0, or the number of the step that failed.
int use_a_client(const std::string &url)
{
    LoggedClient client;
    if (client.get() == nullptr || client.connect(url) != 0) {
        return 1;
    }
    if (client.send("from the child") != 0 || !client.wait_message_count(1)) {
        return 2;
    }
    if (client.close() != 0 || !client.wait_close()) {
        return 3;
    }
    return client.destroy() == 0 ? 0 : 4;
}

void assert_echoes(LoggedClient &client)
{
    const size_t before = client.log().count_of(ClientKind::message);
    assert_int_equal(client.send("from the parent"), 0);
    assert_true(client.wait_message_count(before + 1));
}

void child_makes_its_own_client(void **)
{
    LoggedClient &parents = open_client("/echo");
    const std::string url = server().url("/echo");
    for (int i = 0; i < 3; ++i) {
        assert_int_equal(in_child([&] { return use_a_client(url); }), 0);
        assert_echoes(parents);
    }
    ASSERT_TEXT(parents.log().order(), "ommm");
}

void child_of_a_process_without_clients(void **)
{
    open_client("/echo").destroy();
    const std::string url = server().url("/echo");
    assert_int_equal(in_child([&] { return use_a_client(url); }), 0);
    open_client("/echo");
}

void handles_of_the_parent_are_unknown_in_the_child(void **)
{
    LoggedClient &parents = open_client("/echo");
    const int result = in_child([&] {
        const bool unknown = parents.send("x") == WEBSOCKET_CLIENT_NOT_CREATED &&
                             parents.close() == WEBSOCKET_CLIENT_NOT_CREATED &&
                             parents.connect("ws://127.0.0.1/") == WEBSOCKET_CLIENT_NOT_CREATED &&
                             OH_WebSocketClient_Destroy(parents.get()) == WEBSOCKET_CLIENT_NOT_CREATED;
        return unknown ? 0 : 1;
    });
    assert_int_equal(result, 0);
    assert_echoes(parents);
    assert_int_equal(parents.close(), 0);
    assert_true(parents.wait_close());
    assert_int_equal(parents.log().events(ClientKind::close).front().code, 1000);
}

// Its exit runs the library's handlers, which must leave the parent's
// connection alone.
void exit_of_a_child_that_uses_nothing(void **)
{
    LoggedClient &parents = open_client("/echo");
    assert_int_equal(in_child([] {
                         std::exit(0);
                         return 1;
                     }),
                     0);
    assert_echoes(parents);
    ASSERT_TEXT(parents.log().order(), "om");
}

void grandchild(void **)
{
    LoggedClient &parents = open_client("/echo");
    const std::string url = server().url("/echo");
    assert_int_equal(in_child([&] {
                         const int first = use_a_client(url);
                         return first != 0 ? first : in_child([&] { return use_a_client(url); });
                     }),
                     0);
    assert_echoes(parents);
}

// ---- in the middle of everything ----

// What the child's callbacks tell: they take no lock that another thread may have
// had when it was forked.
std::atomic<int> g_childs_messages{0};
std::atomic<int> g_childs_closes{0};

// 0, or the number of the step that failed.
int use_a_client_without_locks(const std::string &url)
{
    WebSocket *client = OH_WebSocketClient_Constructor(
        nullptr, [](WebSocket *, char *, uint32_t) { ++g_childs_messages; }, nullptr,
        [](WebSocket *, WebSocket_CloseResult) { ++g_childs_closes; });
    char text[] = "from the child";
    if (OH_WebSocketClient_Connect(client, url.c_str(), {}) != 0 ||
        OH_WebSocketClient_Send(client, text, sizeof text - 1) != 0) {
        return 1;
    }
    if (!eventually([] { return g_childs_messages == 1; })) {
        return 2;
    }
    if (OH_WebSocketClient_Close(client, {}) != 0 || !eventually([] { return g_childs_closes == 1; })) {
        return 3;
    }
    return OH_WebSocketClient_Destroy(client) == 0 ? 0 : 4;
}

// Threads that make clients, send and destroy; others that only send; and each of
// their messages comes back, in order.
void while_other_threads_are_at_it(void **)
{
#if NWS_SANITIZED
    // A thread may hold a lock of the sanitizer's allocator when the process forks,
    // and the child waits for it for ever.
    print_message("skipped: the sanitizer's allocator does not survive a fork() among threads\n");
    skip();
#endif
    if (LWS_SYSTEM != 0) {
        // Likewise OpenSSL's, which making an lws_context wants (CRYPTO_get_ex_new_index).
        print_message("skipped: OpenSSL does not survive a fork() among threads\n");
        skip();
    }
    constexpr int kForks = 20;
    const std::string url = server().url("/echo");
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&] {
            while (!stop) {
                LoggedClient client;
                wrong += client.connect(url) != 0 || client.send("x") != 0 || !client.wait_message_count(1);
                wrong += client.close() != 0 || !client.wait_close() || client.destroy() != 0;
            }
        });
        threads.emplace_back([&] {
            LoggedClient client;
            wrong += client.connect(url) != 0;
            size_t sent = 0;
            for (; !stop; ++sent) {
                wrong += client.send(std::to_string(sent)) != 0 ||
                         !client.wait_message_count(sent < 10 ? 0 : sent - 10);
            }
            wrong += client.close() != 0 || !client.wait_close();
            const auto messages = client.log().events(ClientKind::message);
            wrong += messages.size() != sent;
            for (size_t i = 0; i < messages.size(); ++i) {
                wrong += messages[i].bytes != std::to_string(i);
            }
        });
    }
    int failed = 0;
    for (int i = 0; i < kForks && failed == 0; ++i) {
        failed = in_child([&] { return use_a_client_without_locks(url); }, Others::run);
    }
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }
    assert_int_equal(failed, 0);
    assert_int_equal(wrong, 0);
}

// The child has the callback's thread only, which is the library's in the parent.
void inside_a_callback(void **)
{
    const std::string url = server().url("/echo");
    LoggedClient &client = new_client();
    std::atomic<int> result{-1};
    client.set_hook([&](const ClientEvent &event) {
        if (event.kind == ClientKind::open) {
            result = in_child([&] { return use_a_client_without_locks(url); });
        }
    });
    assert_int_equal(client.connect(url), 0);
    assert_true(eventually([&] { return result >= 0; }));
    assert_int_equal(result, 0);
    assert_echoes(client);
}

}  // namespace

int main()
{
#if defined(__SANITIZE_THREAD__)
    // ThreadSanitizer allows no threads in the child of a process with threads.
    return 77;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    return 77;
#endif
#endif
    const CMUnitTest tests[] = {
        SCENE_TEST(child_makes_its_own_client),
        SCENE_TEST(child_of_a_process_without_clients),
        SCENE_TEST(handles_of_the_parent_are_unknown_in_the_child),
        SCENE_TEST(exit_of_a_child_that_uses_nothing),
        SCENE_TEST(grandchild),
        SCENE_TEST(while_other_threads_are_at_it),
        SCENE_TEST(inside_a_callback),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
