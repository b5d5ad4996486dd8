// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "soak/session.h"

#include <chrono>
#include <cstring>

namespace nws::soak {

namespace {

constexpr std::chrono::seconds kPatience{120};

uint64_t fnv1a(const char *data, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; ++i) {
        hash = (hash ^ static_cast<unsigned char>(data[i])) * 0x100000001b3;
    }
    return hash;
}

void put(std::string &out, size_t at, uint64_t value)
{
    std::memcpy(&out[at], &value, sizeof value);
}

uint64_t get(const char *data)
{
    uint64_t value = 0;
    std::memcpy(&value, data, sizeof value);
    return value;
}

}  // namespace

std::string make_message(uint64_t seed, uint64_t number, size_t length)
{
    std::string message(length, '\0');
    put(message, 0, number);
    uint64_t state = seed ^ (number * 0x9e3779b97f4a7c15);
    for (size_t i = 8; i + 8 < length; ++i) {
        state = state * 6364136223846793005 + 1442695040888963407;
        message[i] = static_cast<char>(state >> 33);
    }
    put(message, length - 8, fnv1a(message.data(), length - 8));
    return message;
}

bool is_message(const char *data, size_t length, uint64_t seed, uint64_t number)
{
    return length >= kLeastBytes && get(data) == number &&
           get(data + length - 8) == fnv1a(data, length - 8) &&
           make_message(seed, number, length).compare(0, length, data, length) == 0;
}

Session::Session(uint64_t seed, const std::string &authorities, bool hurried) : seed_(seed)
{
    judge_ = [this](const char *data, size_t length, uint64_t number) {
        return is_message(data, length, seed_, number);
    };
    client_ = OH_WebSocketClient_Constructor(on_open, nullptr, on_error, on_close);
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.userData = this;
    options.onTypedMessage = on_message;
    options.proxy = "none";
    options.connectTimeoutMs = hurried ? 1000 : options.connectTimeoutMs;
    options.tlsAuthorities = authorities.empty() ? nullptr : authorities.c_str();
    if (client_ == nullptr || NetWebSocket_SetOptions(client_, &options) != WEBSOCKET_OK) {
        complain("no client");
    }
}

Session::~Session()
{
    destroy();
}

void Session::destroy()
{
    if (client_ != nullptr) {
        OH_WebSocketClient_Destroy(client_);
        client_ = nullptr;
    }
}

int Session::connect(const std::string &url)
{
    return OH_WebSocketClient_Connect(client_, url.c_str(), WebSocket_RequestOptions{nullptr});
}

int Session::send(uint64_t number, size_t length)
{
    const std::string message = make_message(seed_, number, length);
    return NetWebSocket_SendTyped(client_, NET_WEBSOCKET_BINARY, message.data(), message.size());
}

int Session::close()
{
    return OH_WebSocketClient_Close(client_, WebSocket_CloseOption{1000, "soaked"});
}

// ---- what is told ----

Session *Session::of(WebSocket *client)
{
    return static_cast<Session *>(NetWebSocket_GetUserData(client));
}

void Session::tell(const std::function<void()> &change)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) {
        complain("an event after the last");
    }
    change();
    changed_.notify_all();
}

// With the lock, or before anybody else knows the session.
void Session::complain(const std::string &what)
{
    if (problem_.empty()) {
        problem_ = what;
    }
}

void Session::on_open(WebSocket *client, WebSocket_OpenResult)
{
    Session *const known = of(client);
    if (known == nullptr) {
        return;  // it is being destroyed
    }
    Session &session = *known;
    session.tell([&session] {
        if (session.opened_) {
            session.complain("onOpen twice");
        }
        session.opened_ = true;
    });
}

void Session::on_error(WebSocket *client, WebSocket_ErrorResult result)
{
    Session *const known = of(client);
    if (known == nullptr) {
        return;  // it is being destroyed
    }
    Session &session = *known;
    const std::string text = std::to_string(result.errorCode) + " " + result.errorMessage;
    session.tell([&session, &text] {
        if (!session.error_.empty()) {
            session.complain("onError twice");
        }
        session.error_ = text;
        session.ended_ = !session.opened_;  // else onClose follows
    });
}

void Session::on_close(WebSocket *client, WebSocket_CloseResult result)
{
    Session *const known = of(client);
    if (known == nullptr) {
        return;  // it is being destroyed
    }
    Session &session = *known;
    session.tell([&session, &result] {
        if (!session.opened_) {
            session.complain("onClose without onOpen");
        }
        session.ended_ = true;
        session.close_code_ = result.code;
    });
}

void Session::on_message(WebSocket *client, NetWebSocket_MessageType, const char *data, size_t length, void *)
{
    Session *const known = of(client);
    if (known == nullptr) {
        return;  // it is being destroyed
    }
    Session &session = *known;
    session.tell([&] {
        if (!session.opened_) {
            session.complain("onMessage before onOpen");
        }
        if (!session.judge_(data, length, session.messages_)) {
            session.complain("message " + std::to_string(session.messages_) +
                             " is another, or not what was sent: " + std::to_string(length) + " bytes");
        }
        ++session.messages_;
    });
}

// ---- what is asked ----

bool Session::wait(const std::function<bool()> &done)
{
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, kPatience, done);
}

bool Session::wait_open_or_end()
{
    return wait([this] { return opened_ || ended_; });
}

bool Session::wait_messages(uint64_t count)
{
    return wait([this, count] { return messages_ >= count || ended_; });
}

bool Session::wait_end()
{
    return wait([this] { return ended_; });
}

bool Session::open() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return opened_ && !ended_;
}

uint32_t Session::close_code() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return close_code_;
}

uint64_t Session::messages() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return messages_;
}

std::string Session::problem() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return problem_;
}

std::string Session::state() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::string(opened_ ? "opened" : "not opened") + (ended_ ? ", ended " : ", not ended ") +
           std::to_string(close_code_) + ", " + std::to_string(messages_) + " messages, error \"" + error_ +
           "\"";
}

}  // namespace nws::soak
