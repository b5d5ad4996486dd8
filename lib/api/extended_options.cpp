// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "api/extended_options.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "api/environment_options.h"
#include "base/header_list.h"
#include "base/text.h"
#include "deflate/message_deflater.h"

namespace nws {

namespace {

// Far more than any version will have: a larger size was never set.
constexpr size_t kLargestOptionsSize = 64 * sizeof(NetWebSocket_Options);

NetWebSocket_Options defaults()
{
    const ClientOptions environment = environment_options();
    const Timeouts &timeouts = environment.session.timeouts;
    const auto milliseconds = [](Milliseconds time) { return static_cast<uint32_t>(time.count()); };
    NetWebSocket_Options options = {};
    options.maxSendMessageBytes = environment.max_send_bytes;
    options.maxReceiveMessageBytes = environment.session.max_receive_bytes;
    options.maxQueuedBytes = environment.max_queued_bytes;
    options.connectTimeoutMs = milliseconds(timeouts.connect);
    options.closeTimeoutMs = milliseconds(timeouts.close);
    options.pingIntervalMs = milliseconds(timeouts.ping);
    options.pongTimeoutMs = milliseconds(timeouts.lost);
    const DeflateParameters deflate;
    options.deflateServerMaxWindowBits = deflate.server_max_window_bits;
    options.deflateClientMaxWindowBits = deflate.client_max_window_bits;
    options.tlsVerify = environment.tls.verify ? 1 : 0;
    const ReconnectOptions &reconnect = environment.reconnect;
    options.reconnectAttempts = reconnect.attempts;
    options.reconnectDelayMs = milliseconds(reconnect.first_delay);
    options.reconnectMaxDelayMs = milliseconds(reconnect.most_delay);
    options.reconnectOn = reconnect.on;
    return options;
}

// As the library knows it. False: a field that it does not know is set.
bool copy_known(const NetWebSocket_Options *options, NetWebSocket_Options &known)
{
    known = defaults();
    const size_t size = options->structSize;
    std::memcpy(&known, options, std::min(size, sizeof known));
    const auto *bytes = reinterpret_cast<const unsigned char *>(options);
    return size <= sizeof known ||
           std::all_of(bytes + sizeof known, bytes + size, [](unsigned char byte) { return byte == 0; });
}

template <typename Text>
void take_text(const char *text, Text &out)
{
    if (text != nullptr) {
        out = text;
    }
}

bool take_field(const char *name, const char *text, std::optional<std::string> &out, std::string &problem)
{
    if (text == nullptr) {
        return true;
    }
    HeaderList check;
    if (check.add("x", text) != WEBSOCKET_OK) {
        problem = concat({name, " cannot be a field's value"});
        return false;
    }
    out = text;
    return true;
}

// RFC 6455 4.1: tokens, that is; "" offers none.
bool take_subprotocols(const char *list, std::optional<std::string> &out, std::string &problem)
{
    if (list == nullptr) {
        return true;
    }
    std::string_view rest = list;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find(','), rest.size());
        if (!is_token(trim_white_space(rest.substr(0, end)))) {
            problem = "subprotocols is not a list of tokens";
            return false;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out = list;
    return true;
}

bool take_size(const char *name, uint64_t value, uint64_t most, size_t &out, std::string &problem)
{
    if (value == 0 || value > most) {
        problem = concat({name, " is out of range"});
        return false;
    }
    out = static_cast<size_t>(value);
    return true;
}

bool take_deflate(const NetWebSocket_Options &known, std::optional<DeflateParameters> &out,
                  std::string &problem)
{
    if (known.permessageDeflate == 0) {
        return true;
    }
    if (!NWS_LWS_RAW_RX || !deflate_available()) {
        problem = "permessageDeflate: this build of the library has none";
        return false;
    }
    DeflateParameters parameters;
    parameters.server_no_context_takeover = known.deflateServerNoContextTakeover != 0;
    parameters.client_no_context_takeover = known.deflateClientNoContextTakeover != 0;
    parameters.server_max_window_bits = known.deflateServerMaxWindowBits;
    parameters.client_max_window_bits = known.deflateClientMaxWindowBits;
    if (const char *wrong = check_deflate_parameters(parameters)) {
        problem = concat({"permessageDeflate: ", wrong});
        return false;
    }
    out = parameters;
    return true;
}

}  // namespace

void fill_in_defaults(NetWebSocket_Options *options, size_t size)
{
    NetWebSocket_Options known = defaults();
    known.structSize = size;
    std::memset(options, 0, size);
    std::memcpy(options, &known, std::min(size, sizeof known));
}

bool read_options(const NetWebSocket_Options *options, ClientOptions &out, std::string &problem)
{
    if (options->structSize < kFirstOptionsSize || options->structSize > kLargestOptionsSize) {
        problem = "structSize is no size of the struct: NetWebSocket_InitOptions() sets it";
        return false;
    }
    NetWebSocket_Options known;
    if (!copy_known(options, known)) {
        problem = "an option is set that this version of the library does not know";
        return false;
    }
    out = environment_options();

    SessionOptions &session = out.session;
    session.callbacks = {known.userData, known.onTypedMessage, known.onMessagePart,
                         known.onPong,   known.onDrained,      known.onReconnect};
    session.timeouts = {Milliseconds(known.connectTimeoutMs), Milliseconds(known.closeTimeoutMs),
                        Milliseconds(known.pingIntervalMs), Milliseconds(known.pongTimeoutMs)};
    session.keeps_queue = known.reconnectKeepsQueue != 0 && known.reconnectAttempts > 0;
    session.drained_bytes = static_cast<size_t>(std::min<uint64_t>(known.drainedBytes, SIZE_MAX));

    out.reconnect = {known.reconnectAttempts, Milliseconds(known.reconnectDelayMs),
                     Milliseconds(known.reconnectMaxDelayMs), known.reconnectOn};
    out.keep_details = known.keepConnectionDetails != 0;

    out.tls.verify = known.tlsVerify != 0;
    take_text(known.tlsAuthorities, out.tls.authorities);
    take_text(known.tlsRevocations, out.tls.revocations);
    take_text(known.tlsCertificate, out.tls.certificate);
    take_text(known.tlsPrivateKey, out.tls.private_key);
    take_text(known.tlsPrivateKeyPassword, out.tls.private_key_password);
    take_text(known.tlsServerName, out.tls_server_name);
    if (known.proxy != nullptr) {
        out.proxy = known.proxy;
        out.proxy_source = "the proxy option";
    }
    if (known.tlsPins != nullptr) {
        out.problem.clear();
        out.tls.pins.clear();
        if (!parse_public_key_pins(known.tlsPins, out.tls.pins)) {
            problem = "tlsPins is not a list of sha256//base64";
            return false;
        }
    }
    // onMessage has 32 bits for a length.
    const uint64_t most =
        known.onTypedMessage == nullptr ? UINT32_MAX : std::max<uint64_t>(UINT32_MAX, SIZE_MAX / 2);
    return take_size("maxSendMessageBytes", known.maxSendMessageBytes, UINT32_MAX, out.max_send_bytes,
                     problem) &&
           take_size("maxReceiveMessageBytes", known.maxReceiveMessageBytes, most, session.max_receive_bytes,
                     problem) &&
           take_size("maxQueuedBytes", known.maxQueuedBytes, SIZE_MAX / 2, out.max_queued_bytes, problem) &&
           take_subprotocols(known.subprotocols, out.subprotocols, problem) &&
           take_field("origin", known.origin, out.origin, problem) &&
           take_field("host", known.host, out.host, problem) && take_deflate(known, out.deflate, problem);
}

}  // namespace nws
