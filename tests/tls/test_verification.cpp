// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Which servers are trusted, which are refused, and what is said of those: the
// rows of rows.cpp, one test each. With --rows none is judged, and a line of JSON
// for each tells how it went: tools/connecting-tables makes a page of them.

#include "integration/scene.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tls/attempt.h"
#include "tls/row.h"

using namespace nws::test;

namespace {

constexpr const char *kVariables[] = {
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NET_WEBSOCKET_TLS_VERIFY",
    "NET_WEBSOCKET_TLS_CA",
    "NET_WEBSOCKET_TLS_CRL",
    "NET_WEBSOCKET_TLS_CERT",
    "NET_WEBSOCKET_TLS_KEY",
    "NET_WEBSOCKET_TLS_KEY_PASSWORD",
    "NET_WEBSOCKET_TLS_PINS",
    "NET_WEBSOCKET_TLS_SERVER_NAME",
};

// Standard error goes to a file without a name while this lives.
class CapturedErrors {
public:
    CapturedErrors() : file_(memfd_create("errors", MFD_CLOEXEC)), before_(dup(STDERR_FILENO))
    {
        dup2(file_, STDERR_FILENO);
    }
    ~CapturedErrors() { stop(); }
    CapturedErrors(const CapturedErrors &) = delete;
    CapturedErrors &operator=(const CapturedErrors &) = delete;

    std::string stop()
    {
        if (before_ < 0) {
            return "";
        }
        std::fflush(stderr);
        dup2(before_, STDERR_FILENO);
        close(before_);
        before_ = -1;
        std::string text(static_cast<size_t>(lseek(file_, 0, SEEK_END)), '\0');
        const ssize_t count = pread(file_, text.data(), text.size(), 0);
        close(file_);
        return text.substr(0, count < 0 ? 0 : static_cast<size_t>(count));
    }

private:
    int file_;
    int before_;
};

// What happened in a row.
struct Result {
    std::string problem;  // of the test itself: the rest means nothing
    Outcome outcome;
    std::string order;   // of the client's events
    std::string logged;  // if the row asks for it
};

void set_environment(const Row &row)
{
    for (const char *variable : kVariables) {
        unsetenv(variable);
    }
    setenv("SSL_CERT_FILE", certs_file("ca.pem").c_str(), 1);
    for (const auto &[variable, value] : row.environment) {
        if (value.empty()) {
            unsetenv(variable.c_str());
        } else {
            setenv(variable.c_str(), value.c_str(), 1);
        }
    }
}

void replace(std::string &text, const std::string &part, const std::string &by)
{
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size())) {
        text.replace(at, part.size(), by);
    }
}

// Without what differs from run to run.
std::string lasting(std::string text, uint16_t port)
{
    replace(text, certs_file(""), "");
    replace(text, ":" + std::to_string(port), ":PORT");
    return text;
}

// "SNI: localhost": what nginx told the server behind it, in the last request.
std::string seen(const std::string &field)
{
    const std::string head = server().events(ServerKind::request).back().payload;
    const std::string name = "\r\nX-TLS-" + field + ": ";
    const size_t at = head.find(name);
    if (at == std::string::npos) {
        return field + ": none";
    }
    const size_t begin = at + name.size();
    return field + ": " + head.substr(begin, head.find('\r', begin) - begin);
}

Outcome outcome_of(const Row &row, LoggedClient &client, uint16_t port)
{
    const std::string url = "wss://" + row.host + ":" + std::to_string(port) + "/echo";
    const std::string problem = attempt(client, url);
    if (!problem.empty()) {
        return {false, lasting(problem, port)};
    }
    return {true, row.seen_field.empty() ? "" : seen(row.seen_field)};
}

Result run(const Row &row)
{
    set_environment(row);
    const std::unique_ptr<TlsServer> peer = row.openssl ? make_openssl_server() : make_nginx(server().port());
    if (!peer->start(row.server)) {
        return {peer->error(), {}, "", ""};
    }
    std::unique_ptr<CapturedErrors> errors;
    if (!row.logged.empty()) {
        errors = std::make_unique<CapturedErrors>();
    }
    Result result;
    LoggedClient &client = new_client();
    result.outcome = outcome_of(row, client, peer->port());
    client.destroy();
    result.order = client.log().order();
    result.logged = errors ? errors->stop() : "";
    return result;
}

std::string why_not_here(const Row &row)
{
    return is_own_address(row.server.address) ? "" : "this machine has no " + row.server.address;
}

// ---- as tests ----

void test_row(void **state)
{
    const Row &row = *static_cast<const Row *>(*state);
    if (const std::string why = why_not_here(row); !why.empty()) {
        print_message("skipped: %s\n", why.c_str());
        skip();
    }
    const Result result = run(row);
    ASSERT_TEXT(result.problem, "");
    const Outcome &wanted = LWS_SYSTEM ? row.wanted_in_system : row.wanted;
    ASSERT_TEXT(result.outcome.sentence(), wanted.sentence());
    // One callback tells of a failure; and a server that is not trusted is told
    // nothing.
    ASSERT_TEXT(result.order, wanted.connects ? "omcn" : "en");
    if (begins_with(wanted.text, "TLS: ")) {
        assert_int_equal(server().count(ServerKind::request), 0);
    }
    ASSERT_CONTAINS(result.logged, row.logged);
}

int test_rows(std::vector<Row> &rows)
{
    std::vector<std::string> names;
    for (const Row &row : rows) {
        names.push_back(row.group + ": " + row.title);
    }
    std::vector<CMUnitTest> tests;
    for (size_t i = 0; i < rows.size(); ++i) {
        tests.push_back({names[i].c_str(), test_row, set_up, tear_down, &rows[i]});
    }
    return _cmocka_run_group_tests("verification", tests.data(), tests.size(), nullptr, nullptr);
}

// ---- as a table ----

std::string json(const std::string &text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted.push_back('\\');
        }
        quoted.push_back(static_cast<unsigned char>(c) < ' ' ? ' ' : c);
    }
    return quoted + '"';
}

int print_rows(const std::vector<Row> &rows)
{
    for (const Row &row : rows) {
        std::printf("{\"group\": %s, \"row\": %s, ", json(row.group).c_str(), json(row.title).c_str());
        if (const std::string why = why_not_here(row); !why.empty()) {
            std::printf("\"skipped\": %s}\n", json(why).c_str());
            continue;
        }
        if (set_up(nullptr) != 0) {
            return 1;
        }
        const Result result = run(row);
        tear_down(nullptr);
        if (!result.problem.empty()) {
            std::fprintf(stderr, "%s: %s\n", row.title.c_str(), result.problem.c_str());
            return 1;
        }
        std::printf("\"connects\": %s, \"text\": %s}\n", result.outcome.connects ? "true" : "false",
                    json(result.outcome.text).c_str());
    }
    return 0;
}

}  // namespace

int main(int argc, char **argv)
{
    if (!is_installed("nginx")) {
        std::fprintf(stderr, "skipped: nginx is not installed\n");
        return 77;
    }
    for (const char *proxy : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
        unsetenv(proxy);
    }
    // Read once, so for all rows.
    setenv("NET_WEBSOCKET_LOG", "warning", 1);
    std::vector<Row> rows = all_rows();
    return argc > 1 && std::string(argv[1]) == "--rows" ? print_rows(rows) : test_rows(rows);
}
