// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/environment_options.h"

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/environment.h"
#include "base/log.h"
#include "tls/public_key_pin.h"

namespace nws {

namespace {

// "": not set.
const char *text_of(const Environment &environment, const char *name)
{
    const char *value = environment.value(name);
    return value != nullptr ? value : "";
}

std::string first_of(const Environment &environment, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        if (const char *value = environment.value(name)) {
            return value;
        }
    }
    return {};
}

// Names the value that cannot be used, the first time.
void report(const char *name, const char *wanted, std::atomic<bool> &reported) noexcept
{
    if (log_enabled(LogLevel::warning) && !reported.exchange(true, std::memory_order_relaxed)) {
        log(LogLevel::warning, "%s is ignored: it is not %s", name, wanted);
    }
}

bool verification(const Environment &environment)
{
    static std::atomic<bool> reported{false};
    constexpr const char *kName = "NET_WEBSOCKET_TLS_VERIFY";
    const std::string text = text_of(environment, kName);
    if (!text.empty() && text != "0" && text != "1") {
        report(kName, "0 or 1", reported);
    }
    return text != "0";
}

struct Range {
    uint64_t least, most;
    const char *wanted;
};

constexpr Range kDuration{0, UINT32_MAX, "a number of milliseconds"};
constexpr Range kMessageSize{1, UINT32_MAX, "a number of bytes from 1 to 4294967295"};
constexpr Range kQueueSize{1, SIZE_MAX / 2, "a number of bytes from 1"};

// `target` stays as it is if the variable is unset or cannot be used.
template <typename Number>
void read_number(const Environment &environment, const char *name, const Range &range, Number &target,
                 std::atomic<bool> &reported)
{
    const std::string text = text_of(environment, name);
    if (text.empty()) {
        return;
    }
    uint64_t value = 0;
    const char *const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < range.least || value > range.most) {
        report(name, range.wanted, reported);
        return;
    }
    target = Number(value);
}

TlsOptions tls_options(const Environment &environment, std::string &problem)
{
    TlsOptions options;
    options.verify = verification(environment);
    options.authorities = first_of(environment, {"NET_WEBSOCKET_TLS_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"});
    options.revocations = text_of(environment, "NET_WEBSOCKET_TLS_CRL");
    options.certificate = text_of(environment, "NET_WEBSOCKET_TLS_CERT");
    options.private_key = text_of(environment, "NET_WEBSOCKET_TLS_KEY");
    options.private_key_password = text_of(environment, "NET_WEBSOCKET_TLS_KEY_PASSWORD");
    if (!parse_public_key_pins(text_of(environment, "NET_WEBSOCKET_TLS_PINS"), options.pins)) {
        // To ignore it would be to accept any key.
        problem = "TLS: NET_WEBSOCKET_TLS_PINS is not a list of sha256//base64";
    }
    return options;
}

void read_numbers(const Environment &environment, ClientOptions &options)
{
    static std::array<std::atomic<bool>, 7> reported{};
    Timeouts &timeouts = options.session.timeouts;
    read_number(environment, "NET_WEBSOCKET_CONNECT_TIMEOUT", kDuration, timeouts.connect, reported[0]);
    read_number(environment, "NET_WEBSOCKET_CLOSE_TIMEOUT", kDuration, timeouts.close, reported[1]);
    read_number(environment, "NET_WEBSOCKET_PING_INTERVAL", kDuration, timeouts.ping, reported[2]);
    read_number(environment, "NET_WEBSOCKET_PONG_TIMEOUT", kDuration, timeouts.lost, reported[3]);
    read_number(environment, "NET_WEBSOCKET_MAX_SEND_BYTES", kMessageSize, options.max_send_bytes,
                reported[4]);
    read_number(environment, "NET_WEBSOCKET_MAX_RECEIVE_BYTES", kMessageSize,
                options.session.max_receive_bytes, reported[5]);
    read_number(environment, "NET_WEBSOCKET_MAX_QUEUED_BYTES", kQueueSize, options.max_queued_bytes,
                reported[6]);
}

}  // namespace

ClientOptions environment_options()
{
    const Environment environment;
    ClientOptions options;
    options.tls = tls_options(environment, options.problem);
    options.tls_server_name = text_of(environment, "NET_WEBSOCKET_TLS_SERVER_NAME");
    options.proxy = text_of(environment, "NET_WEBSOCKET_PROXY");
    options.proxy_source = "NET_WEBSOCKET_PROXY";
    options.proxy_environment = proxy_environment(environment);
    read_numbers(environment, options);
    return options;
}

}  // namespace nws
