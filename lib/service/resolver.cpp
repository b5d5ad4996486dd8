// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/resolver.h"

#include <cerrno>
#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <new>
#include <thread>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/thread.h"

namespace nws {

namespace {

// A dead name server holds one thread for each name; so many may hang before
// a healthy look-up has to wait.
constexpr size_t kMaxThreads = 32;

void append_addresses(const addrinfo *list, std::vector<Address> &out)
{
    for (const addrinfo *entry = list; entry != nullptr; entry = entry->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
            0) {
            out.push_back({text, entry->ai_family == AF_INET6});
        }
    }
}

void carry_out(LookUp &look_up) noexcept
{
    addrinfo hints = {};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo *list = nullptr;
    look_up.error = getaddrinfo(look_up.host.c_str(), nullptr, &hints, &list);
    if (look_up.error == EAI_NONAME || look_up.error == EAI_ADDRFAMILY) {
        // AI_ADDRCONFIG does not count loopback addresses: on a machine with
        // no other, "localhost" would have none.
        hints.ai_flags = 0;
        look_up.error = getaddrinfo(look_up.host.c_str(), nullptr, &hints, &list);
    }
    look_up.system_error = errno;
    if (look_up.error != 0) {
        return;
    }
    try {
        append_addresses(list, look_up.addresses);
        look_up.error = look_up.addresses.empty() ? EAI_NONAME : 0;
    } catch (const std::bad_alloc &) {
        look_up.error = EAI_MEMORY;
    }
    freeaddrinfo(list);
}

}  // namespace

struct Resolver::Shared {
    std::mutex mutex;
    std::condition_variable idle;
    // From one to the other without memory.
    std::list<std::shared_ptr<LookUp>> waiting;
    std::list<std::shared_ptr<LookUp>> finished;
    size_t threads = 0;
    size_t hungry = 0;             // threads about to look for work
    std::function<void()> notify;  // empty: the resolver is gone

    void work() noexcept;
};

// One thread: look-ups as long as there are some.
void Resolver::Shared::work() noexcept
{
    std::unique_lock<std::mutex> lock(mutex);
    --hungry;
    while (!waiting.empty()) {
        std::list<std::shared_ptr<LookUp>> at_work;
        at_work.splice(at_work.end(), waiting, waiting.begin());
        lock.unlock();
        carry_out(*at_work.front());
        lock.lock();
        if (notify) {
            finished.splice(finished.end(), at_work);
            notify();
        }
    }
    --threads;
    idle.notify_all();
}

Resolver::Resolver(std::function<void()> notify) : shared_(std::make_shared<Shared>())
{
    shared_->notify = std::move(notify);
}

Resolver::~Resolver()
{
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->notify = nullptr;
    shared_->waiting.clear();
    shared_->finished.clear();
}

void Resolver::submit(const std::shared_ptr<LookUp> &look_up)
{
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    shared_->waiting.push_back(look_up);
    if (shared_->waiting.size() <= shared_->hungry || shared_->threads == kMaxThreads) {
        return;
    }
    try {
        const BlockedSignals blocked;
        std::thread([shared = shared_] { shared->work(); }).detach();
        ++shared_->threads;
        ++shared_->hungry;
    } catch (const std::exception &) {
        // std::system_error or std::bad_alloc.
        if (shared_->threads > 0) {
            return;  // one that runs will come to it
        }
        look_up->error = EAI_SYSTEM;
        look_up->system_error = EAGAIN;
        shared_->finished.splice(shared_->finished.end(), shared_->waiting, --shared_->waiting.end());
        shared_->notify();
    }
}

std::shared_ptr<LookUp> Resolver::take_finished() noexcept
{
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    if (shared_->finished.empty()) {
        return nullptr;
    }
    std::shared_ptr<LookUp> look_up = std::move(shared_->finished.front());
    shared_->finished.pop_front();
    return look_up;
}

bool Resolver::wait_idle(Milliseconds limit) noexcept
{
    std::unique_lock<std::mutex> lock(shared_->mutex);
    return shared_->idle.wait_for(lock, limit, [this] { return shared_->threads == 0; });
}

bool is_numeric_address(const std::string &text)
{
    in_addr v4 = {};
    in6_addr v6 = {};
    const std::string without_zone = text.substr(0, text.find('%'));
    return inet_pton(AF_INET, text.c_str(), &v4) == 1 || inet_pton(AF_INET6, without_zone.c_str(), &v6) == 1;
}

}  // namespace nws
