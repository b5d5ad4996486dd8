// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of permessage-deflate in Outbox, Inbox and MessageReader:
// which frames compressed messages become and are read from (RFC 7692 6 and
// 7.2), with zlib alone as the other side; and of bombs.

#include <string.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "connection/inbox.h"
#include "connection/outbox.h"
#include "unit/check.h"
#include "unit/failed_malloc.h"
#include "unit/reference_deflate.h"
#include "unit/shortage.h"
#include "unit/wire.h"

namespace {

using namespace nws;
using namespace nws::test;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

constexpr size_t kMinCapacity = 256;
constexpr size_t kEnough = 65536;
constexpr size_t kLimit = 100'000;

DeflateParameters parameters(int window_bits = 15, bool takeover = true)
{
    DeflateParameters out;
    out.server_max_window_bits = out.client_max_window_bits = window_bits;
    out.server_no_context_takeover = out.client_no_context_takeover = !takeover;
    return out;
}

std::string noise(size_t size, unsigned seed)
{
    std::mt19937 random(seed);
    std::string out(size, '\0');
    for (char &c : out) {
        c = static_cast<char>(random());
    }
    return out;
}

std::string prose(size_t size, unsigned seed)
{
    const char *const words[] = {"the ", "server ", "sends ", "{\"id\":", "17}, ", "\xE2\x82\xAC ", "a "};
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size) {
        out += words[random() % 7];
    }
    return out;
}

// ---- out: what the peer makes of the wire

struct Peer {
    explicit Peer(const DeflateParameters &agreed)
        : inflater(agreed.client_max_window_bits, !agreed.client_no_context_takeover)
    {
    }

    ReferenceInflater inflater;
    Strings got;     // "text …", "z text …" if it came compressed, "ping …", …
    Strings frames;  // "81" and so on, the first byte of each
    std::string broken;
    std::string joined;  // payload of a message so far
    int first = -1;      // of the message that is under way, its first byte

    void read(std::string wire)
    {
        Frame frame;
        while (!wire.empty() && broken.empty()) {
            if (!take_frame(wire, frame)) {
                broken = "no whole frame";
                return;
            }
            on_frame(frame);
        }
    }
    void on_frame(const Frame &frame)
    {
        static const char *const kNames[] = {"close ", "ping ", "pong "};
        char hex[3];
        snprintf(hex, sizeof hex, "%02X", static_cast<unsigned>(frame.first_byte));
        frames.push_back(hex);
        const int opcode = frame.first_byte & 0x0F;
        if (opcode >= 8) {
            broken = (frame.first_byte & 0xF0) != 0x80 || opcode > 10 ? "control frame's first byte" : broken;
            got.push_back(kNames[(opcode - 8) % 3] + frame.payload);
            return;
        }
        if ((opcode == 0) != (first >= 0) || (opcode == 0 && (frame.first_byte & 0x70) != 0) ||
            (frame.first_byte & 0x30) != 0) {
            broken = "data frame's first byte";
            return;
        }
        first = first < 0 ? frame.first_byte : first;
        joined += frame.payload;
        if ((frame.first_byte & 0x80) != 0) {
            const bool compressed = (first & 0x40) != 0;
            got.push_back((compressed ? "z "s : ""s) + ((first & 0x0F) == 1 ? "text " : "binary ") +
                          (compressed ? inflater.decompress(joined) : joined));
            joined.clear();
            first = -1;
        }
    }
};

struct Sender {
    Outbox outbox;
    MaskSource masks;
    std::string wire;
    size_t queued = 0;
    std::string broken;

