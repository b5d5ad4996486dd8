// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "handed_over.h"

#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "plain.h"

namespace nws::bench {

namespace {

// As much as the library writes at once.
constexpr size_t kWriteBytes = size_t{1} << 20;

// One thread sleeps until another has made something true.
class Bell {
public:
    // How it sleeps, and how it is woken.
    template <typename Condition, typename Sleep>
    void wait(Condition is_true, Sleep sleep)
    {
        while (!is_true()) {
            sleeping_ = true;
            if (is_true() && sleeping_.exchange(false)) {
                return;
            }
            sleep();
        }
    }
    template <typename Wake>
    void ring(Wake wake)
    {
        if (sleeping_.load() && sleeping_.exchange(false)) {
            wake();
        }
    }

private:
    std::atomic<bool> sleeping_{false};
};

// What the thread that writes waits in, as one that serves many sockets: for messages,
// and for room in its socket.
class Loop {
public:
    explicit Loop(int fd)
        : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        watch(wake_, EPOLLIN);
        watch(fd, EPOLLOUT);
    }

    void wake() const
    {
        const uint64_t one = 1;
        check(write(wake_, &one, sizeof one) == sizeof one);
    }
    void sleep() const
    {
        epoll_event events[2];
        epoll_wait(epoll_, events, 2, -1);
    }

private:
    static void check(bool good)
    {
        if (!good) {
            fail(std::string("epoll and eventfd: ") + std::strerror(errno));
        }
    }
    void watch(int fd, uint32_t events) const
    {
        epoll_event event{events | EPOLLET, {nullptr}};
        check(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
    }

    int epoll_;
    int wake_;
};

// Places for messages of one size at most, between two threads.
class Queue {
public:
    Queue(size_t most_length, size_t bytes, const Loop &loop)
        : loop_(loop),
          place_((sizeof(uint64_t) + most_length + 7) / 8 * 8),
          places_(std::max<size_t>(4, bytes / place_)),
          memory_(places_ * place_)
    {
        sem_init(&room_semaphore_, 0, 0);
    }

    // ---- the application's thread ----

    void push(uint8_t opcode, const void *bytes, size_t length)
    {
        const uint64_t number = pushed_.load(std::memory_order_relaxed);
        // Once it is full, half of it is to be free.
        if (number - popped_.load(std::memory_order_acquire) == places_) {
            room_.wait([&] { return number - popped_.load() <= places_ / 2; },
                       [this] { bench::wait(room_semaphore_); });
        }
        uint8_t *const place = at(number);
        const uint64_t head = static_cast<uint64_t>(length) << 8 | opcode;
        std::memcpy(place, &head, sizeof head);
        std::memcpy(place + sizeof head, bytes, length);
        pushed_.store(number + 1);
        filled_.ring([this] { loop_.wake(); });
    }

    // ---- the thread that writes ----

    void wait()
    {
        filled_.wait([&] { return pushed_.load() != popped_.load(); }, [this] { loop_.sleep(); });
    }

    // Frames of what is there, as many as fit; at least one.
    size_t fill(std::vector<uint8_t> &out)
    {
        const uint64_t end = pushed_.load(std::memory_order_acquire);
        uint64_t number = popped_.load(std::memory_order_relaxed);
        size_t used = 0;
        for (; number != end && (used == 0 || used + kLongestHead + place_ <= kWriteBytes); ++number) {
            const uint8_t *const place = at(number);
            uint64_t head = 0;
            std::memcpy(&head, place, sizeof head);
            const size_t length = head >> 8;
            out.resize(std::max(out.size(), used + kLongestHead + place_));
            used += write_head(out.data() + used, static_cast<uint8_t>(head & 0xff) | kFin, length, kMask);
            apply_mask(out.data() + used, place + sizeof head, length, kMask, 0);
            used += length;
        }
        popped_.store(number);
        room_.ring([this] { sem_post(&room_semaphore_); });
        return used;
    }

private:
    uint8_t *at(uint64_t number) { return memory_.data() + number % places_ * place_; }

    const Loop &loop_;
    const size_t place_;
    const size_t places_;
    std::vector<uint8_t> memory_;
    Bell filled_;
    Bell room_;
    sem_t room_semaphore_;
    alignas(64) std::atomic<uint64_t> pushed_{0};
    alignas(64) std::atomic<uint64_t> popped_{0};
};

// It may not block: others would wait, had it more sockets than this.
void send_patiently(int fd, const uint8_t *bytes, size_t length, const Loop &loop)
{
    while (length > 0) {
        const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            length -= static_cast<size_t>(sent);
        } else if (errno == EAGAIN) {
            loop.sleep();
        } else {
            fail(std::string("send: ") + std::strerror(errno));
        }
    }
}

[[noreturn]] void write_all(Queue &queue, int fd, const Loop &loop)
{
    std::vector<uint8_t> out(kWriteBytes);
    for (;;) {
        queue.wait();
        const size_t length = queue.fill(out);
        send_patiently(fd, out.data(), length, loop);
    }
}

}  // namespace

Result run_handed_over(const Options &options)
{
    const std::vector<uint8_t> payload = make_payload(options);
    const int fd = connect_socket(options.port);
    send_request(fd, "sink");
    take_answer(fd);
    // They live as long as the thread, which ends with the process.
    auto *const loop = new Loop(fd);
    auto *const queue = new Queue(std::max(payload.size(), sizeof kEndMark),
                                  std::max(options.queue, 4 * payload.size()), *loop);
    std::thread([=] { write_all(*queue, fd, *loop); }).detach();
    FrameParser parser;
    return measure(options, [&](uint64_t count) {
        const double start = now();
        for (uint64_t i = 0; i < count; ++i) {
            queue->push(options.text ? kText : kBinary, payload.data(), payload.size());
        }
        queue->push(kText, kEndMark, std::strlen(kEndMark));
        const std::string answer = take_text(fd, parser);
        check_answer(options, answer.data(), answer.size(), count);
        return now() - start;
    });
}

}  // namespace nws::bench
