// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the table of cases: what a server sends, what must come of it, and the
// RFC's section that says so. Pure.
// Must not know: how a case is run, the library.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/frame_coder.h"

namespace nws::test {

// What some frames ask for: a message for the application, which sends it back,
// or a Pong.
struct Item {
    enum class Kind { text, binary, pong };

    Kind kind = Kind::text;
    std::string payload;
};

// What must come of a case; the items are in the order of their frames.
struct Expectation {
    enum class End {
        open,     // the connection goes on
        peer,     // the server's Close frame is answered with the same code
        failed,   // onError, a Close frame with the code, onClose
        dropped,  // the client ends TCP without a Close frame
        waits,    // it goes on, and nothing comes of the last bytes until more come
    };
    // What the system's libwebsockets may leave out.
    enum class Loss {
        none,
        pings,    // of several, the newest need not be answered
        answers,  // those that are not out when the connection ends
        close,    // and the Close frame, too: TCP is reset
    };

    std::vector<Item> items;
    End end = End::open;
    uint16_t code = 0;
    std::string reason;  // the server's
    Loss loss = Loss::none;
};

// What was agreed on in the handshake (RFC 7692 7.1).
struct DeflateTerms {
    int server_bits = 15;
    int client_bits = 15;
    bool server_alone = false;  // no context takeover
    bool client_alone = false;
};

struct Case {
    std::string group;
    std::string name;     // unique within the group
    std::string section;  // "6455 5.2"
    std::string wire;     // the server's bytes behind its handshake
    Expectation expected;
    // What the system's libwebsockets makes of it, if that is something else.
    std::optional<Expectation> on_system;
    bool tried_on_system = true;
    std::optional<DeflateTerms> deflate;
    uint64_t receive_limit = 0;  // 0: as it is by itself
};

class CaseList {
public:
    void group(std::string name) { group_ = std::move(name); }
    // That library drops the connection where a rule of frames is broken (1002),
    // and answers the oldest of several Pings: so the case says, until told else.
    Case &add(std::string name, std::string section, std::string wire, Expectation expected);

    std::vector<Case> cases;

private:
    std::string group_;
};

// Each file's.
void add_frame_cases(CaseList &list);
void add_fragment_cases(CaseList &list);
void add_control_cases(CaseList &list);
void add_close_cases(CaseList &list);
void add_utf8_cases(CaseList &list);
void add_deflate_cases(CaseList &list);

const std::vector<Case> &all_cases();
// In the order of the table.
std::vector<std::string> groups();

// Whether the build can make compressed messages; without, their cases mean nothing.
bool has_deflate();

// ---- to write cases with ----

Item text(std::string payload);
Item binary(std::string payload);
Item pong(std::string payload = {});

Expectation delivers(std::vector<Item> items);
Expectation closes(uint16_t code, std::string reason = {}, std::vector<Item> items = {});
Expectation fails(uint16_t code, std::vector<Item> items = {});
Expectation drops(std::vector<Item> items = {});
Expectation waits(std::vector<Item> items = {});
Expectation with_loss(Expectation expected, Expectation::Loss loss);

enum class Fin { no, yes };

// As the server sends it. The reserved bits: 4, 2 and 1 are RSV1, 2 and 3.
std::string frame(Opcode opcode, std::string_view payload = {}, Fin fin = Fin::yes, uint8_t rsv = 0);
std::string masked_frame(Opcode opcode, std::string_view payload);
std::string close_frame(uint16_t code, std::string_view reason = {});
// A head that says what it likes; lengths are written in 0, 2 or 8 bytes.
std::string head(int first_byte, int second_byte, uint64_t length = 0, int length_bytes = 0);
// Fragments of so many bytes.
std::string in_fragments(Opcode opcode, std::string_view payload, size_t bytes);

// Bytes that tell their place, and such a text.
std::string counted_bytes(size_t length);
std::string counted_text(size_t length);

// "E2 82 AC"
std::string hex(std::string_view bytes);

}  // namespace nws::test
