// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of our patches to mbedTLS that give back the memory of idle
// connections (subprojects/packagefiles): whatever is on its way, in parts or
// not, the buffers hold it, and they are small when there is nothing.

#include "unit/check.h"

#include <cstdlib>
#include <initializer_list>
#include <string>

#include "unit/failed_malloc.h"
#include "unit/tls_pair.h"

// The linker leads calloc() here, which is where mbedTLS gets its memory. So
// many calls for a buffer succeed, the next fails; -1: all succeed. Others never
// fail: there mbedTLS has leaks of its own.
static int g_allocations_left = -1;

extern "C" void *__real_calloc(size_t count, size_t size);
extern "C" void *__wrap_calloc(size_t count, size_t size);
extern "C" void *__wrap_calloc(size_t count, size_t size)
{
    const bool is_buffer = count * size == 256 || count * size >= 1000;
    const bool fails = is_buffer && g_allocations_left >= 0 && g_allocations_left-- == 0;
    return fails ? nullptr : __real_calloc(count, size);
}

namespace {

using namespace nws::test;

constexpr int kVersions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
constexpr size_t kRecord = 16'384;

std::string some_bytes(size_t length)
{
    std::string data(length, '\0');
    for (size_t i = 0; i < length; ++i) {
        data[i] = static_cast<char>(i * 31 + i / 251 + length);
    }
    return data;
}

TlsServerOptions version_only(int version)
{
    TlsServerOptions options;
    options.version = version;
    return options;
}

bool goes_both_ways(TlsPair &pair, size_t length)
{
    const std::string data = some_bytes(length);
    CHECK(pair.server_sends(data));
    CHECK(pair.client_receives(length) == data);
    CHECK(pair.is_idle());
    CHECK(pair.client_sends(data));
    CHECK(pair.is_idle());
    CHECK(pair.server_receives(length) == data);
    return true;
}

bool records_of_all_lengths()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        for (size_t length = 1; length < 600; ++length) {
            CHECK(goes_both_ways(pair, length));
        }
        for (size_t length = kRecord - 20; length < kRecord + 20; ++length) {
            CHECK(goes_both_ways(pair, length));
        }
        for (const size_t length : {2 * kRecord, 2 * kRecord + 1, 10 * kRecord}) {
            CHECK(goes_both_ways(pair, length));
        }
    }
    return true;
}

bool waiting_in_the_handshake()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(mbedtls_ssl_handshake(&pair.client) == MBEDTLS_ERR_SSL_WANT_READ);
        CHECK(pair.is_idle());
        CHECK(pair.shake_hands() == 0);
        CHECK(pair.is_idle());
        CHECK(goes_both_ways(pair, 1));
    }
    return true;
}

// One byte at a time, and between any two of them none.
bool records_in_parts()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        pair.receive_piece = 1;
        CHECK(pair.shake_hands() == 0);
        for (const size_t length : {size_t{1}, size_t{300}, kRecord}) {
            CHECK(goes_both_ways(pair, length));
        }
    }
    return true;
}

bool data_that_is_not_read()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        const std::string data = some_bytes(kRecord - 100);
        CHECK(pair.server_sends(data));
        CHECK(pair.client_receives(100) == data.substr(0, 100));
        CHECK(mbedtls_ssl_get_bytes_avail(&pair.client) == data.size() - 100);
        // What is written meanwhile does not touch it.
        CHECK(pair.client_sends(data));
        CHECK(pair.server_receives(data.size()) == data);
        CHECK(pair.client_receives(data.size() - 100, 7) == data.substr(100));
        CHECK(pair.is_idle());
    }
    return true;
}

bool data_that_is_not_sent()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        const std::string data = some_bytes(kRecord - 100);
        for (const size_t allowed : {size_t{0}, size_t{1}, size_t{300}, kRecord - 200}) {
            pair.send_allowance = allowed;
            CHECK(!pair.client_sends(data));
            CHECK(pair.result == MBEDTLS_ERR_SSL_WANT_WRITE);
            // What is read meanwhile does not touch it.
            CHECK(pair.server_sends(data));
            CHECK(pair.client_receives(data.size()) == data);
            CHECK(!pair.is_idle());
            pair.send_allowance = TlsPair::kNoLimit;
            CHECK(pair.client_sends(data));
            CHECK(pair.is_idle());
            CHECK(pair.server_receives(data.size()) == data);
        }
    }
    return true;
}

