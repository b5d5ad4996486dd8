// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of MessageReader alone: memory, limits, pieces without a
// known length. What it makes of whole conversations is test_inbox's.

#include <stdio.h>
#include <string.h>

#include <string>

#include "connection/message_reader.h"
#include "unit/check.h"
#include "unit/failed_malloc.h"

namespace {

using namespace nws;
using nws::test::run;
using Result = MessageReader::Result;

constexpr size_t kLimit = 1 << 20;
constexpr size_t kFewKiB = 4096;

bool fails(const char *what, size_t value)
{
    print_error("%s (%zu)\n", what, value);
    return false;
}

// One frame in one piece, at the end of its input.
Result feed(MessageReader &reader, bool first, bool fin, std::string payload)
{
    const Result begun = reader.begin_frame(first, false, fin, payload.size());
    return begun != Result::more ? begun : reader.piece(&payload[0], payload.size(), true, false);
}

bool holds(const MessageReader &reader, const std::string &payload)
{
    const Message &message = reader.message();
    return message.data != nullptr && message.length == payload.size() &&
           message.data[message.length] == '\0' && memcmp(message.data, payload.data(), payload.size()) == 0;
}

bool one_piece_stays_where_it_lies()
{
    MessageReader reader(kLimit);
    char input[] = "helloX";
    if (reader.begin_frame(true, true, true, 5) != Result::more || !reader.in_message() ||
        reader.piece(input, 5, true, true) != Result::message || reader.in_message()) {
        return fails("no message", 0);
    }
    if (reader.message().data != input || !reader.message().text || !holds(reader, "hello")) {
        return fails("not in place", reader.message().length);
    }
    reader.release();
    if (input[5] != 'X' || reader.message().data != nullptr || reader.held_bytes() != 0) {
        return fails("byte not restored, or memory held", reader.held_bytes());
    }
    reader.release();
    return true;
}

bool without_spare_it_is_copied()
{
    MessageReader reader(kLimit);
    char input[] = "helloX";
    reader.begin_frame(true, true, true, 5);
    if (reader.piece(input, 5, true, false) != Result::message || reader.message().data == input ||
        !holds(reader, "hello") || input[5] != 'X') {
        return fails("not copied", reader.message().length);
    }
    return true;
}

bool empty_messages_have_data()
{
    MessageReader reader(kLimit);
    reader.begin_frame(true, true, true, 0);
    if (reader.piece(nullptr, 0, true, false) != Result::message || !holds(reader, "")) {
        return fails("one frame", 0);
    }
    reader.release();
    for (int i = 0; i < 3; ++i) {
        if (feed(reader, i == 0, false, "") != Result::more) {
            return fails("fragment", 0);
        }
    }
    return feed(reader, false, true, "") == Result::message && holds(reader, "") && !reader.message().text;
}

// A frame whose length is known gets its memory once, and no more of it.
bool one_frame_is_sized_once()
{
    MessageReader reader(kLimit);
    std::string payload(100'000, 'a');
    reader.begin_frame(true, false, true, payload.size());
    if (reader.held_bytes() != 0) {
        return fails("memory before payload", reader.held_bytes());
    }
    for (size_t at = 0; at < payload.size(); at += 1000) {
        const bool end = at + 1000 == payload.size();
        if (reader.piece(&payload[at], 1000, end, true) != (end ? Result::message : Result::more)) {
            return fails("piece at", at);
        }
        if (reader.held_bytes() != payload.size() + 1) {
            return fails("held", reader.held_bytes());
        }
    }
    return holds(reader, payload);
}

bool last_fragment_is_sized_exactly()
{
    MessageReader reader(kLimit);
    const std::string a(100'000, 'a'), b(10, 'b');
    return feed(reader, true, false, a) == Result::more && feed(reader, false, true, b) == Result::message &&
           reader.held_bytes() == a.size() + b.size() + 1 && holds(reader, a + b);
}

// Memory grows with what came, at most doubled, and its size changes seldom.
bool fragments_grow_geometrically()
{
    MessageReader reader(kLimit);
    std::string sent;
    size_t changes = 0, held = 0;
    for (int i = 0; sent.size() < kLimit; ++i) {
        const std::string payload(16, static_cast<char>('a' + i % 26));
        if (feed(reader, i == 0, false, payload) != Result::more) {
            return fails("fragment", sent.size());
        }
        sent += payload;
        changes += reader.held_bytes() != held;
        held = reader.held_bytes();
        if (held <= sent.size() || held > kLimit + 1 || (held > kFewKiB && held > 2 * sent.size() + 2)) {
            return fails("held", held);
        }
    }
    if (changes > 20) {
        return fails("changes of size", changes);
    }
    return feed(reader, false, true, "") == Result::message && holds(reader, sent);
}

bool unknown_length_grows_geometrically()
{
    MessageReader reader(kLimit);
    std::string payload(100'000, 'u');
    size_t changes = 0, held = 0;
    reader.begin_frame(true, false, true, 0);
    for (size_t at = 0; at < payload.size(); at += 100) {
        const bool end = at + 100 == payload.size();
        if (reader.piece(&payload[at], 100, end, true) != (end ? Result::message : Result::more)) {
            return fails("piece at", at);
        }
        changes += reader.held_bytes() != held;
        held = reader.held_bytes();
    }
    return changes <= 20 && held <= 2 * payload.size() + 2 && holds(reader, payload);
}

bool large_buffers_are_not_kept()
{
    MessageReader reader(kLimit);
    for (size_t size : {size_t{10}, kFewKiB - 1, kFewKiB, kLimit}) {
        if (feed(reader, true, true, std::string(size, 'x')) != Result::message) {
            return fails("message of", size);
        }
        reader.release();
        if (reader.held_bytes() > kFewKiB) {
            return fails("kept", reader.held_bytes());
        }
    }
    return true;
}

bool small_buffers_are_kept()
{
    MessageReader reader(kLimit);
    if (feed(reader, true, true, std::string(100, 'x')) != Result::message) {
        return fails("first", 0);
    }
    const char *const data = reader.message().data;
    reader.release();
    return reader.held_bytes() > 0 && feed(reader, true, true, "again") == Result::message &&
           reader.message().data == data && holds(reader, "again");
}

bool release_keeps_a_message_that_is_under_way()
{
    MessageReader reader(kLimit);
    const std::string large(3 * kFewKiB, 'l');
    if (feed(reader, true, false, large) != Result::more || !reader.in_message()) {
        return fails("begin", 0);
    }
    reader.release();
    return reader.in_message() && feed(reader, false, true, "!") == Result::message &&
           holds(reader, large + "!");
}

bool is_too_big(const MessageReader &reader, Result result)
{
    return result == Result::violation && reader.violation().close_code == 1009 &&
           reader.violation().what != nullptr;
}

bool limit_counts_before_memory()
{
    MessageReader exact(100), over(100), sum(100), unknown(100), huge(100);
    if (feed(exact, true, true, std::string(100, 'x')) != Result::message) {
        return fails("exactly the limit", 100);
    }
    if (!is_too_big(over, over.begin_frame(true, false, true, 101)) || over.held_bytes() != 0) {
        return fails("announced", over.held_bytes());
    }
    if (!is_too_big(huge, huge.begin_frame(true, false, true, UINT64_MAX)) || huge.held_bytes() != 0) {
        return fails("huge", huge.held_bytes());
    }
    if (feed(sum, true, false, std::string(60, 'x')) != Result::more ||
        !is_too_big(sum, sum.begin_frame(false, false, false, 41))) {
        return fails("sum", 0);
    }
    char bytes[101] = {};
    unknown.begin_frame(true, false, true, 0);
    return unknown.piece(bytes, 100, false, false) == Result::more &&
           is_too_big(unknown, unknown.piece(bytes + 100, 1, true, false)) && unknown.held_bytes() <= 200;
}

bool parts_need_no_memory()
{
    MessageReader reader(0, Delivery::in_parts);
    std::string payload(1 << 20, 'p');
    reader.begin_frame(true, false, false, payload.size());
    if (reader.piece(&payload[0], payload.size(), true, false) != Result::part || !reader.in_message() ||
        reader.message().data != payload.data() || reader.message().last) {
        return fails("no part", reader.message().length);
    }
    reader.release();
    reader.begin_frame(false, false, true, 0);
    if (reader.piece(nullptr, 0, true, true) != Result::part || reader.in_message() ||
        !reader.message().last || reader.message().first || reader.message().data == nullptr) {
        return fails("no last part", reader.message().length);
    }
    reader.release();
    return reader.held_bytes() == 0;
}

// The limit is the caller's word; what the machine can't give is no violation.
bool no_memory_is_told()
{
    const nws::test::AddressSpaceTaken taken;
    MessageReader reader(SIZE_MAX);
    char byte = 'x';
    // All of the address space that a program may ask malloc for.
    if (reader.begin_frame(true, false, true, SIZE_MAX / 2 - 2) != Result::more) {
        return fails("refused", 0);
    }
    return reader.piece(&byte, 1, false, false) == Result::no_memory;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<one_piece_stays_where_it_lies>),
        cmocka_unit_test(run<without_spare_it_is_copied>),
        cmocka_unit_test(run<empty_messages_have_data>),
        cmocka_unit_test(run<one_frame_is_sized_once>),
        cmocka_unit_test(run<last_fragment_is_sized_exactly>),
        cmocka_unit_test(run<fragments_grow_geometrically>),
        cmocka_unit_test(run<unknown_length_grows_geometrically>),
        cmocka_unit_test(run<large_buffers_are_not_kept>),
        cmocka_unit_test(run<small_buffers_are_kept>),
        cmocka_unit_test(run<release_keeps_a_message_that_is_under_way>),
        cmocka_unit_test(run<limit_counts_before_memory>),
        cmocka_unit_test(run<parts_need_no_memory>),
        cmocka_unit_test(run<no_memory_is_told>),
    };
    return cmocka_run_group_tests_name("message_reader", tests, nullptr, nullptr);
}
