// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the negotiation of permessage-deflate (RFC 7692 5 and 7.1).
// Must not know: the handshake around it, zlib.

#include "deflate/deflate_parameters.h"

#include <algorithm>
#include <cstddef>

#include "base/header_list.h"
#include "base/text.h"

namespace nws {
namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr std::string_view kServerNoContextTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoContextTakeover = "client_no_context_takeover";
constexpr std::string_view kServerMaxWindowBits = "server_max_window_bits";
constexpr std::string_view kClientMaxWindowBits = "client_max_window_bits";
constexpr int kMinWindowBits = 8;
constexpr int kMaxWindowBits = 15;

constexpr const char *kMalformed = "the server's Sec-WebSocket-Extensions is malformed (RFC 6455 9.1)";
constexpr const char *kNotOffered = "the server chose an extension that was not offered";
constexpr const char *kTwice = "the server accepted permessage-deflate twice (RFC 7692 5)";
constexpr const char *kUnknown = "the server's permessage-deflate has an unknown parameter (RFC 7692 7.1)";
constexpr const char *kRepeated = "the server's permessage-deflate has a parameter twice (RFC 7692 7.1)";
constexpr const char *kTakeoverValue =
    "the server's permessage-deflate gives no_context_takeover a value (RFC 7692 7.1.1)";
constexpr const char *kServerTakeover =
    "the server does not agree to server_no_context_takeover (RFC 7692 7.1.1.1)";
constexpr const char *kServerBits =
    "the server's server_max_window_bits is not a number from 8 to 15 (RFC 7692 7.1.2.1)";
constexpr const char *kServerBitsTooMany =
    "the server's server_max_window_bits is more than was offered (RFC 7692 7.1.2.1)";
constexpr const char *kServerBitsMissing =
    "the server does not agree to server_max_window_bits (RFC 7692 7.1.2.1)";
constexpr const char *kClientBits =
    "the server's client_max_window_bits is not a number from 8 to 15 (RFC 7692 7.1.2.2)";
constexpr const char *kClientBitsTooMany =
    "the server's client_max_window_bits is more than was offered (RFC 7692 7.1.2.2)";

bool is_token_char(char c)
{
    return is_token({&c, 1});
}

// One parameter's value: a token, or a quoted string that holds one. Kept are
// its first characters, more than any good value has.
struct Value {
    bool given = false;
    size_t length = 0;
    char text[4] = {};

    void add(char c)
    {
        if (length < sizeof text) {
            text[length] = c;
        }
        ++length;
    }
    // 8 to 15 without leading zeros; 0: another.
    int window_bits() const
    {
        if (length == 1 && (text[0] == '8' || text[0] == '9')) {
            return text[0] - '0';
        }
        const bool two = length == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5';
        return two ? 10 + text[1] - '0' : 0;
    }
};

// Takes a list of extensions apart (RFC 6455 9.1).
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) { skip_space(); }

    bool at_end() const { return text_.empty(); }
    // "" when there is none.
    std::string_view take_token()
    {
        const auto end = std::find_if_not(text_.begin(), text_.end(), is_token_char);
        const std::string_view token = text_.substr(0, static_cast<size_t>(end - text_.begin()));
        text_.remove_prefix(token.size());
        skip_space();
        return token;
    }
    bool take(char c)
    {
        if (text_.empty() || text_.front() != c) {
            return false;
        }
        text_.remove_prefix(1);
        skip_space();
        return true;
    }
    // False: malformed. What a quoted string holds must be a token, too.
    bool take_value(Value &value)
    {
        value.given = true;
        if (text_.empty() || text_.front() != '"') {
            for (const char c : take_token()) {
                value.add(c);
            }
            return value.length > 0;
        }
        size_t i = 1;
        for (; i < text_.size() && text_[i] != '"'; ++i) {
            i += text_[i] == '\\' ? 1 : 0;
            if (i == text_.size() || !is_token_char(text_[i])) {
                return false;
            }
            value.add(text_[i]);
        }
        if (i >= text_.size() || value.length == 0) {
            return false;
        }
        text_.remove_prefix(i + 1);
        skip_space();
        return true;
    }

private:
    void skip_space() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size())); }

    std::string_view text_;
};

// The parameters of one answer, as they come.
class Judge {
public:
    explicit Judge(const DeflateParameters &offered) : offered_(offered) {}

    const char *on_parameter(std::string_view name, const Value &value)
    {
        if (name == kServerNoContextTakeover) {
            return on_flag(value, agreed_.server_no_context_takeover);
        }
        if (name == kClientNoContextTakeover) {
            return on_flag(value, agreed_.client_no_context_takeover);
        }
        if (name == kServerMaxWindowBits) {
            return on_window_bits(value, server_bits_given_, agreed_.server_max_window_bits, kServerBits);
        }
        if (name == kClientMaxWindowBits) {
            return on_window_bits(value, client_bits_given_, agreed_.client_max_window_bits, kClientBits);
        }
        return kUnknown;
    }

