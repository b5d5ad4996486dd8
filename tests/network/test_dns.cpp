// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Names: a name server of the test's own and its own /etc/hosts, in namespaces.
// A resolver that takes its time delays nobody but who waits for it.

#include "network/reach.h"

#include <algorithm>

#include "network/dns_server.h"
#include "network/network_namespace.h"

using namespace nws::test;

namespace {

using Clock = std::chrono::steady_clock;

DnsServer *g_dns;

int set_up_names(void **state)
{
    g_dns = new DnsServer;
    return set_up_reach(state) == 0 && set_hosts("") && g_dns->start() ? 0 : -1;
}

int tear_down_names(void **state)
{
    const int result = tear_down_reach(state);
    // Look-ups that nobody waits for any more still ask it.
    delete g_dns;
    g_dns = nullptr;
    return result;
}

std::string url(const std::string &host, const std::string &path = "/echo")
{
    return "ws://" + host + ":" + std::to_string(server().port()) + path;
}

void name_from_the_name_server(void **)
{
    g_dns->set("here.test", {{"127.0.0.1"}});
    assert_works("a name", url("here.test"));
    ASSERT_TEXT(field_of(requests_of(server()).back(), "Host"),
                "here.test:" + std::to_string(server().port()));
}

void name_from_the_hosts_file(void **)
{
    assert_true(set_hosts("127.0.0.1 file.test alias.test\n"));
    assert_works("/etc/hosts: a name", url("file.test"));
    assert_works(nullptr, url("alias.test"));
    assert_int_equal(g_dns->queries().snapshot().size(), 0);
}

// Nobody listens on the others: on 127.0.0.9, and not on ::1 either.
void several_addresses(void **)
{
    assert_true(set_hosts("127.0.0.9 file.test\n::1 file.test\n127.0.0.1 file.test\n"));
    assert_works("/etc/hosts: several addresses, one listens", url("file.test"));
    g_dns->set("here.test", {{"127.0.0.9", "::1", "127.0.0.8", "127.0.0.1", "127.0.0.7"}});
    assert_works("several addresses, one listens", url("here.test"));
    g_dns->set("nowhere.test", {{"127.0.0.9", "127.0.0.8"}});
    const std::string text = failure("several addresses, none listens", url("nowhere.test"));
    ASSERT_BEGINS(text, "TCP: connection refused (");
    ASSERT_CONTAINS(text, "127.0.0.");
}

void names_that_are_none(void **)
{
    ASSERT_TEXT(failure("no such name", url("nowhere.test")), "DNS: nowhere.test: Name or service not known");
    g_dns->set("empty.test", {});
    ASSERT_BEGINS(failure("a name without addresses", url("empty.test")), "DNS: empty.test: ");
    DnsServer::Record broken;
    broken.fails = true;
    g_dns->set("broken.test", broken);
    ASSERT_BEGINS(failure("the name server fails", url("broken.test")),
                  "DNS: broken.test: Temporary failure in name resolution");
}

void nobody_answers(void **)
{
    DnsServer::Record silent;
    silent.silent = true;
    g_dns->set("silent.test", silent);
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "500");
    const std::string text = failure("the name server is silent", url("silent.test"));
    ASSERT_BEGINS(text, "timeout after ");
    ASSERT_CONTAINS(text, "silent.test");
}

// A second client of the same name must not wait for the first one's end.
void destroyed_while_it_is_looked_up(void **)
{
    DnsServer::Record silent;
    silent.silent = true;
    g_dns->set("silent.test", silent);
    LoggedClient &closed = new_client();
    assert_int_equal(closed.connect(url("silent.test")), 0);
    LoggedClient &destroyed = new_client();
    assert_int_equal(destroyed.connect(url("silent.test")), 0);
    assert_true(g_dns->wait_for_query("silent.test"));
    closed.close();
    assert_int_equal(destroyed.destroy(), 0);
    assert_works(nullptr, server().url("/echo"));
    closed.destroy();
    ASSERT_TEXT(closed.log().order(), "n");
    ASSERT_TEXT(destroyed.log().order(), "n");
}

// How long one message takes there and back.
Clock::duration echo(LoggedClient &client)
{
    const size_t before = client.log().count_of(ClientKind::message);
    const Clock::time_point sent = Clock::now();
    assert_int_equal(client.send("ping"), 0);
    assert_true(client.wait_message_count(before + 1));
    return Clock::now() - sent;
}

// Of 200.
Clock::duration median_echo(LoggedClient &client)
{
    std::vector<Clock::duration> times(200);
    std::generate(times.begin(), times.end(), [&client] { return echo(client); });
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

long microseconds(Clock::duration time)
{
    return static_cast<long>(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

// Several names whose look-ups do not end before all of another client's echoes
// are back; they are as quick as before, by their medians, but for rounds in which
// somebody else has the processors.
void slow_resolver_delays_nobody_else(void **)
{
    constexpr size_t kSlow = 8;
    constexpr int kMostRounds = 10;
    LoggedClient &quick = open_client("/echo");
    const Clock::duration before = median_echo(quick);
    const Clock::duration unchanged = 5 * before + std::chrono::milliseconds(1);

    DnsServer::Record slow;
    slow.addresses = {"127.0.0.1"};
    slow.held = true;
    std::vector<LoggedClient *> waiting;
    for (size_t i = 0; i < kSlow; ++i) {
        const std::string name = "slow" + std::to_string(i) + ".test";
        g_dns->set(name, slow);
        waiting.push_back(&new_client());
        assert_int_equal(waiting.back()->connect(url(name)), 0);
        assert_true(g_dns->wait_for_query(name));
    }
    Clock::duration meanwhile = median_echo(quick);
    for (int round = 1; round < kMostRounds && meanwhile >= unchanged; ++round) {
        meanwhile = median_echo(quick);
    }
    print_message("echo: %ld us before, %ld us while names are looked up\n", microseconds(before),
                  microseconds(meanwhile));
    assert_true(meanwhile < unchanged);
    for (LoggedClient *client : waiting) {
        ASSERT_TEXT(client->log().order(), "");
    }
    g_dns->release();
    for (LoggedClient *client : waiting) {
        assert_true(client->wait_open());
    }
}

// Nor is a client whose own name is known at once.
void slow_name_does_not_delay_another_name(void **)
{
    DnsServer::Record silent;
    silent.silent = true;
    for (int i = 0; i < 8; ++i) {
        const std::string name = "silent" + std::to_string(i) + ".test";
        g_dns->set(name, silent);
        assert_int_equal(new_client().connect(url(name)), 0);
    }
    g_dns->set("here.test", {{"127.0.0.1"}});
    assert_works("a name, while others wait for a silent name server", url("here.test"));
    for (const auto &client : g_scene->clients) {
        assert_int_equal(client->log().count_of(ClientKind::error), 0);
    }
}

}  // namespace

#define NAMES_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_names, tear_down_names)

int main(int argc, char **argv)
{
    if (const int status = enter_namespaces(argc, argv)) {
        return status;
    }
    const CMUnitTest tests[] = {
        NAMES_TEST(name_from_the_name_server),
        NAMES_TEST(name_from_the_hosts_file),
        NAMES_TEST(several_addresses),
        NAMES_TEST(names_that_are_none),
        NAMES_TEST(nobody_answers),
        NAMES_TEST(destroyed_while_it_is_looked_up),
        NAMES_TEST(slow_resolver_delays_nobody_else),
        NAMES_TEST(slow_name_does_not_delay_another_name),
    };
    return run_reach_tests("Names", tests);
}
