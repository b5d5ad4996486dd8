// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Client: its state as calls see it, the bound of its
// queue, and the header fields that the application sees.

#include "unit/check.h"
#include "unit/shortage.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "client/client.h"

namespace {

using namespace nws;
using namespace nws::test;

constexpr Phase kPhases[] = {Phase::idle, Phase::connecting, Phase::open, Phase::closing, Phase::ended};

// A client of its own table.
struct Fixture {
    HandleTable table;
    std::unique_ptr<Client> client{Client::create(table)};

    WebSocket &handle() { return client->slot()->handle; }
    bool is(uint32_t generation, Phase phase) const
    {
        const Client::State state = client->state();
        return state.generation == generation && state.phase == phase;
    }
    // Its generation-th connection; idle only before the first.
    void bring_to(uint32_t generation, Phase phase)
    {
        for (uint32_t i = 1; i <= generation; ++i) {
            client->begin_connect();
            if (i < generation) {
                client->set_ended(i);
            }
        }
        if (phase == Phase::open || phase == Phase::closing) {
            client->set_open(generation);
        }
        if (phase == Phase::closing) {
            client->begin_close();
        }
        if (phase == Phase::ended) {
            client->set_ended(generation);
        }
    }
};

// ---- state ----

bool a_new_client_is_idle()
{
    Fixture fixture;
    CHECK(fixture.client != nullptr);
    CHECK(fixture.is(0, Phase::idle));
    CHECK(fixture.client->slot()->client == fixture.client.get());
    CHECK(fixture.table.acquire(&fixture.handle()) == nullptr);  // not shown yet
    CHECK(fixture.handle().requestOptions.headers == nullptr);
    CHECK(fixture.client->destroy_command().kind == Command::Kind::destroy);
    CHECK(fixture.client->destroy_command().client == fixture.client.get());
    return true;
}

bool connecting_begins_when_nothing_runs()
{
    for (const Phase phase : kPhases) {
        Fixture fixture;
        const uint32_t generation = phase == Phase::idle ? 0 : 3;
        fixture.bring_to(generation, phase);
        CHECK(fixture.is(generation, phase));
        if (phase == Phase::idle || phase == Phase::ended) {
            CHECK(fixture.client->begin_connect() == generation + 1);
            CHECK(fixture.is(generation + 1, Phase::connecting));
        } else {
            CHECK(fixture.client->begin_connect() == 0);
            CHECK(fixture.is(generation, phase));
        }
    }
    return true;
}

bool closing_depends_on_the_phase()
{
    for (const Phase phase : kPhases) {
        Fixture fixture;
        const uint32_t generation = phase == Phase::idle ? 0 : 2;
        fixture.bring_to(generation, phase);
        const Client::State before = fixture.client->begin_close();
        CHECK(before.generation == generation && before.phase == phase);
        const Phase then = phase == Phase::open         ? Phase::closing
                           : phase == Phase::connecting ? Phase::ended
                                                        : phase;
        CHECK(fixture.is(generation, then));
    }
    return true;
}

bool the_service_moves_its_own_generation_only()
{
    for (const Phase phase : kPhases) {
        for (const uint32_t stale : {uint32_t{1}, uint32_t{3}}) {
            const uint32_t generation = phase == Phase::idle ? 0 : 2;
            Fixture fixture;
            fixture.bring_to(generation, phase);
            CHECK(!fixture.client->set_open(stale));
            CHECK(fixture.is(generation, phase));
            fixture.client->set_closing(stale);
            CHECK(fixture.is(generation, phase));
            fixture.client->set_ended(stale);
            CHECK(fixture.is(generation, phase));
        }
    }
    return true;
}

bool the_service_moves_forward_only()
{
    for (const Phase phase : kPhases) {
        if (phase == Phase::idle) {
            continue;  // no generation to move
        }
        Fixture opened;
        opened.bring_to(2, phase);
        CHECK(opened.client->set_open(2) == (phase == Phase::connecting));
        CHECK(opened.is(2, phase == Phase::connecting ? Phase::open : phase));

        Fixture closed;
        closed.bring_to(2, phase);
        closed.client->set_closing(2);
        CHECK(closed.is(2, phase == Phase::open ? Phase::closing : phase));

        Fixture ended;
        ended.bring_to(2, phase);
        ended.client->set_ended(2);
        CHECK(ended.is(2, Phase::ended));
        CHECK(ended.client->begin_connect() == 3);
    }
    return true;
}

// Close against the server's 101: one of them is first, and both know which.
bool close_races_with_the_answer()
{
    constexpr size_t kRounds = 3000;
    Fixture fixture;
    Client &client = *fixture.client;
    Barrier barrier(2);
    uint32_t generation = 0;
    bool opened = false;
    size_t wrong = 0;
    run_threads(2, [&](size_t thread) {
        for (size_t round = 0; round < kRounds; ++round) {
            if (thread == 0) {
                generation = client.begin_connect();
            }
            barrier.wait();
            Client::State before = {};
            if (thread == 0) {
                opened = client.set_open(generation);
            } else {
                before = client.begin_close();
            }
            barrier.wait();
            if (thread == 1) {
                const bool told = before.generation == generation &&
                                  before.phase == (opened ? Phase::open : Phase::connecting);
                const Phase now = client.state().phase;
                wrong += told && now == (opened ? Phase::closing : Phase::ended) ? 0 : 1;
                client.set_ended(generation);
            }
            barrier.wait();
        }
    });
    CHECK(wrong == 0);
    return true;
}

bool one_of_many_connects_wins()
{
    constexpr size_t kRounds = 1000;
    Fixture fixture;
    Client &client = *fixture.client;
    Barrier barrier(4);
    std::atomic<size_t> won{0};
    size_t wrong = 0;
    run_threads(4, [&](size_t thread) {
        for (size_t round = 0; round < kRounds; ++round) {
            barrier.wait();
            const uint32_t generation = client.begin_connect();
            won += generation == round + 1 ? 1 : 0;
            barrier.wait();
            if (thread == 0) {
                wrong += won.exchange(0) == 1 && client.state().generation == round + 1 ? 0 : 1;
                client.set_ended(static_cast<uint32_t>(round + 1));
            }
        }
    });
    CHECK(wrong == 0);
    return true;
}

// ---- queue ----

bool the_queue_has_a_bound()
{
    Fixture fixture;
    Client &client = *fixture.client;
    CHECK(client.reserve_queue(60, 100));
    CHECK(!client.reserve_queue(41, 100));
    CHECK(client.reserve_queue(40, 100));
    CHECK(!client.reserve_queue(1, 100));
    CHECK(client.reserve_queue(0, 100));
    CHECK(!client.reserve_queue(SIZE_MAX, 100));
    CHECK(!client.reserve_queue(SIZE_MAX - 99, 100));
    CHECK(!client.reserve_queue(1, 50));  // a bound that was lowered
    client.release_queue(100);
    CHECK(!client.reserve_queue(101, 100));
    CHECK(client.reserve_queue(100, 100));
    client.release_queue(100);
    return true;
}

bool threads_share_the_bound()
{
    constexpr size_t kLimit = 1000;
    Fixture fixture;
    Client &client = *fixture.client;
    std::atomic<size_t> held{0};
    std::atomic<size_t> over{0};
    run_threads(4, [&](size_t thread) {
        for (size_t i = 0; i < 20'000; ++i) {
            const size_t bytes = 1 + (i * 37 + thread * 101) % 700;
            if (client.reserve_queue(bytes, kLimit)) {
                over += held.fetch_add(bytes) + bytes > kLimit ? 1 : 0;
                held -= bytes;
                client.release_queue(bytes);
            }
        }
    });
    CHECK(over == 0);
    CHECK(client.reserve_queue(kLimit, kLimit));
    CHECK(!client.reserve_queue(1, kLimit));
    return true;
}

// A message that fits is taken, whatever is refused beside it.
bool refused_messages_take_no_room()
{
    Fixture fixture;
    Client &client = *fixture.client;
    std::atomic<size_t> small_refused{0};
    std::atomic<size_t> big_taken{0};
    run_threads(2, [&](size_t thread) {
        for (size_t i = 0; i < 100'000; ++i) {
            if (thread == 0) {
                big_taken += client.reserve_queue(200, 100) ? 1 : 0;
            } else if (client.reserve_queue(10, 100)) {
                client.release_queue(10);
            } else {
                ++small_refused;
            }
        }
    });
    CHECK(big_taken == 0);
    CHECK(small_refused == 0);
    return true;
}

// ---- header fields ----

WebSocket_Header header(const char *name, const char *value)
{
    // AddHeader must not follow `next`: applications leave it as it was.
    return {name, value, reinterpret_cast<WebSocket_Header *>(1)};
}

std::string visible(const WebSocket &handle)
{
    std::string text;
    for (const WebSocket_Header *node = handle.requestOptions.headers; node != nullptr; node = node->next) {
        text += std::string(node->fieldName) + "=" + node->fieldValue + " ";
    }
    return text;
}

std::string added(Client &client)
{
    std::string text;
    const HeaderList list = client.added_headers();
    for (const HeaderField &field : list.fields()) {
        text += field.name + "=" + field.value.c_str() + " ";
    }
    return text;
}

bool header_fields_are_copied_and_shown()
{
    Fixture fixture;
    std::string name = "X-First-Name-That-Is-Long";
    std::string value = "a value that is too long to be short";
    CHECK(fixture.client->add_header(header(name.c_str(), value.c_str())) == WEBSOCKET_OK);
    name.assign(name.size(), '?');
    value.assign(value.size(), '?');
    CHECK(fixture.client->add_header(header("b", "")) == WEBSOCKET_OK);
    CHECK(fixture.client->add_header(header("B", "3")) == WEBSOCKET_OK);
    const char *const wanted = "X-First-Name-That-Is-Long=a value that is too long to be short b= B=3 ";
    CHECK_TEXT(wanted, visible(fixture.handle()));
    CHECK_TEXT(wanted, added(*fixture.client));
    return true;
}

bool refused_fields_leave_no_trace()
{
    Fixture fixture;
    Client &client = *fixture.client;
    CHECK(client.add_header(header("a", "1")) == WEBSOCKET_OK);
    CHECK(client.add_header(header(nullptr, "1")) == WEBSOCKET_NO_HEADER_CONTEXT);
    CHECK(client.add_header(header("b", nullptr)) == WEBSOCKET_NO_HEADER_CONTEXT);
    CHECK(client.add_header(header("", "1")) == WEBSOCKET_NO_HEADER_CONTEXT);
    CHECK(client.add_header(header("b c", "1")) == WEBSOCKET_PROTOCOL_ERROR);
    CHECK(client.add_header(header("b", "1\r\nc: 2")) == WEBSOCKET_PROTOCOL_ERROR);
    CHECK_TEXT("a=1 ", visible(fixture.handle()));
    CHECK_TEXT("a=1 ", added(client));
    CHECK(client.add_header(header("b", "2")) == WEBSOCKET_OK);
    CHECK_TEXT("a=1 b=2 ", visible(fixture.handle()));
    return true;
}

bool too_many_fields_are_refused()
{
    Fixture fixture;
    size_t taken = 0;
    while (fixture.client->add_header(header("n", "v")) == WEBSOCKET_OK) {
        ++taken;
        CHECK(taken <= kMaxHeaderFields);
    }
    CHECK(fixture.client->add_header(header("n", "v")) == WEBSOCKET_HEADER_EXCEEDED);
    CHECK(fixture.client->added_headers().fields().size() == taken);
    size_t nodes = 0;
    for (const WebSocket_Header *node = fixture.handle().requestOptions.headers; node != nullptr;
         node = node->next) {
        ++nodes;
    }
    CHECK(nodes == taken);
    return true;
}

// The nodes below are the application's own: never freed, never changed.
bool nodes_in_front_stay()
{
    WebSocket_Header mine{"mine", "0", nullptr};
    Fixture fixture;
    CHECK(fixture.client->add_header(header("a", "1")) == WEBSOCKET_OK);
    mine.next = fixture.handle().requestOptions.headers;
    fixture.handle().requestOptions.headers = &mine;
    CHECK(fixture.client->add_header(header("b", "2")) == WEBSOCKET_OK);
    CHECK_TEXT("mine=0 a=1 b=2 ", visible(fixture.handle()));
    CHECK_TEXT("a=1 b=2 ", added(*fixture.client));
    return true;
}

bool nodes_behind_stay()
{
    WebSocket_Header second{"second", "0", nullptr};
    WebSocket_Header first{"first", "0", &second};
    Fixture fixture;
    CHECK(fixture.client->add_header(header("a", "1")) == WEBSOCKET_OK);
    fixture.handle().requestOptions.headers->next = &first;
    CHECK(fixture.client->add_header(header("b", "2")) == WEBSOCKET_OK);
    CHECK(fixture.client->add_header(header("c", "3")) == WEBSOCKET_OK);
    CHECK_TEXT("a=1 b=2 c=3 first=0 second=0 ", visible(fixture.handle()));
    CHECK(first.next == &second && second.next == nullptr);
    return true;
}

bool nodes_that_were_there_first_stay()
{
    WebSocket_Header mine{"mine", "0", nullptr};
    Fixture fixture;
    fixture.handle().requestOptions.headers = &mine;
    CHECK(fixture.client->add_header(header("a", "1")) == WEBSOCKET_OK);
    CHECK(fixture.client->add_header(header("b", "2")) == WEBSOCKET_OK);
    CHECK_TEXT("a=1 b=2 mine=0 ", visible(fixture.handle()));
    CHECK(mine.next == nullptr);
    return true;
}

bool nodes_in_the_place_of_ours_stay()
{
    WebSocket_Header mine{"mine", "0", nullptr};
    Fixture fixture;
    CHECK(fixture.client->add_header(header("a", "1")) == WEBSOCKET_OK);
    fixture.handle().requestOptions.headers = &mine;
    CHECK(fixture.client->add_header(header("b", "2")) == WEBSOCKET_OK);
    CHECK_TEXT("mine=0 ", visible(fixture.handle()));
    CHECK_TEXT("a=1 b=2 ", added(*fixture.client));
    fixture.handle().requestOptions.headers = nullptr;
    CHECK(fixture.client->add_header(header("c", "3")) == WEBSOCKET_OK);
    CHECK_TEXT("a=1 b=2 c=3 ", added(*fixture.client));
    return true;
}

bool threads_add_header_fields()
{
    constexpr size_t kThreads = 4;
    constexpr size_t kEach = 200;
    Fixture fixture;
    run_threads(kThreads, [&](size_t thread) {
        for (size_t i = 0; i < kEach; ++i) {
            const std::string name = "n" + std::to_string(thread * kEach + i);
            fixture.client->add_header(header(name.c_str(), "v"));
            fixture.client->added_headers();
        }
    });
    CHECK(fixture.client->added_headers().fields().size() == kThreads * kEach);
    CHECK_TEXT(added(*fixture.client), visible(fixture.handle()));
    return true;
}

// ---- shortage of memory ----

// Each allocation of add_header() fails once; what was before is unharmed.
bool add_header_without_memory_changes_nothing()
{
    if (!can_run_short()) {
        skip();
    }
    const char *const long_name = "X-A-Name-Too-Long-For-A-Short-String";
    const char *const long_value = "and a value that is just as long as that";
    Fixture fixture;
    CHECK(fixture.client->add_header(header("a", "1")) == WEBSOCKET_OK);
    const size_t bytes = fixture.client->added_headers().bytes();
    int failures = 0;
    for (bool done = false; !done; ++failures) {
        g_allocations_left = failures;
        try {
            done = fixture.client->add_header(header(long_name, long_value)) == WEBSOCKET_OK;
        } catch (const std::bad_alloc &) {
        }
        g_allocations_left = -1;
        if (!done) {
            CHECK_TEXT("a=1 ", visible(fixture.handle()));
            CHECK_TEXT("a=1 ", added(*fixture.client));
            CHECK(fixture.client->added_headers().bytes() == bytes);
        }
        CHECK(failures < 100);
    }
    CHECK(failures > 3);  // more than one place allocates
    const std::string both = std::string("a=1 ") + long_name + "=" + long_value + " ";
    CHECK_TEXT(both, visible(fixture.handle()));
    CHECK_TEXT(both, added(*fixture.client));
    return true;
}

bool create_without_memory_gives_its_handle_back()
{
    if (!can_run_short()) {
        skip();
    }
    HandleTable table;
    g_allocations_left = 0;
    Client *const none = Client::create(table);
    g_allocations_left = -1;
    CHECK(none == nullptr);
    const std::unique_ptr<Client> client(Client::create(table));
    CHECK(client != nullptr);
    // The refused one's slot, just in front, is free again.
    const HandleSlot *refused = client->slot() - 1;
    CHECK(refused->word.is_free() && refused->client == nullptr);
    return true;
}

// ---- the end ----

// What never reached a connection goes with the client; the leak checkers look.
bool a_client_takes_everything_along()
{
    Fixture fixture;
    Client &client = *fixture.client;
    const WebSocket *handle = &fixture.handle();
    HandleTable::publish(client.slot());
    for (int i = 0; i < 3; ++i) {
        OutgoingMessage *message = OutgoingMessage::create(Opcode::text, "abc", 3);
        client.pending().append(message);
    }
    SendCommand *command = SendCommand::create(&client, 0, Opcode::text, "def", 3);
    client.pending().append(command->message());
    client.early_close = new CloseCommand(&client, 1);
    CHECK(client.add_header(header("a", "1")) == WEBSOCKET_OK);
    HandleSlot *slot = fixture.table.acquire(handle);
    CHECK(slot == client.slot());
    CHECK(HandleTable::retire(slot));
    CHECK(HandleTable::release(slot));
    fixture.client.reset();
    CHECK(fixture.table.acquire(handle) == nullptr);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<a_new_client_is_idle>),
        cmocka_unit_test(run<connecting_begins_when_nothing_runs>),
        cmocka_unit_test(run<closing_depends_on_the_phase>),
        cmocka_unit_test(run<the_service_moves_its_own_generation_only>),
        cmocka_unit_test(run<the_service_moves_forward_only>),
        cmocka_unit_test(run<close_races_with_the_answer>),
        cmocka_unit_test(run<one_of_many_connects_wins>),
        cmocka_unit_test(run<the_queue_has_a_bound>),
        cmocka_unit_test(run<threads_share_the_bound>),
        cmocka_unit_test(run<refused_messages_take_no_room>),
        cmocka_unit_test(run<header_fields_are_copied_and_shown>),
        cmocka_unit_test(run<refused_fields_leave_no_trace>),
        cmocka_unit_test(run<too_many_fields_are_refused>),
        cmocka_unit_test(run<nodes_in_front_stay>),
        cmocka_unit_test(run<nodes_behind_stay>),
        cmocka_unit_test(run<nodes_that_were_there_first_stay>),
        cmocka_unit_test(run<nodes_in_the_place_of_ours_stay>),
        cmocka_unit_test(run<threads_add_header_fields>),
        cmocka_unit_test(run<add_header_without_memory_changes_nothing>),
        cmocka_unit_test(run<create_without_memory_gives_its_handle_back>),
        cmocka_unit_test(run<a_client_takes_everything_along>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
