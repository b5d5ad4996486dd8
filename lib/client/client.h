// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a handle stands for, the one object that application threads and
// the service thread share. What calls must know at once is atomic; the rest
// belongs to the service thread. Lives from the constructor until its destroy
// command, the last one, is carried out.
//
// Must not know: sockets, lws.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/header_list.h"
#include "callback/callbacks.h"
#include "client/client_options.h"
#include "client/connection_details.h"
#include "client/handle_table.h"
#include "client/open_batch.h"
#include "client/outgoing_stream.h"
#include "client/statistics.h"
#include "command/command.h"
#include "command/message_list.h"

namespace nws {

class Connection;

// The state of the latest connection as calls see it.
enum class Phase : uint8_t { idle, connecting, open, closing, ended };

class Client {
public:
    // With a handle that the table does not show yet; nullptr if memory is short.
    static Client *create(HandleTable &table) noexcept;
    // Gives the handle back to its table, drops messages that found no
    // connection.
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    HandleSlot *slot() noexcept { return slot_; }
    Callbacks &callbacks() noexcept { return callbacks_; }

    // ---- any thread ----

    struct State {
        uint32_t generation;  // counts the Connects; 0: none yet
        Phase phase;
    };
    State state() const noexcept;
    // idle or ended to connecting; the new generation, or 0: it is connected.
    uint32_t begin_connect() noexcept;
    // open to closing, connecting to ended; the state before.
    State begin_close() noexcept;

    // Adds bytes to what is queued unless that would pass the limit.
    bool reserve_queue(size_t bytes, size_t limit) noexcept;
    // What is queued then.
    size_t release_queue(size_t bytes) noexcept
    {
        const size_t left = queued_bytes_.fetch_sub(bytes, std::memory_order_relaxed) - bytes;
        if (left == 0) {
            open_batch_.on_queue_empty();
        }
        return left;
    }
    size_t queued_bytes() const noexcept { return queued_bytes_.load(std::memory_order_relaxed); }
    size_t max_queued_bytes() const noexcept { return max_queued_bytes_.load(std::memory_order_relaxed); }
    size_t max_send_bytes() const noexcept { return max_send_bytes_.load(std::memory_order_relaxed); }

    // Whether messages are to be received; holds at once, a command follows:
    // flow_command(), unless it is on its way already (false).
    void set_paused(bool paused) noexcept { paused_.store(paused, std::memory_order_release); }
    bool begin_flow_command() noexcept { return !flow_queued_.exchange(true, std::memory_order_acq_rel); }
    Command &flow_command() noexcept { return flow_command_; }
    bool paused() const noexcept { return paused_.load(std::memory_order_acquire); }

    // Throw std::bad_alloc only.
    WebSocket_ErrCode add_header(const WebSocket_Header &header);
    HeaderList added_headers();

    // For the connections made from now on. nullptr: none were set.
    void set_options(std::shared_ptr<const ClientOptions> options) noexcept;
    // Those that Send looks at.
    void set_limits(const ClientOptions &options) noexcept;
    std::shared_ptr<const ClientOptions> options();

    // What the server answered to the handshake of the latest Connect:
    // "name: value\r\n" for each field; nullptr: nothing yet. Likewise, how the
    // connection came about.
    void set_response(uint32_t generation, std::shared_ptr<const std::string> fields) noexcept;
    std::shared_ptr<const std::string> response();
    void set_details(uint32_t generation, std::shared_ptr<const ConnectionDetails> details) noexcept;
    std::shared_ptr<const ConnectionDetails> details();
    // The text of the latest error.
    void set_last_error(const char *text) noexcept;
    std::string last_error();

    OutgoingStream &stream() noexcept { return stream_; }
    OpenBatch &open_batch() noexcept { return open_batch_; }
    Statistics &statistics() noexcept { return statistics_; }

    Command &destroy_command() noexcept { return destroy_command_; }

    // ---- service thread ----

    // Before it is carried out: what changes from now on needs another.
    void end_flow_command() noexcept { flow_queued_.exchange(false, std::memory_order_acq_rel); }

    // connecting to open; false if the application has closed it meanwhile.
    bool set_open(uint32_t generation) noexcept;
    // open to closing: nothing more can be sent.
    void set_closing(uint32_t generation) noexcept;
    // Whatever it is to ended, so that the callback that follows may connect.
    void set_ended(uint32_t generation) noexcept;

    // The latest connection that a command started, while it lives.
    Connection *connection = nullptr;
    uint32_t connection_generation = 0;
    // Messages for a connection whose command has not come yet.
    MessageList &pending() noexcept { return pending_; }
    // What an earlier connection has left for the library's next attempt, which
    // sends it before those.
    MessageList &carried_over() noexcept { return carried_over_; }
    // Frees them, and the room in the queue that they have.
    void drop(MessageList &list) noexcept;
    // One that leads to no other.
    void drop(OutgoingMessage *message) noexcept;
    // What the next connection will want again; the transport's matter.
    std::shared_ptr<void> kept;
    // A Close that overtook its Connect in the queue.
    CloseCommand *early_close = nullptr;

private:
    struct HeaderNode;

    Client(HandleTable &table, HandleSlot *slot) noexcept;
    void show_header(HeaderNode *node) noexcept;

    HandleTable &table_;
    HandleSlot *const slot_;
    Callbacks callbacks_;
    std::atomic<uint32_t> state_{0};  // generation and phase
    std::atomic<bool> paused_{false};
    std::atomic<bool> flow_queued_{false};
    std::atomic<size_t> queued_bytes_{0};
    std::atomic<size_t> max_queued_bytes_{kMaxQueuedBytes};
    std::atomic<size_t> max_send_bytes_{kMaxSendMessageBytes};
    Statistics statistics_;
    OutgoingStream stream_;
    OpenBatch open_batch_;
    Command flow_command_{Command::Kind::flow, this, 0};
    Command destroy_command_{Command::Kind::destroy, this, 0};
    MessageList pending_;
    MessageList carried_over_;

    std::mutex mutex_;  // the fields below and requestOptions.headers
    std::shared_ptr<const ClientOptions> options_;
    template <typename Content>
    struct OfGeneration {
        uint32_t generation = 0;
        std::shared_ptr<const Content> content;
    };
    OfGeneration<std::string> response_;
    OfGeneration<ConnectionDetails> details_;
    std::string last_error_;
    HeaderList headers_;
    HeaderNode *first_node_ = nullptr;  // what the application sees of headers_
    HeaderNode *last_node_ = nullptr;
};

}  // namespace nws
