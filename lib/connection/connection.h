// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one connection, from Connect to its end: asks Lifecycle what an event
// means, and carries out the effects on outbox, transport and application.
// Made by the thread that calls Connect, then on the service thread only.
//
// The transport is what a derived class makes of it (service/lws_connection.h,
// or a test without sockets).
// Must not know: lws, threads, commands' order.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/close_code.h"
#include "base/limits.h"
#include "base/random.h"
#include "client/client.h"
#include "client/client_options.h"
#include "command/command.h"
#include "connection/inbox.h"
#include "connection/lifecycle.h"
#include "connection/outbox.h"

namespace nws {

// How a connection ended, for whoever may make another.
enum class Ending : uint8_t {
    agreed,  // as one side asked, or because the peer broke the rules
    going,   // the peer goes away or is busy (1001, 1012, 1013)
    lost,
    failed,  // it could not be made
};

class Connection {
public:
    explicit Connection(const SessionOptions &options) noexcept
        : options_(options),
          keeps_queue_(options.keeps_queue),
          inbox_(options.max_receive_bytes,
                 options.callbacks.on_message_part != nullptr ? Delivery::in_parts : Delivery::whole)
    {
    }
    virtual ~Connection() = default;
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    // ---- what commands ask ----

    // Takes the client's pending messages, and begins to connect.
    void start(Client &client, uint32_t generation) noexcept;
    void send(OutgoingMessage *message) noexcept;
    void ping(const void *payload, size_t length) noexcept;
    // The client is paused, or no longer.
    void update_flow() noexcept;
    // `while_connecting`: nothing of it may reach the application any more.
    void close(const CloseStatus &status, bool while_connecting) noexcept;
    // Destroy: the client is gone when this returns.
    void abandon() noexcept;

    // ---- what the transport tells ----

    // The server has agreed to permessage-deflate, before on_established().
    // False: memory is short.
    bool use_deflate(const DeflateParameters &agreed) noexcept;
    // The fields of the server's answer, before on_established() or
    // on_connect_failed().
    void on_response(std::shared_ptr<const std::string> fields) noexcept;
    // How it came about, before on_established() or on_connect_failed().
    void on_details(std::shared_ptr<const ConnectionDetails> details) noexcept;
    // Texts name stage and cause, e.g. "TCP: connection refused (127.0.0.1:9)".
    void on_established(uint32_t status, const char *reason_phrase) noexcept;
    void on_connect_failed(const char *text) noexcept;
    // data[length] may be overwritten until it returns.
    void on_bytes(char *data, size_t length) noexcept;
    void on_writable() noexcept;
    void on_lost(const char *cause) noexcept;
    void on_timer() noexcept;
    // The transport is gone for a reason that is not the application's matter.
    void abort() noexcept;

    Stage stage() const noexcept { return lifecycle_.stage(); }
    // Whether it still has to finish what Close asked for.
    bool closing() const noexcept;

protected:
    // ---- what the derived class does; none of them calls back at once ----

    virtual void open_transport() noexcept = 0;
    // Ends the transport in whatever state it is; nothing is told after.
    virtual void drop_transport() noexcept = 0;
    virtual void on_opened(Client &client) noexcept = 0;
    // The application has heard of the end, and has not connected anew since.
    virtual void on_ended(Client &client, Ending ending) noexcept = 0;
    // The stage is `ended`. Before on_ended().
    virtual void on_finished() noexcept {}
    // Whether on_bytes() or on_payload() come.
    virtual void set_receiving(bool receiving) noexcept = 0;
    // on_writable() when it takes bytes.
    virtual void request_writable() noexcept = 0;
    // Takes all of it, keeping what the socket does not. False: it is broken.
    virtual bool write(const uint8_t *data, size_t length) noexcept = 0;
    // It keeps bytes that the socket did not take.
    virtual bool write_blocked() noexcept = 0;
    // 0: none.
    virtual void set_timer(Milliseconds after) noexcept = 0;
    virtual Milliseconds now() noexcept = 0;
    // The same at less cost, and a few milliseconds earlier, perhaps.
    virtual Milliseconds about_now() noexcept { return now(); }
    // The time for it is over. What it waits for, to be read behind "timeout after 20 s while ".
    virtual void give_up_connecting(char *out, size_t capacity) noexcept = 0;

