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
    using Message = typename Endpoint::message_ptr;

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
            sent_ = count;
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

    Result echo()
    {
        open("echo");
        return measure(g_options, [&](uint64_t count) { return run_round(count, echo_window(g_options)); });
    }

    Result roundtrip()
    {
        std::vector<Connection> idle;
        raise_descriptor_limit();
        open("echo");
        open_connections(g_options.connections - 1, idle);
        Result result = measure(g_options, [&](uint64_t count) { return run_round(count, 1); });
        latencies_.report(result);
        return result;
    }

    Result fairness()
    {
        uint64_t flood = 0;
        open("echo");
        return measure_fairness(
            g_options, latencies_, [&](uint64_t count) { return run_round(count, 1); },
            [&] {
                Connection flooded = begin(g_options.flood_url());
                flooded->set_open_handler([this](wspp::connection_hdl) { endpoint_.stop(); });
                flooded->set_message_handler([&](wspp::connection_hdl, const Message &message) {
                    check_length(g_options.flood_size, message->get_payload().size());
                    ++flood;
                });
                run();
                flooded->send(flood_command(g_options), wspp::frame::opcode::text);
            },
            [&] { return flood; });
    }

    Result peak()
    {
        open("source");
        return measure_peak(g_options, [&] {
            remaining_ = 1;
            connection_->send(source_command(g_options, 1), wspp::frame::opcode::text);
            run();
        });
    }

    Result connections()
    {
        std::vector<Connection> all;
        return measure_connections(
            g_options, [&](unsigned count) { open_connections(count, all); },
            [&] {
                remaining_ = all.size();
                for (const Connection &connection : all) {
                    send_payload(connection);
                }
                run();
            },
            [&](double seconds) {
                asio::steady_timer timer(endpoint_.get_io_service());
                timer.expires_after(std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6)));
                timer.async_wait([&](const boost::system::error_code &) { endpoint_.stop(); });
                run();
            });
    }

    Result roundtrip_threads()
    {
        open("echo");
        sem_t done;
        sem_init(&done, 0, 0);
        on_last_ = [&] { sem_post(&done); };
        std::thread loop([this] { run(); });
        const Result result = measure_trips(g_options, latencies_, [&] {
            remaining_ = 1;
            send_payload();
            wait(done);
        });
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

    double run_round(uint64_t count, uint64_t window)
    {
        const uint64_t first = std::min(window, count);
        timed_ = window == 1;
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
    }

    Connection begin(const std::string &url)
    {
        wspp::lib::error_code error;
        Connection connection = endpoint_.get_connection(url, error);
        if (error) {
            fail(error.message());
        }
        connection->set_fail_handler([this](wspp::connection_hdl handle) {
            fail(endpoint_.get_con_from_hdl(handle)->get_ec().message());
        });
        connection->set_message_handler(
            [this](wspp::connection_hdl, const Message &message) { on_message(message->get_payload()); });
        endpoint_.connect(connection);
        return connection;
    }

    void open(const std::string &target)
    {
        connection_ = begin(g_options.url(target));
        connection_->set_open_handler([this](wspp::connection_hdl) { endpoint_.stop(); });
        run();
    }

    void open_connections(unsigned count, std::vector<Connection> &connections)
    {
        unsigned connecting = 0;
        endpoint_.get_io_service().restart();
        for (unsigned i = 0; i < count; ++i) {
            connections.push_back(begin(g_options.url("echo")));
            connections.back()->set_open_handler([&](wspp::connection_hdl) { --connecting; });
            for (++connecting; connecting > kMostConnecting;) {
                endpoint_.run_one();
            }
        }
        while (connecting > 0) {
            endpoint_.run_one();
        }
    }

    void send_payload() { send_payload(connection_); }

    static void send_payload(const Connection &connection)
    {
        connection->send(g_payload.data(), g_payload.size(),
                         g_options.text ? wspp::frame::opcode::text : wspp::frame::opcode::binary);
    }

    void on_message(const std::string &payload)
    {
        if (sent_ != 0) {
            check_answer(g_options, payload.data(), payload.size(), sent_);
        } else {
            check_length(g_options.size, payload.size());
        }
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
    uint64_t sent_ = 0;  // to the sink, whose answer tells so
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
            return program.echo();
        }
        if (mode == "roundtrip") {
            return program.roundtrip();
        }
        if (mode == "fairness") {
            return program.fairness();
        }
        if (mode == "peak") {
            return program.peak();
        }
        if (mode == "connections") {
            return program.connections();
        }
        if (mode == "roundtrip-threads") {
            return program.roundtrip_threads();
        }
    }
    std::exit(kNoSuchMode);
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
