// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of callers that know another version of the structs that may
// grow: a later one, with more fields at the end, and the first.

#include "integration/extension.h"

#include <cstring>

using namespace nws::test;

namespace {

// As a later header may have them.
struct LaterOptions {
    NetWebSocket_Options known;
    uint64_t number;
    const char *text;
    int32_t flag;
};

struct LaterStatistics {
    NetWebSocket_Statistics known;
    uint64_t count;
};

void init(LaterOptions &options)
{
    std::memset(static_cast<void *>(&options), 0x5a, sizeof options);
    NetWebSocket_InitSizedOptions(&options.known, sizeof options);
    options.known.proxy = "none";
}

void later_options_at_their_defaults(void **)
{
    LaterOptions options;
    init(options);
    assert_int_equal(options.known.structSize, sizeof options);
    assert_int_equal(options.known.maxSendMessageBytes, 4 << 20);
    assert_int_equal(options.number, 0);
    assert_null(options.text);
    assert_int_equal(options.flag, 0);
    // What this library knows of it counts.
    options.known.subprotocols = "later";
    LoggedClient &client = new_client();
    assert_int_equal(NetWebSocket_SetOptions(client.get(), &options.known), 0);
    assert_int_equal(client.connect(server().url("/subprotocol")), 0);
    assert_true(client.wait_message_count(1));
    ASSERT_TEXT(client.log().events(ClientKind::message)[0].bytes, "later");
}

// Refused rather than without effect.
void later_options_that_are_set(void **)
{
    LaterOptions number, text, flag;
    init(number);
    init(text);
    init(flag);
    number.number = uint64_t{1} << 63;
    text.text = "text";
    flag.flag = -1;
    for (LaterOptions *options : {&number, &text, &flag}) {
        LoggedClient &client = new_client();
        assert_int_equal(NetWebSocket_SetOptions(client.get(), &options->known), WEBSOCKET_PROTOCOL_ERROR);
        ASSERT_CONTAINS(last_error(client), "does not know");
    }
}

void later_statistics(void **)
{
    open_client("/echo");
    LaterStatistics statistics;
    std::memset(static_cast<void *>(&statistics), 0x5a, sizeof statistics);
    statistics.known.structSize = sizeof statistics;
    assert_int_equal(NetWebSocket_GetStatistics(nullptr, &statistics.known), 0);
    assert_int_equal(statistics.known.structSize, sizeof statistics);
    assert_true(statistics.known.connects >= 1 && statistics.known.connects < 1000);
    assert_int_equal(statistics.count, 0);
}

// Byte for byte: nothing is written behind what the caller has.
void shorter_statistics(void **)
{
    LoggedClient &client = open_client("/echo");
    for (size_t size = 0; size <= sizeof(NetWebSocket_Statistics); ++size) {
        unsigned char bytes[sizeof(NetWebSocket_Statistics) + 1];
        std::memset(bytes, 0x5a, sizeof bytes);
        std::memcpy(bytes, &size, sizeof size);
        auto *const statistics = reinterpret_cast<NetWebSocket_Statistics *>(bytes);
        const int code = NetWebSocket_GetStatistics(client.get(), statistics);
        assert_int_equal(code, size < sizeof size ? WEBSOCKET_PROTOCOL_ERROR : 0);
        for (size_t i = size < sizeof size ? sizeof size : size; i < sizeof bytes; ++i) {
            assert_int_equal(bytes[i], 0x5a);
        }
    }
}

void shorter_options(void **)
{
    for (size_t size = 0; size <= sizeof(NetWebSocket_Options); ++size) {
        unsigned char bytes[sizeof(NetWebSocket_Options) + 1];
        std::memset(bytes, 0x5a, sizeof bytes);
        NetWebSocket_InitSizedOptions(reinterpret_cast<NetWebSocket_Options *>(bytes), size);
        for (size_t i = size < sizeof size ? 0 : size; i < sizeof bytes; ++i) {
            assert_int_equal(bytes[i], 0x5a);
        }
    }
}

// What lies in the padding at the end of the first version's struct is anything:
// assignment need not copy it, and no later field may be put there.
void garbage_in_the_padding(void **)
{
    NetWebSocket_Options options = new_options();
    const size_t end = offsetof(NetWebSocket_Options, keepConnectionDetails) + sizeof(int32_t);
    std::memset(reinterpret_cast<unsigned char *>(&options) + end, 0x5a, sizeof options - end);
    assert_int_equal(set_options(new_client(), options), 0);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        SCENE_TEST(later_options_at_their_defaults),
        SCENE_TEST(later_options_that_are_set),
        SCENE_TEST(later_statistics),
        SCENE_TEST(shorter_statistics),
        SCENE_TEST(shorter_options),
        SCENE_TEST(garbage_in_the_padding),
    };
    return cmocka_run_group_tests_name("growing structs", tests, nullptr, nullptr);
}
