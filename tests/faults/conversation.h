// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one client's life, from Constructor to Destroy, in which anything may
// fail, and what must hold whatever failed: one terminal event for each
// connection, no byte that was not sent, no thread or descriptor left. The server
// is another process, ws-test-server.
// Must not know: what fails.

#pragma once

#include "integration/scene.h"

#include <network/netstack/net_websocket_ext.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <mutex>

#include "faults/library_threads.h"
#include "integration/process.h"
#include "support/process.h"

namespace nws::test {

// What the callbacks saw. They take no memory but for texts, and are outside.
class Witness {
public:
    struct Seen {
        size_t opens = 0, messages = 0, errors = 0, closes = 0, pongs = 0;
        uint32_t code = 0;         // of the terminal event
        uint32_t first_error = 0;  // its code
        std::string text;          // of the terminal event, or of the error before
        std::string wrong;         // what must not be; "" is right
        bool ended() const { return closes > 0 || (errors > 0 && opens == 0); }
    };

    void reset()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        seen_ = {};
        expected_.clear();
    }
    // Of a message that is about to be sent.
    void expect(const std::string &message)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        expected_.push_back(message);
    }
    // Send has refused the latest.
    void take_back()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        expected_.pop_back();
    }
    Seen seen()
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return seen_;
    }
    template <typename Wanted>
    bool wait(Wanted wanted, std::chrono::milliseconds patience = kPatience)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return wanted(seen_); });
    }
    template <typename Change>
    void note(Change change)
    {
        const OutsideLibrary block;
        const std::lock_guard<std::mutex> lock(mutex_);
        if (seen_.ended()) {
            seen_.wrong += "a callback behind the last; ";
        }
        change(seen_);
        changed_.notify_all();
    }
    void on_message(std::string_view message)
    {
        note([&](Seen &seen) {
            if (seen.messages >= expected_.size() || message != expected_[seen.messages]) {
                seen.wrong += "message " + std::to_string(seen.messages) + " is not what was sent; ";
            }
            ++seen.messages;
        });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    Seen seen_;
    std::vector<std::string> expected_;
};

inline Witness g_witness;

namespace witness {

inline void on_open(WebSocket *, WebSocket_OpenResult opened)
{
    g_witness.note([&](Witness::Seen &seen) {
        seen.wrong += opened.code == 101 && seen.opens == 0 && seen.errors == 0 ? "" : "onOpen; ";
        ++seen.opens;
    });
}

inline void on_message(WebSocket *, char *data, uint32_t length)
{
    g_witness.on_message({data, length});
}

inline void on_typed(WebSocket *, NetWebSocket_MessageType, const char *data, size_t length, void *)
{
    g_witness.on_message({data, length});
}

inline void on_error(WebSocket *, WebSocket_ErrorResult error)
{
    g_witness.note([&](Witness::Seen &seen) {
        seen.wrong += seen.errors == 0 ? "" : "a second onError; ";
        ++seen.errors;
        seen.first_error = seen.code = error.errorCode;
        seen.text = error.errorMessage;
    });
}

inline void on_close(WebSocket *, WebSocket_CloseResult closed)
{
    g_witness.note([&](Witness::Seen &seen) {
        seen.wrong += seen.opens == 1 ? "" : "onClose without onOpen; ";
        ++seen.closes;
        seen.code = closed.code;
        seen.text = closed.reason;
    });
}

inline void on_pong(WebSocket *, const void *, size_t, void *)
{
    g_witness.note([&](Witness::Seen &seen) { ++seen.pongs; });
}

}  // namespace witness

// ---- the server ----

class ServerProcess {
public:
    // `tls`: "" for none, "12" or "13".
    bool start(const std::string &tls)
    {
        std::vector<std::string> command = {WS_TEST_SERVER};
        if (!tls.empty()) {
            command.insert(command.end(), {"--tls", tls, "--cert", CERTS_DIR "/server.pem", "--key",
                                           CERTS_DIR "/server.key"});
        }
        if (!process_.start(command)) {
            return false;
        }
        const std::string line = process_.read_line().value_or("");
        port_ = line.substr(line.rfind(':') + 1);
        port_ = std::to_string(std::atoi(port_.c_str()));
        scheme_ = tls.empty() ? "ws://" : "wss://";
        return port_ != "0";
    }
    void stop() { process_.stop(); }

