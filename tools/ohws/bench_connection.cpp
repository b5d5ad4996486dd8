// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "bench_connection.h"

#include <algorithm>

#include "connection_options.h"

namespace nws::ohws {

namespace {

// Of the queue: what the window needs, and as much again for what a message
// costs beside its bytes.
constexpr uint64_t kCostPerMessage = 1024;

BenchConnection *connection_of(WebSocket *client)
{
    return static_cast<BenchConnection *>(NetWebSocket_GetUserData(client));
}

NetWebSocket_MessageType type_of(const Options &options)
{
    return options.bench.text ? NET_WEBSOCKET_TEXT : NET_WEBSOCKET_BINARY;
}

}  // namespace

// ---- count ----

void ConnectionCount::opened()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    ++open_;
    changed_.notify_all();
}

void ConnectionCount::closed()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    --open_;
    changed_.notify_all();
}

void ConnectionCount::failed(const std::string &why, ExitStatus status)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (problem_.text.empty()) {
        problem_ = {why, status};
    }
    changed_.notify_all();
}

bool ConnectionCount::wait_open(uint64_t connections, Clock::time_point deadline)
{
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_until(lock, deadline,
                               [&] { return open_ == connections || !problem_.text.empty(); });
}

bool ConnectionCount::wait_closed(Clock::time_point deadline)
{
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return open_ == 0; });
}

Problem ConnectionCount::problem()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return problem_;
}

// ---- connection ----

BenchConnection::BenchConnection(const Options &options, ConnectionCount &count)
    : options_(options),
      count_(count),
      handle_(OH_WebSocketClient_Constructor(on_open, nullptr, on_error, on_close))
{
}

BenchConnection::~BenchConnection()
{
    OH_WebSocketClient_Destroy(handle_);
}

int BenchConnection::connect(std::string &problem)
{
    const uint64_t largest = *std::max_element(options_.bench.sizes.begin(), options_.bench.sizes.end());
    LibraryOptions library(options_.connection);
    NetWebSocket_Options &values = library.values;
    values.userData = this;
    values.onTypedMessage = on_message;
    values.maxSendMessageBytes = std::max(values.maxSendMessageBytes, largest);
    values.maxReceiveMessageBytes = std::max(values.maxReceiveMessageBytes, largest);
    values.maxQueuedBytes =
        std::max(values.maxQueuedBytes, options_.bench.window * 2 * (largest + kCostPerMessage));
    return start_to_connect(handle_, values, options_.connection, problem);
}

void BenchConnection::begin(BenchRound &round, const std::string &message)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    round_ = &round;
    message_ = &message;
    fill_window();
}

void BenchConnection::end()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    round_ = nullptr;
    message_ = nullptr;
    sent_.clear();
}

void BenchConnection::close()
{
    OH_WebSocketClient_Close(handle_, WebSocket_CloseOption{});
}

void BenchConnection::fill_window()
{
    while (sent_.size() < options_.bench.window && round_->take_ticket()) {
        sent_.push_back(Clock::now());
        const int code =
            NetWebSocket_SendTyped(handle_, type_of(options_), message_->data(), message_->size());
        if (code != WEBSOCKET_OK && code != WEBSOCKET_NO_CONNECTION) {
            round_->fail(std::string("a message is not sent: ") + describe_code(code));
        }
        if (code != WEBSOCKET_OK) {
            return;  // without a connection onClose says why
        }
    }
}

void BenchConnection::on_echo(NetWebSocket_MessageType type, size_t length)
{
    const auto now = Clock::now();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (round_ == nullptr) {
        return;
    }
    if (sent_.empty() || type != type_of(options_) || length != message_->size()) {
        round_->fail("the server is no echo server: a message of " + std::to_string(length) +
                     " bytes came that was not sent");
        return;
    }
    round_->came_back(now - sent_.front());
    sent_.pop_front();
    fill_window();
}

void BenchConnection::on_open(WebSocket *client, WebSocket_OpenResult)
{
    connection_of(client)->count_.opened();
}

void BenchConnection::on_error(WebSocket *client, WebSocket_ErrorResult result)
{
    connection_of(client)->count_.failed(result.errorMessage,
                                         status_of_error(result.errorCode, result.errorMessage));
}

void BenchConnection::on_close(WebSocket *client, WebSocket_CloseResult result)
{
    const std::string reason = *result.reason == '\0' ? "" : std::string(" ") + result.reason;
    ConnectionCount &count = connection_of(client)->count_;
    count.failed("closed: " + std::to_string(result.code) + reason, kExitFailed);
    count.closed();
}

void BenchConnection::on_message(WebSocket *, NetWebSocket_MessageType type, const char *, size_t length,
                                 void *self)
{
    static_cast<BenchConnection *>(self)->on_echo(type, length);
}

}  // namespace nws::ohws
