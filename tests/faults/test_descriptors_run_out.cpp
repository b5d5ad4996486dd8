// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The process may open so many descriptors and no more, for every number that a
// connection could want: the application is told, and all is well when there are
// some again.

#include "faults/rounds.h"

#include <fcntl.h>
#include <sys/resource.h>

using namespace nws::test;

namespace {

constexpr size_t kEnough = 64;

ServerProcess g_server;

// So many more descriptors until the end of the block.
class DescriptorLimit {
public:
    explicit DescriptorLimit(size_t more)
    {
        getrlimit(RLIMIT_NOFILE, &before_);
        const int free = fcntl(0, F_DUPFD, 0);
        ::close(free);
        rlimit limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(free) + more;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
    DescriptorLimit(const DescriptorLimit &) = delete;
    DescriptorLimit &operator=(const DescriptorLimit &) = delete;

private:
    rlimit before_ = {};
};

Account talk_with(size_t descriptors, const Conversation &conversation)
{
    const DescriptorLimit limit(descriptors);
    return Talk(conversation).run();
}

// With a few too few, one less, and so on; and each time it works afterwards.
void run_out(const char *name, const Conversation &conversation)
{
    talk_in_peace(conversation);
    const size_t before = count_descriptors();
    Outcomes outcomes;
    size_t enough = 0;
    for (Account account; !account.complete; ++enough) {
        assert_true(enough < kEnough);
        account = talk_with(enough, conversation);
        const std::string wrong = account.wrong + timed_out(account);
        outcomes.add(words_of(account));
        const Account again = Talk(conversation).run();
        if (!wrong.empty() || !again.complete || count_descriptors() != before) {
            fail_msg("%s, %zu descriptors: %s(%s); then %s(%s)", name, enough, wrong.c_str(),
                     words_of(account).c_str(), again.wrong.c_str(), words_of(again).c_str());
        }
    }
    outcomes.print(name, "descriptors are enough", enough - 1);
    assert_true(enough > 3);
}

void ws(void **)
{
    assert_true(g_server.start(""));
    run_out("ws", {g_server.url("/echo")});
}

void ws_by_name(void **)
{
    assert_true(g_server.start(""));
    run_out("ws by name", {g_server.url("/echo", "localhost")});
}

void wss(void **)
{
    assert_true(g_server.start("13"));
    run_out("wss", {g_server.url("/echo")});
}

// ---- beside a connection that is open ----

int set_up_bystander(void **state)
{
    set_up_environment(state);
    set_up_without_server(state);
    return g_server.start("") ? 0 : -1;
}

int tear_down_bystander(void **state)
{
    const int result = tear_down(state);
    g_server.stop();
    return result;
}

LoggedClient &echo_client()
{
    LoggedClient &client = new_client();
    assert_int_equal(client.connect(g_server.url("/echo")), 0);
    assert_true(client.wait_open());
    return client;
}

void assert_echoes(LoggedClient &client, size_t messages)
{
    assert_int_equal(client.send("still there"), 0);
    assert_true(client.wait_message_count(messages));
}

void an_open_connection_is_not_harmed(void **)
{
    LoggedClient &bystander = echo_client();
    size_t opened = 0;
    for (size_t more = 0; opened == 0; ++more) {
        assert_true(more < kEnough);
        LoggedClient &client = new_client();
        {
            const DescriptorLimit limit(more);
            assert_int_equal(client.connect(g_server.url("/echo")), 0);
            assert_true(client.log().wait_until([](const auto &events) { return !events.empty(); }));
        }
        opened = client.log().count_of(ClientKind::open);
        ASSERT_TEXT(client.log().order(), opened == 0 ? "e" : "o");
        assert_echoes(bystander, more + 1);
    }
    assert_int_equal(bystander.log().count_of(ClientKind::close), 0);
}

// libwebsockets takes no descriptor beyond the limit there was when the library's
// thread began. That is an error like another, until the thread begins anew.
void a_limit_that_is_raised(void **)
{
    LoggedClient &first = new_client();
    {
        const DescriptorLimit limit(20);
        assert_int_equal(first.connect(g_server.url("/echo")), 0);
        assert_true(first.wait_open());
    }
    std::vector<int> taken;
    for (int i = 0; i < 100; ++i) {
        taken.push_back(fcntl(0, F_DUPFD, 0));
    }
    LoggedClient &second = new_client();
    assert_int_equal(second.connect(g_server.url("/echo")), 0);
    assert_true(second.wait_terminal());
    ASSERT_TEXT(second.log().order(), "e");
    assert_echoes(first, 1);
    g_scene->clients.clear();
    assert_echoes(echo_client(), 1);
    for (const int descriptor : taken) {
        ::close(descriptor);
    }
}

int tear_down_server(void **)
{
    g_server.stop();
    return 0;
}

}  // namespace

#define OWN_SERVER_TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up_environment, tear_down_server)
#define BYSTANDER_TEST(function) \
    cmocka_unit_test_setup_teardown(function, set_up_bystander, tear_down_bystander)

int main()
{
    const CMUnitTest tests[] = {
        OWN_SERVER_TEST(ws),
        OWN_SERVER_TEST(ws_by_name),
        OWN_SERVER_TEST(wss),
        BYSTANDER_TEST(an_open_connection_is_not_harmed),
        BYSTANDER_TEST(a_limit_that_is_raised),
    };
    return cmocka_run_group_tests_name("Descriptors run out", tests, nullptr, nullptr);
}
