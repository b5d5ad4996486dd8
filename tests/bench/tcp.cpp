// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-tcp, the limit for all others: frames that lie
// ready, in pieces of 64 KiB, through plain sockets; what comes is only counted.
// Must not know: any WebSocket library.

#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "plain.h"
#include "program.h"
#include "wire.h"

namespace nws::bench {

namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;

Options g_options;

class Client {
public:
    explicit Client(const std::string &endpoint, uint16_t port = g_options.port)
        : fd_(connect_socket(port)), buffer_(kReadBytes)
    {
        send_request(fd_, endpoint);
        take_answer(fd_);
        const std::vector<uint8_t> payload = make_payload(g_options);
        const std::vector<uint8_t> frame =
            make_frame(g_options.text ? kText : kBinary, payload.data(), payload.size());
        frame_bytes_ = frame.size();
        do {
            frames_.insert(frames_.end(), frame.begin(), frame.end());
        } while (frames_.size() + frame_bytes_ <= kPieceBytes);
    }
    ~Client() { ::close(fd_); }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    void send_messages(uint64_t count)
    {
        const uint64_t in_piece = frames_.size() / frame_bytes_;
        while (count > 0) {
            const uint64_t now = std::min(count, in_piece);
            send_all(fd_, frames_.data(), now * frame_bytes_);
            count -= now;
        }
    }

    void send_text(const std::string &text) { send_all(fd_, make_frame(kText, text)); }

    // How many ended with it.
    uint64_t receive_some()
    {
        const ssize_t got = recv(fd_, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) {
            fail("the server has gone");
        }
        MessageCounter counter;
        parser_.give(buffer_.data(), static_cast<size_t>(got), counter);
        return counter.messages;
    }

    void receive_messages(uint64_t count)
    {
        while (count > 0) {
            count -= std::min(count, receive_some());
        }
    }

    void take_sink_answer(uint64_t sent)
    {
        const std::string answer = take_text(fd_, parser_);
        check_answer(g_options, answer.data(), answer.size(), sent);
    }

    int fd() const { return fd_; }

private:
    int fd_;
    std::vector<uint8_t> buffer_;
    std::vector<uint8_t> frames_;
    size_t frame_bytes_ = 0;
    FrameParser parser_;
};

Result run_send()
{
    Client client("sink");
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        client.send_messages(count);
        client.send_text(kEndMark);
        client.take_sink_answer(count);
        return now() - start;
    });
}

Result run_receive()
{
    Client client("source");
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        client.send_text(source_command(g_options, count));
        client.receive_messages(count);
        return now() - start;
    });
}

// The window opens again in halves, so that writes stay large; both directions
// wait only for this program, which takes what comes before it sends on.
Result run_echo()
{
    Client client("echo");
    const uint64_t half = std::max<uint64_t>(1, echo_window(g_options) / 2);
    return measure(g_options, [&](uint64_t count) {
        const double start = now();
        uint64_t sent = 0;
        uint64_t received = 0;
        while (received < count) {
            while (sent < count && sent - received <= half) {
                const uint64_t piece = std::min(half, count - sent);
                client.send_messages(piece);
                sent += piece;
            }
            received += client.receive_some();
        }
        return now() - start;
    });
}

void open_idle_connections(unsigned count)
{
    raise_descriptor_limit();
    for (unsigned i = 0; i < count; ++i) {
        const int fd = connect_socket(g_options.port);
        send_request(fd, "echo");
        take_answer(fd);
    }
}

Result run_roundtrip()
{
    Client client("echo");
    open_idle_connections(g_options.connections - 1);
    Latencies latencies;
    return measure_trips(g_options, latencies, [&] {
        client.send_messages(1);
        client.receive_messages(1);
    });
}

// One read for each connection that has something, in turns.
Result run_fairness()
{
    Client client("echo");
    Client flooded("source", g_options.flood_port);
    pollfd ready[] = {{client.fd(), POLLIN, 0}, {flooded.fd(), POLLIN, 0}};
    uint64_t flood = 0;
    Latencies latencies;
    return measure_fairness(
        g_options, latencies,
        [&](uint64_t count) {
            latencies.clear();
            const double start = now();
            latencies.begin();
            client.send_messages(1);
            while (count > 0) {
                poll(ready, 2, -1);
                if (ready[0].revents != 0 && client.receive_some() > 0) {
                    latencies.end();
                    if (--count > 0) {
                        latencies.begin();
                        client.send_messages(1);
                    }
                }
                if (ready[1].revents != 0) {
                    flood += flooded.receive_some();
                }
            }
            return now() - start;
        },
        [&] { flooded.send_text(flood_command(g_options)); }, [&] { return flood; });
}

// One thread sends, another receives.
Result run_roundtrip_threads()
{
    Client client("echo");
    Latencies latencies;
    sem_t received;
    sem_init(&received, 0, 0);
    Result result = measure(g_options, [&](uint64_t count) {
        latencies.clear();
        const double start = now();
        std::thread receiver([&] {
            for (uint64_t i = 0; i < count; ++i) {
                client.receive_messages(1);
                sem_post(&received);
            }
        });
        for (uint64_t i = 0; i < count; ++i) {
            latencies.begin();
            client.send_messages(1);
            wait(received);
            latencies.end();
        }
        receiver.join();
        return now() - start;
    });
    latencies.report(result);
    return result;
}

Result run_connections()
{
    std::vector<int> sockets;
    const std::vector<uint8_t> payload = make_payload(g_options);
    const std::vector<uint8_t> frame = make_frame(kBinary, payload.data(), payload.size());
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    // All sends first, then whoever has an answer: no order is imposed on them.
    const auto take_answers = [&](size_t count) {
        std::vector<epoll_event> events(512);
        std::vector<uint8_t> bytes(kReadBytes);
        while (count > 0) {
            const int ready = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < ready; ++i) {
                if (recv(events[i].data.fd, bytes.data(), bytes.size(), 0) <= 0) {
                    fail("the server has gone");
                }
                --count;
            }
        }
    };
    return measure_connections(
        g_options,
        [&](unsigned count) {
            for (unsigned i = 0; i < count; ++i) {
                sockets.push_back(connect_socket(g_options.port));
                epoll_event event{EPOLLIN, {}};
                event.data.fd = sockets.back();
                epoll_ctl(epoll, EPOLL_CTL_ADD, sockets.back(), &event);
                send_request(sockets.back(), "echo");
            }
            take_answers(count);
        },
        [&] {
            for (const int fd : sockets) {
                send_all(fd, frame);
            }
            take_answers(sockets.size());
        },
        [](double seconds) { usleep(static_cast<useconds_t>(seconds * 1e6)); });
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-tcp");
    const std::string &mode = g_options.mode;
    Result (*const run)() = g_options.tls                 ? nullptr
                            : mode == "send"              ? run_send
                            : mode == "receive"           ? run_receive
                            : mode == "echo"              ? run_echo
                            : mode == "roundtrip"         ? run_roundtrip
                            : mode == "roundtrip-threads" ? run_roundtrip_threads
                            : mode == "fairness"          ? run_fairness
                            : mode == "connections"       ? run_connections
                                                          : nullptr;
    if (run == nullptr) {
        return kNoSuchMode;
    }
    print_result(g_options, run());
    return 0;
}
