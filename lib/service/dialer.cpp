// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/dialer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/authority.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "service/service.h"

namespace nws {

namespace {

// A name with more addresses than this is a mistake or an attack.
constexpr size_t kMaxAddresses = 32;

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t length = 0;  // 0: there is none
};

// errno, or 0.
int make_address(const Address &address, uint16_t port, SocketAddress &out) noexcept
{
    sockaddr_in v4 = {};
    if (inet_pton(AF_INET, address.text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&out.bytes, &v4, sizeof v4);
        out.length = sizeof v4;
        return 0;
    }
    addrinfo hints = {};
    hints.ai_family = AF_INET6;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo *list = nullptr;
    if (getaddrinfo(address.text.c_str(), nullptr, &hints, &list) != 0) {  // it may have a zone
        return EADDRNOTAVAIL;
    }
    sockaddr_in6 v6 = {};
    std::memcpy(&v6, list->ai_addr, sizeof v6);
    freeaddrinfo(list);
    v6.sin6_port = htons(port);
    std::memcpy(&out.bytes, &v6, sizeof v6);
    out.length = sizeof v6;
    return 0;
}

int make_address(const std::string &path, SocketAddress &out) noexcept
{
    sockaddr_un address = {};
    if (path.size() >= sizeof address.sun_path) {
        return ENAMETOOLONG;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    std::memcpy(&out.bytes, &address, sizeof address);
    out.length = sizeof address;
    return 0;
}

// How connect() ended, by the events that came: errno, or 0.
int connect_result(int socket, uint32_t events) noexcept
{
    static_assert(POLLERR == EPOLLERR && POLLHUP == EPOLLHUP, "poll() has the same");
    int result = 0;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        socklen_t length = sizeof result;
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &result, &length);
    }
    return result;
}

// strerror() begins with a capital; behind the stage that looks odd.
std::string words(int error)
{
    std::string text = std::strerror(error);
    if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

}  // namespace

Dialer::Dialer(Service &service, Listener &listener, Target target, Proxy proxy)
    : service_(service),
      listener_(listener),
      target_(std::move(target)),
      proxy_(std::move(proxy)),
      alarm_(service.alarms(), this, [](void *owner) noexcept { static_cast<Dialer *>(owner)->on_timer(); })
{
}

Dialer::~Dialer()
{
    if (look_up_ != nullptr) {
        look_up_->owner = nullptr;
    }
}

void Dialer::start()
{
    if (!target_.unix_path.empty() || is_numeric_address(host())) {
        alarm_.start(0);
        return;
    }
    look_up_ = std::make_shared<LookUp>();
    look_up_->host = host();
    look_up_->owner = this;
    service_.resolver().submit(look_up_);
}

void Dialer::on_timer() noexcept
{
    if (race_ != nullptr) {
        go_on(race_->on_attempt_delay());
        return;
    }
    try {
        begin_race({{target_.unix_path.empty() ? host() : target_.unix_path,
                     host().find(':') != std::string::npos}});
    } catch (const std::bad_alloc &) {
        fail(stage(), "out of memory");
    }
}

void Dialer::on_look_up_finished(LookUp &look_up) noexcept
{
    if (look_up.error == 0) {
        milestones_.resolved = lws_now_usecs();
        begin_race(std::move(look_up.addresses));
        return;
    }
    char text[200];
    std::snprintf(
        text, sizeof text, "%s%s: %s", via_proxy() ? "DNS: " : "", look_up.host.c_str(),
        look_up.error == EAI_SYSTEM ? std::strerror(look_up.system_error) : gai_strerror(look_up.error));
    fail(via_proxy() ? "Proxy" : "DNS", text);
}

// ---- the race ----

void Dialer::begin_race(std::vector<Address> addresses) noexcept
{
    try {
        addresses.resize(std::min(addresses.size(), kMaxAddresses));
        race_ = std::make_unique<AddressRace>(order_addresses(std::move(addresses)));
        attempts_ = std::vector<Attempt>(race_->addresses().size());
    } catch (const std::bad_alloc &) {
        fail(stage(), "out of memory");
        return;
    }
    for (size_t i = 0; i < attempts_.size(); ++i) {
        attempts_[i].dialer = this;
        attempts_[i].number = i;
    }
    go_on(race_->start());
}

void Dialer::go_on(RaceStep step) noexcept
{
    for (;;) {
        if (step.timer == RaceTimer::arm) {
            alarm_.start(kConnectionAttemptDelay.count() * LWS_US_PER_MS);
        } else if (step.timer == RaceTimer::cancel) {
            alarm_.stop();
        }
        if (step.state != RaceState::running) {
            step.state == RaceState::won ? on_race_won() : on_race_lost();
            return;
        }
        if (step.begin == kNoAttempt) {
            return;
        }
        const size_t number = step.begin;
        const int error = begin_attempt(number);
        if (error == EINPROGRESS) {
            return;
        }
        attempts_[number].error = error;
        log_attempt(number);
        step = error == 0 ? race_->on_connected(number) : race_->on_failed(number);
    }
}

