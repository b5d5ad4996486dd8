// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Messages of every length at which something changes in TLS records of 16 KiB,
// both ways at the same time: buffers for records come and go. And in how many
// records a long one goes.

#include "integration/scene.h"

#include <sys/socket.h>

#include <atomic>
#include <cstdlib>

#include "faults/next_function.h"

using namespace nws::test;

namespace {

constexpr size_t kRecord = 16'384;

// Of application data, that the library has given to the socket; the test server's
// OpenSSL writes with another function.
std::atomic<size_t> g_records{0};

NextFunction<ssize_t(int, const void *, size_t, int)> g_send("send");

bool begins_record(const unsigned char *bytes, size_t length)
{
    constexpr size_t kHead = 5;
    constexpr unsigned char kApplicationData = 23;
    return length > kHead && bytes[0] == kApplicationData && kHead + bytes[3] * 256 + bytes[4] == length;
}

}  // namespace

extern "C" __attribute__((noinline, visibility("default"))) ssize_t send(int fd, const void *bytes,
                                                                         size_t length, int flags)
{
    const ssize_t sent = g_send(fd, bytes, length, flags);
    if (sent > 0 && begins_record(static_cast<const unsigned char *>(bytes), length)) {
        ++g_records;
    }
    return sent;
}

namespace {

int set_up_tls(void **state)
{
    set_up_without_server(state);
    unsetenv("SSL_CERT_DIR");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    return setenv("SSL_CERT_FILE", CERTS_DIR "/ca.pem", 1);
}

LoggedClient &open_echo(int version)
{
    ServerOptions options;
    options.tls.certificate = CERTS_DIR "/server.pem";
    options.tls.key = CERTS_DIR "/server.key";
    options.tls.min_version = version;
    options.tls.max_version = version;
    if (!server().start(options)) {
        fail_msg("%s", server().error().c_str());
    }
    LoggedClient &client = new_client();
    const std::string url = "wss://localhost:" + std::to_string(server().port()) + "/echo";
    assert_int_equal(client.connect(url), 0);
    assert_true(client.wait_open());
    return client;
}

std::string message_of(size_t length)
{
    std::string message(length, '\0');
    for (size_t i = 0; i < length; ++i) {
        message[i] = static_cast<char>('a' + (i * 7 + i / 26 + length) % 26);
    }
    return message;
}

// Idle buffers hold records of about 200 bytes; a frame's head is 2 to 14.
std::vector<size_t> interesting_lengths()
{
    std::vector<size_t> lengths = {1, 2, 100, 125, 126, 1000, 4096, 10'000};
    for (size_t length = 190; length <= 260; length += 3) {
        lengths.push_back(length);
    }
    for (size_t records = 1; records <= 3; ++records) {
        for (size_t less = 0; less <= 40; ++less) {
            lengths.push_back(records * kRecord - less + 4);
        }
    }
    return lengths;
}

void assert_received(LoggedClient &client, const std::vector<size_t> &lengths)
{
    assert_true(client.wait_message_count(lengths.size()));
    const auto messages = client.log().events(ClientKind::message);
    assert_int_equal(messages.size(), lengths.size());
    for (size_t i = 0; i < lengths.size(); ++i) {
        assert_true(messages[i].bytes == message_of(lengths[i]));
    }
    ASSERT_TEXT(client.log().order().substr(0, 1), "o");
    assert_int_equal(client.close(), 0);
    assert_true(client.wait_close());
    assert_int_equal(client.log().events(ClientKind::close).front().code, 1000);
}

// Idle before each message.
void one_after_the_other(int version)
{
    LoggedClient &client = open_echo(version);
    const std::vector<size_t> lengths = interesting_lengths();
    for (size_t i = 0; i < lengths.size(); ++i) {
        assert_int_equal(client.send(message_of(lengths[i])), 0);
        assert_true(client.wait_message_count(i + 1));
    }
    assert_received(client, lengths);
}

// All at once: what is sent stalls where what comes back is not read yet, and
// the other way round.
void all_at_once(int version)
{
    LoggedClient &client = open_echo(version);
    const std::vector<size_t> few = interesting_lengths();
    std::vector<size_t> lengths;
    for (int round = 0; round < (NWS_SANITIZED != 0 ? 1 : 4); ++round) {
        lengths.insert(lengths.end(), few.begin(), few.end());
    }
    for (const size_t length : lengths) {
        assert_int_equal(client.send(message_of(length)), 0);
    }
    assert_received(client, lengths);
}

// As few as hold it, and one more for what a piece may end with.
void full_records(int version)
{
#if LWS_SYSTEM
    (void)version;
    skip();  // OpenSSL's are no matter of ours
#else
    LoggedClient &client = open_echo(version);
    const size_t before = g_records;
    const std::vector<size_t> lengths = {size_t{1} << 20};
    assert_int_equal(client.send(message_of(lengths.front())), 0);
    assert_true(client.wait_message_count(1));
    assert_in_range(g_records - before, lengths.front() / kRecord, lengths.front() / kRecord + 2);
    assert_received(client, lengths);
#endif
}

void full_records_1_2(void **)
{
    full_records(12);
}

void full_records_1_3(void **)
{
    full_records(13);
}

void one_after_the_other_1_2(void **)
{
    one_after_the_other(12);
}

void one_after_the_other_1_3(void **)
{
    one_after_the_other(13);
}

void all_at_once_1_2(void **)
{
    all_at_once(12);
}

void all_at_once_1_3(void **)
{
    all_at_once(13);
}

}  // namespace

#define TLS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_tls, tear_down)

int main()
{
    const CMUnitTest tests[] = {
        TLS_TEST(full_records_1_2),        TLS_TEST(full_records_1_3), TLS_TEST(one_after_the_other_1_2),
        TLS_TEST(one_after_the_other_1_3), TLS_TEST(all_at_once_1_2),  TLS_TEST(all_at_once_1_3),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
