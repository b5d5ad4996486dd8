// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/lws_connection.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "service/service.h"

namespace nws {

namespace {

// After both Close frames: how long the server may take to close TCP (RFC 6455
// 7.1.1 has it go first) before we do.
constexpr Milliseconds kLinger{2'000};

// Full records, and no small one behind them: with TLS 1.3 mbedTLS puts a byte less
// than 16 KiB into each, its type being the last.
constexpr size_t kTlsWriteBytes = WriteSpace::kUsualBytes / 16384 * 16383;

// How much send() takes at once, more or less. 0 where that cannot be asked.
size_t send_room(int descriptor) noexcept
{
    uint32_t memory[SK_MEMINFO_VARS] = {};
    socklen_t length = sizeof memory;
    if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, memory, &length) != 0) {
        return 0;
    }
    const size_t queued = memory[SK_MEMINFO_WMEM_QUEUED];
    return memory[SK_MEMINFO_SNDBUF] - std::min<size_t>(queued, memory[SK_MEMINFO_SNDBUF]);
}

}  // namespace

LwsConnection::LwsConnection(Service &service, ConnectionPlan plan)
    : Connection(plan.options->session),
      service_(service),
      opening_(std::make_unique<Opening>(service, *this, std::move(plan))),
      alarm_(service.alarms(), this,
             [](void *owner) noexcept { static_cast<LwsConnection *>(owner)->on_due(); })
{
}

// ---- connecting ----

void LwsConnection::open_transport() noexcept
{
    opening_->begin();
}

void LwsConnection::set_tls(std::unique_ptr<TlsTransport> tls) noexcept
{
    tls_ = std::move(tls);
    if (tls_ != nullptr) {
        keep_for_next(tls_->vhost);
    }
}

void LwsConnection::on_wsi_create(lws *wsi) noexcept
{
    if (opening_ != nullptr) {
        opening_->on_wsi_create(wsi);
    }
}

int LwsConnection::on_append_handshake_header(unsigned char **position, size_t left) noexcept
{
    return opening_->on_append_handshake_header(position, left);
}

int LwsConnection::on_filter_pre_establish() noexcept
{
    return opening_->on_filter_pre_establish(wsi_);
}

int LwsConnection::on_client_established() noexcept
{
    if (stage() == Stage::connecting) {
        opening_.reset();
        on_established(101, "Switching Protocols");
    }
    return result();
}

void LwsConnection::on_client_connection_error(const char *text, size_t length) noexcept
{
    wsi_closes_ = true;
    if (stage() != Stage::connecting) {
        return;
    }
    char cause[200];
    std::snprintf(cause, sizeof cause, "%.*s", text == nullptr ? 0 : static_cast<int>(length), text);
    opening_->on_failed(wsi_, cause);
}

void LwsConnection::on_client_closed() noexcept
{
    if (stage() == Stage::connecting) {
        constexpr std::string_view kClosed = "the server closed the connection";
        on_client_connection_error(kClosed.data(), kClosed.size());
    } else {
        wsi_closes_ = true;
        on_lost("the connection was lost");
    }
}

void LwsConnection::on_wsi_destroy() noexcept
{
    const bool told = wsi_closes_;
    wsi_closes_ = false;
    if (stage() == Stage::connecting) {
        if (!told) {
            on_client_closed();
        }
        wsi_ = nullptr;
        opening_->on_wsi_destroy();
    } else {
        wsi_ = nullptr;
        lingering_ = false;
        on_lost("the connection was lost");
    }
    if (stage() == Stage::ended) {
        on_finished();
    }
}

void LwsConnection::give_up_connecting(char *out, size_t capacity) noexcept
{
    opening_->give_up(out, capacity);
}

// ---- connected ----

int LwsConnection::on_received(char *data, size_t length) noexcept
{
    on_bytes(data, length);
    return result();
}

int LwsConnection::on_client_receive(char *data, size_t length) noexcept
{
    // lws has taken the frames apart: each piece counts as a frame here.
    on_payload(lws_is_first_fragment(wsi_) != 0, lws_frame_is_binary(wsi_) == 0,
               lws_is_final_fragment(wsi_) != 0, data, length);
    return result();
}

int LwsConnection::on_client_receive_pong(char *data, size_t length) noexcept
{
    on_pong(reinterpret_cast<const uint8_t *>(data), length);
    return result();
}

