// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-websocketpp: websocketpp on Boost.Asio; it gathers
// what is queued into one write. Must not know: other libraries.

#include <semaphore.h>

#include <thread>
#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_client.hpp>
#include <websocketpp/config/asio_no_tls_client.hpp>

#include "program.h"

namespace nws::bench {

namespace {

namespace wspp = websocketpp;
namespace asio = boost::asio;
using Opcode = wspp::frame::opcode::value;

Options g_options;
std::vector<uint8_t> g_payload;

template <typename Config>
class Program {
    using Endpoint = wspp::client<Config>;
    using Connection = typename Endpoint::connection_ptr;

public:
    Program()
    {
        endpoint_.clear_access_channels(wspp::log::alevel::all);
        endpoint_.clear_error_channels(wspp::log::elevel::all);
        endpoint_.init_asio();
        endpoint_.set_max_message_size(size_t{1} << 30);
        endpoint_.set_tcp_post_init_handler([this](wspp::connection_hdl handle) {
            endpoint_.get_con_from_hdl(handle)->get_raw_socket().set_option(asio::ip::tcp::no_delay(true));
        });
        set_tls(endpoint_);
    }

    Result send()
    {
        open("sink");
        return measure(g_options, [&](uint64_t count) {
            remaining_ = 1;
            endpoint_.get_io_service().restart();
            const double start = now();
            for (uint64_t i = 0; i < count; ++i) {
                send_payload();
                while (connection_->get_buffered_amount() > g_options.queue) {
                    endpoint_.run_one();
                }
            }
            connection_->send(std::string(kEndMark), wspp::frame::opcode::text);
            run();
            return now() - start;
        });
    }

    Result receive()
    {
        open("source");
        return measure(g_options, [&](uint64_t count) {
            remaining_ = count;
            const double start = now();
            connection_->send(source_command(g_options, count), wspp::frame::opcode::text);
            run();
            return now() - start;
        });
    }

    Result answering(uint64_t window)
    {
        open("echo");
        timed_ = window == 1;
        Result result = measure(g_options, [&](uint64_t count) {
            const uint64_t first = std::min(window, count);
            remaining_ = count;
            to_send_ = count - first;
            latencies_.clear();
            const double start = now();
            latencies_.begin();
            for (uint64_t i = 0; i < first; ++i) {
                send_payload();
            }
            run();
            return now() - start;
        });
        latencies_.report(result);
        return result;
    }

    Result roundtrip_threads()
    {
        open("echo");
        sem_t done;
        sem_init(&done, 0, 0);
        on_last_ = [&] { sem_post(&done); };
        std::thread loop([this] { run(); });
        Result result = measure(g_options, [&](uint64_t count) {
            latencies_.clear();
            const double start = now();
            for (uint64_t i = 0; i < count; ++i) {
                remaining_ = 1;
                latencies_.begin();
                send_payload();
                while (sem_wait(&done) != 0) {
                }
                latencies_.end();
            }
            return now() - start;
        });
        latencies_.report(result);
        endpoint_.stop();
        loop.join();
        return result;
    }

private:
    static void set_tls(wspp::client<wspp::config::asio_client> &) {}

    static void set_tls(wspp::client<wspp::config::asio_tls_client> &endpoint)
    {
        endpoint.set_tls_init_handler([](wspp::connection_hdl) {
            auto tls = wspp::lib::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
            if (!g_options.ca.empty()) {
                tls->load_verify_file(g_options.ca);
                tls->set_verify_mode(asio::ssl::verify_peer);
            }
            return tls;
        });
    }

    void run()
    {
        endpoint_.get_io_service().restart();
        endpoint_.run();
    }

    void open(const std::string &target)
    {
        wspp::lib::error_code error;
        connection_ = endpoint_.get_connection(g_options.url(target), error);
        if (error) {
            fail(error.message());
        }
        connection_->set_open_handler([this](wspp::connection_hdl) { endpoint_.stop(); });
        connection_->set_fail_handler(
            [this](wspp::connection_hdl) { fail(connection_->get_ec().message()); });
        connection_->set_message_handler(
            [this](wspp::connection_hdl, const typename Endpoint::message_ptr &) { on_message(); });
        endpoint_.connect(connection_);
        run();
    }

    void send_payload()
    {
        connection_->send(g_payload.data(), g_payload.size(),
                          g_options.text ? wspp::frame::opcode::text : wspp::frame::opcode::binary);
    }

    void on_message()
    {
        if (timed_) {
            latencies_.end();
        }
        if (to_send_ > 0) {
            --to_send_;
            if (timed_) {
                latencies_.begin();
            }
            send_payload();
        }
        if (--remaining_ == 0) {
            on_last_();
        }
    }

    Endpoint endpoint_;
    Connection connection_;
    uint64_t remaining_ = 0;
    uint64_t to_send_ = 0;
    bool timed_ = false;
    Latencies latencies_;
    std::function<void()> on_last_ = [this] { endpoint_.stop(); };
};

Result run()
{
    const std::string &mode = g_options.mode;
    if (g_options.tls && (mode == "send" || mode == "receive")) {
        // Connections end with the process.
        auto &program = *new Program<wspp::config::asio_tls_client>;
        return mode == "send" ? program.send() : program.receive();
    }
    if (!g_options.tls) {
        auto &program = *new Program<wspp::config::asio_client>;
        if (mode == "send") {
            return program.send();
        }
        if (mode == "receive") {
            return program.receive();
        }
        if (mode == "echo") {
            return program.answering(echo_window(g_options));
        }
        if (mode == "roundtrip") {
            return program.answering(1);
        }
        if (mode == "roundtrip-threads") {
            return program.roundtrip_threads();
        }
    }
    std::exit(4);
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-websocketpp");
    g_payload = make_payload(g_options);
    print_result(g_options, run());
    return 0;
}
