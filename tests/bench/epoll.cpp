// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-epoll, the limit of one service thread: plain
// sockets and frames that lie ready, as in tcp.cpp. But one thread waits for all
// sockets in epoll_wait(), blocks in no other call, and does all the work;
// the application's threads hand theirs over to it, and wake it through an
// eventfd if it sleeps. The rules are those of ours.cpp.
// Must not know: any WebSocket library.

#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "handed_over.h"
#include "plain.h"
#include "program.h"
#include "wire.h"

namespace nws::bench {

namespace {

constexpr size_t kEventsPerTurn = 512;

Options g_options;
std::vector<uint8_t> g_request;
std::vector<uint8_t> g_frame;

// Posted when a round is over.
sem_t g_done;

// Of the round; set before it begins, then used by the service thread only.
unsigned g_to_open;
uint64_t g_remaining;
uint64_t g_to_send;
bool g_timed;
Latencies g_latencies;

// Once it has been handed over, the service thread's.
struct Connection {
    enum class State { none, connecting, asked, open };

    State state = State::none;
    int fd = -1;
    FrameParser parser;
};

void check(bool good, const char *what)
{
    if (!good) {
        fail(std::string(what) + ": " + std::strerror(errno));
    }
}

// ---- what the application's callbacks do ----

void begin_more();

void on_open()
{
    if (--g_to_open == 0) {
        sem_post(&g_done);
    } else {
        begin_more();
    }
}

// Answers it with the next, while there are any.
void on_message(const Connection &connection)
{
    if (g_timed) {
        g_latencies.end();
    }
    if (g_to_send > 0) {
        --g_to_send;
        g_latencies.begin();
        send_all(connection.fd, g_frame);
    }
    if (--g_remaining == 0) {
        sem_post(&g_done);
    }
}

// ---- the service thread ----

// Edge-triggered: nothing is looked at twice, no interest is changed on the way,
// and the eventfd is never read. A message fits the socket's buffers, so that
// one send() takes it, and one recv() takes all that is there.
class Service {
public:
    Service() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        check(epoll_ >= 0 && wake_ >= 0, "epoll and eventfd");
        watch(wake_, EPOLLIN, nullptr);
        std::thread([this] { run(); }).detach();
    }

    // Any thread: it is to be opened; if it is open, a message is to be sent.
    void hand_over(Connection &connection)
    {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            given_.push_back(&connection);
        }
        if (state_.exchange(State::given) == State::asleep) {
            const uint64_t one = 1;
            check(write(wake_, &one, sizeof one) == sizeof one, "eventfd");
        }
    }

private:
    // given: something is to be taken before it falls asleep.
    enum class State { awake, asleep, given };

    [[noreturn]] void run()
    {
        for (;;) {
            take_given();
            const int ready = epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), -1);
            // Whoever has something now need not wake it.
            change(State::asleep, State::awake);
            for (int i = 0; i < ready; ++i) {
                if (auto *connection = static_cast<Connection *>(events_[i].data.ptr)) {
                    on_ready(*connection, events_[i].events);
                }
            }
        }
    }

    // Returns asleep, with nothing left.
    void take_given()
    {
        while (!change(State::awake, State::asleep)) {
            // Before it looks: what comes behind that is given anew.
            state_ = State::awake;
            {
                const std::lock_guard<std::mutex> lock(mutex_);
                taken_.swap(given_);
            }
            for (Connection *connection : taken_) {
                carry_out(*connection);
            }
            taken_.clear();
        }
    }

    bool change(State from, State to) { return state_.compare_exchange_strong(from, to); }

    void carry_out(Connection &connection)
    {
        if (connection.state == Connection::State::open) {
            send_all(connection.fd, g_frame);
        } else {
            begin(connection);
        }
    }

    void begin(Connection &connection)
    {
        connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        check(connection.fd >= 0, "socket");
        set_no_delay(connection.fd);
        const sockaddr_in address = server_address(g_options.port);
        const int result =
            connect(connection.fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        check(result == 0 || errno == EINPROGRESS, "connect");
        connection.state = Connection::State::connecting;
        watch(connection.fd, EPOLLIN | EPOLLOUT, &connection);
    }

    void on_ready(Connection &connection, uint32_t events)
    {
        if (connection.state == Connection::State::connecting) {
            on_connected(connection);
        } else if ((events & EPOLLIN) != 0) {
            on_readable(connection);
        }
    }

    static void on_connected(Connection &connection)
    {
        int error = 0;
        socklen_t length = sizeof error;
        getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) {
            fail(std::string("connect: ") + std::strerror(error));
        }
        connection.state = Connection::State::asked;
        send_all(connection.fd, g_request);
    }

    void on_readable(Connection &connection)
    {
        const ssize_t got = recv(connection.fd, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) {
            fail("the server has gone");
        }
        if (connection.state == Connection::State::asked) {
            // The server writes its answer at once, and says nothing more until it is asked.
            connection.state = Connection::State::open;
            on_open();
            return;
        }
        MessageCounter counter;
        connection.parser.give(buffer_.data(), static_cast<size_t>(got), counter);
        for (; counter.messages > 0; --counter.messages) {
            on_message(connection);
        }
    }

    void watch(int fd, uint32_t events, Connection *connection)
    {
        epoll_event event{events | EPOLLET, {connection}};
        check(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    }

    int epoll_;
    int wake_;
    std::atomic<State> state_{State::awake};
    std::mutex mutex_;
    std::vector<Connection *> given_;
    std::vector<Connection *> taken_;
    std::vector<epoll_event> events_ = std::vector<epoll_event>(kEventsPerTurn);
    std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReadBytes);
};

