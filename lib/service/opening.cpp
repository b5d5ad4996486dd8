// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/opening.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "deflate/message_deflater.h"
#include "route/redirect.h"
#include "service/door.h"
#include "service/lws_connection.h"
#include "service/lws_words.h"
#include "service/service.h"

namespace nws {

namespace {

// lws's own pings are off: Connection does that.
constexpr lws_retry_bo_t kNoValidityChecks = {};

constexpr unsigned kSwitchingProtocols = 101;
constexpr unsigned kUnauthorized = 401;

constexpr size_t kMostOfAnswer = 120;  // of the server's words, in ours

std::string joined(const std::vector<std::string> &list)
{
    std::string text;
    for (const std::string &element : list) {
        text += (text.empty() ? "" : ",") + element;
    }
    return text;
}

// RFC 6066 3: no dot at the end; and no zone.
std::string certificate_name(const std::string &host)
{
    const std::string name = host.substr(0, host.find('%'));
    return name.back() == '.' ? name.substr(0, name.size() - 1) : name;
}

// Where the proxy's URL comes from.
const char *proxy_source(const Url &url, const ClientOptions &options)
{
    if (!options.proxy.empty()) {
        return options.proxy_source;
    }
    const ProxyEnvironment &environment = options.proxy_environment;
    if (url.secure) {
        return environment.https_proxy.empty() ? "all_proxy" : "https_proxy";
    }
    return environment.http_proxy.empty() ? "all_proxy" : "http_proxy";
}

// A field of the server's answer, "" if it has none. Its bytes are the server's.
std::string field(lws *wsi, lws_token_indexes token)
{
    const int length = lws_hdr_total_length(wsi, token);
    if (length <= 0) {
        return {};
    }
    std::string value;
    value.resize(static_cast<size_t>(length) + 1);
    const int copied = lws_hdr_copy(wsi, value.data(), length + 1, token);
    value.resize(copied > 0 ? static_cast<size_t>(copied) : 0);
    return value;
}

struct ResponseFields {
    lws *wsi;
    std::string text;
    bool complete = true;
};

// One that lws has no token for; of several it gives the first. `name` ends with
// its colon.
[[maybe_unused]] void add_other_field(const char *name, int length, void *context) noexcept
{
    auto &fields = *static_cast<ResponseFields *>(context);
    const int bytes = lws_hdr_custom_length(fields.wsi, name, length);
    if (bytes < 0) {
        return;
    }
    try {
        const std::string_view name_text(name, static_cast<size_t>(length));
        const std::string line = concat({"\r\n", name_text, " "});
        if (concat({"\r\n", fields.text}).find(line) != std::string::npos) {
            return;
        }
        std::string value(static_cast<size_t>(bytes) + 1, '\0');
        lws_hdr_custom_copy(fields.wsi, value.data(), bytes + 1, name, length);
        value.pop_back();
        fields.text.append(name_text).append(" ").append(value).append("\r\n");
    } catch (const std::bad_alloc &) {
        fields.complete = false;
    }
}

struct FieldToken {
    lws_token_indexes index;
    std::string_view name;  // with its colon
};

// Those of lws's tokens that are fields: most others are methods, and words of HTTP/2.
// No vector: the service thread may outlive what the process destroys at its end.
class FieldTokens {
public:
    FieldTokens() noexcept
    {
        for (int token = 0; token < WSI_TOKEN_COUNT; ++token) {
            const auto index = static_cast<lws_token_indexes>(token);
            const auto *text = reinterpret_cast<const char *>(lws_token_to_string(index));
            const std::string_view name = text == nullptr ? "" : text;
            if (name.size() > 1 && name.back() == ':') {
                tokens_[count_++] = {index, name};
            }
        }
    }
    const FieldToken *begin() const noexcept { return tokens_.data(); }
    const FieldToken *end() const noexcept { return tokens_.data() + count_; }

private:
    std::array<FieldToken, WSI_TOKEN_COUNT> tokens_{};
    size_t count_ = 0;
};

// All fields of the answer, "name: value\r\n" each, or nullptr without memory.
std::shared_ptr<const std::string> response_fields(lws *wsi) noexcept
{
    try {
        ResponseFields fields{wsi, {}};
        static const FieldTokens fields_of_lws;
        for (const FieldToken &token : fields_of_lws) {
            if (lws_hdr_total_length(wsi, token.index) > 0) {
                fields.text.append(token.name).append(" ").append(field(wsi, token.index)).append("\r\n");
            }
        }
#if NWS_LWS_RAW_RX
        // 4.1.6 cannot list these.
        lws_hdr_custom_name_foreach(wsi, add_other_field, &fields);
#endif
        return fields.complete ? std::make_shared<const std::string>(std::move(fields.text)) : nullptr;
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

}  // namespace

Opening::Opening(Service &service, LwsConnection &connection, ConnectionPlan plan)
    : service_(service),
      connection_(connection),
      plan_(std::move(plan)),
      alarm_(service.alarms(), this, [](void *owner) noexcept { static_cast<Opening *>(owner)->on_timer(); })
{
}

Opening::~Opening()
{
    cancel();
}

void Opening::cancel() noexcept
{
    dialer_.reset();
    socket_.reset();
    redirected_ = false;
    alarm_.stop();
}

// ---- the way to a socket ----

void Opening::begin() noexcept
{
    if (plan_.options->keep_details && redirects_ == 0) {
        details_.begin();
    }
    step_ = Step::dialling;
    connection_.set_tls(nullptr);  // of a server that redirected here
    try {
        const std::string problem = prepare();
        if (problem.empty()) {
            dialer_->start();
        } else {
            fail_soon(problem.c_str());
        }
    } catch (const std::bad_alloc &) {
        fail_soon("out of memory");
    }
}

std::string Opening::prepare()
{
    if (!plan_.options->problem.empty()) {
        return plan_.options->problem;
    }
    Proxy proxy;
    if (const char *problem =
            choose_proxy(plan_.url, plan_.options->proxy, plan_.options->proxy_environment, proxy)) {
        return concat({"Proxy: ", proxy_source(plan_.url, *plan_.options), ": ", problem});
    }
    std::string problem = plan_.url.secure ? prepare_tls() : "";
    dialer_ = std::make_unique<Dialer>(service_, *this,
                                       Dialer::Target{plan_.url.host, plan_.url.port, plan_.url.unix_path},
                                       std::move(proxy));
    return problem;
}

std::string Opening::prepare_tls()
{
    if (!plan_.options->tls.verify) {
        log(LogLevel::warning, "the certificate of %s is not checked: verification is off",
            plan_.url.host.c_str());
    }
    auto transport = std::make_unique<TlsTransport>();
    std::string problem;
    transport->vhost = service_.tls_vhost(plan_.options->tls, problem);
    if (transport->vhost == nullptr) {
        return concat({"TLS: ", problem});
    }
    TlsHandshake &handshake = transport->handshake;
    handshake.setup = transport->vhost->setup();
    handshake.server_name = plan_.options->tls_server_name.empty() ? certificate_name(plan_.url.host)
                                                                   : plan_.options->tls_server_name;
    handshake.port = plan_.url.port;
    handshake.keep_certificates = plan_.options->keep_details;
    connection_.set_tls(std::move(transport));
    return {};
}

void Opening::on_dial_failed(const char *text) noexcept
{
    details_.on_dialled(*dialer_, -1);
    fail(text);
}

// ---- from the socket to the server's answer ----

void Opening::on_dialled(Descriptor socket) noexcept
{
    details_.on_dialled(*dialer_, socket.get());
    socket_ = std::move(socket);
    failure_.clear();
    try {
        const Door door(socket_);
        const int error = errno;
        if (!door || !hand_over(door.address())) {
            if (failure_.empty()) {
                describe_failure(nullptr, door ? "out of memory" : std::strerror(error));
            }
            fail(failure_.c_str());
        }
    } catch (const std::bad_alloc &) {
        fail("out of memory");
    }
}

bool Opening::hand_over(const char *door)
{
    TlsTransport *tls = plan_.url.secure ? connection_.tls() : nullptr;
    const std::string protocols = joined(plan_.request.protocols);

    lws_client_connect_info info = {};
    info.context = service_.context();
    info.vhost = tls != nullptr ? tls->vhost->vhost() : service_.plain_vhost();
    info.address = door;
    info.path = "/";  // on_append_handshake_header() writes the request
    info.host = tls != nullptr ? tls->handshake.server_name.c_str() : plan_.url.host.c_str();
    info.protocol = protocols.empty() ? nullptr : protocols.c_str();
    info.local_protocol_name = service_.protocols()->name;
    info.ietf_version_or_minus_one = -1;
    info.alpn = "http/1.1";
    info.retry_and_idle_policy = &kNoValidityChecks;
    info.userdata = &connection_;
    info.opaque_user_data = tls != nullptr ? &tls->handshake : nullptr;
    info.pwsi = connection_.wsi_slot();
    // The set-up verifies the name.
    info.ssl_connection = tls != nullptr ? LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK : 0;
    info.ssl_connection |= LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
#if NWS_LWS_RAW_RX
    info.ssl_connection |= LCCSCF_WS_RAW_RX;
#endif
    handing_over_ = true;
    gone_ = false;
    // lws may give back a wsi that has ended meanwhile.
    const bool made = lws_client_connect_via_info(&info) != nullptr && !gone_;
    handing_over_ = false;
    if (!made) {
        *info.pwsi = nullptr;
    }
    return made;
}

void Opening::on_wsi_create(lws *wsi) noexcept
{
    if (!socket_) {
        return;
    }
    Door::let_in(socket_, lws_get_socket_fd(wsi));
    step_ = plan_.url.secure ? Step::tls_handshake : Step::upgrading;
    if (plan_.url.secure) {
        TlsHandshake &handshake = connection_.tls()->handshake;
        handshake.setup->begin(handshake, wsi);
    }
}

// lws has written a request of its own into its buffer, and would add ours to
// it. Ours replaces it, but for the key, whose answer lws checks. This is where
// limits on path and fields of lws end.
int Opening::on_append_handshake_header(unsigned char **position, size_t left) noexcept
{
    if (step_ == Step::tls_handshake) {
        TlsHandshake &handshake = connection_.tls()->handshake;
        handshake.setup->established(handshake);
        details_.on_tls(handshake);
    }
    step_ = Step::upgrading;
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
        const SecretString request =
            write_handshake_request(plan_.request, written.substr(key, written.find('\r', key) - key));
        constexpr size_t kEmptyLine = 2;  // lws writes it
        if (request.size() < kEmptyLine || request.size() > static_cast<size_t>(end - begin)) {
            return -1;
        }
        const size_t length = request.size() - kEmptyLine;
        // NOLINTNEXTLINE(bugprone-not-null-terminated-result): no string
        std::memcpy(begin, request.data(), length);
        *position = reinterpret_cast<unsigned char *>(begin) + length;
        return 0;
    } catch (const std::bad_alloc &) {
        return -1;
    }
}

int Opening::on_filter_pre_establish(lws *wsi) noexcept
{
    try {
        const std::optional<DeflateParameters> &wanted = plan_.options->deflate;
        const DeflateParameters *const offered = deflate_available() && wanted ? &*wanted : nullptr;
        DeflateAnswer answer;
        const char *wrong = judge_extensions(field(wsi, WSI_TOKEN_EXTENSIONS), offered, answer);
        if (wrong == nullptr && answer.accepted && !connection_.use_deflate(answer.agreed)) {
            wrong = "out of memory";
        }
        if (wrong != nullptr) {
            fail(concat({"HTTP: ", wrong}).c_str());
            return -1;
        }
    } catch (const std::bad_alloc &) {
        fail("out of memory");
        return -1;
    }
    connection_.on_response(response_fields(wsi));
    details_.on_open();
    publish_details();
    return 0;
}

void Opening::publish_details() noexcept
{
    TlsTransport *tls = plan_.url.secure ? connection_.tls() : nullptr;
    if (auto details = details_.take(tls != nullptr ? &tls->handshake : nullptr)) {
        connection_.on_details(std::move(details));
    }
}

// ---- failures ----

void Opening::fail(const char *text) noexcept
{
    publish_details();
    connection_.on_connect_failed(text);
}

void Opening::give_up(char *out, size_t capacity) noexcept
{
    describe(out, capacity);
    if (step_ == Step::dialling && dialer_ != nullptr) {
        details_.on_dialled(*dialer_, -1);
    }
    publish_details();
}

void Opening::on_failed(lws *wsi, const char *text) noexcept
{
    try {
        describe_failure(wsi, text);
        if (!handing_over_ && !redirected_) {
            fail(failure_.c_str());
        }
    } catch (const std::bad_alloc &) {
        fail("out of memory");
    }
}

void Opening::on_wsi_destroy() noexcept
{
    gone_ = handing_over_;
    if (redirected_) {
        redirected_ = false;
        begin_soon();
    }
}

// Into failure_, unless the failure is a redirect that is followed.
void Opening::describe_failure(lws *wsi, const char *text)
{
    const TlsTransport *tls = plan_.url.secure ? connection_.tls() : nullptr;
    if (tls != nullptr && tls->handshake.problem[0] != '\0') {
        failure_ = concat({"TLS: ", tls->handshake.problem});
        return;
    }
    if (step_ == Step::upgrading && wsi != nullptr) {
        const std::string line = field(wsi, WSI_TOKEN_HTTP);
        if (!line.empty() && std::strtoul(line.c_str(), nullptr, 10) != kSwitchingProtocols) {
            failure_ = judge_answer(wsi, line.c_str());
            if (!redirected_) {
                connection_.on_response(response_fields(wsi));
            }
            return;
        }
    }
    static constexpr const char *kStages[] = {"TCP: ", "TLS: ", "HTTP: "};
    failure_ = concat({kStages[static_cast<size_t>(step_)], printable(words_for(text), kMostOfAnswer)});
}

// An answer that is no 101.
std::string Opening::judge_answer(lws *wsi, const char *line)
{
    const unsigned status = static_cast<unsigned>(std::strtoul(line, nullptr, 10));
    std::string text = concat({"HTTP: ", printable(line, kMostOfAnswer)});
    if (status == kUnauthorized) {
        const std::string challenge = field(wsi, WSI_TOKEN_HTTP_WWW_AUTHENTICATE);
        return challenge.empty() ? text : concat({text, " (", printable(challenge, kMostOfAnswer), ")"});
    }
    if (status < 300 || status > 399) {
        return text;
    }
    Url target;
    const RedirectVerdict verdict =
        judge_redirect(status, redirects_, plan_.url, field(wsi, WSI_TOKEN_HTTP_LOCATION), target);
    if (!verdict.follow) {
        return concat({text, ": ", verdict.why_not, *verdict.detail != '\0' ? ": " : "", verdict.detail});
    }
    redirect_handshake_request(plan_.request, plan_.url, target, verdict.same_origin);
    plan_.url = std::move(target);
    log(LogLevel::debug, "%s: the server redirects to %s", text.c_str(), plan_.url.host.c_str());
    ++redirects_;
    details_.on_redirect();
    redirected_ = true;
    return {};
}

// ---- later, from the event loop ----

void Opening::begin_soon() noexcept
{
    failure_.clear();
    alarm_.start(0);
}

void Opening::fail_soon(const char *text) noexcept
{
    begin_soon();
    try {
        failure_ = text;
    } catch (const std::bad_alloc &) {
        failure_ = "no memory";  // fits where no memory is needed
    }
}

void Opening::on_timer() noexcept
{
    if (failure_.empty()) {
        begin();
    } else {
        fail(failure_.c_str());
    }
}

void Opening::describe(char *out, size_t capacity) const noexcept
{
    const char *const host =
        plan_.url.unix_path.empty() ? plan_.url.host.c_str() : plan_.url.unix_path.c_str();
    switch (step_) {
    case Step::dialling:
        if (dialer_ != nullptr) {
            dialer_->describe(out, capacity);
        }
        break;
    case Step::tls_handshake:
        std::snprintf(out, capacity, "waiting for the TLS handshake with %s", host);
        break;
    case Step::upgrading:
        std::snprintf(out, capacity, "waiting for the answer of %s to the handshake", host);
        break;
    }
}

}  // namespace nws
