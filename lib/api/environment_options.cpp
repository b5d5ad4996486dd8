// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/environment_options.h"

#include <charconv>
#include <cstring>

#include "base/environment.h"
#include "base/log.h"
#include "tls/public_key_pin.h"

namespace nws {

namespace {

std::string text_of(const char *name)
{
    const char *value = environment(name);
    return value != nullptr ? value : "";
}

std::string first_of(std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        if (const char *value = environment(name)) {
            return value;
        }
    }
    return {};
}

bool verification_off() noexcept
{
    const char *wanted = environment("NET_WEBSOCKET_TLS_VERIFY");
    return wanted != nullptr && std::strcmp(wanted, "0") == 0;
}

Milliseconds duration(const char *name, Milliseconds otherwise)
{
    const std::string text = text_of(name);
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value > 0) {
        return Milliseconds(value);
    }
    if (!text.empty()) {
        log(LogLevel::warning, "%s is ignored: it is no number of milliseconds", name);
    }
    return otherwise;
}

TlsOptions tls_options(std::string &problem)
{
    TlsOptions options;
    options.verify = !verification_off();
    options.authorities = first_of({"NET_WEBSOCKET_TLS_CA", "SSL_CERT_FILE", "SSL_CERT_DIR"});
    options.revocations = text_of("NET_WEBSOCKET_TLS_CRL");
    options.certificate = text_of("NET_WEBSOCKET_TLS_CERT");
    options.private_key = text_of("NET_WEBSOCKET_TLS_KEY");
    options.private_key_password = text_of("NET_WEBSOCKET_TLS_KEY_PASSWORD");
    if (!parse_public_key_pins(text_of("NET_WEBSOCKET_TLS_PINS"), options.pins)) {
        // To ignore it would be to accept any key.
        problem = "TLS: NET_WEBSOCKET_TLS_PINS is not a list of sha256//base64";
    }
    return options;
}

}  // namespace

ClientOptions environment_options()
{
    ClientOptions options;
    options.tls = tls_options(options.problem);
    options.tls_server_name = text_of("NET_WEBSOCKET_TLS_SERVER_NAME");
    options.proxy = text_of("NET_WEBSOCKET_PROXY");
    options.proxy_source = "NET_WEBSOCKET_PROXY";
    options.proxy_environment = proxy_environment();
    Timeouts &timeouts = options.session.timeouts;
    timeouts.connect = duration("NET_WEBSOCKET_CONNECT_TIMEOUT", timeouts.connect);
    return options;
}

}  // namespace nws