// lws would answer by itself unless it is told to close: so ours goes now.
int LwsConnection::on_ws_peer_initiated_close(char *data, size_t length) noexcept
{
    const auto *bytes = reinterpret_cast<const unsigned char *>(data);
    if (length < 2) {
        on_peer_close(LWS_CLOSE_STATUS_NO_STATUS, "", 0);
    } else {
        on_peer_close(static_cast<uint16_t>(bytes[0] << 8 | bytes[1]), data + 2, length - 2);
    }
    on_writable();
    return -1;
}

int LwsConnection::on_client_writeable() noexcept
{
    on_writable();
    return result();
}

// Most sockets take it at once: waiting for that would cost two more system calls.
// Where lws takes the frames apart it answers Pings itself, when it says that the
// socket can be written to: what we write must not overtake those answers.
void LwsConnection::request_writable() noexcept
{
#if NWS_LWS_RAW_RX
    if (wsi_ != nullptr) {
        service_.write_soon(*this);
    }
#else
    wait_writable();
#endif
}

void LwsConnection::wait_writable() noexcept
{
    if (wsi_ != nullptr) {
        lws_callback_on_writable(wsi_);
    }
}

bool LwsConnection::write(const uint8_t *data, size_t length) noexcept
{
    if (tls_ == nullptr) {
        const ssize_t sent = ::send(lws_get_socket_fd(wsi_), data, length, MSG_NOSIGNAL);
        if (sent > 0) {
            data += sent;
            length -= static_cast<size_t>(sent);
        }
        if (length == 0) {
            return true;
        }
    }
    // It keeps what the socket does not take, and takes no const.
    return lws_write(wsi_, const_cast<unsigned char *>(data), length, LWS_WRITE_RAW) >= 0;
}

bool LwsConnection::write_blocked() noexcept
{
    return wsi_ == nullptr || lws_partial_buffered(wsi_) != 0;
}

void LwsConnection::drop_transport() noexcept
{
    alarm_.stop();
    if (opening_ != nullptr) {
        opening_->cancel();
    }
    if (wsi_ == nullptr || wsi_closes_) {
        return;
    }
    if (opening_ == nullptr && close_written() && !write_blocked()) {
        // With bytes of the peer unread, close() would make TCP send a reset,
        // which can overtake our Close frame: so read on until the peer ends.
        lingering_ = true;
        set_receiving(true);
        shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
        set_timer(kLinger);
    } else {
        lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    }
}

void LwsConnection::shut_down() noexcept
{
    abort();
    alarm_.stop();
}

void LwsConnection::on_opened(Client &client) noexcept
{
    service_.on_connection_open(client);
}

void LwsConnection::on_ended(Client &client, Ending ending) noexcept
{
    service_.on_connection_ended(client, ending);
}

void LwsConnection::on_finished() noexcept
{
    if (wsi_ == nullptr) {
        service_.on_connection_finished(*this);
    }
}

void LwsConnection::set_receiving(bool receiving) noexcept
{
    if (wsi_ != nullptr) {
        lws_rx_flow_control(wsi_, receiving ? 1 : 0);
    }
}

void LwsConnection::set_timer(Milliseconds after) noexcept
{
    if (after.count() == 0) {
        alarm_.stop();
    } else {
        alarm_.start(after.count() * LWS_US_PER_MS);
    }
}

void LwsConnection::on_due() noexcept
{
    if (lingering_) {
        lingering_ = false;
        lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    } else {
        on_timer();
    }
}

Milliseconds LwsConnection::now() noexcept
{
    return Milliseconds(lws_now_usecs() / LWS_US_PER_MS);
}

Connection::WriteBuffer LwsConnection::write_buffer() noexcept
{
    return {service_.write_space().data(), tls_ == nullptr ? WriteSpace::kUsualBytes : kTlsWriteBytes,
            service_.masks()};
}

// Each write wakes a peer that sleeps, and that can take longer than all the rest.
// But what the socket does not take, lws copies, and that counts against no bound.
size_t LwsConnection::write_room() noexcept
{
    const bool may_be_larger = WriteSpace::kMostBytes > WriteSpace::kUsualBytes && tls_ == nullptr;
    const size_t room = may_be_larger ? send_room(lws_get_socket_fd(wsi_)) : 0;
    if (room > WriteSpace::kUsualBytes) {
        service_.write_space().extend();
    }
    return std::min(room, WriteSpace::kMostBytes);
}

}  // namespace nws
