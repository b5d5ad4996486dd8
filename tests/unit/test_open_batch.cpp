// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of OpenBatch and SendBatch.

#include "unit/check.h"

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/open_batch.h"

using namespace nws;
using namespace nws::test;

namespace {

using Added = OpenBatch::Added;

struct Sender {
    OpenBatch batch;
    CommandQueue queue;
    size_t queued = 1;
    size_t bound = size_t{1} << 20;

    Added add(const std::string &text, uint32_t generation = 1)
    {
        const Added added =
            batch.add(nullptr, generation, Opcode::text, text.data(), text.size(), queued, bound);
        if (added == Added::first) {
            queue.push(&batch.opened());
            batch.on_opened_queued();
        }
        return added;
    }
    void queue_by_itself(const std::string &text)
    {
        queue.push(SendCommand::create(nullptr, 1, Opcode::text, text.data(), text.size()));
        batch.on_queued();
    }
    // What is queued, in order; frees it.
    std::vector<std::string> take()
    {
        std::vector<std::string> texts;
        while (QueueNode *node = queue.pop()) {
            auto *command = static_cast<Command *>(node);
            if (command->kind == Command::Kind::send) {
                take(texts, static_cast<SendCommand *>(command)->message());
                continue;
            }
            OutgoingMessage *message = static_cast<SendBatch *>(command)->first();
            OutgoingMessage::unpack(message);
            while (message != nullptr) {
                OutgoingMessage *const next = message->next;  // the batch is gone with its last message
                take(texts, message);
                message = next;
            }
        }
        return texts;
    }
    static void take(std::vector<std::string> &texts, OutgoingMessage *message)
    {
        texts.emplace_back(reinterpret_cast<char *>(message->payload()), message->length);
        OutgoingMessage::destroy(message);
    }
};

bool messages_join_while_nothing_else_is_queued()
{
    Sender sender;
    CHECK(sender.add("one") == Added::first);
    CHECK(sender.add("") == Added::joined);
    CHECK(sender.add("three") == Added::joined);
    CHECK(sender.take() == (std::vector<std::string>{"one", "", "three"}));
    CHECK(sender.add("four") == Added::first);
    CHECK(sender.take() == std::vector<std::string>{"four"});
    return true;
}

bool nothing_overtakes_what_was_queued_by_itself()
{
    Sender sender;
    CHECK(sender.add("one") == Added::first);
    sender.queue_by_itself("two");
    CHECK(sender.add("three") == Added::first);
    sender.queue_by_itself("four");
    CHECK(sender.take() == (std::vector<std::string>{"one", "two", "three", "four"}));
    return true;
}

// Batches to which nothing may be added take little of the queue's bound.
bool empty_space_is_bounded()
{
    Sender sender;
    size_t batches = 0;
    while (sender.add("x") == Added::first) {
        sender.queue_by_itself("y");
        ++batches;
    }
    CHECK(batches >= 1);
    CHECK(batches * SendBatch::kSmallBytes <= sender.bound / 50);
    CHECK(sender.add("x") == Added::no);
    CHECK(sender.take().size() == 2 * batches);
    sender.batch.on_queue_empty();
    CHECK(sender.add("x") == Added::first);
    CHECK(sender.take().size() == 1);
    return true;
}

// Once they are taken, although the queue is never empty: else a sender that is as fast
// as the socket would not come back to batches.
bool empty_space_is_forgotten_with_the_batches()
{
    Sender sender;
    size_t before = 0;
    for (int round = 0; round < 3; ++round) {
        size_t batches = 0;
        while (sender.add("x") == Added::first) {
            sender.queue_by_itself("y");
            ++batches;
        }
        CHECK(round == 0 || batches == before);
        CHECK(sender.take().size() >= 2 * batches);
        sender.queue_by_itself("z");
        before = batches;
    }
    CHECK(before >= 1);
    CHECK(sender.add("x") == Added::first);
    CHECK(sender.add("x") == Added::joined);
    CHECK(sender.take().size() == 3);
    return true;
}

bool messages_of_another_connection_do_not_join()
{
    Sender sender;
    CHECK(sender.add("one", 1) == Added::first);
    CHECK(sender.take() == std::vector<std::string>{"one"});
    CHECK(sender.add("two", 1) == Added::first);
    CHECK(sender.add("three", 2) != Added::joined);
    CHECK(sender.take().front() == "two");
    return true;
}

// While the service thread has it and its turn has not come.
bool messages_join_behind_the_queue()
{
    Sender sender;
    CHECK(sender.add("one") == Added::first);
    OutgoingMessage *message = static_cast<SendBatch *>(sender.queue.pop())->first();
    CHECK(sender.add("two") == Added::joined);
    CHECK(message->next == nullptr);
    OutgoingMessage *const last = OutgoingMessage::unpack(message);
    CHECK(message->next == last && last->length == 3 && last->next == nullptr);
    CHECK(OutgoingMessage::unpack(message) == message);  // once
    CHECK(sender.add("three") == Added::first);
    CHECK(sender.take() == std::vector<std::string>{"three"});
    OutgoingMessage::destroy(message);
    OutgoingMessage::destroy(last);
    return true;
}

bool full_batch_is_followed_by_another()
{
    Sender sender;
    const std::string text(SendBatch::most_length(SendBatch::kSmallBytes), 'x');
    const size_t count = 3 * SendBatch::kSmallBytes / text.size();
    size_t batches = 0;
    for (size_t i = 0; i < count; ++i) {
        const Added added = sender.add(text);
        CHECK(added != Added::no);
        batches += added == Added::first ? 1 : 0;
    }
    CHECK(batches == 4);
    CHECK(sender.add(text + "x") == Added::no);
    CHECK(sender.take().size() == count);
    return true;
}

// A large one where much waits, and may.
bool batches_grow_with_what_waits()
{
    const std::string text(SendBatch::most_length(SendBatch::kLargeBytes), 'x');
    Sender sender;
    sender.queued = SendBatch::kLargeBytes;
    CHECK(sender.add(text) == Added::no);
    sender.bound = SendBatch::kLargeBytes * 64;
    CHECK(sender.add(text) == Added::first);
    CHECK(sender.add(text) == Added::joined);
    CHECK(sender.add(text + "x") == Added::no);
    sender.queued = 1;
    CHECK(sender.add(text) == Added::joined);
    CHECK(sender.take().size() == 3);
    CHECK(sender.add(text) == Added::no);
    return true;
}

// A full queue takes at most 5 % more memory than its bound, and a last batch.
bool take_no_more_than_they_count(size_t bytes, size_t queued, size_t bound)
{
    for (size_t length = 0; length <= SendBatch::most_length(bytes); ++length) {
        Sender sender;
        sender.queued = queued;
        sender.bound = bound;
        const std::string text(length, 'x');
        CHECK(sender.add(text) == Added::first);
        size_t count = 1;
        while (sender.add(text) == Added::joined) {
            ++count;
        }
        CHECK(bytes * 100 <= count * OutgoingMessage::cost(length) * 105);
        CHECK(sender.take().size() == count + 1);
    }
    return true;
}

bool batches_take_no_more_than_their_messages_count()
{
    return take_no_more_than_they_count(SendBatch::kSmallBytes, 1, 1 << 20) &&
           take_no_more_than_they_count(SendBatch::kLargeBytes, SendBatch::kLargeBytes,
                                        64 * SendBatch::kLargeBytes);
}

bool either_side_may_be_the_last()
{
    auto sender = std::make_unique<Sender>();
    CHECK(sender->add("one") == Added::first);
    CHECK(sender->take().size() == 1);  // freed by the side that adds
    sender->batch.on_queue_empty();
    CHECK(sender->add("two") == Added::first);
    sender->batch.on_queue_empty();  // freed by the other
    CHECK(sender->take().size() == 1);
    CHECK(sender->add("three") == Added::first);
    CHECK(sender->take().size() == 1);
    sender.reset();  // freed with the client
    return true;
}

// Each thread's messages come out once and in order, batched or not.
bool threads_keep_their_order()
{
    constexpr size_t kThreads = 4;
    constexpr uint32_t kMessages = 20'000;
    Sender sender;
    const auto send = [&sender](size_t thread) {
        for (uint32_t number = 0; number < kMessages; ++number) {
            const std::string text = std::to_string(thread) + std::to_string(number);
            if ((number * 7 + thread) % 50 == 0 || sender.add(text) == Added::no) {
                sender.queue_by_itself(text);
            }
            if (number % 64 == 0) {
                sender.batch.on_queue_empty();
            }
        }
    };
    std::atomic<bool> all_sent{false};
    std::thread senders([&] {
        run_threads(kThreads, send);
        all_sent.store(true);
    });
    std::array<uint32_t, kThreads> next{};
    size_t wrong = 0;
    for (bool last_look = false; !last_look;) {
        last_look = all_sent.load();
        for (const std::string &text : sender.take()) {
            uint32_t &expected = next[static_cast<size_t>(text[0] - '0')];
            wrong += text.substr(1) == std::to_string(expected) ? 0 : 1;
            ++expected;
        }
        std::this_thread::yield();
    }
    senders.join();
    CHECK(next == (std::array<uint32_t, kThreads>{kMessages, kMessages, kMessages, kMessages}));
    CHECK(wrong == 0);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<messages_join_while_nothing_else_is_queued>),
        cmocka_unit_test(run<nothing_overtakes_what_was_queued_by_itself>),
        cmocka_unit_test(run<empty_space_is_bounded>),
        cmocka_unit_test(run<empty_space_is_forgotten_with_the_batches>),
        cmocka_unit_test(run<messages_of_another_connection_do_not_join>),
        cmocka_unit_test(run<messages_join_behind_the_queue>),
        cmocka_unit_test(run<full_batch_is_followed_by_another>),
        cmocka_unit_test(run<batches_grow_with_what_waits>),
        cmocka_unit_test(run<batches_take_no_more_than_their_messages_count>),
        cmocka_unit_test(run<either_side_may_be_the_last>),
        cmocka_unit_test(run<threads_keep_their_order>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
