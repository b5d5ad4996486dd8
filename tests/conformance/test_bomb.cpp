// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a compressed frame that becomes a gigabyte costs (RFC 7692 8): the
// receive limit, and nothing on top of it.

#include "unit/check.h"

#include <algorithm>

#include <sys/resource.h>

#include "conformance/in_process.h"
#include "support/sanitized.h"
#include "unit/reference_deflate.h"

namespace {

using namespace nws;
using namespace nws::test;

constexpr size_t kMegabyte = size_t{1} << 20;
constexpr size_t kSteps = 1024;

// A gigabyte of zeros. Each step is compressed for itself, so one is enough.
std::string bomb()
{
    const std::string step =
        ReferenceDeflater(15, true, 9).flushed(std::string(kMegabyte, '\0'), Z_FULL_FLUSH);
    std::string compressed;
    for (size_t i = 0; i < kSteps; ++i) {
        compressed += step;
    }
    compressed += '\0';
    return frame(test::Opcode::binary, compressed, Fin::yes, 4);
}

size_t most_bytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<size_t>(usage.ru_maxrss) << 10;
}

// As the socket gives it.
void feed(EchoConnection &connection, const std::string &wire)
{
    constexpr size_t kRead = 4096;
    for (size_t at = 0; at < wire.size() && !connection.ended(); at += kRead) {
        connection.receive(std::string_view(wire).substr(at, kRead));
    }
}

bool stops_at(size_t limit)
{
    const std::string wire = bomb();
    CHECK(wire.size() < 2 * kMegabyte);
    const size_t before = most_bytes();
    {
        Observed observed;
        SessionOptions options;
        options.max_receive_bytes = limit;
        EchoConnection connection(options, observed);
        const DeflateParameters agreed;
        connection.open(&agreed);
        feed(connection, wire);
        CHECK_TEXT("oec", observed.order);
        CHECK(observed.close == 1009);
    }
    const size_t grown = most_bytes() - before;
    print_message("limit %zu KiB: memory grew by %zu KiB\n", limit >> 10, grown >> 10);
    // Pages are counted in thousands, and malloc() has its own.
    CHECK(is_slow() || grown < limit + limit / 4 + kMegabyte);
    return true;
}

bool small_limit()
{
    return stops_at(kMegabyte);
}

bool usual_limit()
{
    return stops_at(kMaxReceiveMessageBytes);
}

// In parts there is no limit: what was told is gone.
bool in_parts_nothing_grows()
{
    const std::string wire = bomb();
    const size_t before = most_bytes();
    static size_t received;
    static bool whole;
    received = 0;
    whole = false;
    {
        Observed observed;
        SessionOptions options;
        options.callbacks.on_message_part = [](WebSocket *, NetWebSocket_MessageType, const char *,
                                               size_t length, int last, void *) {
            received += length;
            whole = last != 0;
        };
        EchoConnection connection(options, observed);
        const DeflateParameters agreed;
        connection.open(&agreed);
        const size_t kPart = is_slow() ? 100'000 : 300'000;
        feed(connection, wire.substr(0, kPart));
        CHECK(received > 90 * kMegabyte && !whole);
        CHECK_TEXT("o", observed.order);
    }
    const size_t grown = most_bytes() - before;
    print_message("in parts: memory grew by %zu KiB\n", grown >> 10);
    CHECK(is_slow() || grown < kMegabyte);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        // First: the most that was ever used is what can be measured.
        cmocka_unit_test(run<in_parts_nothing_grows>),
        cmocka_unit_test(run<small_limit>),
        cmocka_unit_test(run<usual_limit>),
    };
    return cmocka_run_group_tests_name("bomb", tests, nullptr, nullptr);
}
