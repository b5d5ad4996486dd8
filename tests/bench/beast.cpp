// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-beast: Boost.Beast, used as its examples do:
// synchronous where one thread only sends or only receives, asynchronous
// elsewhere; with a write buffer of 64 KiB. Must not know: other libraries.

#include <semaphore.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <memory>
#include <thread>

#include "program.h"

namespace nws::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr size_t kWriteBuffer = size_t{64} << 10;

Options g_options;
std::vector<uint8_t> g_payload;

using Plain = websocket::stream<tcp::socket>;
using Secure = websocket::stream<beast::ssl_stream<tcp::socket>>;

tcp::endpoint endpoint(uint16_t port = g_options.port)
{
    return {asio::ip::address_v4::loopback(), port};
}

template <typename Stream>
void set_options(Stream &stream)
{
    stream.write_buffer_bytes(kWriteBuffer);
    stream.read_message_max(0);
    stream.auto_fragment(false);
    stream.binary(!g_options.text);
    beast::get_lowest_layer(stream).set_option(tcp::no_delay(true));
}

asio::ssl::context make_tls()
{
    asio::ssl::context tls(asio::ssl::context::tls_client);
    if (!g_options.ca.empty()) {
        tls.load_verify_file(g_options.ca);
        tls.set_verify_mode(asio::ssl::verify_peer);
    }
    return tls;
}

void connect(Plain &stream, const std::string &target, uint16_t port = g_options.port)
{
    stream.next_layer().connect(endpoint(port));
    set_options(stream);
    stream.handshake("127.0.0.1", g_options.path(target));
}

void set_host(Secure &stream)
{
    SSL_set_tlsext_host_name(stream.next_layer().native_handle(), "localhost");
    stream.next_layer().set_verify_callback(asio::ssl::host_name_verification("localhost"));
}

void connect(Secure &stream, const std::string &target)
{
    beast::get_lowest_layer(stream).connect(endpoint());
    set_options(stream);
    set_host(stream);
    stream.next_layer().handshake(asio::ssl::stream_base::client);
    stream.handshake("localhost", g_options.path(target));
}

template <typename Stream>
void send_text(Stream &stream, const std::string &text)
{
    stream.text(true);
    stream.write(asio::buffer(text));
    stream.binary(!g_options.text);
}

template <typename Stream>
void receive_one(Stream &stream, beast::flat_buffer &buffer)
{
    stream.read(buffer);
    check_length(g_options.size, buffer.size());
    buffer.consume(buffer.size());
}

template <typename Stream>
Result run_send(Stream &stream)
{
    connect(stream, "sink");
    beast::flat_buffer buffer;
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            stream.write(asio::buffer(g_payload));
        }
        send_text(stream, kEndMark);
        stream.read(buffer);
        check_answer(g_options, static_cast<const char *>(buffer.cdata().data()), buffer.size(), count);
        buffer.consume(buffer.size());
        return now() - start;
    });
}

template <typename Stream>
Result run_receive(Stream &stream)
{
    connect(stream, "source");
    beast::flat_buffer buffer;
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        send_text(stream, source_command(g_options, count));
        for (uint64_t i = 0; i < count; ++i) {
            receive_one(stream, buffer);
        }
        return now() - start;
    });
}

void check(Error error)
{
    if (error) {
        fail(error.message());
    }
}

// One connection that answers each message with the next, while there are any.
template <typename Stream>
class Echo {
public:
    template <typename... Arguments>
    explicit Echo(Arguments &&...arguments) : stream_(std::forward<Arguments>(arguments)...)
    {
    }

    void connect()
    {
        bench::connect(stream_, "echo");
        read();
    }

    // Calls done.
    void async_connect()
    {
        beast::get_lowest_layer(stream_).async_connect(endpoint(), [this](Error error) {
            check(error);
            set_options(stream_);
            secure(stream_);
        });
    }

    void begin(uint64_t first, uint64_t count)
    {
        remaining_ = count;
        to_send_ = count - first;
        queue(first);
    }

