// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the way of one connection to its server on libwebsockets: look-up, one
// address after the other, TCP, TLS, upgrade, bytes, and the texts for what
// can go wrong on it. Made by the thread that calls Connect, then on the
// service thread only.
// Must not know: frames, what the application is told when.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <libwebsockets.h>

#include "connection/connection.h"
#include "service/resolver.h"

namespace nws {

class Service;

class LwsConnection final : public Connection {
public:
    // Throws std::bad_alloc only.
    LwsConnection(Service &service, Url url, HandshakeRequest request);
    ~LwsConnection() override;

    // ---- what the service tells ----

    void on_look_up_finished(LookUp &look_up) noexcept;
    // Whether nothing of it is left but its memory.
    bool finished() const noexcept { return stage() == Stage::ended && wsi_ == nullptr && !dialling_; }
    // The service thread ends.
    void shut_down() noexcept;

    // ---- what libwebsockets tells, each named for its reason ----
    // Those that return int: nonzero closes the wsi.

    void on_wsi_create() noexcept;
    int on_append_handshake_header(unsigned char **position, size_t left) noexcept;
    int on_filter_pre_establish() noexcept;
    int on_client_established() noexcept;
    int on_received(char *data, size_t length) noexcept;        // bytes
    int on_client_receive(char *data, size_t length) noexcept;  // payload
    int on_ws_peer_initiated_close(char *data, size_t length) noexcept;
    int on_client_writeable() noexcept;
    void on_client_connection_error(const char *text, size_t length) noexcept;
    void on_client_closed() noexcept;
    void on_wsi_destroy() noexcept;

    // Neighbours in the service's list.
    LwsConnection *next = nullptr;
    LwsConnection *previous = nullptr;

protected:
    void open_transport() noexcept override;
    void drop_transport() noexcept override;
    void request_writable() noexcept override;
    bool write(const uint8_t *data, size_t length) noexcept override;
    bool write_blocked() noexcept override;
    void set_timer(Milliseconds after) noexcept override;
    Milliseconds now() noexcept override;
    void describe_progress(char *out, size_t capacity) noexcept override;
    WriteBuffer write_buffer() noexcept override;

private:
    // How far connecting has come; the stage that texts name.
    enum class Progress { looking_up, connecting, tls_handshake, upgrading, established };

    struct Timer {
        lws_sorted_usec_list_t list;  // first: lws gives its address back
        LwsConnection *connection;
    };

    void dial() noexcept;
    void defer_failure(const char *text) noexcept;
    void address_failed(const char *text) noexcept;
    void on_deferred() noexcept;
    const char *stage_name() const noexcept;
    void describe_failure(const char *text, char *out, size_t capacity) noexcept;
    bool describe_status(char *out, size_t capacity) noexcept;
    std::string peer_text() const;
    int result() const noexcept { return stage() == Stage::ended && !lingering_ ? -1 : 0; }

    Service &service_;
    const std::shared_ptr<LookUp> look_up_;
    std::vector<Address> addresses_;
    size_t next_address_ = 0;

    lws *wsi_ = nullptr;
    bool dialling_ = false;    // inside lws_client_connect_via_info()
    bool wsi_closes_ = false;  // lws has begun to close it: hands off
    bool lingering_ = false;   // ended in good order, waits for the peer's FIN
    Progress progress_ = Progress::looking_up;
    char failure_[256] = "";  // of the address tried last
    Timer timer_{};
    Timer deferred_{};
};

}  // namespace nws
