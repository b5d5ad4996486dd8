// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a client of the API under test, whose callbacks do no more than write
// to an EventLog (and run the test's hook, on the library's thread).
// Must not know: the library's insides.
//
// Callbacks have no user data, so a map finds the log of a client. A client
// stays in it after destroy(): callbacks that come too late are still logged.

#pragma once

#include <network/netstack/net_websocket.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/event_log.h"

namespace nws::test {

// What callbacks write to; shared, as a late one may outlive the LoggedClient.
struct ClientRecord {
    EventLog log;
    std::mutex hook_mutex;
    std::function<void(const ClientEvent &)> hook;
};

// The logs of all clients there are.
class ClientRecords {
public:
    static ClientRecords &all()
    {
        static ClientRecords records;
        return records;
    }

    void add(const WebSocket *client, std::shared_ptr<ClientRecord> record)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        records_[client] = std::move(record);
    }

    void remove(const WebSocket *client)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        records_.erase(client);
    }

    void on_event(const WebSocket *client, ClientEvent event)
    {
        event.client = client;
        const std::shared_ptr<ClientRecord> record = find(client);
        if (!record) {
            ++strays_;
            return;
        }
        std::function<void(const ClientEvent &)> hook;
        {
            const std::lock_guard<std::mutex> lock(record->hook_mutex);
            hook = record->hook;
        }
        if (!hook) {
            record->log.append(std::move(event));
            return;
        }
        record->log.append(event);
        hook(event);
    }

    // Callbacks of clients that no LoggedClient stands for (any more).
    unsigned strays() const { return strays_; }

    // Clients whose callbacks came in a wrong order (EventLog::misplaced()).
    void add_disorder(const std::string &order)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        disorders_ += order + "; ";
    }
    std::string take_disorders()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return std::exchange(disorders_, "");
    }

private:
    std::shared_ptr<ClientRecord> find(const WebSocket *client)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = records_.find(client);
        return found == records_.end() ? nullptr : found->second;
    }

    std::mutex mutex_;
    std::map<const WebSocket *, std::shared_ptr<ClientRecord>> records_;
    std::string disorders_;
    std::atomic<unsigned> strays_{0};
};

namespace callbacks {

inline ClientEvent result(ClientEvent::Kind kind, uint32_t code, const char *text)
{
    ClientEvent event = EventLog::on_this_thread(kind);
    event.code = code;
    event.terminated = text != nullptr;
    event.text = text == nullptr ? "" : text;
    return event;
}

inline void on_open(WebSocket *client, WebSocket_OpenResult opened)
{
    ClientRecords::all().on_event(client, result(ClientEvent::Kind::open, opened.code, opened.reason));
}

inline void on_message(WebSocket *client, char *data, uint32_t length)
{
    ClientEvent event = EventLog::on_this_thread(ClientEvent::Kind::message);
    event.bytes.assign(data, length);
    event.terminated = data[length] == '\0';
    ClientRecords::all().on_event(client, std::move(event));
}

inline void on_error(WebSocket *client, WebSocket_ErrorResult error)
{
    ClientRecords::all().on_event(client,
                                  result(ClientEvent::Kind::error, error.errorCode, error.errorMessage));
}

inline void on_close(WebSocket *client, WebSocket_CloseResult closed)
{
    ClientRecords::all().on_event(client, result(ClientEvent::Kind::close, closed.code, closed.reason));
}

}  // namespace callbacks

class LoggedClient {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;
    using Kind = ClientEvent::Kind;

    LoggedClient()
        : record_(std::make_shared<ClientRecord>()),
          client_(OH_WebSocketClient_Constructor(callbacks::on_open, callbacks::on_message,
                                                 callbacks::on_error, callbacks::on_close))
    {
        ClientRecords::all().add(client_, record_);
    }

    ~LoggedClient()
    {
        destroy();
        ClientRecords::all().remove(client_);
        if (const long at = log().misplaced(); at >= 0) {
            ClientRecords::all().add_disorder(log().order() + " at " + std::to_string(at));
        }
    }

    LoggedClient(const LoggedClient &) = delete;
    LoggedClient &operator=(const LoggedClient &) = delete;

    // NULL if the constructor failed; dangling after destroy().
    WebSocket *get() const { return client_; }
    EventLog &log() { return record_->log; }

    // Runs inside every callback, after the event is in the log. Set it before
    // connect(); it may call any function of this class that does not wait.
    void set_hook(std::function<void(const ClientEvent &)> hook)
    {
        const std::lock_guard<std::mutex> lock(record_->hook_mutex);
        record_->hook = std::move(hook);
    }

    int add_header(const std::string &name, const std::string &value)
    {
        WebSocket_Header header = {name.c_str(), value.c_str(), nullptr};
        return OH_WebSocketClient_AddHeader(client_, header);
    }

    int connect(const std::string &url, const Fields &fields = {})
    {
        std::vector<WebSocket_Header> nodes(fields.size());
        for (size_t i = 0; i < fields.size(); ++i) {
            nodes[i] = {fields[i].first.c_str(), fields[i].second.c_str(),
                        i + 1 < fields.size() ? &nodes[i + 1] : nullptr};
        }
        WebSocket_RequestOptions options = {nodes.empty() ? nullptr : nodes.data()};
        return OH_WebSocketClient_Connect(client_, url.c_str(), options);
    }

    int send(std::string_view message)
    {
        // A copy without a terminator: reading past its end is for ASan to find.
        std::vector<char> bytes(message.begin(), message.end());
        char nothing = 0;
        return OH_WebSocketClient_Send(client_, bytes.empty() ? &nothing : bytes.data(), bytes.size());
    }

    int close(uint32_t code = 0, const char *reason = nullptr)
    {
        WebSocket_CloseOption option = {code, reason};
        return OH_WebSocketClient_Close(client_, option);
    }

    // The first call destroys; later ones return what it returned.
    int destroy()
    {
        if (!destroyed_.exchange(true)) {
            destroy_result_ = client_ == nullptr ? 0 : OH_WebSocketClient_Destroy(client_);
            record_->log.note(EventLog::kDestroyed);
        }
        return destroy_result_;
    }

    bool wait_open(size_t count = 1) { return log().wait_for(Kind::open, count); }
    bool wait_message_count(size_t count) { return log().wait_for(Kind::message, count); }
    bool wait_error(size_t count = 1) { return log().wait_for(Kind::error, count); }
    bool wait_close(size_t count = 1) { return log().wait_for(Kind::close, count); }
    // The connection ended, or never opened.
    bool wait_terminal(size_t count = 1) { return log().wait_terminal(count); }

private:
    std::shared_ptr<ClientRecord> record_;
    WebSocket *client_;
    std::atomic<bool> destroyed_{false};
    std::atomic<int> destroy_result_{0};
};

}  // namespace nws::test