    std::function<void()> done = [] {};
    Latencies *latencies = nullptr;

private:
    void secure(Plain &) { upgrade("127.0.0.1"); }

    void secure(Secure &stream)
    {
        set_host(stream);
        stream.next_layer().async_handshake(asio::ssl::stream_base::client, [this](Error error) {
            check(error);
            upgrade("localhost");
        });
    }

    void upgrade(const char *host)
    {
        stream_.async_handshake(host, "/echo", [this](Error error) {
            check(error);
            read();
            done();
        });
    }

    void read()
    {
        stream_.async_read(buffer_, [this](Error error, size_t) {
            check(error);
            check_length(g_options.size, buffer_.size());
            buffer_.consume(buffer_.size());
            on_message();
        });
    }

    void queue(uint64_t messages)
    {
        queued_ += messages;
        if (!writing_ && queued_ > 0) {
            write();
        }
    }

    void write()
    {
        writing_ = true;
        --queued_;
        stream_.async_write(asio::buffer(g_payload), [this](Error error, size_t) {
            check(error);
            writing_ = false;
            queue(0);
        });
    }

    void on_message()
    {
        if (latencies != nullptr) {
            latencies->end();
        }
        if (to_send_ > 0) {
            --to_send_;
            if (latencies != nullptr) {
                latencies->begin();
            }
            queue(1);
        }
        const bool last = --remaining_ == 0;
        read();
        if (last) {
            done();
        }
    }

    Stream stream_;
    beast::flat_buffer buffer_;
    uint64_t remaining_ = 0;
    uint64_t to_send_ = 0;
    uint64_t queued_ = 0;
    bool writing_ = false;
};

template <typename Stream, typename... Tls>
void open_connections(asio::io_context &context, std::deque<Echo<Stream>> &connections, unsigned count,
                      Tls &...tls)
{
    unsigned connecting = 0;
    context.restart();
    for (unsigned i = 0; i < count; ++i) {
        Echo<Stream> &connection = connections.emplace_back(context, tls...);
        connection.done = [&] { --connecting; };
        connection.async_connect();
        for (++connecting; connecting > kMostConnecting;) {
            context.run_one();
        }
    }
    while (connecting > 0) {
        context.run_one();
    }
}

class Answering {
public:
    Answering() : echo_(context_)
    {
        echo_.connect();
        echo_.done = [this] { context_.stop(); };
    }

    double round(uint64_t count, uint64_t window)
    {
        echo_.latencies = window == 1 ? &latencies : nullptr;
        latencies.clear();
        const double start = now();
        latencies.begin();
        echo_.begin(std::min(window, count), count);
        context_.restart();
        context_.run();
        return now() - start;
    }

    asio::io_context &context() { return context_; }
    Latencies latencies;

private:
    asio::io_context context_;
    Echo<Plain> echo_;
};

Result run_echo()
{
    Answering answering;
    return measure(g_options, [&](uint64_t count) { return answering.round(count, echo_window(g_options)); });
}

Result run_roundtrip()
{
    Answering answering;
    std::deque<Echo<Plain>> idle;
    raise_descriptor_limit();
    open_connections(answering.context(), idle, g_options.connections - 1);
    Result result = measure(g_options, [&](uint64_t count) { return answering.round(count, 1); });
    answering.latencies.report(result);
    return result;
}

struct Flooded {
    explicit Flooded(asio::io_context &context) : stream(context) {}

    void begin()
    {
        bench::connect(stream, "source", g_options.flood_port);
        send_text(stream, flood_command(g_options));
        read();
    }

    void read()
    {
        stream.async_read(buffer, [this](Error error, size_t) {
            check(error);
            check_length(g_options.flood_size, buffer.size());
            buffer.consume(buffer.size());
            ++messages;
            read();
        });
    }

    Plain stream;
    beast::flat_buffer buffer;
    uint64_t messages = 0;
};

Result run_fairness()
{
    Answering answering;
    Flooded flooded(answering.context());
    return measure_fairness(
        g_options, answering.latencies, [&](uint64_t count) { return answering.round(count, 1); },
        [&] { flooded.begin(); }, [&] { return flooded.messages; });
}