    explicit Sender(const DeflateParameters &agreed = parameters())
    {
        outbox.set_deflater(MessageDeflater::create(agreed));
    }
    bool push(Opcode opcode, const std::string &payload, Piece piece = Piece::whole)
    {
        OutgoingMessage *const message =
            OutgoingMessage::create(opcode, payload.data(), payload.size(), 0, piece);
        const bool accepted = outbox.push(message);
        if (!accepted) {
            OutgoingMessage::destroy(message);
        }
        queued += accepted ? OutgoingMessage::cost(payload.size()) : 0;
        return accepted;
    }
    bool text(const std::string &payload, Piece piece = Piece::whole)
    {
        return push(Opcode::text, payload, piece);
    }
    size_t fill(size_t capacity)
    {
        std::vector<uint8_t> out(capacity);
        const bool was_empty = outbox.empty();
        size_t released = ~size_t{0};
        const size_t length = outbox.fill(out.data(), capacity, masks, &released);
        queued -= released;
        if (length > capacity || (length == 0) != was_empty || queued != outbox.queued_cost()) {
            broken = "fill()";
            return 0;
        }
        wire.append(reinterpret_cast<char *>(out.data()), length);
        return length;
    }
    void drain(size_t capacity)
    {
        while (broken.empty() && fill(capacity) > 0) {
        }
    }
};

bool reads(const Sender &sender, const Strings &expected, const DeflateParameters &agreed = parameters())
{
    Peer peer(agreed);
    peer.read(sender.wire);
    if (sender.broken.empty() && peer.broken.empty() && peer.got == expected) {
        return true;
    }
    print_error("%s %s\n", sender.broken.c_str(), peer.broken.c_str());
    for (const auto &message : peer.got) {
        print_error("  got %zu: %.40s\n", message.size(), message.c_str());
    }
    return false;
}

bool messages_go_compressed()
{
    const std::string a = prose(1000, 1), b = noise(1000, 1);
    size_t alone = 0;
    for (const bool takeover : {false, true}) {
        Sender sender(parameters(15, takeover));
        sender.text(a);
        sender.push(Opcode::binary, b);
        sender.text("short");
        sender.text(a);
        sender.text("");
        sender.drain(kEnough);
        CHECK(reads(sender, {"z text " + a, "z binary " + b, "text short", "z text " + a, "text "},
                    parameters(15, takeover)));
        CHECK(sender.queued == 0 && sender.wire[0] == '\xC1');  // FIN, RSV1, text
        CHECK(!takeover || sender.wire.size() + 100 < alone);
        alone = sender.wire.size();
    }
    return true;
}