    // One for all connections of the service thread; `step` bytes of it are filled
    // at a time.
    struct WriteBuffer {
        uint8_t *data;
        size_t step;
        MaskSource &masks;
    };
    virtual WriteBuffer write_buffer() noexcept = 0;
    // How much of it may be filled for one write(), where more than a step waits.
    virtual size_t write_room() noexcept { return 0; }

    // For a transport that has taken the frames apart already, in the place of
    // on_bytes(): a piece of a message, a Pong, and the peer's Close frame.
    void on_payload(bool first, bool text, bool last, char *data, size_t length) noexcept;
    void on_pong(const uint8_t *payload, size_t length) noexcept;
    void on_peer_close(uint16_t code, const char *reason, size_t length) noexcept;

    // For the client's next connection, if there is a client.
    void keep_for_next(std::shared_ptr<void> resource) noexcept;

    bool close_written() const noexcept { return outbox_.close_written(); }

private:
    // The application's.
    struct AskedPing {
        std::string payload;
        std::chrono::steady_clock::time_point time;
    };

    // What a transport has taken apart, received while paused.
    struct HeldPiece {
        bool pong;
        bool first;
        bool text;
        bool last;
        std::string payload;
    };

    void on_message(const Message &message) noexcept;
    void on_part(const Message &part) noexcept;
    void on_last_frame(Inbox::Event event) noexcept;
    void take_last_frame(Inbox::Event event) noexcept;
    void on_close_frame(uint16_t code, const char *reason, size_t length) noexcept;
    void on_violation(const Violation &violation) noexcept;
    void on_traffic() noexcept { last_received_ = about_now(); }
    void step(Input input) noexcept;
    Ending ending(Stage before, Verdict told) const noexcept;
    void perform(const Effects &effects) noexcept;
    void queue_close_frame(Verdict verdict) noexcept;
    void call_error(Client &client) noexcept;
    void call_close(Client &client, Verdict verdict) noexcept;
    void start_timer(Timer timer) noexcept;
    void keep_alive() noexcept;
    void flush() noexcept;
    size_t fill(const WriteBuffer &buffer) noexcept;
    size_t fill_step(const WriteBuffer &buffer, size_t at) noexcept;
    void drop_messages() noexcept;
    void keep_messages(bool ended) noexcept;
    void release_queue(size_t cost) noexcept;
    void hold(const char *data, size_t length) noexcept;
    void hold(HeldPiece &&piece, const void *payload, size_t length) noexcept;
    void stop_if_paused() noexcept;
    bool paused() const noexcept { return client_ != nullptr && stage() == Stage::open && client_->paused(); }
    void count(Count Statistics::*what, uint64_t amount = 1) noexcept;
    // The client may connect anew; nothing of this connection reaches it.
    void detach() noexcept;
    // The client, if its application is to hear of this connection.
    Client *audience() noexcept { return silent_ ? nullptr : client_; }

    const SessionOptions options_;
    bool keeps_queue_;  // what is queued at its end is for the next attempt

    Client *client_ = nullptr;
    uint32_t generation_ = 0;
    bool silent_ = false;  // Close came while connecting

    Lifecycle lifecycle_;
    Outbox outbox_;
    Inbox inbox_;
    Milliseconds last_received_{0};
    Milliseconds pinged_for_{-1};  // last_received_ when a Ping was sent for its silence
    std::string held_;             // received while paused
    std::vector<HeldPiece> held_pieces_;
    // What the inbox read last, Close or violation, and is put off; more: neither.
    Inbox::Event last_frame_ = Inbox::Event::more;
    bool suspected_ = false;         // to be lost
    bool answers_may_come_ = false;  // to messages that the application was given
    std::vector<AskedPing> pings_;   // not answered, in order

    // What onError and onClose tell; set before the step that needs it.
    CloseStatus close_;  // given to Close, or by the peer
    Violation violation_;
    uint32_t open_status_ = 0;
    const char *text_ = "";  // of the event that is being handled
};

}  // namespace nws