Result run_roundtrip_threads()
{
    asio::io_context context;
    Echo<Plain> echo(context);
    Latencies latencies;
    sem_t done;
    sem_init(&done, 0, 0);
    echo.connect();
    echo.done = [&] { sem_post(&done); };
    std::thread loop([&] { context.run(); });
    const Result result = measure_trips(g_options, latencies, [&] {
        asio::post(context, [&] { echo.begin(1, 1); });
        wait(done);
    });
    context.stop();
    loop.join();
    return result;
}

Result run_peak()
{
    asio::io_context context;
    Plain stream(context);
    beast::flat_buffer buffer;
    connect(stream, "source");
    return measure_peak(g_options, [&] {
        send_text(stream, source_command(g_options, 1));
        receive_one(stream, buffer);
    });
}

template <typename Stream, typename... Tls>
Result run_connections(Tls &...tls)
{
    asio::io_context context;
    std::deque<Echo<Stream>> echoes;
    size_t waiting = 0;
    return measure_connections(
        g_options, [&](unsigned count) { open_connections(context, echoes, count, tls...); },
        [&] {
            waiting = echoes.size();
            for (Echo<Stream> &echo : echoes) {
                echo.done = [&] {
                    if (--waiting == 0) {
                        context.stop();
                    }
                };
                echo.begin(1, 1);
            }
            context.restart();
            context.run();
        },
        [&](double seconds) {
            // run_for() would wake up each second.
            asio::steady_timer timer(context);
            timer.expires_after(std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6)));
            timer.async_wait([&](Error) { context.stop(); });
            context.restart();
            context.run();
        });
}

// One after the other, each with one echo: a session's ticket comes with data.
Result run_handshakes(bool resume)
{
    asio::io_context context;
    asio::ssl::context tls = make_tls();
    SSL_SESSION *session = nullptr;
    beast::flat_buffer buffer;
    uint64_t resumed = 0;
    Result result = measure(g_options, [&](uint64_t count) {
        resumed = 0;
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            Secure stream(context, tls);
            SSL *const ssl = stream.next_layer().native_handle();
            if (session != nullptr) {
                SSL_set_session(ssl, session);
            }
            connect(stream, "echo");
            stream.write(asio::buffer(g_payload));
            receive_one(stream, buffer);
            resumed += static_cast<uint64_t>(SSL_session_reused(ssl));
            if (resume) {
                SSL_SESSION_free(session);
                session = SSL_get1_session(ssl);
            }
            // Otherwise OpenSSL takes the session for one that went wrong.
            SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        }
        return now() - start;
    });
    SSL_SESSION_free(session);
    result.extra.emplace_back("resumed", static_cast<double>(resumed) / static_cast<double>(result.count));
    return result;
}

Result run()
{
    const std::string &mode = g_options.mode;
    asio::io_context context;
    asio::ssl::context tls = make_tls();
    if (mode == "send" || mode == "receive") {
        if (g_options.tls) {
            Secure stream(context, tls);
            return mode == "send" ? run_send(stream) : run_receive(stream);
        }
        Plain stream(context);
        return mode == "send" ? run_send(stream) : run_receive(stream);
    }
    if (g_options.tls && (mode == "handshakes" || mode == "handshakes-resumed")) {
        return run_handshakes(mode == "handshakes-resumed");
    }
    if (mode == "connections") {
        return g_options.tls ? run_connections<Secure>(tls) : run_connections<Plain>();
    }
    if (!g_options.tls) {
        if (mode == "echo") {
            return run_echo();
        }
        if (mode == "roundtrip") {
            return run_roundtrip();
        }
        if (mode == "roundtrip-threads") {
            return run_roundtrip_threads();
        }
        if (mode == "fairness") {
            return run_fairness();
        }
        if (mode == "peak") {
            return run_peak();
        }
    }
    std::exit(kNoSuchMode);
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-beast");
    g_payload = make_payload(g_options);
    print_result(g_options, run());
    return 0;
}
