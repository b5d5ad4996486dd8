// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Many threads on the same clients. What each thread sends keeps its order,
// each connection ends once, and ThreadSanitizer has nothing to say.

#include "integration/scene.h"

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include "integration/process.h"

using namespace nws::test;

namespace {

constexpr int kThreads = 16;
constexpr int kMessages = NWS_SANITIZED ? 100 : 1000;

void on_threads(const std::function<void(int thread)> &work)
{
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back(work, thread);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

void sending_on_shared_clients_while_others_come_and_go(void **)
{
    constexpr size_t kShared = 4;
    constexpr size_t kSenders = kThreads / 2;
    server().on_path("/", Script().upgrade().count_messages(kSenders * kMessages).answer_close());
    std::vector<LoggedClient *> shared;
    for (size_t i = 0; i < kShared; ++i) {
        shared.push_back(&open_client("/"));
    }
    std::atomic<int> failures{0};
    on_threads([&](int thread) {
        if (static_cast<size_t>(thread) < kSenders) {
            for (int i = 0; i < kMessages; ++i) {
                for (LoggedClient *client : shared) {
                    failures += client->send(std::to_string(thread) + ":" + std::to_string(i)) != 0;
                }
            }
            return;
        }
        for (int i = 0; i < kMessages / 10; ++i) {
            LoggedClient client;
            failures += client.connect(server().url("/echo")) != 0;
            failures += client.send("x") != 0;
            if (i % 4 == 0) {
                failures += !client.wait_message_count(1);
            }
            if (i % 4 == 1) {
                failures += !client.wait_open();
                client.close();
                failures += !client.wait_close();
            }
            if (i % 4 == 2) {
                client.close();
            }
            failures += client.destroy() != 0;
            failures += client.log().terminals() > 1;
        }
    });
    assert_int_equal(failures, 0);
    for (LoggedClient *client : shared) {
        assert_int_equal(client->close(), 0);
        assert_true(client->wait_close());
        ASSERT_TEXT(client->log().order(), "oc");
        assert_int_equal(client->log().events(ClientKind::close).front().code, 1000);
    }
    assert_true(server().wait_for(ServerKind::script_done, kShared));
}

// Whatever it is doing now.
void bring_to_an_end(LoggedClient &client)
{
    const int closed = client.close();
    assert_true(closed == 0 || closed == WEBSOCKET_NO_CONNECTION);
    if (closed == 0) {
        assert_true(client.log().wait_until([](const auto &events) {
            size_t open = 0;
            for (const ClientEvent &event : events) {
                open += event.kind == ClientKind::open;
                open -= event.kind == ClientKind::close;
            }
            return open == 0;
        }));
    }
}

// ---- a hundred clients that anybody connects, closes and destroys ----

constexpr size_t kHandles = 100;

// Where a destroyed client was, another one is: all of them are kept, so that who
// still has the old handle can use it.
class Handles {
public:
    Handles()
    {
        for (std::atomic<LoggedClient *> &handle : handles_) {
            handle = make();
        }
    }
    LoggedClient &at(size_t i) const { return *handles_[i]; }
    void replace(size_t i, LoggedClient &old)
    {
        LoggedClient *expected = &old;
        handles_[i].compare_exchange_strong(expected, make());
    }
    std::vector<std::unique_ptr<LoggedClient>> &all() { return all_; }

private:
    LoggedClient *make()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        all_.push_back(std::make_unique<LoggedClient>());
        return all_.back().get();
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<LoggedClient>> all_;
    std::array<std::atomic<LoggedClient *>, kHandles> handles_;
};

bool is_one_of(int code, std::initializer_list<int> allowed)
{
    return std::find(allowed.begin(), allowed.end(), code) != allowed.end();
}

// Numbers of a sender that came back on one connection; "THREAD:NUMBER".
bool each_senders_order_holds(const std::vector<ClientEvent> &events)
{
    std::array<long, kThreads> latest;
    latest.fill(-1);
    for (const ClientEvent &event : events) {
        if (event.kind == ClientKind::message) {
            const size_t thread = std::stoul(event.bytes);
            const long number = std::stol(event.bytes.substr(event.bytes.find(':') + 1));
            if (thread >= kThreads || number <= latest[thread]) {
                return false;
            }
            latest[thread] = number;
        }
    }
    return true;
}

void change_something(Handles &handles, std::mt19937 &random, std::atomic<int> &wrong)
{
    const size_t i = random() % kHandles;
    LoggedClient &client = handles.at(i);
    switch (random() % 8) {
    case 0: {
        const int code = OH_WebSocketClient_Destroy(client.get());
        wrong += !is_one_of(code, {0, WEBSOCKET_NO_CONNECTION_CONTEXT, WEBSOCKET_CLIENT_NOT_CREATED});
        if (code != WEBSOCKET_CLIENT_NOT_CREATED) {
            client.log().note(EventLog::kDestroyed);
            handles.replace(i, client);
        }
        break;
    }
    case 1:
    case 2:
        wrong += !is_one_of(client.close(), {0, WEBSOCKET_NO_CONNECTION, WEBSOCKET_CLIENT_NOT_CREATED});
        break;
    default: {
        const int code = client.connect(server().url("/echo"));
        wrong += !is_one_of(code, {0, WEBSOCKET_CONNECTION_ERROR, WEBSOCKET_CLIENT_NOT_CREATED});
        if (code == 0 && random() % 4 == 0) {
            // Often it opens.
            client.log().wait_for(ClientKind::open, 1, std::chrono::milliseconds(20));
        }
        break;
    }
    }
}

void sending_on_a_hundred_clients_that_others_connect_close_and_destroy(void **)
{
    constexpr int kChangers = 8;
    constexpr int kSends = NWS_SANITIZED ? 200 : 2000;
    auto handles = std::make_unique<Handles>();
    std::atomic<int> wrong{0};
    std::atomic<int> accepted{0};
    std::atomic<int> sending{kThreads};
    std::vector<std::thread> threads;
    for (int changer = 0; changer < kChangers; ++changer) {
        threads.emplace_back([&, changer] {
            std::mt19937 random(static_cast<unsigned>(changer));
            while (sending > 0) {
                change_something(*handles, random, wrong);
            }
        });
    }
    on_threads([&](int thread) {
        std::mt19937 random(static_cast<unsigned>(100 + thread));
        for (int i = 0; i < kSends; ++i) {
            const int code =
                handles->at(random() % kHandles).send(std::to_string(thread) + ":" + std::to_string(i));
            accepted += code == 0;
            wrong += !is_one_of(code, {0, WEBSOCKET_NO_CONNECTION, WEBSOCKET_CLIENT_NOT_CREATED});
        }
        --sending;
    });
    for (std::thread &thread : threads) {
        thread.join();
    }
    assert_int_equal(wrong, 0);
    // Whatever was done to it, each that is left can be used.
    const std::string last = "0:" + std::to_string(kSends);
    for (size_t i = 0; i < kHandles; ++i) {
        LoggedClient &client = handles->at(i);
        bring_to_an_end(client);
        assert_int_equal(client.connect(server().url("/echo")), 0);
        assert_int_equal(client.send(last), 0);
        assert_true(client.log().wait_until([&last](const auto &events) {
            return !events.empty() && events.back().kind == ClientKind::message &&
                   events.back().bytes == last;
        }));
    }
    size_t echoed = 0;
    for (const auto &client : handles->all()) {
        // Its events are in order, or tear_down() says so.
        client->destroy();
        assert_true(each_senders_order_holds(client->log().snapshot()));
        echoed += client->log().count_of(ClientKind::message);
    }
    // Those that were closed and destroyed may still be at it in the background.
    assert_true(eventually([] { return count_service_threads() == 0; }));
    print_message("%zu clients, %d messages accepted, %zu came back\n", handles->all().size(),
                  accepted.load(), echoed);
}

// Every call at any time on one client: each says something that it may say,
// and onOpen, onError and onClose balance.
void all_calls_on_one_client(void **)
{
    LoggedClient &client = new_client();
    std::atomic<int> wrong{0};
    const auto check = [&wrong](int result, std::initializer_list<int> allowed) {
        bool found = false;
        for (const int code : allowed) {
            found = found || code == result;
        }
        wrong += !found;
    };
    on_threads([&](int thread) {
        for (int i = 0; i < kMessages; ++i) {
            switch ((thread + i) % 5) {
            case 0:
                check(client.connect(server().url("/echo")), {0, WEBSOCKET_CONNECTION_ERROR});
                break;
            case 1:
            case 2:
                check(client.send("x"), {0, WEBSOCKET_NO_CONNECTION});
                break;
            case 3:
                check(i % 10 == 0 ? client.close() : 0, {0, WEBSOCKET_NO_CONNECTION});
                break;
            case 4:
                check(i < 10 ? client.add_header("X-Thread", "x") : 0, {0});
                break;
            }
        }
    });
    assert_int_equal(wrong, 0);
    bring_to_an_end(client);
    client.destroy();
    // "o", messages, "c" and again, never two of a kind in a row.
    bool open = false;
    for (const ClientEvent &event : client.log().snapshot()) {
        assert_true(event.kind == ClientKind::note || open == (event.kind != ClientKind::open));
        open = event.kind == ClientKind::note ? open : event.kind != ClientKind::close;
    }
    assert_int_equal(client.log().count_of(ClientKind::error), 0);
}

// Threads that race for Destroy while others still call: one gets 0, the
// others 1002, and nothing breaks.
void destroy_races_with_every_call(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 20 : 100;
    for (int round = 0; round < kRounds; ++round) {
        LoggedClient &client = open_client("/echo");
        WebSocket *handle = client.get();
        std::atomic<int> destroyed{0};
        std::atomic<int> wrong{0};
        on_threads([&](int thread) {
            if (thread % 4 == 0) {
                const int result = OH_WebSocketClient_Destroy(handle);
                destroyed += result == 0;
                wrong += result != 0 && result != WEBSOCKET_CLIENT_NOT_CREATED;
                return;
            }
            for (int i = 0; i < 10; ++i) {
                const int result = thread % 4 == 1   ? client.send("x")
                                   : thread % 4 == 2 ? client.close()
                                                     : client.add_header("a", "b");
                wrong += result != 0 && result != WEBSOCKET_CLIENT_NOT_CREATED &&
                         result != WEBSOCKET_NO_CONNECTION;
            }
        });
        assert_int_equal(destroyed, 1);
        assert_int_equal(wrong, 0);
    }
}

// Exactly one end for each connection, with Close, Destroy and the server's
// Close all at once.
void ends_that_race(void **)
{
    constexpr int kRounds = NWS_SANITIZED ? 10 : 50;
    std::atomic<int> wrong{0};
    on_threads([&](int thread) {
        for (int round = 0; round < kRounds; ++round) {
            LoggedClient client;
            wrong += client.connect(server().url(thread % 2 == 0 ? "/close?code=1000" : "/drop")) != 0;
            if (round % 2 == 0) {
                wrong += !client.wait_open();
            }
            client.close();
            if (round % 3 != 0) {
                wrong += client.log().count_of(ClientKind::open) > 0 && !client.wait_close();
            }
            client.destroy();
            const std::string order = client.log().order();
            wrong += order != "n" && order != "on" && order != "ocn" && order != "en";
        }
    });
    assert_int_equal(wrong, 0);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(sending_on_shared_clients_while_others_come_and_go),
        SCENE_TEST(sending_on_a_hundred_clients_that_others_connect_close_and_destroy),
        SCENE_TEST(all_calls_on_one_client),
        SCENE_TEST(destroy_races_with_every_call),
        SCENE_TEST(ends_that_race),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
