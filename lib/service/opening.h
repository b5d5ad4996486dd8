// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one connection from Connect to the server's 101 (RFC 6455 4.1): which
// proxy, the dialler, the TLS set-up, the handshake's request and what is made
// of another answer than 101, redirects among them. Freed once open.
// Service thread, but for the constructor.
// Must not know: frames, what the connection does when open.

#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <libwebsockets.h>

#include "service/alarms.h"
#include "service/connection_plan.h"
#include "service/details_recorder.h"
#include "service/dialer.h"
#include "service/tls_vhosts.h"

namespace nws {

class LwsConnection;
class Service;

// What must live as long as a wsi with TLS.
struct TlsTransport {
    std::shared_ptr<TlsVhost> vhost;
    TlsHandshake handshake;
};

class Opening final : public Dialer::Listener {
public:
    // Throws std::bad_alloc only.
    Opening(Service &service, LwsConnection &connection, ConnectionPlan plan);
    ~Opening();
    Opening(const Opening &) = delete;
    Opening &operator=(const Opening &) = delete;

    const ConnectionPlan &plan() const noexcept { return plan_; }
    // Its end is connection.on_client_established() or on_connect_failed(), but
    // never inside begin().
    void begin() noexcept;
    // Nothing is begun any more; the wsi, if there is one, is not its matter.
    void cancel() noexcept;
    // There is no more time for it. What it waits for, to be read behind
    // "timeout after 20 s while ".
    void give_up(char *out, size_t capacity) noexcept;

    // ---- what libwebsockets tells ----

    void on_wsi_create(lws *wsi) noexcept;
    int on_append_handshake_header(unsigned char **position, size_t left) noexcept;
    int on_filter_pre_establish(lws *wsi) noexcept;
    void on_failed(lws *wsi, const char *text) noexcept;
    void on_wsi_destroy() noexcept;

private:
    enum class Step { dialling, tls_handshake, upgrading };

    void on_dialled(Descriptor socket) noexcept override;
    void on_dial_failed(const char *text) noexcept override;

    // "" or what is wrong. Throw std::bad_alloc only.
    std::string prepare();
    std::string prepare_tls();
    std::string judge_answer(lws *wsi, const char *line);
    bool hand_over(const char *door);
    void begin_soon() noexcept;
    void fail_soon(const char *text) noexcept;
    void on_timer() noexcept;
    void describe_failure(lws *wsi, const char *text);
    void describe(char *out, size_t capacity) const noexcept;
    void fail(const char *text) noexcept;
    void publish_details() noexcept;

    Service &service_;
    LwsConnection &connection_;
    ConnectionPlan plan_;  // a redirect changes it
    size_t redirects_ = 0;
    DetailsRecorder details_;

    Step step_ = Step::dialling;
    std::unique_ptr<Dialer> dialer_;
    Descriptor socket_;  // dialled, not yet lws's
    bool handing_over_ = false;
    bool gone_ = false;        // the wsi, while it was handed over
    bool redirected_ = false;  // begins again once the wsi is gone
    std::string failure_;
    Alarm alarm_;
};

}  // namespace nws
