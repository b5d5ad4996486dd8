// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Inbox: conversations as tables, each fed cut at every
// place, for whole messages and for parts, and random ones. The frames are
// written by a writer of its own.

#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "connection/inbox.h"
#include "unit/check.h"
#include "unit/failed_malloc.h"

namespace {

using namespace nws;
using nws::test::run;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

constexpr size_t kLimit = 1000;

// ---- what the server sends

constexpr uint8_t kFin = 0x80, kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

std::string big_endian(uint64_t value, int bytes)
{
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return out;
}

std::string head(int first_byte, uint64_t length)
{
    const std::string first(1, static_cast<char>(first_byte));
    if (length < 126) {
        return first + static_cast<char>(length);
    }
    return length < 65536 ? first + '\x7E' + big_endian(length, 2) : first + '\x7F' + big_endian(length, 8);
}

std::string frame(int first_byte, const std::string &payload)
{
    return head(first_byte, payload.size()) + payload;
}
std::string text(const std::string &payload)
{
    return frame(kFin | kText, payload);
}
std::string binary(const std::string &payload)
{
    return frame(kFin | kBinary, payload);
}
std::string ping(const std::string &payload)
{
    return frame(kFin | kPing, payload);
}
std::string closing(unsigned code, const std::string &reason)
{
    return frame(kFin | kClose, big_endian(code, 2) + reason);
}

// ---- what came out

struct Outcome {
    Strings events;  // "text …", "binary …", "ping …", "pong …", "close 1000 …"
    Violation violation;
    size_t fed = 0;      // bytes fed up to and with the piece that ended it
    std::string broken;  // a promise of the interface that was not kept
    // Of a message that comes in parts, those so far.
    std::string joined;
    bool in_message = false;
};

std::string describe(const Inbox &inbox, Inbox::Event event)
{
    const std::string control(reinterpret_cast<const char *>(inbox.control_payload()),
                              inbox.control_length());
    switch (event) {
    case Inbox::Event::message:
        return (inbox.message().text ? "text " : "binary ") +
               std::string(inbox.message().data, inbox.message().length);
    case Inbox::Event::ping:
        return "ping " + control;
    case Inbox::Event::pong:
        return "pong " + control;
    case Inbox::Event::close:
        return "close " + std::to_string(inbox.close_code()) + ' ' + control;
    default:
        return "no memory";
    }
}

// What a message's last part makes whole becomes the event of a whole one.
void join(const Message &part, Outcome &outcome)
{
    if (part.data == nullptr || part.first == outcome.in_message || (part.length == 0 && !part.last)) {
        outcome.broken = "not a part that may come here";
        return;
    }
    const std::string kind = part.text ? "text " : "binary ";
    if (part.first) {
        outcome.joined = kind;
    } else if (outcome.joined.rfind(kind, 0) != 0) {
        outcome.broken = "another kind than the first part";
    }
    outcome.joined.append(part.data, part.length);
    outcome.in_message = !part.last;
    if (part.last) {
        outcome.events.push_back(outcome.joined);
    }
}

// Feeds one piece, as one read of the socket would. False: it is over.
bool feed_piece(Inbox &inbox, const std::string &piece, Outcome &outcome)
{
    std::vector<char> input(piece.begin(), piece.end());
    input.push_back('|');  // what may be overwritten; the block ends there
    char *cursor = input.data();
    char *const end = cursor + piece.size();
    outcome.fed += piece.size();
    for (;;) {
        const Inbox::Event event = inbox.next(cursor, end);
        if (event == Inbox::Event::more) {
            break;
        }
        if (event == Inbox::Event::violation) {
            outcome.violation = inbox.violation();
            return false;
        }
        if (event == Inbox::Event::part) {
            join(inbox.message(), outcome);
            continue;
        }
        outcome.events.push_back(describe(inbox, event));
        if (event == Inbox::Event::message && inbox.message().data[inbox.message().length] != '\0') {
            outcome.broken = "no NUL behind a message";
        }
        if (event == Inbox::Event::close || event == Inbox::Event::no_memory) {
            return false;
        }
    }
    if (cursor != end) {
        outcome.broken = "`more` with bytes left";
    }
    if (input.back() != '|' || !std::equal(piece.begin(), piece.end(), input.begin())) {
        outcome.broken = "the input was changed for good";
    }
    return true;
}

// `cuts`: ascending positions in bytes at which the stream is cut.
Outcome feed(const std::string &bytes, const std::vector<size_t> &cuts, size_t limit = kLimit,
             Delivery delivery = Delivery::whole)
{
    Inbox inbox(limit, delivery);
    Outcome outcome;
    size_t from = 0;
    for (size_t i = 0; i <= cuts.size(); ++i) {
        const size_t to = i < cuts.size() ? cuts[i] : bytes.size();
        if (!feed_piece(inbox, bytes.substr(from, to - from), outcome)) {
            break;
        }
        from = to;
    }
    return outcome;
}

std::vector<size_t> every(size_t step, size_t length)
{
    std::vector<size_t> cuts;
    for (size_t at = step; at < length; at += step) {
        cuts.push_back(at);
    }
    return cuts;
}

std::string shown(const std::string &bytes)
{
    std::string out;
    for (size_t i = 0; i < bytes.size() && i < 60; ++i) {
        char hex[8];
        snprintf(hex, sizeof hex, bytes[i] >= ' ' && bytes[i] <= '~' ? "%c" : "\\x%02X", bytes[i] & 0xFF);
        out += hex;
    }
    return out;
}

struct Case {
    const char *name;
    std::string bytes;
    Strings events;
    uint16_t code = 0;           // of the violation that ends it; 0: none
    const char *word = nullptr;  // in its text
    size_t at = 0;               // how many bytes show it
};

bool same(const Case &c, const Outcome &outcome, const std::string &how)
{
    const Violation &violation = outcome.violation;
    const char *const what = violation.what == nullptr ? "" : violation.what;
    if (outcome.broken.empty() && outcome.events == c.events && violation.close_code == c.code &&
        (c.code == 0 || (strstr(what, c.word) != nullptr && strstr(what, "the server ") == what))) {
        return true;
    }
    print_error("%s, %s: %s violation %u \"%s\"\n", c.name, how.c_str(), outcome.broken.c_str(),
                violation.close_code, what);
    for (const auto &event : outcome.events) {
        print_error("  got %zu: %s\n", event.size(), shown(event).c_str());
    }
    return false;
}

bool same_at_every_cut(const Case &c, Delivery delivery)
{
    const auto cut_at = [&](const std::vector<size_t> &cuts) {
        return feed(c.bytes, cuts, delivery == Delivery::whole ? kLimit : 0, delivery);
    };
    if (!same(c, cut_at({}), "whole")) {
        return false;
    }
    const Outcome bytewise = cut_at(every(1, c.bytes.size()));
    if (!same(c, bytewise, "byte by byte")) {
        return false;
    }
    if (c.code != 0 && bytewise.fed != c.at) {
        print_error("%s: noticed at byte %zu, not %zu\n", c.name, bytewise.fed, c.at);
        return false;
    }
    for (size_t cut = 1; cut < c.bytes.size(); ++cut) {
        if (!same(c, cut_at({cut}), "cut at " + std::to_string(cut))) {
            return false;
        }
    }
    return true;
}

bool all_same(const std::vector<Case> &cases, Delivery delivery)
{
    bool good = true;
    for (const Case &c : cases) {
        good &= same_at_every_cut(c, delivery);
    }
    return good;
}

bool all_same(const std::vector<Case> &cases)
{
    return all_same(cases, Delivery::whole) && all_same(cases, Delivery::in_parts);
}

// ---- the tables

const std::string kLong(300, 'l');
const std::string k125(125, 'c');

bool good_conversations()
{
    return all_same({
        {"nothing", "", {}},
        {"text", text("hello"), {"text hello"}},
        {"binary", binary("a\0b"s), {"binary a\0b"s}},
        {"empty ones", text("") + binary("") + ping(""), {"text ", "binary ", "ping "}},
        {"several",
         text("a") + text("bc") + binary("def") + text(""),
         {"text a", "text bc", "binary def", "text "}},
        {"long head", binary(kLong) + text("x"), {"binary " + kLong, "text x"}},
        {"at the limit", binary(std::string(kLimit, 'm')), {"binary " + std::string(kLimit, 'm')}},
        {"controls", ping("p") + frame(kFin | kPong, "q") + ping(k125), {"ping p", "pong q", "ping " + k125}},
        {"fragments",
         frame(kText, "Hel") + frame(kContinuation, "l") + frame(kFin | kContinuation, "o"),
         {"text Hello"}},
        {"fragments at the limit",
         frame(kBinary, std::string(400, 'm')) + frame(kFin | kContinuation, std::string(kLimit - 400, 'm')),
         {"binary " + std::string(kLimit, 'm')}},
        {"empty fragments",
         frame(kText, "") + frame(kContinuation, "") + frame(kContinuation, "x") +
             frame(kFin | kContinuation, "") + text("y"),
         {"text x", "text y"}},
        {"only empty fragments",
         frame(kBinary, "") + frame(kContinuation, "") + frame(kFin | kContinuation, ""),
         {"binary "}},
        {"all in the last fragment",
         frame(kBinary, "") + frame(kFin | kContinuation, "x") + text("y"),
         {"binary x", "text y"}},
        {"controls between fragments",
         frame(kText, "a") + ping("1") + frame(kContinuation, "b") + frame(kFin | kPong, "2") + ping("") +
             frame(kFin | kContinuation, "c") + ping("3"),
         {"ping 1", "pong 2", "ping ", "text abc", "ping 3"}},
        {"a message after fragments",
         frame(kText, "a") + frame(kFin | kContinuation, "b") + binary("c"),
         {"text ab", "binary c"}},
        {"UTF-8",
         text("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF\xF4\x8F\xBF\xBF") + text("x"),
         {"text \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF\xF4\x8F\xBF\xBF", "text x"}},
        {"a character across fragments",
         frame(kText, "\xE2") + ping("\xFF") + frame(kContinuation, "\x82") +
             frame(kFin | kContinuation, "\xAC"),
         {"ping \xFF", "text \xE2\x82\xAC"}},
        {"binary is no text",
         binary("\xFF\xC0\x80") + binary("\xE2"),
         {"binary \xFF\xC0\x80", "binary \xE2"}},
        {"binary, then text",
         frame(kBinary, "\xE2") + frame(kFin | kContinuation, "\xFF") + text("t"),
         {"binary \xE2\xFF", "text t"}},
        {"NUL in text", text("a\0b"s), {"text a\0b"s}},
    });
}

bool good_closes()
{
    std::vector<Case> cases = {
        {"no code", frame(kFin | kClose, ""), {"close 1005 "}},
        {"code", closing(1000, ""), {"close 1000 "}},
        {"reason", text("x") + closing(1001, "bye \xE2\x82\xAC"), {"text x", "close 1001 bye \xE2\x82\xAC"}},
        {"longest reason", closing(1000, std::string(123, 'r')), {"close 1000 " + std::string(123, 'r')}},
        {"inside a message", frame(kText, "x") + closing(1011, "oops"), {"close 1011 oops"}},
        {"the rest is left alone", closing(1000, "") + "\xFF\xFF\xFF", {"close 1000 "}},
        {"after a ping", ping("long one") + frame(kFin | kClose, ""), {"ping long one", "close 1005 "}},
    };
    for (unsigned code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
        cases.push_back({"registered", closing(code, "r"), {"close " + std::to_string(code) + " r"}});
    }
    return all_same(cases);
}

bool bad_frames()
{
    const std::string good = text("good") + ping("p");
    const Strings events = {"text good", "ping p"};
    const size_t n = good.size();
    return all_same({
        {"masked", good + "\x81\x81\x01\x02\x03\x04x", events, 1002, "masked", n + 2},
        {"masked, empty", "\x81\x80\x01\x02\x03\x04", {}, 1002, "5.1", 2},
        {"RSV1", good + "\xC1\x01x", events, 1002, "reserved bit", n + 1},
        {"RSV2", good + "\xA2\x01x", events, 1002, "reserved bit", n + 1},
        {"RSV3 on a control frame", good + "\x99\x01x", events, 1002, "reserved bit", n + 1},
        {"reserved data opcode", good + frame(kFin | 3, "x"), events, 1002, "opcode", n + 1},
        {"reserved control opcode", good + frame(kFin | 11, "x"), events, 1002, "opcode", n + 1},
        {"fragmented ping", good + frame(kPing, "x"), events, 1002, "fragmented", n + 1},
        {"fragmented close", good + frame(kClose, ""), events, 1002, "fragmented", n + 1},
        {"long ping", good + frame(kFin | kPing, k125 + "x"), events, 1002, "over 125", n + 2},
        {"long close", good + frame(kFin | kClose, "\x03\xE8" + k125), events, 1002, "over 125", n + 2},
        {"negative length", good + "\x82\x7F" + big_endian(uint64_t{1} << 63, 8), events, 1002, "highest bit",
         n + 10},
        {"2 bytes too long", good + "\x82\x7E" + big_endian(125, 2), events, 1002, "more bytes", n + 4},
        {"8 bytes too long", good + "\x82\x7F" + big_endian(65535, 8), events, 1002, "more bytes", n + 10},
        {"continuation of nothing", good + frame(kFin | kContinuation, "x"), events, 1002, "not begun",
         n + 2},
        {"continuation of a whole message", text("a") + frame(kContinuation, ""), {"text a"}, 1002, "5.4", 5},
        {"continuation of a fragmented message",
         frame(kText, "a") + frame(kFin | kContinuation, "b") + frame(kFin | kContinuation, "c"),
         {"text ab"},
         1002,
         "not begun",
         8},
        {"message inside a message",
         frame(kText, "a") + ping("p") + text("b"),
         {"ping p"},
         1002,
         "inside",
         8},
        {"fragmented message inside another", frame(kBinary, "") + frame(kBinary, ""), {}, 1002, "inside", 4},
    });
}

bool bad_closes()
{
    const std::string good = text("good");
    const Strings events = {"text good"};
    const size_t n = good.size();
    std::vector<Case> cases = {
        {"half a code", good + frame(kFin | kClose, "\x03"), events, 1002, "half a code", n + 3},
        {"half a code after a ping",
         ping("\x03\xE8") + frame(kFin | kClose, "\x03"),
         {"ping \x03\xE8"},
         1002,
         "half a code",
         7},
        {"reason is not UTF-8", good + closing(1000, "a\xFF"), events, 1007, "reason", n + 6},
        {"reason ends inside a character", good + closing(1000, "\xE2\x82"), events, 1007, "reason", n + 6},
        {"code before reason", good + closing(999, "\xFF"), events, 1002, "close code", n + 5},
    };
    for (unsigned code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        cases.push_back({"code not allowed", good + closing(code, "x"), events, 1002, "close code", n + 5});
    }
    return all_same(cases);
}

bool bad_text()
{
    return all_same({
        {"lone continuation byte", text("ab\x80xyz"), {}, 1007, "UTF-8", 5},
        {"overlong", text("ab\xC0\xAFxyz"), {}, 1007, "UTF-8", 5},
        {"overlong in three", text("ab\xE0\x9F\x80xyz"), {}, 1007, "UTF-8", 6},
        {"surrogate", text("ab\xED\xA0\x80xyz"), {}, 1007, "UTF-8", 6},
        {"above U+10FFFF", text("ab\xF4\x90\x80\x80xyz"), {}, 1007, "UTF-8", 6},
        {"in a long frame", text(kLong + "\xFF" + kLong), {}, 1007, "UTF-8", 4 + 300 + 1},
        {"character cut off", text("ab\xE2\x82"), {}, 1007, "UTF-8", 6},
        {"character cut off, then more", text("\xE2\x82") + text("\xAC"), {}, 1007, "UTF-8", 4},
        {"in the second fragment",
         frame(kText, "\xE2\x82") + ping("p") + frame(kContinuation, "x"),
         {"ping p"},
         1007,
         "UTF-8",
         4 + 3 + 3},
        {"cut off at the end of fragments",
         frame(kText, "a\xF0") + frame(kFin | kContinuation, "\x9F"),
         {},
         1007,
         "UTF-8",
         4 + 3},
        {"cut off before an empty last fragment",
         frame(kText, "a\xC3") + frame(kFin | kContinuation, ""),
         {},
         1007,
         "UTF-8",
         4 + 2},
        {"text after binary", binary("\xE2") + text("\x82"), {"binary \xE2"}, 1007, "UTF-8", 3 + 3},
    });
}

bool too_long()
{
    const std::string half(kLimit / 2, 'h');
    return all_same(
        {
            {"one frame", text("x") + head(kFin | kBinary, kLimit + 1), {"text x"}, 1009, "limit", 3 + 4},
            {"one huge frame", head(kFin | kText, UINT64_MAX / 2), {}, 1009, "limit", 10},
            {"first fragment", head(kText, kLimit + 1), {}, 1009, "limit", 4},
            {"sum of fragments",
             frame(kBinary, half) + frame(kContinuation, half) + ping("p") + head(kContinuation, 1),
             {"ping p"},
             1009,
             "limit",
             2 * (4 + kLimit / 2) + 3 + 2},
            {"sum that would wrap around",
             frame(kBinary, "x") + head(kContinuation, UINT64_MAX / 2),
             {},
             1009,
             "limit",
             3 + 10},
        },
        Delivery::whole);
}

// ---- sizes

bool every_size()
{
    bool good = true;
    for (size_t size : {size_t{0}, size_t{1}, size_t{125}, size_t{126}, size_t{127}, size_t{65535},
                        size_t{65536}, size_t{70000}, size_t{5} << 20}) {
        std::string payload(size, '\0');
        for (size_t i = 0; i < size; ++i) {
            payload[i] = static_cast<char>('a' + i * 31 % 61 % 26);
        }
        const Case c = {"size",
                        text(payload) + binary(payload) + text("end"),
                        {"text " + payload, "binary " + payload, "text end"}};
        const size_t length = c.bytes.size(), second = length / 2;
        std::vector<std::vector<size_t>> ways = {{}, every(4096, length), every(65536, length)};
        if (size <= 70000) {
            ways.push_back(every(1, length));
        }
        for (size_t at : {size_t{1}, second - 4, length - 1}) {
            for (size_t cut = at; cut < at + 16 && cut < length; ++cut) {
                ways.push_back({cut});
            }
        }
        for (const auto &cuts : ways) {
            const auto how = std::to_string(size) + " bytes, " + std::to_string(cuts.size()) + " cuts";
            good &= same(c, feed(c.bytes, cuts, size_t{6} << 20), how);
        }
    }
    return good;
}

// ---- in place

bool delivered_in_place()
{
    const std::string bytes = text("first") + binary(kLong) + text("last");
    std::string input = bytes + '|';
    Inbox inbox(kLimit);
    char *cursor = &input[0];
    char *const end = cursor + bytes.size();
    // The last ends with the input: its NUL is behind that.
    const char *const lies[] = {&input[2], &input[7 + 4], end - 4};
    for (const char *at : lies) {
        if (inbox.next(cursor, end) != Inbox::Event::message || inbox.message().data != at) {
            print_error("not in place\n");
            return false;
        }
        if (at == lies[1]) {
            inbox.release();  // before next() does: what is left is as it was
            if (input != bytes + '|') {
                print_error("not restored by release()\n");
                return false;
            }
        }
    }
    return cursor == end && *end == '\0' && inbox.next(cursor, end) == Inbox::Event::more &&
           input == bytes + '|';
}

bool in_place_across_fragments()
{
    std::string input = frame(kText, "") + frame(kFin | kContinuation, "whole") + ping("");
    Inbox inbox(kLimit);
    char *cursor = &input[0];
    char *const end = cursor + input.size();
    return inbox.next(cursor, end) == Inbox::Event::message && inbox.message().data == &input[4] &&
           inbox.next(cursor, end) == Inbox::Event::ping && inbox.control_length() == 0;
}

// ---- in parts

// Each as it came, where it lies; nothing for an empty frame but the last.
bool parts_as_they_come()
{
    std::string input = frame(kText, "") + frame(kContinuation, "ab\xE2") + ping("p") +
                        frame(kContinuation, "") + frame(kFin | kContinuation, "\x82\xACz") + binary("") +
                        head(kFin | kBinary, 3) + "x";
    const struct {
        bool text, first, last;
        std::string payload;
        size_t at;
    } expected[] = {
        {true, true, false, "ab\xE2", 4},
        {true, false, true, "\x82\xACz", 14},
        {false, true, true, "", 0},
        {false, true, false, "x", 21},
    };
    Inbox inbox(0, Delivery::in_parts);
    char *cursor = &input[0];
    char *const end = cursor + input.size();
    for (const auto &part : expected) {
        Inbox::Event event = inbox.next(cursor, end);
        if (event == Inbox::Event::ping) {
            event = inbox.next(cursor, end);
        }
        const Message &got = inbox.message();
        CHECK(event == Inbox::Event::part);
        CHECK(got.text == part.text && got.first == part.first && got.last == part.last);
        CHECK(got.data != nullptr && std::string(got.data, got.length) == part.payload);
        CHECK(part.payload.empty() || got.data == &input[part.at]);
    }
    return inbox.next(cursor, end) == Inbox::Event::more;
}

// What was good is out before what is bad is noticed.
bool bad_text_in_parts()
{
    std::string input = frame(kText, "good") + frame(kContinuation, "bad\xFF");
    Inbox inbox(0, Delivery::in_parts);
    char *cursor = &input[0];
    char *const end = cursor + input.size();
    CHECK(inbox.next(cursor, end) == Inbox::Event::part && inbox.message().length == 4);
    CHECK(inbox.next(cursor, end) == Inbox::Event::violation && inbox.violation().close_code == 1007);
    return true;
}

// A message larger than memory: 2^63 - 1 bytes in one frame.
bool endless_message_in_parts()
{
    std::string input = head(kFin | kBinary, UINT64_MAX / 2);
    Inbox inbox(kLimit, Delivery::in_parts);
    size_t got = 0;
    for (int i = 0; i < 1000; ++i) {
        input += std::string(65536, 'x');
        char *cursor = &input[0];
        char *const end = cursor + input.size();
        CHECK(inbox.next(cursor, end) == Inbox::Event::part && cursor == end);
        CHECK(inbox.message().first == (i == 0) && !inbox.message().last);
        got += inbox.message().length;
        CHECK(inbox.next(cursor, end) == Inbox::Event::more);
        input.clear();
    }
    return got == 65'536'000;
}

// ---- frames that were taken apart elsewhere

struct Piece {
    bool first, text, last;
    std::string payload;
};

Outcome feed_pieces(const std::vector<Piece> &pieces, Delivery delivery = Delivery::whole)
{
    Inbox inbox(delivery == Delivery::whole ? kLimit : 0, delivery);
    Outcome outcome;
    for (const Piece &piece : pieces) {
        std::vector<char> input(piece.payload.begin(), piece.payload.end());
        const Inbox::Event event =
            inbox.piece(piece.first, piece.text, piece.last, input.data(), input.size());
        if (event == Inbox::Event::violation) {
            outcome.violation = inbox.violation();
            break;
        }
        if (event == Inbox::Event::part) {
            join(inbox.message(), outcome);
        } else if (event != Inbox::Event::more) {
            outcome.events.push_back(describe(inbox, event));
        }
        if (event == Inbox::Event::message && inbox.message().data[inbox.message().length] != '\0') {
            outcome.broken = "no NUL behind a message";
        }
    }
    return outcome;
}

bool pieces_of(Delivery delivery)
{
    return same({"messages", "", {"text whole", "binary a\xFF", "text ", "text \xE2\x82\xAC"}},
                feed_pieces({{true, true, true, "whole"},
                             {true, false, false, "a"},
                             {false, true, true, "\xFF"},
                             {true, true, true, ""},
                             {true, true, false, "\xE2"},
                             {false, true, false, ""},
                             {false, true, false, "\x82"},
                             {false, true, true, "\xAC"}},
                            delivery),
                "pieces") &&
           same({"bad text", "", {"text x"}, 1007, "UTF-8"},
                feed_pieces({{true, true, true, "x"}, {true, true, false, "a\xFF"}}, delivery), "pieces");
}

bool pieces()
{
    const std::string half(kLimit / 2, 'h');
    return pieces_of(Delivery::whole) && pieces_of(Delivery::in_parts) &&
           same({"too long", "", {}, 1009, "limit"},
                feed_pieces(
                    {{true, false, false, half}, {false, false, false, half}, {false, false, true, "x"}}),
                "pieces");
}

bool no_memory()
{
    const nws::test::AddressSpaceTaken taken;
    const Outcome outcome = feed(head(kFin | kBinary, SIZE_MAX / 2 - 2) + "x", {}, SIZE_MAX);
    return outcome.events == Strings{"no memory"} && outcome.violation.what == nullptr;
}

// ---- random conversations

std::string random_payload(std::mt19937 &random, size_t most)
{
    std::string payload(random() % 8 == 0 ? random() % (most + 1) : random() % 40, '\0');
    for (char &c : payload) {
        c = static_cast<char>('0' + random() % 64);
    }
    return payload;
}

void add_message(std::mt19937 &random, Case &c)
{
    const bool is_text = random() % 2 != 0;
    const std::string payload = random_payload(random, 70000);
    int opcode = is_text ? kText : kBinary;
    size_t at = 0;
    while (random() % 2 != 0) {
        const size_t length = random() % (payload.size() - at + 1);
        c.bytes += frame(opcode, payload.substr(at, length));
        at += length;
        opcode = kContinuation;
        if (random() % 3 == 0) {
            const std::string control = random_payload(random, 125);
            c.bytes += ping(control);
            c.events.push_back("ping " + control);
        }
    }
    c.bytes += frame(kFin | opcode, payload.substr(at));
    c.events.push_back((is_text ? "text " : "binary ") + payload);
}

std::vector<size_t> random_cuts(std::mt19937 &random, size_t length)
{
    const size_t step = size_t{1} << random() % 17;
    std::vector<size_t> cuts;
    for (size_t at = 1 + random() % step; at < length; at += 1 + random() % step) {
        cuts.push_back(at);
    }
    return cuts;
}

bool random_conversations()
{
    for (unsigned round = 0; round < 200; ++round) {
        const unsigned seed = round < 100 ? round : std::random_device()();
        std::mt19937 random(seed);
        Case c = {"random", "", {}};
        for (unsigned i = random() % 20; i > 0; --i) {
            add_message(random, c);
        }
        const auto cuts = random_cuts(random, c.bytes.size());
        const std::string how = "seed " + std::to_string(seed);
        if (!same(c, feed(c.bytes, cuts, 70000), how) ||
            !same(c, feed(c.bytes, cuts, 0, Delivery::in_parts), "in parts, " + how)) {
            return false;
        }
    }
    return true;
}

// Whatever comes, the interface keeps its promises.
bool random_bytes()
{
    for (unsigned round = 0; round < 2000; ++round) {
        const unsigned seed = round < 1000 ? round : std::random_device()();
        std::mt19937 random(seed);
        Case c = {"random bytes", "", {}};
        add_message(random, c);
        for (unsigned i = random() % 4 + 1; i > 0 && !c.bytes.empty(); --i) {
            c.bytes[random() % std::min<size_t>(c.bytes.size(), 200)] = static_cast<char>(random());
        }
        for (const Delivery delivery : {Delivery::whole, Delivery::in_parts}) {
            const Outcome whole = feed(c.bytes, {}, kLimit, delivery),
                          cut = feed(c.bytes, random_cuts(random, c.bytes.size()), kLimit, delivery);
            if (!whole.broken.empty() || !cut.broken.empty() || whole.events != cut.events ||
                whole.violation.close_code != cut.violation.close_code) {
                print_error("seed %u: %s %s\n", seed, whole.broken.c_str(), cut.broken.c_str());
                return false;
            }
        }
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<good_conversations>),
        cmocka_unit_test(run<good_closes>),
        cmocka_unit_test(run<bad_frames>),
        cmocka_unit_test(run<bad_closes>),
        cmocka_unit_test(run<bad_text>),
        cmocka_unit_test(run<too_long>),
        cmocka_unit_test(run<every_size>),
        cmocka_unit_test(run<delivered_in_place>),
        cmocka_unit_test(run<in_place_across_fragments>),
        cmocka_unit_test(run<parts_as_they_come>),
        cmocka_unit_test(run<bad_text_in_parts>),
        cmocka_unit_test(run<endless_message_in_parts>),
        cmocka_unit_test(run<pieces>),
        cmocka_unit_test(run<no_memory>),
        cmocka_unit_test(run<random_conversations>),
        cmocka_unit_test(run<random_bytes>),
    };
    return cmocka_run_group_tests_name("inbox", tests, nullptr, nullptr);
}
