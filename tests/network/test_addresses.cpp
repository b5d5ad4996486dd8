// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Networks with one kind of address, and names with addresses that lead nowhere:
// two namespaces with a cable between them. The addresses are those for
// documentation, and never leave the namespaces.

#include "network/reach.h"

#include <fstream>
#include <sstream>

#include "integration/process.h"
#include "network/network_namespace.h"

using namespace nws::test;

namespace {

constexpr const char *kOurs4 = "192.0.2.1/24";
constexpr const char *kTheirs4 = "192.0.2.2/24";
constexpr const char *kOurs6 = "2001:db8:1::1/64";
constexpr const char *kTheirs6 = "2001:db8:1::2/64";

struct Network {
    OtherNamespace there;
    // What happened to several clients, in order.
    AppendLog<std::string> order;
};

Network *g_network;

// The server is on the other side of the cable, on all of its addresses.
int set_up_network(void **state, const std::string &ours, const std::string &theirs)
{
    set_up_reach_without_server(state);
    g_network = new Network;
    bool done = g_network->there.connect("here0", ours, "there0", theirs);
    g_network->there.inside([&] {
        ServerOptions options;
        options.host = "::";
        done = done && server().start(options);
    });
    return done && set_hosts("") ? 0 : -1;
}

int set_up_ipv4(void **state)
{
    return set_up_network(state, kOurs4, kTheirs4);
}

int set_up_ipv6(void **state)
{
    return set_up_network(state, kOurs6, kTheirs6);
}

// Both, and networks of both that swallow everything. Others of the same kind
// lead to addresses of the server's: 198.51.100.1 is dead, 203.0.113.1 alive,
// and so are 2001:db8:dead::1 and 2001:db8:a000::1. Neither comes first by its bits.
int set_up_both(void **state)
{
    if (set_up_network(state, std::string(kOurs4) + " " + kOurs6, std::string(kTheirs4) + " " + kTheirs6) !=
        0) {
        return -1;
    }
    bool done = ip("route add 198.51.100.0/24 via 192.0.2.2") &&
                ip("route add 203.0.113.0/24 via 192.0.2.2") &&
                ip("-6 route add 2001:db8:dead::/64 via 2001:db8:1::2") &&
                ip("-6 route add 2001:db8:a000::/64 via 2001:db8:1::2");
    g_network->there.inside([&] {
        done = done && ip("route add blackhole 198.51.100.0/24") &&
               ip("-6 route add blackhole 2001:db8:dead::/64") && ip("address add 203.0.113.1/32 dev lo") &&
               ip("-6 address add 2001:db8:a000::1/128 dev lo nodad");
    });
    return done ? 0 : -1;
}

int tear_down_network(void **state)
{
    const int result = tear_down_reach(state);
    const bool gone = ip("link delete here0") && ip("route flush table main");
    delete g_network;
    g_network = nullptr;
    return gone ? result : -1;
}

std::string url(const std::string &host)
{
    return "ws://" + host + ":" + std::to_string(server().port()) + "/echo";
}

void ipv6_only(void **)
{
    assert_works("IPv6-only network: an address", url("[2001:db8:1::2]"));
    assert_true(set_hosts("2001:db8:1::2 server.test both.test\n192.0.2.2 both.test four.test\n"));
    assert_works("IPv6-only network: a name with an IPv6 address", url("server.test"));
    assert_works("IPv6-only network: a name with addresses of both kinds", url("both.test"));
    failure(nullptr, url("four.test"));
}

void ipv4_only(void **)
{
    assert_true(set_hosts("2001:db8:1::2 both.test six.test\n192.0.2.2 both.test\n"));
    assert_works("IPv4-only network: a name with addresses of both kinds", url("both.test"));
    failure("IPv4-only network: a name with an IPv6 address only", url("six.test"));
}

void unreachable(void **)
{
    const std::string port = std::to_string(server().port());
    assert_true(ip("route add unreachable 203.0.113.0/24"));
    const std::string network = failure("unreachable network, IPv4", url("198.51.100.1"));
    const std::string host = failure("unreachable host, IPv4", url("203.0.113.1"));
    const std::string ipv6 = failure("unreachable network, IPv6", url("[2001:db8:dead::1]"));
    if (LWS_SYSTEM == 0) {
        ASSERT_TEXT(network, "TCP: network is unreachable (198.51.100.1:" + port + ")");
        ASSERT_TEXT(host, "TCP: no route to host (203.0.113.1:" + port + ")");
        ASSERT_TEXT(ipv6, "TCP: network is unreachable ([2001:db8:dead::1]:" + port + ")");
    } else {
        ASSERT_BEGINS(network, "TCP: ");
        ASSERT_BEGINS(host, "TCP: ");
        ASSERT_BEGINS(ipv6, "TCP: ");
    }
}

// Sockets of ours that wait for an answer to their SYN.
size_t count_attempts()
{
    size_t count = 0;
    for (const char *table : {"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"}) {
        std::ifstream file(table);
        for (std::string line; std::getline(file, line);) {
            std::istringstream words(line);
            std::string number, local, remote, state;
            words >> number >> local >> remote >> state;
            count += state == "02" ? 1 : 0;
        }
    }
    return count;
}

// What goes the dead way only, with a connect timeout, and what has another way
// and the default timeout of 20 s: the latter must be there long before the
// former gives up. `row` is of the one that connects.
void assert_connects_before_timeout(const char *row, const std::string &hosts)
{
    assert_true(set_hosts("198.51.100.1 dead.test\n2001:db8:dead::1 dead.test\n" + hosts));
    set_variable("NET_WEBSOCKET_CONNECT_TIMEOUT", "5000");
    LoggedClient &dead = new_client();
    LoggedClient &alive = new_client();
    dead.set_hook([](const ClientEvent &) { g_network->order.append("dead"); });
    alive.set_hook([](const ClientEvent &) { g_network->order.append("alive"); });
    assert_int_equal(dead.connect(url("dead.test")), 0);
    unsetenv("NET_WEBSOCKET_CONNECT_TIMEOUT");
    assert_int_equal(alive.connect(url("alive.test")), 0);
    const std::string error = first_error(alive);
    add_row(row, error.empty(), error);
    ASSERT_TEXT(error, "");
    assert_true(g_network->order.wait_until([](const auto &events) { return !events.empty(); }));
    ASSERT_TEXT(g_network->order.snapshot().front(), "alive");
    assert_true(dead.wait_error());
    const std::string text = dead.log().events(ClientKind::error).front().text;
    add_row("all addresses are dead", false, text);
    ASSERT_BEGINS(text, "timeout after ");
    // Of the attempts, one is left, and it is a connection.
    assert_true(eventually([] { return count_attempts() == 0; }));
    assert_int_equal(server().count(ServerKind::accepted), 1);
    ASSERT_TEXT(alive.log().order(), "o");
}

void black_holed_ipv6(void **)
{
    assert_connects_before_timeout("IPv6 route is black-holed, IPv4 works",
                                   "2001:db8:dead::1 alive.test\n192.0.2.2 alive.test\n");
}

void black_holed_ipv4(void **)
{
    assert_connects_before_timeout("IPv4 route is black-holed, IPv6 works",
                                   "198.51.100.1 alive.test\n2001:db8:1::2 alive.test\n");
}

void first_of_one_kind_is_dead(void **)
{
    assert_connects_before_timeout("first of two IPv4 addresses is dead",
                                   "198.51.100.1 alive.test\n203.0.113.1 alive.test\n");
}

void first_ipv6_is_dead(void **)
{
    assert_connects_before_timeout("first of two IPv6 addresses is dead",
                                   "2001:db8:dead::1 alive.test\n2001:db8:a000::1 alive.test\n");
}

void many_are_dead(void **)
{
    assert_connects_before_timeout("six of seven addresses are dead",
                                   "2001:db8:dead::1 alive.test\n2001:db8:dead::2 alive.test\n"
                                   "2001:db8:dead::3 alive.test\n198.51.100.1 alive.test\n"
                                   "198.51.100.2 alive.test\n198.51.100.3 alive.test\n"
                                   "203.0.113.1 alive.test\n");
}

// One refuses, one is dead, one lives. The server listens on one address only.
void first_refuses_second_is_dead(void **)
{
    server().stop();
    bool started = false;
    g_network->there.inside([&] {
        ServerOptions options;
        options.host = "203.0.113.1";
        started = ip("address add 203.0.113.2/32 dev lo") && server().start(options);
    });
    assert_true(started);
    assert_connects_before_timeout(
        "three addresses: one refuses, one is dead, one listens",
        "203.0.113.2 alive.test\n198.51.100.1 alive.test\n203.0.113.1 alive.test\n");
}

}  // namespace

#define NETWORK_TEST(function, set_up) cmocka_unit_test_setup_teardown(function, set_up, tear_down_network)

int main(int argc, char **argv)
{
    if (const int status = enter_namespaces(argc, argv)) {
        return status;
    }
    const CMUnitTest tests[] = {
        NETWORK_TEST(ipv6_only, set_up_ipv6),
        NETWORK_TEST(ipv4_only, set_up_ipv4),
        NETWORK_TEST(unreachable, set_up_ipv4),
        NETWORK_TEST(black_holed_ipv6, set_up_both),
        NETWORK_TEST(black_holed_ipv4, set_up_both),
        NETWORK_TEST(first_of_one_kind_is_dead, set_up_both),
        NETWORK_TEST(first_ipv6_is_dead, set_up_both),
        NETWORK_TEST(many_are_dead, set_up_both),
        NETWORK_TEST(first_refuses_second_is_dead, set_up_both),
    };
    return run_reach_tests("Addresses", tests);
}
