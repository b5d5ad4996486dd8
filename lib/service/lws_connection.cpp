// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/lws_connection.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <netdb.h>
#include <sys/socket.h>

#include "base/log.h"
#include "service/service.h"
#include "service/tls_backend.h"
#include "service/trust_store.h"

namespace nws {

namespace {

// After both Close frames: how long the server may take to close TCP (RFC 6455
// 7.1.1 has it go first) before we do.
constexpr Milliseconds kLinger{2'000};

// lws's own pings are off: keep_alive() does that.
constexpr lws_retry_bo_t kNoValidityChecks = {};

std::string joined(const std::vector<std::string> &list)
{
    std::string text;
    for (const std::string &element : list) {
        text += text.empty() ? element : "," + element;
    }
    return text;
}

// What SNI sends and the certificate must name: no dot at the end (RFC 6066 3),
// no zone.
std::string certificate_name(const std::string &host)
{
    const std::string name = host.substr(0, host.find('%'));
    return name.back() == '.' ? name.substr(0, name.size() - 1) : name;
}

// The errno in lws's "conn fail: 111" and its relatives; 0: none.
int errno_in(const char *text) noexcept
{
    const char *digit = std::strpbrk(text, "0123456789");
    return digit != nullptr && std::strstr(text, "fail") != nullptr ? std::atoi(digit) : 0;
}

}  // namespace

LwsConnection::LwsConnection(Service &service, Url url, HandshakeRequest request)
    : Connection(std::move(url), std::move(request)), service_(service), look_up_(std::make_shared<LookUp>())
{
    look_up_->host = this->url().host;
    timer_.connection = this;
    deferred_.connection = this;
}

LwsConnection::~LwsConnection()
{
    look_up_->owner = nullptr;
    lws_sul_cancel(&timer_.list);
    lws_sul_cancel(&deferred_.list);
}

// ---- connecting ----

void LwsConnection::open_transport() noexcept
{
    try {
        if (!url().unix_path.empty()) {
            addresses_.push_back({"+" + url().unix_path, false});
        } else if (is_numeric_address(url().host)) {
            addresses_.push_back({url().host, url().host.find(':') != std::string::npos});
        } else {
            look_up_->owner = this;
            service_.resolver().submit(look_up_);
            return;
        }
        dial();
    } catch (const std::bad_alloc &) {
        defer_failure("out of memory");
    }
}

void LwsConnection::on_look_up_finished(LookUp &look_up) noexcept
{
    if (look_up.error != 0) {
        char text[sizeof failure_];
        std::snprintf(
            text, sizeof text, "DNS: %s: %s", look_up.host.c_str(),
            look_up.error == EAI_SYSTEM ? std::strerror(look_up.system_error) : gai_strerror(look_up.error));
        on_connect_failed(text);
        return;
    }
    addresses_ = std::move(look_up.addresses);
    dial();
}

void LwsConnection::dial() noexcept
{
    std::string problem;
    std::string protocols;
    std::string name;
    lws_vhost *vhost = nullptr;
    try {
        vhost = service_.vhost(url().secure, problem);
        protocols = joined(request().protocols);
        name = certificate_name(url().host);
    } catch (const std::bad_alloc &) {
        defer_failure("out of memory");
        return;
    }
    if (vhost == nullptr) {
        defer_failure(problem.c_str());
        return;
    }
    const Address &address = addresses_[next_address_++];
    progress_ = Progress::connecting;

    lws_client_connect_info info = {};
    info.context = service_.context();
    info.vhost = vhost;
    info.address = address.text.c_str();
    info.port = url().port;
    info.path = "/";  // on_append_handshake_header() writes the request
    info.host = name.c_str();
    info.protocol = protocols.empty() ? nullptr : protocols.c_str();
    info.local_protocol_name = service_.protocols()->name;
    info.ietf_version_or_minus_one = -1;
    info.alpn = "http/1.1";
    info.retry_and_idle_policy = &kNoValidityChecks;
    info.userdata = this;
    info.pwsi = &wsi_;
    if (url().secure) {
        info.ssl_connection = LCCSCF_USE_SSL;
        if (verification_off()) {
            info.ssl_connection |= LCCSCF_ALLOW_SELFSIGNED | LCCSCF_ALLOW_INSECURE | LCCSCF_ALLOW_EXPIRED |
                                   LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
        }
    }
    info.ssl_connection |= LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
#if NWS_LWS_RAW_RX
    info.ssl_connection |= LCCSCF_WS_RAW_RX;
#endif
    errno = 0;
    wsi_closes_ = false;
    dialling_ = true;
    lws *wsi = lws_client_connect_via_info(&info);
    dialling_ = false;
    if (wsi == nullptr) {
        const int error = errno;
        wsi_ = nullptr;
        char text[sizeof failure_];
        describe_failure(error != 0 ? std::strerror(error) : "cannot connect", text, sizeof text);
        defer_failure(text);
    }
}

// The failure of an address, told from the event loop rather than from inside
// the call that met it. The next address is tried from there, too.
void LwsConnection::defer_failure(const char *text) noexcept
{
    std::snprintf(failure_, sizeof failure_, "%s", text);
    const auto fire = [](lws_sorted_usec_list_t *list) {
        reinterpret_cast<Timer *>(list)->connection->on_deferred();
    };
    lws_sul_schedule(service_.context(), 0, &deferred_.list, fire, 1);
}

void LwsConnection::on_deferred() noexcept
{
    if (stage() != Stage::connecting) {
        return;
    }
    if (next_address_ < addresses_.size() && progress_ == Progress::connecting) {
        dial();
    } else {
        on_connect_failed(failure_);
    }
}

// Only TCP's failures are worth another address: what a server answered, its
// twin would answer too.
void LwsConnection::address_failed(const char *text) noexcept
{
    if (next_address_ < addresses_.size() && progress_ == Progress::connecting) {
        defer_failure(text);
    } else {
        on_connect_failed(text);
    }
}

void LwsConnection::on_wsi_create() noexcept
{
    if (stage() == Stage::connecting) {
        progress_ = url().secure ? Progress::tls_handshake : Progress::upgrading;
    }
}

// lws has written a request of its own into its buffer, and would add ours to
// it. Ours replaces it, but for the key, whose answer lws checks. This is where
// limits on path and fields of lws end.
int LwsConnection::on_append_handshake_header(unsigned char **position, size_t left) noexcept
{
    progress_ = Progress::upgrading;
    constexpr size_t kReserved = 12;  // what lws keeps free behind `left`
    char *const end = reinterpret_cast<char *>(*position) + left;
    char *const begin = end + kReserved - kServiceBufferBytes;
    const std::string_view written(begin, static_cast<size_t>(reinterpret_cast<char *>(*position) - begin));
    constexpr std::string_view kKeyField = "\r\nSec-WebSocket-Key: ";
    const size_t field = written.find(kKeyField);
    if (field == std::string_view::npos) {
        return -1;
    }
    const size_t key = field + kKeyField.size();
    try {
        const std::string request =
            write_handshake_request(this->request(), written.substr(key, written.find('\r', key) - key));
        constexpr size_t kEmptyLine = 2;  // lws writes it
        if (request.size() > static_cast<size_t>(end - begin)) {
            return -1;
        }
        std::memcpy(begin, request.data(), request.size() - kEmptyLine);
        *position = reinterpret_cast<unsigned char *>(begin) + request.size() - kEmptyLine;
        return 0;
    } catch (const std::bad_alloc &) {
        return -1;
    }
}

int LwsConnection::on_filter_pre_establish() noexcept
{
    // We offer none, so the server must choose none (RFC 6455 4.1).
    if (lws_hdr_total_length(wsi_, WSI_TOKEN_EXTENSIONS) > 0) {
        address_failed("HTTP: the server chose an extension that was not offered");
        return -1;
    }
    return 0;
}

int LwsConnection::on_client_established() noexcept
{
    if (stage() == Stage::connecting) {
        progress_ = Progress::established;
        on_established(101, "Switching Protocols");
    }
    return result();
}

void LwsConnection::on_client_connection_error(const char *text, size_t length) noexcept
{
    wsi_closes_ = true;
    if (stage() != Stage::connecting || dialling_) {
        return;
    }
    char cause[200];
    std::snprintf(cause, sizeof cause, "%.*s", text == nullptr ? 0 : static_cast<int>(length), text);
    const char *const words = progress_ == Progress::tls_handshake ? tls_failure(wsi_, cause) : cause;
    char described[sizeof failure_];
    describe_failure(words, described, sizeof described);
    address_failed(described);
}

void LwsConnection::on_client_closed() noexcept
{
    wsi_closes_ = true;
    if (stage() == Stage::connecting) {
        on_client_connection_error("the server closed the connection", 32);
    } else {
        on_lost("the connection was lost");
    }
}

void LwsConnection::on_wsi_destroy() noexcept
{
    if (dialling_) {
        return;  // dial() sees it
    }
    wsi_ = nullptr;
    lingering_ = false;
    if (stage() == Stage::connecting && progress_ != Progress::connecting) {
        on_client_closed();
    } else if (stage() != Stage::connecting) {
        on_lost("the connection was lost");
    }
}

// ---- texts ----

const char *LwsConnection::stage_name() const noexcept
{
    switch (progress_) {
    case Progress::looking_up:
        return "DNS";
    case Progress::connecting:
        return "TCP";
    case Progress::tls_handshake:
        return "TLS";
    case Progress::upgrading:
    case Progress::established:
        break;
    }
    return "HTTP";
}

std::string LwsConnection::peer_text() const
{
    if (next_address_ == 0) {
        return url().host;
    }
    const Address &address = addresses_[next_address_ - 1];
    if (!url().unix_path.empty()) {
        return url().unix_path;
    }
    const std::string host = address.ipv6 ? "[" + address.text + "]" : address.text;
    return host + ":" + std::to_string(url().port);
}

// lws_client_http_response() and the status line's rest, if there was one and
// it was no 101.
bool LwsConnection::describe_status(char *out, size_t capacity) noexcept
{
    char line[128] = "";
    if (progress_ != Progress::upgrading || wsi_ == nullptr ||
        lws_hdr_copy(wsi_, line, sizeof line, WSI_TOKEN_HTTP) <= 0 || std::atoi(line) == 101) {
        return false;
    }
    std::snprintf(out, capacity, "HTTP: %s", line);
    return true;
}

void LwsConnection::describe_failure(const char *text, char *out, size_t capacity) noexcept
{
    if (describe_status(out, capacity)) {
        return;
    }
    const char *const prefix = "HS: ";
    if (std::strncmp(text, prefix, std::strlen(prefix)) == 0) {
        text += std::strlen(prefix);
    }
    std::string peer;
    try {
        peer = peer_text();
    } catch (const std::bad_alloc &) {
    }
    if (progress_ == Progress::connecting) {
        const int error = errno_in(text);
        std::snprintf(out, capacity, "TCP: %s (%s)", error != 0 ? std::strerror(error) : text, peer.c_str());
    } else {
        std::snprintf(out, capacity, "%s: %s", stage_name(), text);
    }
    // "Connection refused" reads "connection refused" behind the stage.
    char *first = std::strchr(out, ' ');
    if (first != nullptr && first[1] >= 'A' && first[1] <= 'Z' && first[2] >= 'a' && first[2] <= 'z') {
        first[1] = static_cast<char>(first[1] - 'A' + 'a');
    }
}

void LwsConnection::describe_progress(char *out, size_t capacity) noexcept
{
    std::string peer;
    try {
        peer = peer_text();
    } catch (const std::bad_alloc &) {
    }
    switch (progress_) {
    case Progress::looking_up:
        std::snprintf(out, capacity, "looking up %s", url().host.c_str());
        break;
    case Progress::connecting:
        std::snprintf(out, capacity, "connecting to %s", peer.c_str());
        break;
    case Progress::tls_handshake:
        std::snprintf(out, capacity, "waiting for the TLS handshake with %s", peer.c_str());
        break;
    case Progress::upgrading:
    case Progress::established:
        std::snprintf(out, capacity, "waiting for the answer of %s to the handshake", peer.c_str());
        break;
    }
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

void LwsConnection::request_writable() noexcept
{
    if (wsi_ != nullptr) {
        lws_callback_on_writable(wsi_);
    }
}

bool LwsConnection::write(const uint8_t *data, size_t length) noexcept
{
    // lws_write() keeps what the socket did not take, and takes no const.
    return lws_write(wsi_, const_cast<unsigned char *>(data), length, LWS_WRITE_RAW) >= 0;
}

bool LwsConnection::write_blocked() noexcept
{
    return wsi_ == nullptr || lws_partial_buffered(wsi_) != 0;
}

void LwsConnection::drop_transport() noexcept
{
    look_up_->owner = nullptr;
    lws_sul_cancel(&deferred_.list);
    lws_sul_cancel(&timer_.list);
    if (wsi_ == nullptr || wsi_closes_) {
        return;
    }
    if (progress_ == Progress::established && close_written() && !write_blocked()) {
        // With bytes of the peer unread, close() would make TCP send a reset,
        // which can overtake our Close frame: so read on until the peer ends.
        lingering_ = true;
        shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
        set_timer(kLinger);
    } else {
        lws_set_timeout(wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    }
}

void LwsConnection::shut_down() noexcept
{
    abort();
    lws_sul_cancel(&deferred_.list);
    lws_sul_cancel(&timer_.list);
}

void LwsConnection::set_timer(Milliseconds after) noexcept
{
    const auto fire = [](lws_sorted_usec_list_t *list) {
        LwsConnection &connection = *reinterpret_cast<Timer *>(list)->connection;
        if (connection.lingering_) {
            connection.lingering_ = false;
            lws_set_timeout(connection.wsi_, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
        } else {
            connection.on_timer();
        }
    };
    lws_sul_schedule(service_.context(), 0, &timer_.list, fire, after.count() * LWS_US_PER_MS);
}

Milliseconds LwsConnection::now() noexcept
{
    return Milliseconds(lws_now_usecs() / LWS_US_PER_MS);
}

Connection::WriteBuffer LwsConnection::write_buffer() noexcept
{
    return {service_.write_buffer(), Service::kWriteBufferBytes, service_.masks()};
}

}  // namespace nws
