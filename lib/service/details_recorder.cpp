// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/details_recorder.h"

#include <new>
#include <string>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <libwebsockets.h>

#include "base/authority.h"
#include "base/text.h"

namespace nws {

namespace {

std::string local_address(int socket)
{
    sockaddr_storage address = {};
    socklen_t length = sizeof address;
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    if (getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length) != 0 ||
        address.ss_family == AF_UNIX ||
        getnameinfo(reinterpret_cast<const sockaddr *>(&address), length, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return {};
    }
    return concat({bracketed(host), ":", port});
}

std::string url_of(const Proxy &proxy)
{
    if (proxy.kind == Proxy::Kind::none) {
        return {};
    }
    return concat(
        {proxy.kind == Proxy::Kind::http ? "http://" : "socks5://", write_authority(proxy.host, proxy.port)});
}

}  // namespace

void DetailsRecorder::begin() noexcept
{
    began_ = lws_now_usecs();
    details_.reset(new (std::nothrow) ConnectionDetails);
}

uint64_t DetailsRecorder::elapsed() const noexcept
{
    return static_cast<uint64_t>(lws_now_usecs() - began_);
}

void DetailsRecorder::on_redirect() noexcept
{
    if (details_ != nullptr) {
        const uint32_t redirects = details_->redirects + 1;
        *details_ = {};
        details_->redirects = redirects;
    }
}

void DetailsRecorder::on_dialled(const Dialer &dialer, int socket) noexcept
{
    if (details_ == nullptr) {
        return;
    }
    const Dialer::Milestones &passed = dialer.milestones();
    const auto since = [this](int64_t when) { return when == 0 ? 0 : static_cast<uint64_t>(when - began_); };
    details_->times.resolved = since(passed.resolved);
    details_->times.connected = since(passed.connected);
    try {
        details_->proxy = url_of(dialer.proxy());
        details_->peer_address = dialer.peer();
        if (socket >= 0) {
            details_->times.proxy = dialer.proxy().kind == Proxy::Kind::none ? 0 : elapsed();
            details_->local_address = local_address(socket);
        }
    } catch (const std::bad_alloc &) {
        details_.reset();
    }
}

void DetailsRecorder::on_tls(const TlsHandshake &handshake) noexcept
{
    if (details_ == nullptr) {
        return;
    }
    details_->times.tls = elapsed();
    details_->tls_resumed = !handshake.certificate_seen;
    try {
        TlsSession session = handshake.setup->session(handshake);
        details_->tls_version = std::move(session.version);
        details_->tls_cipher = std::move(session.cipher);
    } catch (const std::bad_alloc &) {
        details_.reset();
    }
}

void DetailsRecorder::on_open() noexcept
{
    if (details_ != nullptr) {
        details_->times.open = elapsed();
    }
}

std::shared_ptr<const ConnectionDetails> DetailsRecorder::take(TlsHandshake *handshake) noexcept
{
    if (details_ != nullptr && handshake != nullptr) {
        details_->certificates = std::move(handshake->certificates);
    }
    try {
        return std::shared_ptr<const ConnectionDetails>(std::move(details_));
    } catch (const std::bad_alloc &) {
        details_.reset();
        return nullptr;
    }
}

}  // namespace nws
