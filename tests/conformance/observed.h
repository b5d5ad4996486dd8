// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what was seen of a case, at the application and on the wire, and whether
// that is what must come of it. Pure.
// Must not know: how the case was run, the library.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/case.h"

namespace nws::test {

struct Observed {
    // The application's events: o, m, e, c, as EventLog::order() has them.
    std::string order;
    std::vector<Item> messages;
    uint32_t error = 0;
    std::string error_text;
    uint32_t close = 0;
    std::string close_reason;

    // The client's messages and Pongs in order, and its Close frame.
    std::vector<Item> sent;
    std::optional<uint16_t> sent_close;
    std::string broken;  // what the client's frames have wrong
};

// The message behind all others of a case that ends open: once its echo has
// come, all Pongs are out. Then the server closes with 1000.
inline const std::string kLastMessage = "the last message";

// What must be seen of a case, that message and the server's Close included.
Expectation whole_expectation(const Expectation &expected);

// "" or what is not as it must be. RFC 6455 5.5.3: of Pings that came before one
// was answered, the newest needs an answer.
std::string difference(const Observed &observed, const Expectation &expected);

// Takes the client's frames in, joins and decompresses messages.
class SentFrames {
public:
    SentFrames(const std::optional<DeflateTerms> &terms, Observed &observed);
    ~SentFrames();

    void add(Opcode opcode, bool fin, uint8_t rsv, std::string_view payload);

private:
    struct Inflater;

    Observed &observed_;
    std::unique_ptr<Inflater> inflater_;
    Opcode opcode_ = Opcode::continuation;
    bool compressed_ = false;
    std::string joined_;
};

}  // namespace nws::test
