// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Who connects again resumes the session, and what that saves.

#include "integration/scene.h"

#include <dirent.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tls/attempt.h"
#include "tls/tls_server.h"

using namespace nws::test;

namespace {

// Handshakes that are measured together.
constexpr int kRounds = NWS_SANITIZED ? 5 : 40;

// As the scene, it outlives failed assertions.
std::vector<std::unique_ptr<TlsServer>> *g_peers;

int set_up_peers(void **state)
{
    g_peers = new std::vector<std::unique_ptr<TlsServer>>;
    return set_up(state);
}

int tear_down_peers(void **state)
{
    const int result = tear_down(state);
    delete g_peers;
    g_peers = nullptr;
    return result;
}

TlsServer &start_nginx(const std::string &version, bool tickets = true)
{
    TlsServerOptions options;
    options.versions = {version};
    options.tickets = tickets;
    g_peers->push_back(make_nginx(server().port()));
    TlsServer &nginx = *g_peers->back();
    if (!nginx.start(options)) {
        fail_msg("%s", nginx.error().c_str());
    }
    return nginx;
}

// Connects, echoes and closes; the client may do so again. Whether it resumed.
bool connect_once(LoggedClient &client, const TlsServer &nginx)
{
    ASSERT_TEXT(attempt(client, "wss://localhost:" + std::to_string(nginx.port()) + "/echo"), "");
    const std::string head = server().events(ServerKind::request).back().payload;
    return head.find("\r\nX-TLS-Reused: r\r\n") != std::string::npos;
}

// Of the library's thread, in nanoseconds: no other, as the server's is here too.
unsigned long long cpu_time()
{
    unsigned long long time = 0;
    DIR *tasks = opendir("/proc/self/task");
    while (const dirent *task = tasks == nullptr ? nullptr : readdir(tasks)) {
        const std::string directory = std::string("/proc/self/task/") + task->d_name;
        std::string name;
        std::ifstream(directory + "/comm") >> name;
        if (name == "net_websocket") {
            std::ifstream(directory + "/schedstat") >> time;
        }
    }
    if (tasks != nullptr) {
        closedir(tasks);
    }
    return time;
}

void resumes(const std::string &version)
{
    const TlsServer &nginx = start_nginx(version);
    LoggedClient &client = new_client();
    assert_false(connect_once(client, nginx));
    assert_true(connect_once(client, nginx));
    assert_true(connect_once(client, nginx));
}

void with_tls_1_2(void **)
{
    resumes("1.2");
}

void with_tls_1_3(void **)
{
    resumes("1.3");
}

// A session is the server's that gave it, even if all else is the same.
void not_with_another_server(void **)
{
    const TlsServer &nginx = start_nginx("1.3");
    const TlsServer &other = start_nginx("1.3");
    LoggedClient &client = new_client();
    assert_false(connect_once(client, nginx));
    assert_false(connect_once(client, other));
    assert_true(connect_once(client, nginx));
}

// Nobody who asks for other checks gets a session that passed less of them.
void not_with_another_set_up(void **)
{
    const TlsServer &nginx = start_nginx("1.3");
    LoggedClient &careless = new_client();
    setenv("NET_WEBSOCKET_TLS_VERIFY", "0", 1);
    connect_once(careless, nginx);
    const bool resumed = connect_once(careless, nginx);
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    assert_true(resumed);
    LoggedClient &careful = new_client();
    assert_false(connect_once(careful, nginx));
    assert_true(connect_once(careful, nginx));
}

// A server that has forgotten its keys gets a full handshake, not an error.
void server_that_starts_again(void **)
{
    for (const char *version : {"1.2", "1.3"}) {
        TlsServer &nginx = start_nginx(version);
        LoggedClient &client = new_client();
        assert_false(connect_once(client, nginx));
        assert_true(nginx.restart());
        assert_false(connect_once(client, nginx));
        assert_true(connect_once(client, nginx));
    }
}

double milliseconds_for_each(const std::string &version, bool tickets)
{
    const TlsServer &nginx = start_nginx(version, tickets);
    LoggedClient &client = new_client();
    connect_once(client, nginx);
    const unsigned long long before = cpu_time();
    for (int i = 0; i < kRounds; ++i) {
        assert_int_equal(connect_once(client, nginx), tickets);
    }
    return static_cast<double>(cpu_time() - before) / kRounds / 1e6;
}

void saving(void **)
{
    for (const char *version : {"1.2", "1.3"}) {
        const double full = milliseconds_for_each(version, false);
        const double resumed = milliseconds_for_each(version, true);
        print_message("TLS %s: CPU time of the client for a connection %.2f ms, resumed %.2f ms: %.0f %%\n",
                      version, full, resumed, 100 * resumed / full);
    }
}

}  // namespace

#define PEER_TEST(function) cmocka_unit_test_setup_teardown(function, set_up_peers, tear_down_peers)

int main()
{
    if (!is_installed("nginx")) {
        std::fprintf(stderr, "skipped: nginx is not installed\n");
        return 77;
    }
    unsetenv("SSL_CERT_DIR");
    unsetenv("NET_WEBSOCKET_TLS_VERIFY");
    setenv("NET_WEBSOCKET_PROXY", "none", 1);
    setenv("SSL_CERT_FILE", certs_file("ca.pem").c_str(), 1);
    const CMUnitTest tests[] = {
        PEER_TEST(with_tls_1_2),
        PEER_TEST(with_tls_1_3),
        PEER_TEST(not_with_another_server),
        PEER_TEST(not_with_another_set_up),
        PEER_TEST(server_that_starts_again),
        PEER_TEST(saving),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
