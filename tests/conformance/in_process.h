// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: an open Connection without socket and thread, whose application sends
// back each message. What callbacks send is carried out when the read is done,
// as the service does. One at a time.
// Must not know: cases.

#pragma once

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "conformance/observed.h"
#include "connection/connection.h"

namespace nws::test {

class EchoConnection final : public nws::Connection {
public:
    EchoConnection(SessionOptions options, Observed &observed)
        : nws::Connection(with_echo(options, this)), observed_(observed), client_(Client::create(table()))
    {
        current() = this;
        WebSocket &handle = client_->slot()->handle;
        handle.onOpen = [](WebSocket *, WebSocket_OpenResult) { current()->observed_.order += 'o'; };
        handle.onError = [](WebSocket *, WebSocket_ErrorResult error) {
            current()->observed_.order += 'e';
            current()->observed_.error = error.errorCode;
            current()->observed_.error_text = error.errorMessage;
        };
        handle.onClose = [](WebSocket *, WebSocket_CloseResult close) {
            current()->observed_.order += 'c';
            current()->observed_.close = close.code;
            current()->observed_.close_reason = close.reason;
        };
    }
    ~EchoConnection() override
    {
        client_->callbacks().gate().close();
        abandon();
        delete client_;
    }

    void open(const DeflateParameters *agreed)
    {
        client_->connection_generation = client_->begin_connect();
        start(*client_, client_->connection_generation);
        if (agreed != nullptr && !use_deflate(*agreed)) {
            observed_.broken = "no memory";
        }
        on_established(101, "Switching Protocols");
    }

    // A read of the socket, what it makes the application send, and the writes.
    void receive(std::string_view bytes)
    {
        // A block of its own, so that a byte too far is seen.
        char *const block = static_cast<char *>(std::malloc(bytes.size() + 1));
        std::memcpy(block, bytes.data(), bytes.size());
        on_bytes(block, bytes.size());
        std::free(block);
        for (OutgoingMessage *message : posted_) {
            send(message);
        }
        posted_.clear();
        while (wants_write_ && !dropped_) {
            wants_write_ = false;
            on_writable();
        }
    }

    bool ended() const { return dropped_; }
    // All that was sent.
    std::string &wire() { return wire_; }

private:
    static EchoConnection *&current()
    {
        static EchoConnection *one;
        return one;
    }
    static HandleTable &table()
    {
        static HandleTable of_all;
        return of_all;
    }
    static SessionOptions with_echo(SessionOptions &options, EchoConnection *self)
    {
        options.callbacks.user_data = self;
        options.callbacks.on_typed_message = [](WebSocket *, NetWebSocket_MessageType type, const char *data,
                                                size_t length, void *of) {
            static_cast<EchoConnection *>(of)->echo(type == NET_WEBSOCKET_TEXT, data, length);
        };
        return options;
    }

    void echo(bool is_text, const char *data, size_t length)
    {
        observed_.order += data[length] == '\0' ? 'm' : '?';
        observed_.messages.push_back(is_text ? text({data, length}) : binary({data, length}));
        if (client_->state().phase != Phase::open ||
            !client_->reserve_queue(OutgoingMessage::cost(length), SIZE_MAX)) {
            return;
        }
        posted_.push_back(
            OutgoingMessage::create(is_text ? nws::Opcode::text : nws::Opcode::binary, data, length));
    }

    void open_transport() noexcept override {}
    void drop_transport() noexcept override { dropped_ = true; }
    void on_opened(Client &) noexcept override {}
    void on_ended(Client &, Ending) noexcept override {}
    void set_receiving(bool) noexcept override {}
    void request_writable() noexcept override { wants_write_ = true; }
    bool write(const uint8_t *data, size_t length) noexcept override
    {
        wire_.append(reinterpret_cast<const char *>(data), length);
        return true;
    }
    bool write_blocked() noexcept override { return false; }
    void set_timer(Milliseconds) noexcept override {}
    Milliseconds now() noexcept override { return Milliseconds{1000}; }
    void give_up_connecting(char *out, size_t) noexcept override { out[0] = '\0'; }
    WriteBuffer write_buffer() noexcept override
    {
        static MaskSource masks;
        static uint8_t buffer[65536];
        return {buffer, sizeof buffer, masks};
    }

    Observed &observed_;
    Client *client_;
    bool wants_write_ = false;
    bool dropped_ = false;
    std::string wire_;
    std::vector<OutgoingMessage *> posted_;
};

}  // namespace nws::test