    std::string url(const std::string &path, const std::string &host = "127.0.0.1") const
    {
        return scheme_ + host + ":" + port_ + path;
    }

private:
    Process process_;
    std::string scheme_, port_;
};

// ---- the conversation ----

struct Conversation {
    std::string url;
    bool extension = false;  // its calls, with permessage-deflate if there is
    bool closes = true;      // else Destroy ends it
    std::vector<size_t> lengths = {5, 300, 70'000};
};

// What it came to. The text says what was wrong with it; "" is right.
struct Account {
    std::string wrong;
    Witness::Seen seen;
    std::string calls;      // codes of calls that did not give 0, "Connect 1006 "
    bool complete = false;  // all went as if nothing had failed
};

class Talk {
public:
    explicit Talk(const Conversation &conversation) : conversation_(conversation) {}

    Account run()
    {
        g_witness.reset();
        {
            const InLibrary block;
            client_ = OH_WebSocketClient_Constructor(witness::on_open, witness::on_message, witness::on_error,
                                                     witness::on_close);
        }
        if (client_ == nullptr) {
            account_.calls = "Constructor NULL ";
            return account_;
        }
        if (prepare() && connect()) {
            talk();
        }
        call("Destroy", {WEBSOCKET_NO_CONNECTION_CONTEXT},
             [this] { return OH_WebSocketClient_Destroy(client_); });
        account_.seen = g_witness.seen();
        account_.wrong += account_.seen.wrong;
        return account_;
    }

private:
    // `others`: codes beside 0 that are right when something failed.
    template <typename Call>
    int call(const char *name, std::initializer_list<int> others, Call work)
    {
        int code = 0;
        {
            const InLibrary block;
            code = work();
        }
        if (code != 0) {
            account_.calls += std::string(name) + " " + std::to_string(code) + " ";
            if (std::find(others.begin(), others.end(), code) == others.end()) {
                account_.wrong += std::string(name) + " gave " + std::to_string(code) + "; ";
            }
        }
        return code;
    }

    bool prepare()
    {
        const WebSocket_Header header = {"X-Field", "value", nullptr};
        call("AddHeader", {WEBSOCKET_CONNECTION_NO_MEMORY},
             [&] { return OH_WebSocketClient_AddHeader(client_, header); });
        if (!conversation_.extension) {
            return true;
        }
        NetWebSocket_Options options;
        return call("SetOptions", {WEBSOCKET_CONNECTION_NO_MEMORY}, [&] {
                   NetWebSocket_InitOptions(&options);
                   options.onTypedMessage = witness::on_typed;
                   options.onPong = witness::on_pong;
                   options.permessageDeflate = NWS_DEFLATE;
                   options.subprotocols = "chat, superchat";
                   options.proxy = "none";
                   const int code = NetWebSocket_SetOptions(client_, &options);
                   // Without memory there are no defaults: it refuses a struct of zeros.
                   return options.structSize == 0 && code == WEBSOCKET_PROTOCOL_ERROR
                              ? int{WEBSOCKET_CONNECTION_NO_MEMORY}
                              : code;
               }) == 0;
    }

    bool connect()
    {
        WebSocket_Header fields[] = {{"X-Other", "value", nullptr}, {"Cookie", "a=b", &fields[0]}};
        return call("Connect", {WEBSOCKET_CONNECTION_NO_MEMORY, WEBSOCKET_CONNECTION_ERROR}, [&] {
                   return OH_WebSocketClient_Connect(client_, conversation_.url.c_str(), {&fields[1]});
               }) == 0;
    }

    void talk()
    {
        size_t accepted = 0;
        for (const size_t length : conversation_.lengths) {
            accepted += send(length) ? 1 : 0;
        }
        const auto all = [&](const Witness::Seen &seen) {
            return seen.ended() || (seen.opens > 0 && seen.messages == accepted);
        };
        if (!g_witness.wait(all)) {
            account_.wrong += "it hangs; ";
            return;
        }
        if (conversation_.extension) {
            ask();
        }
        account_.complete = !g_witness.seen().ended() && accepted == conversation_.lengths.size();
        if (!conversation_.closes) {
            return;
        }
        const int closed = call("Close", {WEBSOCKET_SEND_NO_MEMORY, WEBSOCKET_NO_CONNECTION}, [&] {
            return OH_WebSocketClient_Close(client_, {1000, "done"});
        });
        if (closed == 0 && !g_witness.wait([](const Witness::Seen &seen) { return seen.ended(); })) {
            account_.wrong += "no end after Close; ";
        }
        const Witness::Seen seen = g_witness.seen();
        account_.complete = account_.complete && seen.closes == 1 && seen.code == 1000 && seen.errors == 0 &&
                            account_.calls.empty();
    }