// Certificates over many records, and in 1.3 tickets after the handshake.
bool handshake_messages_in_fragments()
{
    for (const int version : kVersions) {
        for (const size_t piece : {TlsPair::kNoLimit, size_t{1}, size_t{100}}) {
            TlsServerOptions options = version_only(version);
            options.max_fragment = 512;
            options.ticket_bytes = 5000;
            TlsPair pair(options);
            pair.receive_piece = piece;
            CHECK(pair.shake_hands() == 0);
            CHECK(pair.client_receives(1).empty());
            CHECK(pair.result == MBEDTLS_ERR_SSL_WANT_READ);
            CHECK(pair.is_idle());
            CHECK(goes_both_ways(pair, 10'000));
        }
    }
    return true;
}

bool resumption_by_ticket()
{
    for (const int version : kVersions) {
        TlsServerOptions options = version_only(version);
        options.ticket_bytes = 1000;
        options.tells_of_tickets = true;
        mbedtls_ssl_session session;
        mbedtls_ssl_session_init(&session);
        for (const bool again : {false, true}) {
            TlsPair pair(options);
            CHECK(!again || mbedtls_ssl_set_session(&pair.client, &session) == 0);
            CHECK(pair.shake_hands() == 0);
            CHECK(SSL_session_reused(pair.server) == (again ? 1 : 0));
            CHECK(pair.saw_certificate == !again);
            CHECK(pair.client_receives(1).empty());
            CHECK(version == TLS1_2_VERSION || pair.result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
            mbedtls_ssl_session_free(&session);
            CHECK(mbedtls_ssl_get_session(&pair.client, &session) == 0);
            while (pair.client_receives(1).empty() && pair.result != MBEDTLS_ERR_SSL_WANT_READ) {
                CHECK(pair.result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
            }
            CHECK(pair.is_idle());
            CHECK(goes_both_ways(pair, 1000));
        }
        mbedtls_ssl_session_free(&session);
    }
    return true;
}

bool certificates_go_with_the_handshake()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        CHECK(pair.saw_certificate);
        CHECK(mbedtls_ssl_get_verify_result(&pair.client) == 0);
        CHECK(mbedtls_ssl_get_peer_cert(&pair.client) == nullptr);
        CHECK(pair.client.handshake == nullptr);
    }
    return true;
}

bool end_from_both_sides()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        CHECK(goes_both_ways(pair, 10));
        CHECK(mbedtls_ssl_close_notify(&pair.client) == 0);
        CHECK(pair.server_receives(1).empty());
        CHECK((SSL_get_shutdown(pair.server) & SSL_RECEIVED_SHUTDOWN) != 0);
        SSL_shutdown(pair.server);
        CHECK(pair.client_receives(1).empty());
        CHECK(pair.result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY);
        CHECK(pair.is_idle());
    }
    return true;
}

// Refused with an alert, which OpenSSL does not take lightly.
bool renegotiation()
{
    TlsPair pair(version_only(TLS1_2_VERSION));
    CHECK(pair.shake_hands() == 0);
    CHECK(SSL_renegotiate(pair.server) == 1);
    SSL_do_handshake(pair.server);
    CHECK(pair.client_receives(1).empty());
    CHECK(pair.result == MBEDTLS_ERR_SSL_WANT_READ);
    CHECK(pair.is_idle());
    return true;
}

bool no_memory_for_a_record()
{
    for (const int version : kVersions) {
        TlsPair pair(version_only(version));
        CHECK(pair.shake_hands() == 0);
        const std::string data = some_bytes(kRecord - 100);
        CHECK(pair.server_sends(data));
        g_allocations_left = 0;
        CHECK(pair.client_receives(data.size()).empty());
        CHECK(pair.result == MBEDTLS_ERR_SSL_ALLOC_FAILED);
        CHECK(pair.client_receives(data.size()) == data);
        g_allocations_left = 0;
        CHECK(!pair.client_sends(data));
        CHECK(pair.result == MBEDTLS_ERR_SSL_ALLOC_FAILED);
        CHECK(pair.client_sends(data));
        CHECK(pair.server_receives(data.size()) == data);
        // Nor for a smaller buffer: the large one stays, until the next time.
        CHECK(pair.server_sends(data));
        g_allocations_left = 1;
        CHECK(pair.client_receives(data.size()) == data);
        CHECK(g_allocations_left == -1 && !pair.is_idle());
        CHECK(goes_both_ways(pair, data.size()));
    }
    return true;
}

// Wherever memory runs short in the handshake, it ends or goes on.
bool no_memory_in_the_handshake()
{
    for (const int version : kVersions) {
        int failures = 0;
        for (int left = 0;; ++left) {
            TlsPair pair(version_only(version));
            g_allocations_left = left;
            const int result = pair.shake_hands();
            const bool enough = g_allocations_left >= 0;
            g_allocations_left = -1;
            failures += result == 0 ? 0 : 1;
            if (enough) {
                CHECK(result == 0);
                break;
            }
            if (result == 0) {
                CHECK(goes_both_ways(pair, 1000));
            }
        }
        CHECK(failures > 0);
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<records_of_all_lengths>),
        cmocka_unit_test(run<waiting_in_the_handshake>),
        cmocka_unit_test(run<records_in_parts>),
        cmocka_unit_test(run<data_that_is_not_read>),
        cmocka_unit_test(run<data_that_is_not_sent>),
        cmocka_unit_test(run<handshake_messages_in_fragments>),
        cmocka_unit_test(run<resumption_by_ticket>),
        cmocka_unit_test(run<certificates_go_with_the_handshake>),
        cmocka_unit_test(run<end_from_both_sides>),
        cmocka_unit_test(run<renegotiation>),
        cmocka_unit_test(run<no_memory_for_a_record>),
        cmocka_unit_test(run<no_memory_in_the_handshake>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