bool all_sizes_and_rooms()
{
    for (const size_t capacity :
         {kMinCapacity, size_t{257}, size_t{1000}, size_t{4096}, kEnough, size_t{1} << 20}) {
        for (const int bits : {8, 15}) {
            Sender sender(parameters(bits));
            Strings expected;
            for (const size_t size : {1, 15, 16, 100, 125, 126, 127, 1000, 65535, 65536, 300'000}) {
                for (const std::string &message : {noise(size, 1), prose(size, 1)}) {
                    sender.push(Opcode::binary, message);
                    expected.push_back((message.size() < 16 ? "binary " : "z binary ") + message);
                }
            }
            sender.drain(capacity);
            CHECK(reads(sender, expected, parameters(bits)));
        }
    }
    return true;
}

// One frame for each message that fits whole; another waits for a new buffer
// rather than to be cut.
bool frames_are_cut_only_if_they_must()
{
    Sender sender;
    for (unsigned i = 0; i < 100; ++i) {
        sender.push(Opcode::binary, noise(1000, i));
    }
    sender.drain(kEnough);
    Peer peer(parameters());
    peer.read(sender.wire);
    CHECK(peer.broken.empty() && peer.frames == Strings(100, "C2"));

    Sender large;
    large.push(Opcode::binary, noise(150'000, 1));
    large.drain(kEnough);
    Peer other(parameters());
    other.read(large.wire);
    CHECK(other.frames == Strings({"42", "00", "80"}));
    return true;
}

bool controls_go_between_frames()
{
    const std::string message = noise(1000, 1);
    Sender sender;
    sender.push(Opcode::binary, message);
    sender.text("next");
    sender.fill(kMinCapacity);
    sender.outbox.push_ping("1", 1);
    sender.fill(kMinCapacity);
    sender.outbox.push_pong("2", 1);
    sender.drain(kMinCapacity);
    Peer peer(parameters());
    peer.read(sender.wire);
    CHECK(peer.broken.empty() &&
          peer.got == Strings({"ping 1", "pong 2", "z binary " + message, "text next"}));
    return true;
}

// A message on the wire in part is finished, compressed or not.
bool dropped_behind_one_on_the_wire()
{
    const std::string message = noise(1000, 1);
    Sender sender;
    sender.push(Opcode::binary, message);
    sender.text(prose(100, 1));
    sender.fill(kMinCapacity);
    sender.queued -= sender.outbox.drop_messages();
    CHECK(sender.queued == OutgoingMessage::cost(1000));
    sender.outbox.push_close(1001, "", 0);
    sender.drain(kMinCapacity);
    CHECK(sender.queued == 0);
    return reads(sender, {"z binary " + message, "close \x03\xE9"});
}

bool streams_go_compressed()
{
    const Strings pieces = {"", "a", prose(5000, 1), "", noise(1000, 1), ""};
    std::string whole;
    for (const std::string &piece : pieces) {
        whole += piece;
    }
    for (const bool takeover : {false, true}) {
        for (const size_t capacity : {kMinCapacity, kEnough}) {
            Sender sender(parameters(15, takeover));
            for (int round = 0; round < 3; ++round) {
                for (size_t i = 0; i < pieces.size(); ++i) {
                    sender.text(pieces[i], i == 0                   ? Piece::first
                                           : i + 1 == pieces.size() ? Piece::last
                                                                    : Piece::middle);
                    sender.text("waits");
                    sender.drain(capacity);
                }
            }
            Strings expected;
            for (int round = 0; round < 3; ++round) {
                expected.push_back("z text " + whole);
                expected.insert(expected.end(), 6, "text waits");
            }
            CHECK(reads(sender, expected, parameters(15, takeover)) && sender.queued == 0);
        }
    }
    return true;
}

bool close_cuts_a_compressed_stream()
{
    Sender sender;
    sender.text(prose(1000, 1), Piece::first);
    sender.text("lost");
    sender.text(prose(1000, 2), Piece::middle);
    sender.outbox.push_close(1000, "", 0);
    sender.drain(kEnough);
    Peer peer(parameters());
    peer.read(sender.wire);
    CHECK(peer.broken.empty() && peer.got == Strings{"close \x03\xE8"} && sender.queued == 0);
    CHECK(peer.frames == Strings({"41", "00", "88"}));
    return true;
}

bool without_memory_nothing_is_compressed()
{
    if (!can_run_short()) {
        return true;
    }
    const std::string a = prose(1000, 1);
    Sender sender;
    sender.text(a);
    sender.text(a, Piece::first);
    sender.text(a, Piece::last);
    uint8_t out[4096];
    size_t released = 0;
    g_allocations_left = 0;
    const size_t length = sender.outbox.fill(out, sizeof out, sender.masks, &released);
    g_allocations_left = -1;
    sender.wire.assign(reinterpret_cast<char *>(out), length);
    sender.queued -= released;
    sender.text(a);
    sender.drain(kEnough);
    return reads(sender, {"text " + a, "text " + a + a, "z text " + a});
}

// ---- in: what the Inbox makes of frames

std::string frame(int first_byte, const std::string &payload)
{
    Frame out;
    out.first_byte = first_byte;
    out.payload = payload;
    return as_servers(out);
}

struct Outcome {
    Strings events;
    Violation violation;
    std::string joined, broken;
    size_t largest_part = 0;
};

// As one read of the socket would. False: it is over.
bool feed_piece(Inbox &inbox, const std::string &piece, Outcome &outcome)
{
    std::vector<char> input(piece.begin(), piece.end());
    input.push_back('|');
    char *cursor = input.data();
    char *const end = cursor + piece.size();
    for (;;) {
        const Inbox::Event event = inbox.next(cursor, end);
        const Message &message = inbox.message();
        switch (event) {
        case Inbox::Event::more:
            if (cursor != end || *end != '|' || !std::equal(piece.begin(), piece.end(), input.begin())) {
                outcome.broken = "`more` with bytes left, or the input was changed";
            }
            return true;
        case Inbox::Event::message:
            outcome.broken = message.data[message.length] != '\0' ? "no NUL" : outcome.broken;
            outcome.events.push_back((message.text ? "text " : "binary ") +
                                     std::string(message.data, message.length));
            break;
        case Inbox::Event::part:
            if (message.first != outcome.joined.empty() || (message.length == 0 && !message.last)) {
                outcome.broken = "not a part that may come here";
            }
            outcome.joined += message.first ? (message.text ? "text " : "binary ") : "";
            outcome.joined.append(message.data, message.length);
            outcome.largest_part = std::max(outcome.largest_part, message.length);
            if (message.last) {
                outcome.events.push_back(outcome.joined);
                outcome.joined.clear();
            }
            break;
        case Inbox::Event::ping:
            outcome.events.push_back(
                "ping " +
                std::string(reinterpret_cast<const char *>(inbox.control_payload()), inbox.control_length()));
            break;
        case Inbox::Event::violation:
            outcome.violation = inbox.violation();
            return false;
        default:
            outcome.events.push_back("another event");
            return false;
        }
    }
}

Outcome feed(const std::string &bytes, const std::vector<size_t> &cuts, Delivery delivery,
             const DeflateParameters &agreed = parameters())
{
    Inbox inbox(kLimit, delivery);
    inbox.set_inflater(MessageInflater::create(agreed));
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

struct Case {
    const char *name;
    std::string bytes;
    Strings events;
    uint16_t code = 0;           // of the violation that ends it; 0: none
    const char *word = nullptr;  // in its text
};

bool same(const Case &c, const Outcome &outcome, size_t cut)
{
    const char *const what = outcome.violation.what == nullptr ? "" : outcome.violation.what;
    if (outcome.broken.empty() && outcome.events == c.events && outcome.violation.close_code == c.code &&
        (c.code == 0 || (strstr(what, c.word) != nullptr && strstr(what, "the server ") == what)) &&
        outcome.largest_part <= kLimit) {
        return true;
    }
    print_error("%s, cut at %zu: %s violation %u \"%s\"\n", c.name, cut, outcome.broken.c_str(),
                outcome.violation.close_code, what);
    for (const auto &event : outcome.events) {
        print_error("  got %zu: %.40s\n", event.size(), event.c_str());
    }
    return false;
}

bool all_same(const std::vector<Case> &cases, const DeflateParameters &agreed = parameters())
{
    for (const Case &c : cases) {
        for (const Delivery delivery : {Delivery::whole, Delivery::in_parts}) {
            std::vector<size_t> all;
            for (size_t cut = 0; cut < c.bytes.size(); ++cut) {
                all.push_back(cut);
                if (c.bytes.size() < 3000 && !same(c, feed(c.bytes, {cut}, delivery, agreed), cut)) {
                    return false;
                }
            }
            if (!same(c, feed(c.bytes, all, delivery, agreed), ~size_t{0})) {
                return false;
            }
        }
    }
    return true;
}

const std::string kHello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;           // RFC 7692 7.2.3.1
const std::string kHelloAgain = "\xf2\x00\x11\x00\x00"s;              // 7.2.3.2
const std::string kHelloFinal = "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s;  // 7.2.3.4

bool good_conversations()
{
    ReferenceDeflater reference(15, true);
    const std::string a = prose(400, 1), b = prose(400, 2), c = noise(200, 1);
    Strings payloads;
    for (const std::string &message : {a, b, c, a + b}) {
        payloads.push_back(reference.compress(message));
    }
    return all_same({
        {"one frame", frame(0xC1, kHello), {"text Hello"}},
        {"fragments (7.2.3.1)",
         frame(0x41, kHello.substr(0, 3)) + frame(0x80, kHello.substr(3)),
         {"text Hello"}},
        {"context kept (7.2.3.2)",
         frame(0xC1, kHello) + frame(0xC1, kHelloAgain) + frame(0xC2, kHelloAgain),
         {"text Hello", "text Hello", "binary Hello"}},
        {"uncompressed between (6.2)",
         frame(0xC1, kHello) + frame(0x81, "plain") + frame(0x82, "") + frame(0xC1, kHelloAgain),
         {"text Hello", "text plain", "binary ", "text Hello"}},
        {"controls between fragments (6.1)",
         frame(0x41, kHello.substr(0, 2)) + frame(0x89, "1") + frame(0x00, "") + frame(0x89, "") +
             frame(0x00, kHello.substr(2)) + frame(0x89, "3") + frame(0x80, ""),
         {"ping 1", "ping ", "ping 3", "text Hello"}},
        {"empty (7.2.3.6)",
         frame(0xC1, "\0"s) + frame(0xC2, "") + frame(0xC1, kHello),
         {"text ", "binary ", "text Hello"}},
        {"empty in fragments", frame(0x41, "") + frame(0x00, "") + frame(0x80, "\0"s), {"text "}},
        {"final block (7.2.3.4)",
         frame(0xC1, kHelloFinal) + frame(0xC1, kHello),
         {"text Hello", "text Hello"}},
        {"long ones",
         frame(0xC1, payloads[0]) + frame(0x82, c) + frame(0xC1, payloads[1]) + frame(0xC2, payloads[2]) +
             frame(0xC1, payloads[3]),
         {"text " + a, "binary " + c, "text " + b, "binary " + c, "text " + a + b}},
        {"a character across fragments",
         frame(0x41, "\x00\x01\x00\xFE\xFF\xE2"s) + frame(0x80, "\x00\x02\x00\xFD\xFF\x82\xAC\x00"s),
         {"text \xE2\x82\xAC"}},
        {"at the limit",
         frame(0xC1, ReferenceDeflater(15, true).compress(std::string(kLimit, 'x'))),
         {"text " + std::string(kLimit, 'x')}},
    });
}

bool bad_frames()
{
    const std::string good = frame(0xC1, kHello);
    const Strings events = {"text Hello"};
    return all_same({
        {"RSV1 on a ping (6.1)", good + frame(0xC9, ""), events, 1002, "RSV1"},
        {"RSV1 on a pong", good + frame(0xCA, "x"), events, 1002, "RSV1"},
        {"RSV1 on a Close", good + frame(0xC8, ""), events, 1002, "RSV1"},
        {"RSV1 on a continuation", good + frame(0x41, "\xf2"s) + frame(0xC0, "x"), events, 1002, "RSV1"},
        {"RSV1 on a continuation of a plain message", good + frame(0x01, "x") + frame(0x40, "x"), events,
         1002, "RSV1"},
        {"RSV2", good + frame(0xA1, "x"), events, 1002, "reserved bit"},
        {"RSV1 and RSV3", good + frame(0xD1, "x"), events, 1002, "reserved bit"},
        {"reserved opcode", good + frame(0xC3, "x"), events, 1002, "opcode"},
    });
}

bool bad_data()
{
    const std::string good = frame(0xC1, kHello);
    const Strings events = {"text Hello"};
    return all_same({
               {"reserved block type", good + frame(0xC1, "\x06\x00"s), events, 1007, "corrupted"},
               {"cut off", good + frame(0xC1, kHello.substr(0, 4)), events, 1007, "corrupted"},
               {"cut off in fragments", good + frame(0x41, kHello.substr(0, 4)) + frame(0x80, ""), events,
                1007, "corrupted"},
               {"its tail left on", good + frame(0xC2, kHello + "\x00\x00\xff\xff"s), events, 1007,
                "corrupted"},
               {"no UTF-8", good + frame(0xC1, "\x00\x03\x00\xFC\xFF"s + "a\xFFz" + "\x00"s), events, 1007,
                "UTF-8"},
               {"ends inside a character",
                good + frame(0xC1, "\x00\x03\x00\xFC\xFF"s + "a\xE2\x82" + "\x00"s), events, 1007, "UTF-8"},
           }) &&
           all_same({{"context not kept", good + frame(0xC1, kHelloAgain), events, 1007, "corrupted"}},
                    parameters(15, false));
}

// Without negotiation nothing of it is allowed.
bool not_negotiated()
{
    for (const Delivery delivery : {Delivery::whole, Delivery::in_parts}) {
        Inbox inbox(kLimit, delivery);
        Outcome outcome;
        CHECK(!feed_piece(inbox, frame(0x82, "x") + frame(0xC1, kHello), outcome));
        CHECK(outcome.events == Strings{"binary x"} && outcome.violation.close_code == 1002);
    }
    return true;
}

bool flipped_bits()
{
    const std::string message = prose(300, 1);
    const std::string payload = ReferenceDeflater(15, true).compress(message);
    for (const Delivery delivery : {Delivery::whole, Delivery::in_parts}) {
        for (size_t bit = 0; bit < payload.size() * 8; ++bit) {
            std::string flipped = payload;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
            const Outcome outcome = feed(frame(0xC1, flipped), {bit % payload.size()}, delivery);
            CHECK(outcome.broken.empty());
            CHECK(outcome.events.size() == 1 || outcome.violation.close_code == 1007 ||
                  outcome.violation.close_code == 1009);
        }
    }
    return true;
}

// ---- bombs

// 1 KiB of it becomes 1 MiB.
std::string bomb(size_t mebibytes)
{
    ReferenceDeflater reference(15, true, 9);
    const std::string zeros(size_t{1} << 20, '\0');
    std::string out = reference.flushed(zeros, Z_SYNC_FLUSH);
    const std::string next = reference.flushed(zeros, Z_SYNC_FLUSH);
    for (size_t i = 1; i < mebibytes; ++i) {
        out += next;
    }
    return out;
}

// 1 GiB stops at the limit, and until then takes no more memory than that.
bool bombs_stop_at_the_limit()
{
    const std::string payload = bomb(1024);
    for (const size_t limit : {size_t{0}, size_t{1}, size_t{1000}, size_t{1} << 20, size_t{5'000'000}}) {
        for (const size_t step : {size_t{1}, size_t{1000}, payload.size()}) {
            MessageReader reader(limit);
            reader.set_inflater(MessageInflater::create(parameters()));
            CHECK(reader.begin_frame(true, false, true, payload.size(), true) == MessageReader::Result::more);
            MessageReader::Result result = MessageReader::Result::more;
            size_t at = 0, used = 0;
            for (; at < payload.size() && result == MessageReader::Result::more; at += step) {
                const size_t length = std::min(step, payload.size() - at);
                result = reader.compressed_piece(&payload[at], length, at + length == payload.size(), &used);
                CHECK(reader.held_bytes() <= std::max<size_t>(limit + 1, 2048));
            }
            CHECK(result == MessageReader::Result::violation && reader.violation().close_code == 1009);
            CHECK(at <= limit / 900 + 2 * step + 2000);
        }
    }
    return true;
}

// In parts it goes on, but each is small, and the input waits.
bool bombs_in_parts()
{
    const std::string payload = bomb(64);
    MessageReader reader(0, Delivery::in_parts);
    reader.set_inflater(MessageInflater::create(parameters()));
    CHECK(reader.begin_frame(true, false, true, payload.size(), true) == MessageReader::Result::more);
    size_t at = 0, got = 0;
    MessageReader::Result result = MessageReader::Result::part;
    while (at < payload.size() || reader.unfinished()) {
        size_t used = 0;
        result = reader.compressed_piece(&payload[at], payload.size() - at, false, &used);
        at += used;
        CHECK(result == MessageReader::Result::part || result == MessageReader::Result::more);
        CHECK(reader.held_bytes() == kInflatedPartBytes && reader.message().length <= kInflatedPartBytes);
        got += reader.message().length;
        reader.release();
        CHECK(reader.held_bytes() == kInflatedPartBytes);  // for the next part
    }
    CHECK(got == size_t{64} << 20);
    size_t used = 0;  // the stored block at its end still lacks its head
    CHECK(reader.compressed_piece("\0", 1, true, &used) == MessageReader::Result::part);
    CHECK(reader.message().last && reader.message().length == 0);
    reader.release();
    CHECK(reader.held_bytes() == 0);
    return true;
}

// `more` means that no byte is held back that could be handed out.
bool parts_are_out_before_more()
{
    const std::string payload = bomb(1);
    for (size_t length = 1; length < 300; ++length) {
        const std::string begun = payload.substr(0, length);
        Inbox inbox(0, Delivery::in_parts);
        inbox.set_inflater(MessageInflater::create(parameters()));
        Outcome outcome;
        CHECK(feed_piece(inbox, frame(0x42, begun), outcome));
        // zlib alone, with room for all
        z_stream stream{};
        std::vector<uint8_t> out(size_t{1} << 20);
        inflateInit2(&stream, -15);
        stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(begun.data()));
        stream.avail_in = static_cast<uInt>(begun.size());
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        inflate(&stream, Z_SYNC_FLUSH);
        const size_t expected = out.size() - stream.avail_out;
        inflateEnd(&stream);
        CHECK(outcome.joined.size() == (expected == 0 ? 0 : strlen("binary ") + expected));
    }
    return true;
}

bool exactly_the_limit()
{
    for (const size_t limit : {1, 100, 127, 128, 511, 512, 513, 2047, 2048, 2049, 100'000}) {
        const std::string fits(limit, 'f');
        for (const bool over : {false, true}) {
            MessageReader reader(limit);
            reader.set_inflater(MessageInflater::create(parameters()));
            const std::string payload = ReferenceDeflater(15, true).compress(over ? fits + "!" : fits);
            reader.begin_frame(true, true, true, payload.size(), true);
            size_t used = 0;
            const auto result = reader.compressed_piece(payload.data(), payload.size(), true, &used);
            CHECK(result == (over ? MessageReader::Result::violation : MessageReader::Result::message));
            CHECK(over || fits == std::string(reader.message().data, reader.message().length));
            CHECK(over || reader.message().data[limit] == '\0');
        }
    }
    return true;
}

bool large_buffers_are_not_kept()
{
    MessageReader reader(kLimit);
    reader.set_inflater(MessageInflater::create(parameters()));
    const std::string payload = ReferenceDeflater(15, true).compress(std::string(kLimit, 'x'));
    reader.begin_frame(true, true, true, payload.size(), true);
    size_t used = 0;
    CHECK(reader.compressed_piece(payload.data(), payload.size(), true, &used) ==
          MessageReader::Result::message);
    reader.release();
    return reader.held_bytes() <= 4096;
}

bool no_memory_to_inflate()
{
    if (!can_run_short()) {
        return true;
    }
    Inbox inbox(kLimit);
    inbox.set_inflater(MessageInflater::create(parameters()));
    std::string bytes = frame(0xC1, kHello);
    char *cursor = &bytes[0];
    g_allocations_left = 0;
    const Inbox::Event event = inbox.next(cursor, &bytes[0] + bytes.size());
    g_allocations_left = -1;
    return event == Inbox::Event::no_memory;
}

// ---- out of the outbox, into the inbox

bool random_round(unsigned seed)
{
    std::mt19937 random(seed);
    const auto agreed = parameters(8 + static_cast<int>(random() % 8), random() % 2 != 0);
    Sender sender(agreed);
    Strings messages;
    for (unsigned i = random() % 30; i > 0; --i) {
        const size_t size = random() % 6 == 0 ? random() % 90'000 : random() % 200;
        const bool text = random() % 2 != 0;
        std::string whole = text ? prose(size, random() % 4) : noise(size, random() % 4);
        messages.push_back((text ? "text " : "binary ") + whole);
        Piece piece = random() % 3 == 0 ? Piece::first : Piece::whole;
        while (piece != Piece::whole) {
            const size_t length = random() % (whole.size() + 1);
            sender.push(text ? Opcode::text : Opcode::binary, whole.substr(0, length), piece);
            whole.erase(0, length);
            piece = Piece::middle;
            if (random() % 3 == 0) {
                break;
            }
            sender.fill(kMinCapacity + random() % 3000);
        }
        sender.push(text ? Opcode::text : Opcode::binary, whole, piece == Piece::whole ? piece : Piece::last);
        if (random() % 3 == 0) {
            sender.outbox.push_ping("p", 1);
        }
        if (random() % 3 == 0) {
            sender.fill(kMinCapacity + random() % 100'000);
        }
    }
    sender.drain(kMinCapacity + random() % 100'000);
    CHECK(sender.broken.empty() && sender.queued == 0);
    std::string bytes;
    Frame one;
    for (std::string wire = sender.wire; !wire.empty();) {
        CHECK(take_frame(wire, one));
        bytes += as_servers(one);
    }
    for (const Delivery delivery : {Delivery::whole, Delivery::in_parts}) {
        std::vector<size_t> cuts;
        const size_t step = size_t{1} << random() % 17;
        for (size_t at = 1 + random() % step; at < bytes.size(); at += 1 + random() % step) {
            cuts.push_back(at);
        }
        Outcome outcome = feed(bytes, cuts, delivery, agreed);
        Strings &got = outcome.events;
        got.erase(std::remove(got.begin(), got.end(), "ping p"), got.end());
        CHECK(outcome.broken.empty() && outcome.violation.what == nullptr && got == messages);
    }
    return true;
}

bool random_rounds()
{
    for (unsigned round = 0; round < 150; ++round) {
        const unsigned seed = round < 75 ? round : std::random_device()();
        if (!random_round(seed)) {
            print_error("seed %u\n", seed);
            return false;
        }
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<messages_go_compressed>),
        cmocka_unit_test(run<all_sizes_and_rooms>),
        cmocka_unit_test(run<frames_are_cut_only_if_they_must>),
        cmocka_unit_test(run<controls_go_between_frames>),
        cmocka_unit_test(run<dropped_behind_one_on_the_wire>),
        cmocka_unit_test(run<streams_go_compressed>),
        cmocka_unit_test(run<close_cuts_a_compressed_stream>),
        cmocka_unit_test(run<without_memory_nothing_is_compressed>),
        cmocka_unit_test(run<good_conversations>),
        cmocka_unit_test(run<bad_frames>),
        cmocka_unit_test(run<bad_data>),
        cmocka_unit_test(run<not_negotiated>),
        cmocka_unit_test(run<flipped_bits>),
        cmocka_unit_test(run<bombs_stop_at_the_limit>),
        cmocka_unit_test(run<bombs_in_parts>),
        cmocka_unit_test(run<parts_are_out_before_more>),
        cmocka_unit_test(run<exactly_the_limit>),
        cmocka_unit_test(run<large_buffers_are_not_kept>),
        cmocka_unit_test(run<no_memory_to_inflate>),
        cmocka_unit_test(run<random_rounds>),
    };
    return cmocka_run_group_tests_name("compressed_frames", tests, nullptr, nullptr);
}
