// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// A connection between a server of any bytes, an application of any calls, and a
// transport that blocks, breaks and times out: an operation for each byte, what it
// needs behind it. Whatever they do, what is sent are whole masked frames and
// nothing behind Close; and the application hears of one end, last.

#include <cstring>
#include <memory>

#include "client/client.h"
#include "connection/connection.h"
#include "fuzz/fuzz.h"
#include "unit/wire.h"

using namespace nws;
using namespace nws::test;

namespace {

struct Heard {
    bool open = false;
    bool ended = false;
};
Heard g_heard;

void on_event(bool ends, bool opens = false)
{
    MUST(!g_heard.ended);
    MUST(!opens || !g_heard.open);
    g_heard.open = g_heard.open || opens;
    g_heard.ended = ends;
}

SessionOptions session(uint8_t choices)
{
    SessionOptions options;
    options.max_receive_bytes = 10'000;
    options.timeouts.ping = Milliseconds((choices & 1) != 0 ? 0 : 30'000);
    options.timeouts.lost = Milliseconds((choices & 2) != 0 ? 0 : 60'000);
    if ((choices & 4) != 0) {
        options.callbacks.on_message_part = [](WebSocket *, NetWebSocket_MessageType, const char *, size_t,
                                               int, void *) { on_event(false); };
    }
    options.callbacks.on_pong = [](WebSocket *, const void *, size_t length, void *) {
        MUST(length <= kMaxControlPayload);
        on_event(false);
    };
    return options;
}

class Fake final : public Connection {
public:
    explicit Fake(const SessionOptions &options) : Connection(options) {}

    void run()
    {
        while (wants_write_ && !blocked_ && !dropped_) {
            wants_write_ = false;
            on_writable();
        }
    }
    void pass(Milliseconds time)
    {
        clock_ += time;
        if (timer_ <= clock_ && !dropped_) {
            timer_ = Milliseconds::max();
            on_timer();
        }
    }

    bool blocked_ = false;
    bool broken_ = false;
    bool dropped() const { return dropped_; }

private:
    void open_transport() noexcept override {}
    void drop_transport() noexcept override
    {
        MUST(!dropped_);
        dropped_ = true;
    }
    void on_opened(Client &) noexcept override {}
    void on_ended(Client &, Ending) noexcept override {}
    void set_receiving(bool) noexcept override {}
    void request_writable() noexcept override { wants_write_ = true; }
    bool write_blocked() noexcept override { return blocked_; }
    void set_timer(Milliseconds after) noexcept override
    {
        timer_ = after.count() == 0 ? Milliseconds::max() : clock_ + after;
    }
    Milliseconds now() noexcept override { return clock_; }
    void give_up_connecting(char *out, size_t capacity) noexcept override
    {
        std::snprintf(out, capacity, "connecting");
    }
    WriteBuffer write_buffer() noexcept override { return {buffer_, sizeof buffer_, masks_}; }

    bool write(const uint8_t *data, size_t length) noexcept override
    {
        MUST(!dropped_ && !blocked_ && length > 0 && length <= sizeof buffer_);
        if (broken_) {
            return false;
        }
        wire_.append(reinterpret_cast<const char *>(data), length);
        for (Frame frame; take_frame(wire_, frame);) {
            MUST(!closed_);
            const int opcode = frame.first_byte & 0x0F;
            MUST(opcode <= 2 || (opcode >= 8 && opcode <= 10));
            MUST(opcode < 8 || (frame.payload.size() <= kMaxControlPayload && frame.first_byte >= 0x80));
            closed_ = opcode == 8;
        }
        return true;
    }

    Milliseconds clock_{1'000'000};
    Milliseconds timer_ = Milliseconds::max();
    bool wants_write_ = false;
    bool dropped_ = false;
    bool closed_ = false;  // our Close frame is out
    std::string wire_;
    MaskSource masks_;
    uint8_t buffer_[4096];
};

// What the public functions and their commands do.
class Application {
public:
    explicit Application(uint8_t choices) : client_(Client::create(table())), connection_(session(choices))
    {
        g_heard = {};
        WebSocket &handle = client_->slot()->handle;
        handle.onOpen = [](WebSocket *, WebSocket_OpenResult) { on_event(false, true); };
        handle.onMessage = [](WebSocket *, char *data, uint32_t length) {
            MUST(data[length] == '\0');
            on_event(false);
        };
        handle.onError = [](WebSocket *, WebSocket_ErrorResult error) {
            MUST(error.errorMessage != nullptr);
            on_event(!g_heard.open);
        };
        handle.onClose = [](WebSocket *, WebSocket_CloseResult closed) {
            MUST(closed.reason != nullptr && g_heard.open);
            on_event(true);
        };
        const uint32_t generation = client_->begin_connect();
        client_->connection_generation = generation;
        connection_.start(*client_, generation);
    }

    ~Application() { destroy(); }

    void establish(bool deflate)
    {
        if (connection_.stage() == Stage::connecting && !connection_.dropped()) {
            if (deflate && deflate_available()) {
                connection_.use_deflate(DeflateParameters{});
            }
            connection_.on_established(101, "Switching Protocols");
        }
    }
    void receive(const std::string &bytes)
    {
        // A block of its own, so that a byte too far is seen.
        std::vector<char> block(bytes.c_str(), bytes.c_str() + bytes.size() + 1);
        if (connection_.stage() != Stage::connecting && !connection_.dropped()) {
            connection_.on_bytes(block.data(), bytes.size());
        }
    }
    void send(const std::string &bytes, bool text, Piece piece)
    {
        if (client_ == nullptr || client_->connection == nullptr ||
            (client_->state().phase != Phase::open && client_->state().phase != Phase::connecting)) {
            return;
        }
        const size_t cost = OutgoingMessage::cost(bytes.size());
        if (client_->reserve_queue(cost, kMaxQueuedBytes)) {
            connection_.send(OutgoingMessage::create(text ? Opcode::text : Opcode::binary, bytes.data(),
                                                     bytes.size(), 0, piece));
        }
    }
    // A whole message, or one in parts, in its order.
    void send_any(const std::string &bytes, uint8_t choices)
    {
        const bool text = (choices & 1) != 0;
        if (!in_parts_ && (choices & 2) == 0) {
            send(bytes, text, Piece::whole);
            return;
        }
        const bool last = in_parts_ && (choices & 4) != 0;
        send(bytes, text, !in_parts_ ? Piece::first : last ? Piece::last : Piece::middle);
        in_parts_ = !last;
    }
    void close(int code, const std::string &reason)
    {
        if (client_ == nullptr) {
            return;
        }
        client_->set_paused(false);
        const Client::State before = client_->begin_close();
        CloseStatus status;
        status.set(static_cast<uint16_t>(code), reason.data(), std::min(reason.size(), kMaxCloseReason));
        if (client_->connection != nullptr &&
            (before.phase == Phase::open || before.phase == Phase::connecting)) {
            connection_.close(status, before.phase == Phase::connecting);
        }
    }
    void ping(const std::string &payload)
    {
        if (client_ != nullptr && client_->connection != nullptr) {
            connection_.ping(payload.data(), std::min(payload.size(), kMaxControlPayload));
        }
    }
    void pause(bool paused)
    {
        if (client_ != nullptr && client_->state().phase == Phase::open && client_->connection != nullptr) {
            client_->set_paused(paused);
            connection_.update_flow();
        }
    }
    void destroy()
    {
        if (client_ == nullptr) {
            return;
        }
        client_->callbacks().gate().close();
        if (client_->connection != nullptr) {
            client_->connection->abandon();
            MUST(client_->connection == nullptr);
        }
        MUST(client_->queued_bytes() == 0);
        delete client_;
        client_ = nullptr;
        g_heard.ended = true;  // silence
    }

    Fake &connection() { return connection_; }

private:
    static HandleTable &table()
    {
        static HandleTable table;
        return table;
    }

    Client *client_;
    Fake connection_;
    bool in_parts_ = false;
};

void carry_out(Application &application, FuzzInput &input)
{
    Fake &connection = application.connection();
    const auto some_bytes = [&input] { return input.bytes(input.byte()); };
    switch (input.byte() % 16) {
    case 0:
        application.establish(input.flag());
        break;
    case 1:
    case 2:
    case 3:
        application.receive(some_bytes());
        break;
    case 4:
        application.send_any(some_bytes(), input.byte());
        break;
    case 5:
        application.send(std::string(input.byte() * 64, 'x'), true, Piece::whole);
        break;
    case 6:
        application.ping(some_bytes());
        break;
    case 7:
        application.close(3000, some_bytes());
        break;
    case 8:
        application.pause(true);
        break;
    case 9:
        application.pause(false);
        break;
    case 10:
        connection.blocked_ = true;
        break;
    case 11:
        connection.blocked_ = false;
        break;
    case 12:
        connection.pass(Milliseconds(input.byte() * 500));
        break;
    case 13:
        connection.broken_ = input.byte() % 4 == 0;
        break;
    case 14:
        if (!connection.dropped() && connection.stage() != Stage::connecting) {
            connection.on_lost("the connection was lost");
        } else if (!connection.dropped()) {
            connection.on_connect_failed("TCP: connection refused");
        }
        break;
    case 15:
        application.destroy();
        break;
    }
    connection.run();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    Application application(input.byte());
    while (!input.empty()) {
        carry_out(application, input);
    }
    return 0;
}
