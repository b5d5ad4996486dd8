// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the callbacks of WebSocket clients leave for the test's thread;
// any thread. Must not know: the client API (see logged_client.h).

#pragma once

#include <pthread.h>

#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "support/append_log.h"

namespace nws::test {

struct ClientEvent {
    enum class Kind { open, message, error, close, note };

    Kind kind = Kind::note;
    uint32_t code = 0;       // of open, error and close
    std::string bytes;       // of a message
    std::string text;        // reason, error message; of a note: what the test wrote
    bool terminated = true;  // message: data[length] was NUL; others: text was not NULL
    std::string thread_name;
    std::thread::id thread;
    const void *client = nullptr;
};

class EventLog : public AppendLog<ClientEvent> {
public:
    using Kind = ClientEvent::Kind;

    // The note that Destroy has returned.
    static constexpr const char *kDestroyed = "destroyed";

    // A mark of the test's own between the events.
    void note(std::string text)
    {
        ClientEvent event = on_this_thread(Kind::note);
        event.text = std::move(text);
        append(std::move(event));
    }

    static ClientEvent on_this_thread(Kind kind)
    {
        char name[16] = "";
        pthread_getname_np(pthread_self(), name, sizeof name);
        ClientEvent event;
        event.kind = kind;
        event.thread_name = name;
        event.thread = std::this_thread::get_id();
        return event;
    }

    bool wait_for(Kind kind, size_t count = 1, std::chrono::milliseconds patience = kPatience) const
    {
        return wait_count([kind](const ClientEvent &event) { return event.kind == kind; }, count, patience);
    }

    // Waits for the end of `count` connections: close, or an error before open.
    bool wait_terminal(size_t count = 1, std::chrono::milliseconds patience = kPatience) const
    {
        Terminals terminals;
        return wait_count([&](const ClientEvent &event) { return terminals.add(event); }, count, patience);
    }

    size_t count_of(Kind kind) const
    {
        return count([kind](const ClientEvent &event) { return event.kind == kind; });
    }

    size_t terminals() const
    {
        Terminals terminals;
        return count([&](const ClientEvent &event) { return terminals.add(event); });
    }

    // The first event that must not come where it does: onOpen opens, onMessage
    // only then, each connection has one end, onError is followed by nothing but
    // onClose, and Destroy by nothing at all. -1: there is none.
    long misplaced() const
    {
        bool open = false;
        bool failed = false;
        bool gone = false;
        long at = -1;
        for (const ClientEvent &event : snapshot()) {
            ++at;
            if (event.kind == Kind::note) {
                gone = gone || event.text == kDestroyed;
                continue;
            }
            const bool opens = event.kind == Kind::open;
            const bool failure = event.kind == Kind::error;
            if (gone || (opens ? open : failure ? failed : !open) ||
                (event.kind == Kind::message && failed)) {
                return at;
            }
            failed = failure && open;
            open = opens || (open && event.kind != Kind::close);
        }
        return -1;
    }

    // All events of one kind, in order.
    Entries events(Kind kind) const
    {
        Entries chosen;
        for (ClientEvent &event : snapshot()) {
            if (event.kind == kind) {
                chosen.push_back(std::move(event));
            }
        }
        return chosen;
    }

    // The kinds in order, a letter for each (n: note): "ommc" is a connection
    // with two messages.
    std::string order() const
    {
        std::string letters;
        for (const ClientEvent &event : snapshot()) {
            letters.push_back("omecn"[static_cast<size_t>(event.kind)]);
        }
        return letters;
    }

private:
    // Finds the last event of each connection; given all events in order.
    class Terminals {
    public:
        bool add(const ClientEvent &event)
        {
            const bool failed = event.kind == Kind::error && !open_;
            const bool terminal = event.kind == Kind::close || failed;
            open_ = event.kind == Kind::open || (open_ && !terminal);
            return terminal;
        }

    private:
        bool open_ = false;
    };
};

}  // namespace nws::test