    const char *at_end(DeflateAnswer &answer)
    {
        if (offered_.server_no_context_takeover && !agreed_.server_no_context_takeover) {
            return kServerTakeover;
        }
        if (agreed_.server_max_window_bits > offered_.server_max_window_bits) {
            return server_bits_given_ ? kServerBitsTooMany : kServerBitsMissing;
        }
        // It may ask for fewer bits than we offered; if it asks for none, we keep
        // to what we said.
        if (client_bits_given_ && agreed_.client_max_window_bits > offered_.client_max_window_bits) {
            return kClientBitsTooMany;
        }
        agreed_.client_max_window_bits =
            std::min(agreed_.client_max_window_bits, offered_.client_max_window_bits);
        agreed_.client_no_context_takeover |= offered_.client_no_context_takeover;
        agreed_.level = offered_.level;
        answer = {true, agreed_};
        return nullptr;
    }

private:
    static const char *on_flag(const Value &value, bool &flag)
    {
        if (value.given) {
            return kTakeoverValue;
        }
        return mark(flag);
    }
    static const char *on_window_bits(const Value &value, bool &given, int &bits, const char *wrong)
    {
        bits = value.window_bits();
        return bits == 0 ? wrong : mark(given);
    }
    static const char *mark(bool &flag)
    {
        if (flag) {
            return kRepeated;
        }
        flag = true;
        return nullptr;
    }

    const DeflateParameters &offered_;
    DeflateParameters agreed_;
    bool server_bits_given_ = false;
    bool client_bits_given_ = false;
};

const char *judge_parameters(Reader &reader, Judge &judge)
{
    while (reader.take(';')) {
        const std::string_view name = reader.take_token();
        Value value;
        if (name.empty() || (reader.take('=') && !reader.take_value(value))) {
            return kMalformed;
        }
        const char *const wrong = judge.on_parameter(name, value);
        if (wrong != nullptr) {
            return wrong;
        }
    }
    return reader.at_end() || reader.take(',') ? nullptr : kMalformed;
}

const char *judge_list(Reader &reader, const DeflateParameters *offered, DeflateAnswer &answer)
{
    while (!reader.at_end()) {
        if (reader.take(',')) {
            continue;  // a list may have empty elements (RFC 9110 5.6.1.2)
        }
        const std::string_view name = reader.take_token();
        if (name.empty()) {
            return kMalformed;
        }
        if (offered == nullptr || name != kName) {
            return kNotOffered;
        }
        if (answer.accepted) {
            return kTwice;
        }
        Judge judge(*offered);
        const char *wrong = judge_parameters(reader, judge);
        if (wrong == nullptr) {
            wrong = judge.at_end(answer);
        }
        if (wrong != nullptr) {
            return wrong;
        }
    }
    return nullptr;
}

void add_window_bits(std::string &offer, std::string_view name, int bits)
{
    offer += "; ";
    offer += name;
    if (bits < kMaxWindowBits) {
        offer += '=';
        offer += decimal(static_cast<uint64_t>(bits));
    }
}

}  // namespace

const char *check_deflate_parameters(const DeflateParameters &parameters) noexcept
{
    for (const int bits : {parameters.server_max_window_bits, parameters.client_max_window_bits}) {
        if (bits < kMinWindowBits || bits > kMaxWindowBits) {
            return "permessage-deflate: window bits must be 8 to 15";
        }
    }
    return parameters.level < 0 || parameters.level > 9 ? "permessage-deflate: the level must be 0 to 9"
                                                        : nullptr;
}

std::string write_deflate_offer(const DeflateParameters &offered)
{
    std::string offer(kName);
    if (offered.server_no_context_takeover) {
        offer += "; ";
        offer += kServerNoContextTakeover;
    }
    if (offered.client_no_context_takeover) {
        offer += "; ";
        offer += kClientNoContextTakeover;
    }
    if (offered.server_max_window_bits < kMaxWindowBits) {
        add_window_bits(offer, kServerMaxWindowBits, offered.server_max_window_bits);
    }
    // Without a value it says that the server may limit us (RFC 7692 7.1.2.2).
    add_window_bits(offer, kClientMaxWindowBits, offered.client_max_window_bits);
    return offer;
}

const char *judge_extensions(std::string_view value, const DeflateParameters *offered,
                             DeflateAnswer &answer) noexcept
{
    answer = {};
    Reader reader(value);
    const char *const wrong = judge_list(reader, offered, answer);
    if (wrong != nullptr) {
        answer = {};
    }
    return wrong;
}

}  // namespace nws
