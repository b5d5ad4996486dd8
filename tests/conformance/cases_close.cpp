// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about the server's Close frame, and what comes behind it.

#include "conformance/case.h"

namespace nws::test {

namespace {

constexpr uint16_t kNoCode = 1005;

void add_lengths(CaseList &list)
{
    list.group("Close frames of every length");
    list.add("empty", "6455 5.5.1", frame(Opcode::close), closes(kNoCode));
    for (const char byte : {'\x00', '\x03', '\xFF'}) {
        list.add("one byte, " + hex(std::string(1, byte)), "6455 5.5.1",
                 frame(Opcode::close, std::string(1, byte)), fails(1002))
            .on_system = closes(kNoCode);
    }
    for (size_t length = 0; length <= 123; ++length) {
        const bool shown = length <= 4 || length % 20 == 0 || length >= 122;
        if (shown) {
            const std::string reason = counted_text(length);
            list.add("a code and a reason of " + std::to_string(length) + " bytes", "6455 5.5.1",
                     close_frame(1000, reason), closes(1000, reason));
        }
    }
    list.add("126 bytes", "6455 5.5", close_frame(1000, counted_text(124)), fails(1002));
    list.add("127 bytes", "6455 5.5", close_frame(1000, counted_text(125)), fails(1002));
}

// The system's libwebsockets makes 1002 of those that it does not know.
void add_codes(CaseList &list)
{
    list.group("Close codes");
    const auto replaced = [](uint16_t code) {
        return code < 1000 || (code >= 1004 && code <= 1006) || (code >= 1012 && code < 3000);
    };
    for (const uint16_t code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000,
                                3001, 3999, 4000, 4500, 4999}) {
        Case &added =
            list.add(std::to_string(code), "6455 7.4", close_frame(code, "why"), closes(code, "why"));
        if (replaced(code)) {
            added.on_system = closes(1002, "why");
        }
    }
    const auto add_bad = [&](uint16_t code, const std::string &name, const std::string &reason) {
        Case &added =
            list.add(std::to_string(code) + name, "6455 7.4", close_frame(code, reason), fails(1002));
        added.on_system.reset();
        if (replaced(code)) {
            added.on_system = closes(1002, reason);
        }
    };
    for (const uint16_t code : {0, 1, 500, 999, 1004, 1005, 1006, 1015, 1016, 1099, 1100, 1999, 2000, 2999,
                                5000, 9999, 32768, 65535}) {
        add_bad(code, ", which must not be sent", "why");
    }
    for (const uint16_t code : {1005, 5000}) {
        add_bad(code, " without a reason, which must not be sent", "");
    }
}

void add_reasons(CaseList &list)
{
    list.group("Close reasons");
    const std::string longest = counted_text(119) + "\xF0\x9F\x98\x80";
    for (const std::string &reason :
         {std::string("\xC3\xA4\xE2\x82\xAC"), std::string("\xF4\x8F\xBF\xBF"), longest}) {
        list.add("UTF-8 of " + std::to_string(reason.size()) + " bytes", "6455 5.5.1",
                 close_frame(1000, reason), closes(1000, reason));
    }
    for (const char *bytes : {"\x80", "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82",
                              "\xE2\x82 ", "good, then \xC3\x28"}) {
        list.add("bytes that are no UTF-8: " + hex(bytes), "6455 5.5.1, 8.1", close_frame(1000, bytes),
                 fails(1007));
    }
    list.add("a character that does not fit", "6455 5.5.1, 8.1",
             close_frame(1000, counted_text(121) + "\xE2\x82"), fails(1007));
    list.add("a bad code and a bad reason", "6455 7.4", close_frame(999, "\xFF"), fails(1002)).on_system =
        fails(1007);
}

// The system's libwebsockets closes TCP with what is behind the frame unread,
// and so resets it.
void add_around(CaseList &list)
{
    list.group("Around the Close frame");
    const auto add_behind = [&list](const std::string &name, const std::string &section,
                                    const std::string &wire, const Expectation &expected) {
        list.add(name, section, wire, expected).on_system = with_loss(expected, Expectation::Loss::close);
    };
    const auto add = [&list](const std::string &name, const std::string &section, const std::string &wire,
                             Expectation expected) { list.add(name, section, wire, std::move(expected)); };
    const std::string close = close_frame(1000, "bye");
    const Expectation closed = closes(1000, "bye");
    add("a text before it", "6455 5.5.1", frame(Opcode::text, "before") + close,
        closes(1000, "bye", {text("before")}));
    add("three texts before it", "6455 5.5.1",
        frame(Opcode::text, "a") + frame(Opcode::text, "b") + frame(Opcode::text, "c") + close,
        closes(1000, "bye", {text("a"), text("b"), text("c")}));
    add("a message of 65536 bytes before it", "6455 5.5.1",
        frame(Opcode::binary, counted_bytes(65536)) + close,
        closes(1000, "bye", {binary(counted_bytes(65536))}));
    add("a Ping before it", "6455 5.5.1", frame(Opcode::ping, "p") + close, closes(1000, "bye", {pong("p")}));
    add_behind("a text behind it", "6455 1.4", close + frame(Opcode::text, "late"), closed);
    add_behind("a binary of 65536 bytes behind it", "6455 1.4",
               close + frame(Opcode::binary, counted_bytes(65536)), closed);
    add_behind("a Ping behind it", "6455 5.5.2", close + frame(Opcode::ping, "late"), closed);
    add_behind("a Pong behind it", "6455 1.4", close + frame(Opcode::pong, "late"), closed);
    add_behind("another one behind it", "6455 1.4", close + close_frame(1001, "again"), closed);
    add_behind("a bad one behind it", "6455 1.4", close + close_frame(999), closed);
    add_behind("a reserved opcode behind it", "6455 1.4", close + frame(static_cast<Opcode>(3), "bad"),
               closed);
    add_behind("bytes that are no frame behind it", "6455 1.4", close + std::string(40, '\xFF'), closed);
    add_behind("a text before it and one behind it", "6455 1.4",
               frame(Opcode::text, "before") + close + frame(Opcode::text, "late"),
               closes(1000, "bye", {text("before")}));
    const std::string begun = frame(Opcode::text, "begin", Fin::no);
    add("in the middle of a message", "6455 5.4, 5.5.1", begun + close, closed);
    add_behind("in the middle of a message that goes on", "6455 5.4, 5.5.1",
               begun + close + frame(Opcode::continuation, "end"), closed);
    add("in the middle of a character", "6455 5.4, 5.5.1", frame(Opcode::text, "\xE2", Fin::no) + close,
        closed);
    add("behind a Ping in the middle of a message", "6455 5.4, 5.5.1",
        begun + frame(Opcode::ping, "p") + close, closes(1000, "bye", {pong("p")}));
    add("an empty one behind a text", "6455 5.5.1", frame(Opcode::text, "before") + frame(Opcode::close),
        closes(kNoCode, "", {text("before")}));
}

}  // namespace

void add_close_cases(CaseList &list)
{
    add_lengths(list);
    add_codes(list);
    add_reasons(list);
    add_around(list);
}

}  // namespace nws::test