    bool send(size_t length)
    {
        std::string message = std::to_string(length) + " ";
        while (message.size() < length) {
            message += static_cast<char>('a' + (message.size() * 7 + length) % 26);
        }
        g_witness.expect(message);
        const bool in_parts = conversation_.extension && length > 100;
        const bool sent =
            !stuck_ && (in_parts ? send_parts(message) : call("Send", kSendCodes, [&] {
                                                             return OH_WebSocketClient_Send(
                                                                 client_, message.data(), message.size());
                                                         }) == 0);
        if (!sent) {
            g_witness.take_back();
        }
        return sent;
    }

    // What is refused for want of memory may be tried again: the message goes on.
    // One without an end holds up all that follow.
    bool send_parts(const std::string &message)
    {
        if (call("BeginMessage", kSendCodes,
                 [&] { return NetWebSocket_BeginMessage(client_, NET_WEBSOCKET_TEXT); }) != 0) {
            return false;
        }
        const size_t half = message.size() / 2;
        const auto thrice = [&](const char *name, const auto &work) {
            int code = 0;
            for (int i = 0; i < 3 && (i == 0 || code == WEBSOCKET_SEND_NO_MEMORY); ++i) {
                code = call(name, kSendCodes, work);
            }
            return code == 0;
        };
        stuck_ =
            !(thrice("SendPart", [&] { return NetWebSocket_SendPart(client_, message.data(), half); }) &&
              thrice("SendPart",
                     [&] {
                         return NetWebSocket_SendPart(client_, message.data() + half, message.size() - half);
                     }) &&
              thrice("EndMessage", [&] { return NetWebSocket_EndMessage(client_); }));
        return !stuck_;
    }

    // The calls that only ask or tell, none of which may end the connection.
    void ask()
    {
        char text[64];
        NetWebSocket_Statistics statistics;
        statistics.structSize = sizeof statistics;
        uint64_t bytes = 0;
        call("Pause", kSendCodes, [&] { return NetWebSocket_Pause(client_); });
        call("Resume", kSendCodes, [&] { return NetWebSocket_Resume(client_); });
        call("Ping", kSendCodes, [&] { return NetWebSocket_Ping(client_, "ping", 4); });
        call("SendTyped", kSendCodes, [&] {
            return NetWebSocket_SendTyped(client_, static_cast<NetWebSocket_MessageType>(0), "x", 1) ==
                           WEBSOCKET_PROTOCOL_ERROR
                       ? 0
                       : -1;
        });
        call("GetSubprotocol", kAskCodes,
             [&] { return NetWebSocket_GetSubprotocol(client_, text, sizeof text, nullptr); });
        call("GetResponseHeader", kAskCodes,
             [&] { return NetWebSocket_GetResponseHeader(client_, "Upgrade", text, sizeof text, nullptr); });
        call("GetLastError", kAskCodes,
             [&] { return NetWebSocket_GetLastError(client_, text, sizeof text, nullptr); });
        call("GetQueuedBytes", kAskCodes, [&] { return NetWebSocket_GetQueuedBytes(client_, &bytes); });
        call("GetStatistics", kAskCodes, [&] { return NetWebSocket_GetStatistics(client_, &statistics); });
    }

    static constexpr std::initializer_list<int> kSendCodes = {WEBSOCKET_SEND_NO_MEMORY,
                                                              WEBSOCKET_NO_CONNECTION};
    static constexpr std::initializer_list<int> kAskCodes = {
        WEBSOCKET_CONNECTION_NO_MEMORY, WEBSOCKET_NO_CONNECTION, WEBSOCKET_NO_HEADER_CONTEXT};

    const Conversation conversation_;
    WebSocket *client_ = nullptr;
    bool stuck_ = false;  // a message was begun that cannot be ended
    Account account_;
};

}  // namespace nws::test