int Dialer::begin_attempt(size_t number) noexcept
{
    latest_ = number;
    Attempt &attempt = attempts_[number];
    SocketAddress address;
    const int problem = target_.unix_path.empty() ? make_address(race_->addresses()[number], port(), address)
                                                  : make_address(target_.unix_path, address);
    if (problem != 0) {
        return problem;
    }
    attempt.socket =
        Descriptor(socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!attempt.socket) {
        return errno;
    }
    const int on = 1;
    setsockopt(attempt.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(attempt.socket.get(), reinterpret_cast<sockaddr *>(&address.bytes), address.length) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    // On the same host it is there already: no events are needed.
    pollfd state = {attempt.socket.get(), POLLOUT, 0};
    if (poll(&state, 1, 0) == 1) {
        return connect_result(attempt.socket.get(), static_cast<uint32_t>(state.revents));
    }
    return service_.poller().watch(attempt.socket.get(), EPOLLOUT, attempt) ? EINPROGRESS : errno;
}

void Dialer::log_attempt(size_t number) const noexcept
{
    const int error = attempts_[number].error;
    const std::string &name = target_.unix_path.empty() ? race_->addresses()[number].text : target_.unix_path;
    log(LogLevel::debug, "%s: %s", name.c_str(), error == 0 ? "connected" : std::strerror(error));
}

void Dialer::Attempt::on_ready(uint32_t events) noexcept
{
    const int result = connect_result(socket.get(), events);
    dialer->service_.poller().forget(socket.get());
    dialer->on_attempt_ended(number, result);
}

void Dialer::on_attempt_ended(size_t number, int error) noexcept
{
    attempts_[number].error = error;
    log_attempt(number);
    if (error == 0) {
        go_on(race_->on_connected(number));
    } else {
        attempts_[number].socket.reset();
        go_on(race_->on_failed(number));
    }
}

void Dialer::on_race_won() noexcept
{
    milestones_.connected = lws_now_usecs();
    latest_ = race_->winner();
    socket_ = std::move(attempts_[race_->winner()].socket);
    for (Attempt &attempt : attempts_) {
        attempt.socket.reset();
    }
    if (!via_proxy()) {
        listener_.on_dialled(std::move(socket_));
        return;
    }
    try {
        conversation_ = start_proxy_conversation(proxy_, target_.host, target_.port);
    } catch (const std::bad_alloc &) {
        fail("Proxy", "out of memory");
        return;
    }
    if (service_.poller().watch(socket_.get(), EPOLLOUT, watcher_)) {
        return;
    }
    fail("Proxy", std::strerror(errno));
}

// "connection refused ([::1]:9, 127.0.0.1:9)", each cause with its addresses.
void Dialer::on_race_lost() noexcept
{
    try {
        std::string text;
        for (size_t i = 0; i < attempts_.size(); ++i) {
            const bool same_cause = i > 0 && attempts_[i].error == attempts_[i - 1].error;
            text.append(same_cause ? ", " : concat({i > 0 ? "), " : "", words(attempts_[i].error), " ("}));
            text.append(name_of(race_->addresses()[i]));
        }
        text.append(text.empty() ? "" : ")");
        fail(stage(), text.c_str());
    } catch (const std::bad_alloc &) {
        fail(stage(), "out of memory");
    }
}

std::string Dialer::name_of(const Address &address) const
{
    return target_.unix_path.empty() ? write_authority(address.text, port()) : target_.unix_path;
}

std::string Dialer::peer() const
{
    return race_ == nullptr || race_->addresses().empty() ? "" : name_of(race_->addresses()[latest_]);
}

// ---- the proxy ----

void Dialer::Conversation::on_ready(uint32_t) noexcept
{
    dialer.converse();
}

void Dialer::converse() noexcept
{
    while (!conversation_->done() && !conversation_->failed()) {
        if (!(conversation_->to_write().empty() ? read_from_proxy() : write_to_proxy())) {
            return;
        }
    }
    service_.poller().forget(socket_.get());
    if (conversation_->failed()) {
        listener_.on_dial_failed(conversation_->problem());
    } else {
        listener_.on_dialled(std::move(socket_));
    }
}

// Both: false, if there is something to wait for.
bool Dialer::write_to_proxy() noexcept
{
    const std::string_view bytes = conversation_->to_write();
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
        conversation_->written(static_cast<size_t>(sent));
        return true;
    }
    if (errno != EAGAIN && errno != EINTR) {
        conversation_->on_end();
        return true;
    }
    service_.poller().change(socket_.get(), EPOLLOUT, watcher_);
    return false;
}

// What comes behind the proxy's answer is the server's: it stays in the socket.
bool Dialer::read_from_proxy() noexcept
{
    char buffer[2048];
    const ssize_t seen = recv(socket_.get(), buffer, sizeof buffer, MSG_PEEK);
    if (seen < 0 && (errno == EAGAIN || errno == EINTR)) {
        service_.poller().change(socket_.get(), EPOLLIN, watcher_);
        return false;
    }
    if (seen <= 0) {
        conversation_->on_end();
        return true;
    }
    const size_t taken = conversation_->consume({buffer, static_cast<size_t>(seen)});
    return recv(socket_.get(), buffer, taken, 0) >= 0;
}

// ---- texts ----

void Dialer::fail(const char *stage, const char *text) noexcept
{
    char out[256];
    std::snprintf(out, sizeof out, "%s: %s", stage, text);
    listener_.on_dial_failed(out);
}

void Dialer::describe(char *out, size_t capacity) const noexcept
{
    const char *const proxy = via_proxy() ? "the proxy " : "";
    if (race_ == nullptr) {
        std::snprintf(out, capacity, "looking up %s%s", proxy, host().c_str());
        return;
    }
    const char *const doing = conversation_ != nullptr ? "waiting for the answer of" : "connecting to";
    try {
        std::snprintf(out, capacity, "%s %s%s", doing, proxy, name_of(race_->addresses()[latest_]).c_str());
    } catch (const std::bad_alloc &) {
        std::snprintf(out, capacity, "%s %s", doing, host().c_str());
    }
}

}  // namespace nws