// ---- the application's thread ----

// No address changes while there come more.
using Connections = std::deque<Connection>;

// Those that are still to begin, and who opens them.
unsigned g_to_begin;
Connections *g_connections;
Service *g_service;

void begin_more()
{
    for (; g_to_begin > 0 && g_to_open - g_to_begin < kMostConnecting; --g_to_begin) {
        g_service->hand_over(g_connections->emplace_back());
    }
}

void open_connections(Service &service, unsigned count, Connections &connections)
{
    if (count == 0) {
        return;
    }
    g_to_open = count;
    g_to_begin = count - 1;
    g_connections = &connections;
    g_service = &service;
    service.hand_over(connections.emplace_back());
    wait(g_done);
}

// The first of them, all others do nothing.
Connection &open_one(Service &service, Connections &connections)
{
    raise_descriptor_limit();
    open_connections(service, 1, connections);
    open_connections(service, g_options.connections - 1, connections);
    return connections.front();
}

Result run_roundtrip(Service &service)
{
    Connections connections;
    Connection &connection = open_one(service, connections);
    g_timed = true;
    Result result = measure(g_options, [&](uint64_t count) {
        g_latencies.clear();
        g_remaining = count;
        g_to_send = count - 1;
        const double start = now();
        g_latencies.begin();
        service.hand_over(connection);
        wait(g_done);
        return now() - start;
    });
    g_latencies.report(result);
    return result;
}

Result run_roundtrip_threads(Service &service)
{
    Connections connections;
    Connection &connection = open_one(service, connections);
    return measure_trips(g_options, g_latencies, [&] {
        g_remaining = 1;
        service.hand_over(connection);
        wait(g_done);
    });
}

Result run_connections(Service &service)
{
    Connections connections;
    return measure_connections(
        g_options, [&](unsigned count) { open_connections(service, count, connections); },
        [&] {
            g_remaining = connections.size();
            for (Connection &connection : connections) {
                service.hand_over(connection);
            }
            wait(g_done);
        },
        [](double seconds) { usleep(static_cast<useconds_t>(seconds * 1e6)); });
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    g_options = parse_options(argc, argv, "nws-bench-epoll");
    const std::string &mode = g_options.mode;
    Result (*const run)(Service &) = g_options.tls                 ? nullptr
                                     : mode == "roundtrip"         ? run_roundtrip
                                     : mode == "roundtrip-threads" ? run_roundtrip_threads
                                     : mode == "connections"       ? run_connections
                                                                   : nullptr;
    if (mode == "send" && !g_options.tls && g_options.threads == 1) {
        print_result(g_options, run_handed_over(g_options));
        _exit(0);
    }
    if (run == nullptr) {
        return kNoSuchMode;
    }
    const std::vector<uint8_t> payload = make_payload(g_options);
    g_request = make_request("echo");
    g_frame = make_frame(g_options.text ? kText : kBinary, payload.data(), payload.size());
    sem_init(&g_done, 0, 0);
    Service service;
    print_result(g_options, run(service));
    // The connections end with the process, and so does the thread.
    _exit(0);
}
