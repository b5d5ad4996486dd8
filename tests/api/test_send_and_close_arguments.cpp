// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of what Send and Close return when there is no open
// connection.

#include <fstream>  // before cmocka's macros

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "support/logged_client.h"
#include "support/sanitized.h"
#include "support/test_server.h"

using namespace nws::test;

namespace {

constexpr size_t kSendLimit = size_t{4} << 20;
constexpr size_t kQueueLimit = size_t{64} << 20;

int send(LoggedClient &client, char *data, size_t length)
{
    return OH_WebSocketClient_Send(client.get(), data, length);
}

// A client whose connection has failed.
void fail_to_connect(LoggedClient &client)
{
    const RefusingPort refusing;
    assert_int_equal(client.connect("ws://127.0.0.1:" + std::to_string(refusing.port())), WEBSOCKET_OK);
    assert_true(client.wait_error());
}

void send_before_connect(void **)
{
    LoggedClient client;
    char data[] = "data";
    assert_int_equal(send(client, data, sizeof data), WEBSOCKET_OK);
    assert_int_equal(client.destroy(), WEBSOCKET_NO_CONNECTION_CONTEXT);
}

void send_arguments(void **)
{
    LoggedClient client;
    std::vector<char> data(kSendLimit + 1, 'x');
    assert_int_equal(send(client, nullptr, 0), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send(client, nullptr, 5), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send(client, nullptr, SIZE_MAX), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send(client, data.data(), 0), WEBSOCKET_OK);
    assert_int_equal(send(client, data.data(), kSendLimit), WEBSOCKET_OK);
    assert_int_equal(send(client, data.data(), kSendLimit + 1), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    // Nothing of it is read.
    assert_int_equal(send(client, data.data(), SIZE_MAX), WEBSOCKET_DATA_LENGTH_EXCEEDED);
}

// What is wrong with the data comes before what is wrong with the connection.
void send_after_the_end(void **)
{
    LoggedClient client;
    fail_to_connect(client);
    std::vector<char> data(kSendLimit + 1, 'x');
    assert_int_equal(send(client, nullptr, 0), WEBSOCKET_SEND_DATA_NULL);
    assert_int_equal(send(client, data.data(), 0), WEBSOCKET_OK);
    assert_int_equal(send(client, data.data(), kSendLimit + 1), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(send(client, data.data(), kSendLimit), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(send(client, data.data(), 1), WEBSOCKET_NO_CONNECTION);
}

void queue_limit(void **)
{
    LoggedClient client;
    std::vector<char> data(kSendLimit, 'x');
    for (size_t queued = 0; queued < kQueueLimit; queued += kSendLimit) {
        assert_int_equal(send(client, data.data(), data.size()), WEBSOCKET_OK);
    }
    assert_int_equal(send(client, data.data(), 1), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    assert_int_equal(send(client, data.data(), data.size()), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    // The bound is each client's own.
    LoggedClient other;
    assert_int_equal(send(other, data.data(), data.size()), WEBSOCKET_OK);
}

void refused_messages_take_no_room(void **)
{
    LoggedClient client;
    std::vector<char> data(kSendLimit, 'x');
    for (size_t queued = 0; queued < kQueueLimit - kSendLimit; queued += kSendLimit) {
        assert_int_equal(send(client, data.data(), data.size()), WEBSOCKET_OK);
    }
    assert_int_equal(send(client, data.data(), kSendLimit - 4096), WEBSOCKET_OK);
    for (int i = 0; i < 3; ++i) {
        assert_int_equal(send(client, data.data(), kSendLimit), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
    }
    assert_int_equal(send(client, data.data(), 4096), WEBSOCKET_OK);
    assert_int_equal(send(client, data.data(), 1), WEBSOCKET_QUEUE_LENGTH_EXCEEDED);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryCanBeLimited = false;  // sanitizers reserve terabytes
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

// No more than `more` bytes of address space beyond what the process has.
bool limit_memory(size_t more)
{
    size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t limit = pages * static_cast<size_t>(sysconf(_SC_PAGESIZE)) + more;
    const rlimit bound{limit, limit};
    return setrlimit(RLIMIT_AS, &bound) == 0;
}

// In a child process, which may not assert.
void assert_holds_in_child(const std::function<bool()> &condition)
{
    const pid_t child = fork();
    if (child == 0) {
        _exit(condition() ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

void memory_is_short(void **)
{
    if (!kMemoryCanBeLimited || is_emulated()) {
        skip();
    }
    assert_holds_in_child([] {
        std::vector<char> data(kSendLimit, 'x');
        WebSocket *client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
        if (client == nullptr || !limit_memory(3 * kSendLimit)) {
            return false;
        }
        int code = WEBSOCKET_OK;
        for (size_t queued = 0; queued < kQueueLimit && code == WEBSOCKET_OK; queued += kSendLimit) {
            code = OH_WebSocketClient_Send(client, data.data(), data.size());
        }
        // What was refused takes no room, and the client can still be used.
        return code == WEBSOCKET_SEND_NO_MEMORY &&
               OH_WebSocketClient_Send(client, data.data(), 1) == WEBSOCKET_OK &&
               OH_WebSocketClient_Destroy(client) == WEBSOCKET_NO_CONNECTION_CONTEXT;
    });
    assert_holds_in_child([] {
        return limit_memory(kSendLimit) &&
               OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr) == nullptr;
    });
}

struct CloseRange {
    uint32_t first, last;
    bool may_be_sent;
};

// RFC 6455 7.4, and what IANA has registered since.
constexpr CloseRange kCloseRanges[] = {
    {0, 0, true},
    {1, 999, false},
    {1000, 1003, true},
    {1004, 1006, false},
    {1007, 1014, true},
    {1015, 2999, false},
    {3000, 4999, true},
    {5000, 66'999, false},
    {UINT32_MAX - 1000, UINT32_MAX - 1, false},
    {UINT32_MAX, UINT32_MAX, false},
};

void assert_close_gives(LoggedClient &client, uint32_t code, int result)
{
    const int given = client.close(code, "reason");
    if (given != result) {
        print_error("code %u\n", code);
    }
    assert_int_equal(given, result);
}

void close_codes(void **)
{
    LoggedClient never_connected;
    LoggedClient failed;
    fail_to_connect(failed);
    for (LoggedClient *client : {&never_connected, &failed}) {
        for (const CloseRange &range : kCloseRanges) {
            const int result = range.may_be_sent ? WEBSOCKET_NO_CONNECTION : WEBSOCKET_PROTOCOL_ERROR;
            for (uint64_t code = range.first; code <= range.last; ++code) {
                assert_close_gives(*client, static_cast<uint32_t>(code), result);
            }
        }
    }
}

void close_reasons(void **)
{
    struct Row {
        std::string reason;
        int result;
    };
    const Row rows[] = {
        {"", WEBSOCKET_NO_CONNECTION},
        {std::string(123, 'r'), WEBSOCKET_NO_CONNECTION},
        {std::string(124, 'r'), WEBSOCKET_DATA_LENGTH_EXCEEDED},
        {std::string(100'000, 'r'), WEBSOCKET_DATA_LENGTH_EXCEEDED},
        {std::string(121, 'r') + "\xc3\xbc", WEBSOCKET_NO_CONNECTION},
        {std::string(122, 'r') + "\xc3\xbc", WEBSOCKET_DATA_LENGTH_EXCEEDED},
        {"\xff", WEBSOCKET_PROTOCOL_ERROR},
        {"cut off \xc3", WEBSOCKET_PROTOCOL_ERROR},
        {"surrogate \xed\xa0\x80", WEBSOCKET_PROTOCOL_ERROR},
    };
    LoggedClient client;
    for (const Row &row : rows) {
        assert_int_equal(client.close(1000, row.reason.c_str()), row.result);
    }
    assert_int_equal(client.close(1000, nullptr), WEBSOCKET_NO_CONNECTION);
    assert_int_equal(client.close(0, nullptr), WEBSOCKET_NO_CONNECTION);
}

// An open connection stays so, and hears nothing of it.
void refused_close_of_an_open_connection(void **)
{
    TestServer server;
    assert_true(server.start());
    LoggedClient client;
    assert_int_equal(client.connect(server.url("/echo")), WEBSOCKET_OK);
    assert_true(client.wait_open());
    for (const CloseRange &range : kCloseRanges) {
        if (!range.may_be_sent) {
            assert_close_gives(client, range.first, WEBSOCKET_PROTOCOL_ERROR);
            assert_close_gives(client, range.last, WEBSOCKET_PROTOCOL_ERROR);
        }
    }
    assert_int_equal(client.close(1000, std::string(124, 'r').c_str()), WEBSOCKET_DATA_LENGTH_EXCEEDED);
    assert_int_equal(client.close(1000, "\xff"), WEBSOCKET_PROTOCOL_ERROR);
    assert_int_equal(client.send("still open"), WEBSOCKET_OK);
    assert_true(client.wait_message_count(1));
    assert_int_equal(client.close(1000, "now"), WEBSOCKET_OK);
    // Closing already, or closed by now.
    const int second = client.close(1000, "again");
    assert_true(second == WEBSOCKET_OK || second == WEBSOCKET_NO_CONNECTION);
    assert_true(client.wait_close());
    assert_int_equal(client.close(1000, "again"), WEBSOCKET_NO_CONNECTION);
    assert_string_equal(client.log().order().c_str(), "omc");
    server.stop();
    assert_string_equal(server.complaints().c_str(), "");
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        // First: later, malloc keeps what the others have freed.
        cmocka_unit_test(memory_is_short),
        cmocka_unit_test(send_before_connect),
        cmocka_unit_test(send_arguments),
        cmocka_unit_test(send_after_the_end),
        cmocka_unit_test(queue_limit),
        cmocka_unit_test(refused_messages_take_no_room),
        cmocka_unit_test(close_codes),
        cmocka_unit_test(close_reasons),
        cmocka_unit_test(refused_close_of_an_open_connection),
    };
    return cmocka_run_group_tests_name("Send and Close arguments", tests, nullptr, nullptr);
}
