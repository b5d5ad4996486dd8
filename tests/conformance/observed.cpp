// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "conformance/observed.h"

#include <algorithm>

#if NWS_TEST_ZLIB
#include "unit/reference_deflate.h"
#endif

namespace nws::test {

namespace {

constexpr uint32_t kProtocolError = 1009;  // WEBSOCKET_PROTOCOL_ERROR
constexpr uint32_t kLengthExceeded = 1012;
constexpr uint8_t kRsv1 = 4;

std::string words(const Item &item)
{
    const char *const names[] = {"text", "binary", "pong"};
    const size_t shown = std::min<size_t>(item.payload.size(), 12);
    return std::string(names[static_cast<size_t>(item.kind)]) + " of " + std::to_string(item.payload.size()) +
           " bytes (" + hex(std::string_view(item.payload).substr(0, shown)) +
           (shown < item.payload.size() ? " ..." : "") + ")";
}

bool same(const Item &a, const Item &b)
{
    return a.kind == b.kind && a.payload == b.payload;
}

bool is_message(const Item &item)
{
    return item.kind != Item::Kind::pong;
}

std::string compare_messages(const std::vector<Item> &got, const std::vector<Item> &wanted)
{
    for (size_t i = 0; i < std::min(got.size(), wanted.size()); ++i) {
        if (!same(got[i], wanted[i])) {
            return "message " + std::to_string(i + 1) + " is " + words(got[i]) + ", not " + words(wanted[i]);
        }
    }
    return got.size() == wanted.size()
               ? ""
               : std::to_string(got.size()) + " messages, not " + std::to_string(wanted.size());
}

// Each message in its order; each Pong in its order, and before the messages
// that its Ping came before; the newest Ping answered.
std::string compare_sent(const std::vector<Item> &sent, const Expectation &expected)
{
    const std::vector<Item> &wanted = expected.items;
    size_t pongs = 0;  // wanted[0, pongs) are answered, or need no answer any more
    size_t messages = 0;
    for (const Item &item : sent) {
        size_t &at = is_message(item) ? messages : pongs;
        while (at < wanted.size() && (is_message(wanted[at]) != is_message(item) ||
                                      (!is_message(item) && !same(wanted[at], item)))) {
            ++at;
        }
        if (at == wanted.size() || !same(wanted[at], item)) {
            return "the client sent " + words(item) + " out of place";
        }
        if (!is_message(item) && at < messages) {
            for (size_t i = at; i < messages; ++i) {
                if (is_message(wanted[i])) {
                    return "the client sent " + words(item) + " behind the answer to a later message";
                }
            }
        }
        ++at;
    }
    const auto rest = [&wanted](size_t from, bool of_messages) {
        return std::find_if(wanted.begin() + static_cast<std::ptrdiff_t>(from), wanted.end(),
                            [of_messages](const Item &item) { return is_message(item) == of_messages; });
    };
    if (expected.loss == Expectation::Loss::answers || expected.loss == Expectation::Loss::close) {
        return "";
    }
    if (const auto missing = rest(messages, true); missing != wanted.end()) {
        return "the client did not send back " + words(*missing);
    }
    const auto missing = rest(pongs, false);
    return missing == wanted.end() || expected.loss == Expectation::Loss::pings
               ? ""
               : "the client did not answer with " + words(*missing);
}

std::string wanted_order(const Expectation &expected)
{
    const auto messages = std::count_if(expected.items.begin(), expected.items.end(), is_message);
    return "o" + std::string(static_cast<size_t>(messages), 'm') +
           (expected.end == Expectation::End::failed ? "ec" : "c");
}

std::string compare_ends(const Observed &observed, const Expectation &expected)
{
    const auto differs = [](const char *what, uint32_t got, uint32_t wanted) {
        return std::string(what) + " is " + std::to_string(got) + ", not " + std::to_string(wanted);
    };
    if (observed.close != expected.code) {
        return differs("onClose's code", observed.close, expected.code);
    }
    if (expected.end == Expectation::End::peer && observed.close_reason != expected.reason) {
        return "onClose's reason is \"" + observed.close_reason + "\"";
    }
    if (expected.end == Expectation::End::failed) {
        const uint32_t error = expected.code == 1009 ? kLengthExceeded : kProtocolError;
        if (observed.error != error) {
            return differs("onError's code", observed.error, error);
        }
        if (observed.error_text.empty() || observed.close_reason.empty()) {
            return "no words for what is wrong";
        }
    }
    if (expected.end == Expectation::End::dropped || expected.end == Expectation::End::waits) {
        return observed.sent_close ? "a Close frame was sent" : "";
    }
    if (!observed.sent_close && expected.loss == Expectation::Loss::close) {
        return "";
    }
    return !observed.sent_close ? "no Close frame was sent"
           : *observed.sent_close != expected.code
               ? differs("the Close frame's code", *observed.sent_close, expected.code)
               : "";
}

}  // namespace

Expectation whole_expectation(const Expectation &expected)
{
    Expectation whole = expected;
    if (whole.end == Expectation::End::open) {
        whole.items.push_back(text(kLastMessage));
        whole.end = Expectation::End::peer;
        whole.code = 1000;
    }
    return whole;
}

std::string difference(const Observed &observed, const Expectation &expected)
{
    if (!observed.broken.empty()) {
        return observed.broken;
    }
    std::vector<Item> messages;
    std::copy_if(expected.items.begin(), expected.items.end(), std::back_inserter(messages), is_message);
    std::string wrong = compare_messages(observed.messages, messages);
    if (wrong.empty() && observed.order != wanted_order(expected)) {
        wrong = "the application's events are " + observed.order + ", not " + wanted_order(expected);
    }
    if (wrong.empty()) {
        wrong = compare_ends(observed, expected);
    }
    if (wrong.empty()) {
        wrong = compare_sent(observed.sent, expected);
    }
    return wrong.empty() || observed.error_text.empty() ? wrong : wrong + " (" + observed.error_text + ")";
}

#if NWS_TEST_ZLIB
struct SentFrames::Inflater : ReferenceInflater {
    using ReferenceInflater::ReferenceInflater;
};
#else
struct SentFrames::Inflater {
    Inflater(int, bool) {}
    static std::string decompress(const std::string &) { return {}; }
};
#endif

SentFrames::SentFrames(const std::optional<DeflateTerms> &terms, Observed &observed) : observed_(observed)
{
    if (terms) {
        inflater_ = std::make_unique<Inflater>(std::max(terms->client_bits, 9), !terms->client_alone);
    }
}

SentFrames::~SentFrames() = default;

void SentFrames::add(Opcode opcode, bool fin, uint8_t rsv, std::string_view payload)
{
    if (observed_.sent_close) {
        observed_.broken = "a frame behind the client's Close";
        return;
    }
    if (opcode == Opcode::close) {
        observed_.sent_close = payload.size() < 2
                                   ? uint16_t{1005}
                                   : static_cast<uint16_t>((payload[0] & 0xFF) << 8 | (payload[1] & 0xFF));
        return;
    }
    if (is_control(opcode)) {
        if (opcode == Opcode::pong) {
            observed_.sent.push_back(pong(std::string(payload)));
        }
        return;
    }
    if (opcode != Opcode::continuation) {
        opcode_ = opcode;
        compressed_ = rsv == kRsv1;
        joined_.clear();
    }
    joined_ += payload;
    if (!fin) {
        return;
    }
    if (compressed_ && inflater_ != nullptr) {
        joined_ = inflater_->decompress(joined_);
    }
    observed_.sent.push_back(opcode_ == Opcode::text ? text(joined_) : binary(joined_));
}

}  // namespace nws::test
