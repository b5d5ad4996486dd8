// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of which sessions are kept.

#include "unit/check.h"

#include <memory>
#include <string>

#include "tls/session_cache.h"

namespace {

using namespace nws;
using namespace nws::test;

using Cache = SessionCache<std::unique_ptr<int>>;

int value(Cache &cache, const std::string &host, uint16_t port)
{
    const std::unique_ptr<int> *session = cache.find(host, port);
    return session == nullptr ? -1 : **session;
}

bool by_host_and_port()
{
    Cache cache;
    CHECK(value(cache, "a", 1) == -1);
    cache.store("a", 1, std::make_unique<int>(10));
    cache.store("a", 2, std::make_unique<int>(20));
    cache.store("b", 1, std::make_unique<int>(30));
    CHECK(value(cache, "a", 1) == 10);
    CHECK(value(cache, "a", 2) == 20);
    CHECK(value(cache, "b", 1) == 30);
    CHECK(value(cache, "b", 2) == -1);
    return true;
}

bool the_latest_wins()
{
    Cache cache;
    cache.store("a", 1, std::make_unique<int>(10));
    cache.store("a", 1, std::make_unique<int>(11));
    CHECK(value(cache, "a", 1) == 11);
    cache.forget("a", 2);
    CHECK(value(cache, "a", 1) == 11);
    cache.forget("a", 1);
    CHECK(value(cache, "a", 1) == -1);
    return true;
}

// What was stored longest ago goes first; storing anew counts.
bool bounded()
{
    Cache cache;
    const int most = static_cast<int>(Cache::kMaxSessions);
    for (int i = 0; i < most; ++i) {
        cache.store("host", static_cast<uint16_t>(i), std::make_unique<int>(i));
    }
    cache.store("host", 0, std::make_unique<int>(100));
    cache.store("one more", 0, std::make_unique<int>(200));
    CHECK(value(cache, "host", 0) == 100);
    CHECK(value(cache, "host", 1) == -1);
    CHECK(value(cache, "host", 2) == 2);
    CHECK(value(cache, "one more", 0) == 200);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<by_host_and_port>),
        cmocka_unit_test(run<the_latest_wins>),
        cmocka_unit_test(run<bounded>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
