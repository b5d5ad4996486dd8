// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about text that is UTF-8 and text that is not (RFC 3629):
// the first and last code point of each form, and what lies just beyond.

#include "conformance/case.h"

namespace nws::test {

namespace {

struct Good {
    const char *what;
    std::string bytes;
};

struct Bad {
    const char *what;
    std::string bytes;
    int known;  // which byte shows it: 0, 1, …; kEnd: the end of the message
};

constexpr int kEnd = -1;

const std::vector<Good> &good_texts()
{
    static const std::vector<Good> kGood = {
        {"U+0000", std::string(1, '\0')},
        {"U+007F", "\x7F"},
        {"U+0080, the first of two bytes", "\xC2\x80"},
        {"U+07FF, the last of two bytes", "\xDF\xBF"},
        {"U+0800, the first of three bytes", "\xE0\xA0\x80"},
        {"U+0FFF", "\xE0\xBF\xBF"},
        {"U+1000", "\xE1\x80\x80"},
        {"U+CFFF", "\xEC\xBF\xBF"},
        {"U+D000", "\xED\x80\x80"},
        {"U+D7FF, the last before the surrogates", "\xED\x9F\xBF"},
        {"U+E000, the first behind the surrogates", "\xEE\x80\x80"},
        {"U+FDD0, no character, but allowed", "\xEF\xB7\x90"},
        {"U+FEFF, the byte order mark", "\xEF\xBB\xBF"},
        {"U+FFFD", "\xEF\xBF\xBD"},
        {"U+FFFE, no character, but allowed", "\xEF\xBF\xBE"},
        {"U+FFFF, the last of three bytes", "\xEF\xBF\xBF"},
        {"U+10000, the first of four bytes", "\xF0\x90\x80\x80"},
        {"U+3FFFF", "\xF0\xBF\xBF\xBF"},
        {"U+40000", "\xF1\x80\x80\x80"},
        {"U+FFFFF", "\xF3\xBF\xBF\xBF"},
        {"U+100000", "\xF4\x80\x80\x80"},
        {"U+10FFFE, no character, but allowed", "\xF4\x8F\xBF\xBE"},
        {"U+10FFFF, the last of all", "\xF4\x8F\xBF\xBF"},
        {"all lengths in a row", "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z"},
    };
    return kGood;
}

const std::vector<Bad> &bad_texts()
{
    static const std::vector<Bad> kBad = {
        {"a continuation byte alone", "\x80", 0},
        {"the last continuation byte alone", "\xBF", 0},
        {"two continuation bytes", "\x80\xBF", 0},
        {"a continuation byte too many", "\xC2\x80\x80", 2},
        {"a continuation byte too many behind four", "\xF0\x9F\x98\x80\x80", 4},
        {"C0, overlong U+0000", "\xC0\x80", 0},
        {"C0, overlong U+002F", "\xC0\xAF", 0},
        {"C1, overlong U+007F", "\xC1\xBF", 0},
        {"overlong U+0000 in three bytes", "\xE0\x80\x80", 1},
        {"overlong U+07FF", "\xE0\x9F\xBF", 1},
        {"overlong U+0000 in four bytes", "\xF0\x80\x80\x80", 1},
        {"overlong U+FFFF", "\xF0\x8F\xBF\xBF", 1},
        {"U+D800, a surrogate", "\xED\xA0\x80", 1},
        {"U+DBFF, a surrogate", "\xED\xAF\xBF", 1},
        {"U+DC00, a surrogate", "\xED\xB0\x80", 1},
        {"U+DFFF, a surrogate", "\xED\xBF\xBF", 1},
        {"a pair of surrogates", "\xED\xA0\x81\xED\xB0\x80", 1},
        {"U+110000", "\xF4\x90\x80\x80", 1},
        {"U+13FFFF", "\xF4\xBF\xBF\xBF", 1},
        {"F5", "\xF5\x80\x80\x80", 0},
        {"F7", "\xF7\xBF\xBF\xBF", 0},
        {"F8, a form of five bytes", "\xF8\x88\x80\x80\x80", 0},
        {"FB, a form of five bytes", "\xFB\xBF\xBF\xBF\xBF", 0},
        {"FC, a form of six bytes", "\xFC\x84\x80\x80\x80\x80", 0},
        {"FE", "\xFE", 0},
        {"FF", "\xFF", 0},
        {"a letter behind the first of two bytes",
         "\xC2"
         "A",
         1},
        {"a letter behind the first of three bytes",
         "\xE2"
         "A",
         1},
        {"a letter behind the second of three bytes",
         "\xE2\x82"
         "A",
         2},
        {"a letter behind the first of four bytes",
         "\xF1"
         "A",
         1},
        {"a letter behind the second of four bytes",
         "\xF1\x80"
         "A",
         2},
        {"a letter behind the third of four bytes",
         "\xF1\x80\x80"
         "A",
         3},
        {"a first byte behind the first of two bytes", "\xC2\xC2", 1},
        {"a first byte behind the second of three bytes", "\xE2\x82\xE2", 2},
        {"a first byte behind the third of four bytes", "\xF1\x80\x80\xC2", 3},
        {"one of two bytes at the end", "\xC2", kEnd},
        {"one of three bytes at the end", "\xE2", kEnd},
        {"two of three bytes at the end", "\xE2\x82", kEnd},
        {"one of four bytes at the end", "\xF0", kEnd},
        {"two of four bytes at the end", "\xF0\x9F", kEnd},
        {"three of four bytes at the end", "\xF0\x9F\x98", kEnd},
        {"E0 at the end", "\xE0", kEnd},
        {"ED at the end", "\xED", kEnd},
        {"F4 8F BF at the end", "\xF4\x8F\xBF", kEnd},
    };
    return kBad;
}

std::string whole_text(const Bad &bad)
{
    return "good " + bad.bytes + (bad.known == kEnd ? "" : " good");
}

void add_good(CaseList &list)
{
    list.group("Text that is UTF-8");
    for (const Good &good : good_texts()) {
        list.add(good.what, "6455 8.1", frame(Opcode::text, good.bytes), delivers({text(good.bytes)}));
    }
    for (const Good &good : good_texts()) {
        const std::string payload = "<" + good.bytes + ">";
        list.add(std::string(good.what) + "; in fragments of a byte", "6455 5.6, 8.1",
                 in_fragments(Opcode::text, payload, 1), delivers({text(payload)}));
    }
    list.add("empty fragments within a character", "6455 5.6, 8.1",
             frame(Opcode::text, "\xF0\x9F", Fin::no) + frame(Opcode::continuation, "", Fin::no) +
                 frame(Opcode::continuation, "\x98", Fin::no) + frame(Opcode::continuation, "", Fin::no) +
                 frame(Opcode::continuation, "\x80"),
             delivers({text("\xF0\x9F\x98\x80")}));
    std::string all;
    for (int i = 0; i < 300; ++i) {
        for (const Good &good : good_texts()) {
            all += good.bytes;
        }
    }
    list.add("all of them three hundred times", "6455 8.1", frame(Opcode::text, all), delivers({text(all)}));
    list.add("all of them three hundred times, in fragments of 61 bytes", "6455 5.6, 8.1",
             in_fragments(Opcode::text, all, 61), delivers({text(all)}));
    list.add("bytes that are none, in a binary message", "6455 5.6",
             frame(Opcode::binary, "\xFF\xC0\xED\xA0\x80"), delivers({binary("\xFF\xC0\xED\xA0\x80")}));
    list.add("a cut character in a binary message, then a text", "6455 5.6",
             frame(Opcode::binary, "\xE2\x82") + frame(Opcode::text, "a"),
             delivers({binary("\xE2\x82"), text("a")}));
}

void add_bad(CaseList &list)
{
    list.group("Text that is not UTF-8");
    for (const Bad &bad : bad_texts()) {
        list.add(std::string(bad.what) + " (" + hex(bad.bytes) + ")", "6455 8.1",
                 frame(Opcode::text, whole_text(bad)), fails(1007));
    }
    for (const Bad &bad : bad_texts()) {
        list.add(std::string(bad.what) + "; in fragments of a byte", "6455 5.6, 8.1",
                 in_fragments(Opcode::text, whole_text(bad), 1), fails(1007));
    }
    list.add("a good text, then a bad one", "6455 8.1",
             frame(Opcode::text, "good") + frame(Opcode::text, "\xFF"), fails(1007, {text("good")}));
    list.add(
        "a character that a Ping and then a letter interrupt", "6455 8.1",
        frame(Opcode::text, "\xE2", Fin::no) + frame(Opcode::ping, "p") + frame(Opcode::continuation, "x"),
        fails(1007, {pong("p")}));
    list.add("a character cut by the message's end, the rest in the next message", "6455 8.1",
             frame(Opcode::text, "\xE2\x82") + frame(Opcode::text, "\xAC"), fails(1007));
    list.add("an empty last fragment within a character", "6455 8.1",
             frame(Opcode::text, "\xE2\x82", Fin::no) + frame(Opcode::continuation, ""), fails(1007));
}

// Of the frame comes no more than the first bad byte. The system's libwebsockets
// keeps payload back until the frame ends or its buffer is full.
void add_fast(CaseList &list)
{
    constexpr size_t kAnnounced = 100000;
    list.group("Seen within a frame, before its rest has come");
    const auto add = [&list](const std::string &name, const std::string &wire,
                             const std::vector<Item> &items) {
        list.add(name, "6455 8.1", wire, fails(1007, items)).on_system = waits(items);
    };
    const std::string begin = head(0x81, 127, kAnnounced, 8);
    for (const Bad &bad : bad_texts()) {
        if (bad.known != kEnd) {
            add(std::string(bad.what) + " (" + hex(bad.bytes) + ")",
                begin + "good " + bad.bytes.substr(0, static_cast<size_t>(bad.known) + 1), {});
        }
    }
    add("the first byte of 100000", begin + "\xFF", {});
    add("the last byte but one of 100000", begin + counted_text(kAnnounced - 2) + "\xFF", {});
    add("in a continuation frame",
        frame(Opcode::text, "good \xE2", Fin::no) + head(0x80, 127, kAnnounced, 8) + "\x82\xE2", {});
    add("behind a good text", frame(Opcode::text, "good") + begin + "good \xC0", {text("good")});
}

}  // namespace

void add_utf8_cases(CaseList &list)
{
    add_good(list);
    add_bad(list);
    add_fast(list);
}

}  // namespace nws::test
