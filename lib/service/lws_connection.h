// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one connection on libwebsockets: its wsi, once there is one, its timer,
// and how its end is told from inside and outside of lws's callbacks. What comes
// before the server's 101 it leaves to its Opening. Made by the thread that
// calls Connect, then on the service thread only.
// Must not know: frames, what the application is told when.

#pragma once

#include <memory>

#include <libwebsockets.h>

#include "base/coarse_clock.h"
#include "connection/connection.h"
#include "service/alarms.h"
#include "service/opening.h"

namespace nws {

class Service;

class LwsConnection final : public Connection {
public:
    // Throws std::bad_alloc only.
    LwsConnection(Service &service, ConnectionPlan plan);

    // ---- what the service tells ----

    // Before it is started.
    bool wants_reconnects() const noexcept { return opening_->plan().options->reconnect.attempts > 0; }
    const ConnectionPlan &plan() const noexcept { return opening_->plan(); }
    // The service thread ends.
    void shut_down() noexcept;
    // After request_writable(), when the commands of this turn are carried out.
    void write_now() noexcept
    {
        if (wsi_ != nullptr) {
            on_writable();
        }
    }
    // Likewise, but once its socket can be written to.
    void wait_writable() noexcept;

    // ---- for its opening ----

    TlsTransport *tls() const noexcept { return tls_.get(); }
    void set_tls(std::unique_ptr<TlsTransport> tls) noexcept;
    lws **wsi_slot() noexcept { return &wsi_; }

    // ---- what libwebsockets tells, each named for its reason ----
    // Those that return int: nonzero closes the wsi.

    void on_wsi_create(lws *wsi) noexcept;
    int on_append_handshake_header(unsigned char **position, size_t left) noexcept;
    int on_filter_pre_establish() noexcept;
    int on_client_established() noexcept;
    int on_received(char *data, size_t length) noexcept;        // bytes
    int on_client_receive(char *data, size_t length) noexcept;  // payload
    int on_client_receive_pong(char *data, size_t length) noexcept;
    int on_ws_peer_initiated_close(char *data, size_t length) noexcept;
    int on_client_writeable() noexcept;
    void on_client_connection_error(const char *text, size_t length) noexcept;
    void on_client_closed() noexcept;
    void on_wsi_destroy() noexcept;

    // Neighbours in the service's list.
    LwsConnection *next = nullptr;
    LwsConnection *previous = nullptr;
    // And in that of those of which nothing is left but their memory.
    LwsConnection *next_finished = nullptr;
    bool in_finished = false;
    // And of those that have something to write.
    LwsConnection *next_to_write = nullptr;
    bool in_to_write = false;

protected:
    void open_transport() noexcept override;
    void drop_transport() noexcept override;
    void request_writable() noexcept override;
    bool write(const uint8_t *data, size_t length) noexcept override;
    bool write_blocked() noexcept override;
    void on_opened(Client &client) noexcept override;
    void on_ended(Client &client, Ending ending) noexcept override;
    void on_finished() noexcept override;
    void set_receiving(bool receiving) noexcept override;
    void set_timer(Milliseconds after) noexcept override;
    Milliseconds now() noexcept override;
    Milliseconds about_now() noexcept override { return coarse_now(); }
    void give_up_connecting(char *out, size_t capacity) noexcept override;
    WriteBuffer write_buffer() noexcept override;
    size_t write_room() noexcept override;

private:
    void on_due() noexcept;
    int result() const noexcept { return stage() == Stage::ended && !lingering_ ? -1 : 0; }

    Service &service_;
    std::unique_ptr<TlsTransport> tls_;  // as long as there is a wsi
    std::unique_ptr<Opening> opening_;   // until it is open
    lws *wsi_ = nullptr;
    bool wsi_closes_ = false;  // lws has begun to close it: hands off
    bool lingering_ = false;   // ended in good order, waits for the peer's FIN
    Alarm alarm_;
};

}  // namespace nws
