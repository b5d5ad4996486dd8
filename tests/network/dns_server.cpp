// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "network/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nws::test {

namespace {

constexpr uint16_t kPort = 53;
constexpr size_t kHeader = 12;
constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeAaaa = 28;
constexpr uint8_t kServerFailure = 2;
constexpr uint8_t kNoSuchName = 3;

std::string big_endian(uint16_t number)
{
    return {static_cast<char>(number >> 8), static_cast<char>(number & 255)};
}

// Of the first question; the offset behind its name, 0 if there is none.
size_t read_name(const std::string &query, std::string &name)
{
    size_t at = kHeader;
    while (at < query.size() && query[at] != 0) {
        const size_t length = static_cast<uint8_t>(query[at]);
        if (at + 1 + length >= query.size()) {
            return 0;
        }
        name += (name.empty() ? "" : ".") + query.substr(at + 1, length);
        at += 1 + length;
    }
    return at + 5 <= query.size() ? at + 1 : 0;
}

// The addresses of the type that was asked for, as resource records.
std::string records_of(const DnsServer::Record &record, uint16_t type, uint16_t &count)
{
    std::string records;
    for (const std::string &address : record.addresses) {
        const bool ipv6 = address.find(':') != std::string::npos;
        char bytes[16];
        if ((type == kTypeAaaa) != ipv6 || (type != kTypeA && type != kTypeAaaa) ||
            inet_pton(ipv6 ? AF_INET6 : AF_INET, address.c_str(), bytes) != 1) {
            continue;
        }
        ++count;
        const uint16_t length = ipv6 ? 16 : 4;
        const uint16_t pointer_to_question = 0xc000 | kHeader;
        records += big_endian(pointer_to_question) + big_endian(type) + big_endian(1) +
                   std::string(4, '\0') +  // no time to live: nobody is to keep it
                   big_endian(length) + std::string(bytes, length);
    }
    return records;
}

}  // namespace

bool DnsServer::start()
{
    socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    stop_ = eventfd(0, EFD_CLOEXEC);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(kPort);
    if (stop_ < 0 || bind(socket_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        return false;
    }
    thread_ = std::thread([this] { run(); });
    return true;
}

void DnsServer::stop()
{
    if (thread_.joinable()) {
        const uint64_t one = 1;
        [[maybe_unused]] const ssize_t count = write(stop_, &one, sizeof one);
        thread_.join();
    }
    for (int *fd : {&socket_, &stop_}) {
        if (*fd >= 0) {
            close(*fd);
            *fd = -1;
        }
    }
}

void DnsServer::set(const std::string &name, const Record &record)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    records_[name] = record;
}

void DnsServer::release()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    released_ = true;
    for (const Answer &answer : held_) {
        send(answer);
    }
    held_.clear();
}

bool DnsServer::wait_for_query(const std::string &name) const
{
    return queries_.wait_count([&](const std::string &asked) { return asked == name; }, 1);
}

void DnsServer::run()
{
    for (;;) {
        pollfd waited[] = {{socket_, POLLIN, 0}, {stop_, POLLIN, 0}};
        poll(waited, 2, -1);
        if (waited[1].revents != 0) {
            return;
        }
        if (waited[0].revents != 0) {
            take_query();
        }
    }
}

void DnsServer::take_query()
{
    char buffer[512];
    sockaddr_in client = {};
    socklen_t length = sizeof client;
    const ssize_t count =
        recvfrom(socket_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr *>(&client), &length);
    if (count < static_cast<ssize_t>(kHeader)) {
        return;
    }
    const std::string query(buffer, static_cast<size_t>(count));
    std::string name;
    const size_t behind = read_name(query, name);
    if (behind == 0) {
        return;
    }
    const auto type = static_cast<uint16_t>(static_cast<uint8_t>(query[behind]) << 8 |
                                            static_cast<uint8_t>(query[behind + 1]));
    Record record;
    bool exists = false;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = records_.find(name);
        exists = found != records_.end();
        record = exists ? found->second : Record{};
    }
    queries_.append(name);
    if (record.silent) {
        return;
    }
    uint16_t answers = 0;
    const std::string records = record.fails ? "" : records_of(record, type, answers);
    const uint8_t status = record.fails ? kServerFailure : exists ? 0 : kNoSuchName;
    const uint16_t flags = 0x8580 | status;  // an answer, with authority; recursion is there
    Answer answer;
    answer.bytes = query.substr(0, 2) + big_endian(flags) + big_endian(1) + big_endian(answers) +
                   big_endian(0) + big_endian(0) + query.substr(kHeader, behind + 4 - kHeader) + records;
    answer.client.assign(reinterpret_cast<const char *>(&client), sizeof client);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (record.held && !released_) {
        held_.push_back(std::move(answer));
    } else {
        send(answer);
    }
}

void DnsServer::send(const Answer &answer) const
{
    sendto(socket_, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr *>(answer.client.data()), sizeof(sockaddr_in));
}

}  // namespace nws::test
