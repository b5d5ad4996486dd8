// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program ws-test-server: the test server's endpoints for scripts,
// other clients and benchmarks. Must not know: the library under test.

#include <getopt.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/endpoints.h"
#include "support/test_server.h"

namespace nws::test {

namespace {

TestServer *g_server = nullptr;

struct Arguments {
    ServerOptions server;
    std::string port_file;
    bool help = false;
};

const char kUsage[] = "Usage: ws-test-server [OPTION]...\n"
                      "A WebSocket server (RFC 6455) for tests and benchmarks.\n"
                      "\n"
                      "  --port N          port to listen on; 0, the default: one that is free\n"
                      "  --host ADDRESS    127.0.0.1, the default, or ::1\n"
                      "  --unix PATH       listen on a Unix socket instead\n"
                      "  --cert FILE       certificate chain (PEM): wss beside ws on the same port\n"
                      "  --key FILE        its private key (PEM)\n"
                      "  --tls 12|13       speak this version of TLS only\n"
                      "  --once            exit when the first connection has ended\n"
                      "  --port-file FILE  write the port (or the socket's path) there once listening\n"
                      "  --verbose         tell on stderr what happens\n"
                      "  --help            show this and exit\n"
                      "\n"
                      "Prints \"listening on URL\" and runs until SIGTERM or SIGINT.\n"
                      "\n";

bool parse_port(const char *text, uint16_t &port)
{
    char *end = nullptr;
    const unsigned long value = std::strtoul(text, &end, 10);
    port = static_cast<uint16_t>(value);
    return end != text && *end == '\0' && value <= 65535;
}

// False after telling what is wrong.
bool parse(int argc, char **argv, Arguments &arguments)
{
    enum { port = 1, host, unix_path, cert, key, tls, once, port_file, verbose, help };
    const option options[] = {{"port", required_argument, nullptr, port},
                              {"host", required_argument, nullptr, host},
                              {"unix", required_argument, nullptr, unix_path},
                              {"cert", required_argument, nullptr, cert},
                              {"key", required_argument, nullptr, key},
                              {"tls", required_argument, nullptr, tls},
                              {"once", no_argument, nullptr, once},
                              {"port-file", required_argument, nullptr, port_file},
                              {"verbose", no_argument, nullptr, verbose},
                              {"help", no_argument, nullptr, help},
                              {nullptr, 0, nullptr, 0}};
    ServerOptions &server = arguments.server;
    for (int found = 0; (found = getopt_long(argc, argv, "", options, nullptr)) != -1;) {
        switch (found) {
        case port:
            if (!parse_port(optarg, server.port)) {
                std::fprintf(stderr, "ws-test-server: not a port: %s\n", optarg);
                return false;
            }
            break;
        case host: server.host = optarg; break;
        case unix_path: server.unix_path = optarg; break;
        case cert: server.tls.certificate = optarg; break;
        case key: server.tls.key = optarg; break;
        case tls: server.tls.min_version = server.tls.max_version = std::atoi(optarg); break;
        case once: server.stop_after = 1; break;
        case port_file: arguments.port_file = optarg; break;
        case verbose:
            server.record_frames = true;
            server.observer = [](const ServerEvent &event) {
                std::fprintf(stderr, "%s\n", describe(event).c_str());
            };
            break;
        case help: arguments.help = true; break;
        default: return false;
        }
    }
    if (optind < argc || server.tls.certificate.empty() != server.tls.key.empty()) {
        std::fprintf(stderr, "ws-test-server: %s\n",
                     optind < argc ? "no operands are taken" : "--cert and --key belong together");
        return false;
    }
    return true;
}

// Whoever waits for the file never sees half of it.
bool write_port_file(const std::string &path, const std::string &text)
{
    const std::string temporary = path + ".tmp";
    std::FILE *file = std::fopen(temporary.c_str(), "w");
    if (file == nullptr) {
        return false;
    }
    const bool written = std::fprintf(file, "%s\n", text.c_str()) > 0;
    return std::fclose(file) == 0 && written && std::rename(temporary.c_str(), path.c_str()) == 0;
}

void on_signal(int)
{
    g_server->request_stop();
}

void handle_signals()
{
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

// As many connections as the system lets this process have.
void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int run(int argc, char **argv)
{
    Arguments arguments;
    arguments.server.keep_events = false;
    arguments.server.record_frames = false;
    arguments.server.record_payloads = false;
    if (!parse(argc, argv, arguments)) {
        std::fputs("Try ws-test-server --help.\n", stderr);
        return 2;
    }
    if (arguments.help) {
        std::printf("%s%s", kUsage, endpoints_help());
        return 0;
    }

    raise_descriptor_limit();
    TestServer server;
    if (!server.start(arguments.server)) {
        std::fprintf(stderr, "ws-test-server: %s\n", server.error().c_str());
        return 1;
    }
    g_server = &server;
    handle_signals();
    std::printf("listening on %s\n", server.url("").c_str());
    std::fflush(stdout);
    const std::string &unix_path = arguments.server.unix_path;
    if (!arguments.port_file.empty() &&
        !write_port_file(arguments.port_file,
                         unix_path.empty() ? std::to_string(server.port()) : unix_path)) {
        std::perror(arguments.port_file.c_str());
        return 1;
    }
    server.join();
    // A signal may still come, and would find no server.
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGINT, SIG_IGN);
    return 0;
}

}  // namespace

}  // namespace nws::test

int main(int argc, char **argv)
{
    return nws::test::run(argc, argv);
}
