// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Outbox: what reaches the wire in which order, read by a
// frame reader of its own; the caller's accounting; every short sequence of
// calls on streams; and random ways from Outbox through Inbox.

#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "connection/inbox.h"
#include "connection/outbox.h"
#include "unit/check.h"
#include "unit/wire.h"

namespace {

using namespace nws;
using nws::test::as_servers;
using nws::test::Frame;
using nws::test::run;
using nws::test::take_frame;
using Strings = std::vector<std::string>;

constexpr size_t kMinCapacity = 256;
constexpr size_t kEnough = 65536;

bool fails(const char *what, size_t value = 0)
{
    print_error("%s (%zu)\n", what, value);
    return false;
}

// ---- what reaches the wire

std::string name(int first_byte)
{
    switch (first_byte) {
    case 0x01:
        return "text... ";
    case 0x02:
        return "binary... ";
    case 0x00:
        return "...... ";
    case 0x80:
        return "...end ";
    case 0x81:
        return "text ";
    case 0x82:
        return "binary ";
    case 0x88:
        return "close ";
    case 0x89:
        return "ping ";
    case 0x8A:
        return "pong ";
    default:
        return "? ";
    }
}

// "text …" and so on for each frame; a Close's payload as it is.
Strings frames(std::string wire)
{
    Strings out;
    Frame frame;
    while (!wire.empty()) {
        if (!take_frame(wire, frame)) {
            out.push_back("broken frame, bytes left: " + std::to_string(wire.size()));
            break;
        }
        out.push_back(name(frame.first_byte) + frame.payload);
    }
    return out;
}

// ---- an outbox and what its user has to know about it

size_t cost(size_t length)
{
    return OutgoingMessage::cost(length);
}

struct Sender {
    Outbox outbox;
    MaskSource masks;
    std::string wire;
    size_t queued = 0;  // by the caller's own accounting
    std::string broken;

    bool push(Opcode opcode, const std::string &payload, Piece piece = Piece::whole)
    {
        OutgoingMessage *const message =
            OutgoingMessage::create(opcode, payload.data(), payload.size(), 0, piece);
        const bool accepted = outbox.push(message);
        if (!accepted) {
            OutgoingMessage::destroy(message);
        }
        queued += accepted ? cost(payload.size()) : 0;
        return accepted;
    }
    bool text(const std::string &payload) { return push(Opcode::text, payload); }
    bool binary(const std::string &payload) { return push(Opcode::binary, payload); }
    bool first(const std::string &payload) { return push(Opcode::text, payload, Piece::first); }
    bool middle(const std::string &payload) { return push(Opcode::text, payload, Piece::middle); }
    bool last(const std::string &payload) { return push(Opcode::text, payload, Piece::last); }
    void ping(const std::string &payload) { outbox.push_ping(payload.data(), payload.size()); }
    void pong(const std::string &payload) { outbox.push_pong(payload.data(), payload.size()); }
    void close(uint16_t code, const std::string &reason)
    {
        outbox.push_close(code, reason.data(), reason.size());
    }

    size_t fill(size_t capacity)
    {
        std::vector<uint8_t> out(capacity);  // its end is where the memory ends
        const bool was_empty = outbox.empty();
        size_t released = ~size_t{0};
        const size_t length = outbox.fill(out.data(), capacity, masks, &released);
        if (length > capacity || released > queued) {
            broken = "more than there is";
            return 0;
        }
        queued -= released;
        if ((length == 0) != was_empty) {
            broken = "empty() and fill() disagree";
        }
        if (queued != outbox.queued_cost()) {
            broken = "queued_cost() is not what was pushed less what was released";
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

bool same(const Sender &sender, const Strings &expected)
{
    const Strings got = frames(sender.wire);
    if (sender.broken.empty() && got == expected) {
        return true;
    }
    print_error("%s\n", sender.broken.c_str());
    for (const auto &frame : got) {
        print_error("  got %zu: %.40s\n", frame.size(), frame.c_str());
    }
    return false;
}

bool drained(Sender &sender, size_t capacity, const Strings &expected)
{
    sender.drain(capacity);
    return same(sender, expected) && sender.outbox.empty() && sender.queued == 0;
}

std::string pattern(size_t size)
{
    std::string out(size, '\0');
    for (size_t i = 0; i < size; ++i) {
        out[i] = static_cast<char>('a' + i * 31 % 61 % 26);
    }
    return out;
}

// ---- tests

bool nothing()
{
    Sender sender;
    return sender.outbox.empty() && sender.fill(kMinCapacity) == 0 && sender.broken.empty() &&
           !sender.outbox.close_queued() && !sender.outbox.close_written();
}

bool every_size_in_every_capacity()
{
    for (size_t capacity :
         {kMinCapacity, size_t{257}, size_t{1000}, size_t{4096}, kEnough, size_t{8} << 20}) {
        for (size_t size : {size_t{0}, size_t{1}, size_t{125}, size_t{126}, size_t{127}, size_t{65535},
                            size_t{65536}, size_t{70000}, size_t{5} << 20}) {
            Sender sender;
            const std::string payload = pattern(size);
            sender.text(payload);
            sender.binary(payload);
            if (!drained(sender, capacity, {"text " + payload, "binary " + payload})) {
                return fails("size", size);
            }
        }
    }
    return true;
}

// Head and payload fill the space exactly: the message is through, at once.
bool exact_fit()
{
    Sender sender;
    sender.binary(pattern(kMinCapacity - 8));
    sender.text("x");
    if (sender.fill(kMinCapacity) != kMinCapacity || sender.queued != cost(1)) {
        return fails("queued", sender.queued);
    }
    return drained(sender, kMinCapacity, {"binary " + pattern(kMinCapacity - 8), "text x"});
}

bool a_large_message_fills_all_space()
{
    Sender sender;
    sender.binary(pattern(1000));
    for (int i = 0; i < 3; ++i) {
        if (sender.fill(300) != 300 || sender.queued != cost(1000) || sender.outbox.empty()) {
            return fails("part, queued", sender.queued);
        }
    }
    return drained(sender, 300, {"binary " + pattern(1000)});
}

bool many_small_ones_go_together()
{
    Sender sender;
    Strings expected;
    for (int i = 0; i < 1000; ++i) {
        sender.text(std::to_string(i));
        expected.push_back("text " + std::to_string(i));
    }
    return sender.fill(kEnough) > 8000 && sender.outbox.empty() && same(sender, expected) &&
           sender.queued == 0;
}

bool each_frame_has_its_own_mask()
{
    Sender sender;
    for (int i = 0; i < 100; ++i) {
        sender.text("same");
        sender.pong("same");
        sender.fill(kEnough);
    }
    std::set<std::string> masks;
    Frame frame;
    while (take_frame(sender.wire, frame)) {
        masks.insert(frame.mask);
    }
    return masks.size() > 195 || fails("different masks", masks.size());
}

bool controls_go_before_messages()
{
    Sender sender;
    sender.text("a");
    sender.text("b");
    sender.ping("1");
    sender.pong("2");
    return drained(sender, kEnough, {"pong 2", "ping 1", "text a", "text b"});
}

bool controls_wait_for_the_end_of_a_frame()
{
    Sender sender;
    sender.binary(pattern(500));
    sender.text("next");
    sender.fill(kMinCapacity);
    sender.ping("1");
    sender.pong("2");
    return drained(sender, kMinCapacity, {"binary " + pattern(500), "pong 2", "ping 1", "text next"});
}

// A message whose last byte has left is not in the way any more.
bool controls_go_behind_a_frame_that_just_ended()
{
    Sender sender;
    sender.binary(pattern(kMinCapacity - 8));
    sender.fill(kMinCapacity);
    sender.ping("1");
    return drained(sender, kMinCapacity, {"binary " + pattern(kMinCapacity - 8), "ping 1"});
}

bool the_newest_control_counts()
{
    Sender sender;
    sender.pong("old one");
    sender.pong("new");
    sender.ping("old");
    sender.ping("newer");
    sender.drain(kEnough);
    sender.pong("");
    sender.ping("");
    return drained(sender, kEnough, {"pong new", "ping newer", "pong ", "ping "});
}

// Three of the longest don't fit together; none is cut.
bool controls_stay_whole()
{
    Sender sender;
    const std::string longest = pattern(125);
    sender.ping(longest);
    sender.pong(longest);
    sender.close(1000, pattern(123));
    for (int i = 0; i < 3; ++i) {
        if (sender.outbox.close_written() || sender.fill(kMinCapacity) != 6 + 125) {
            return fails("frame", static_cast<size_t>(i));
        }
    }
    return sender.outbox.close_written() &&
           drained(sender, kMinCapacity,
                   {"pong " + longest, "ping " + longest, "close \x03\xE8" + pattern(123)});
}

bool controls_have_a_bound()
{
    Sender sender;
    sender.ping(pattern(126));
    sender.close(4999, pattern(124));
    return drained(sender, kEnough, {"ping " + pattern(125), "close \x13\x87" + pattern(123)});
}

bool close_goes_last()
{
    Sender sender;
    sender.text("a");
    sender.close(1001, "bye");
    if (!sender.outbox.close_queued() || sender.outbox.close_written() || sender.text("late") ||
        sender.queued != cost(1)) {
        return fails("queued", sender.queued);
    }
    sender.close(1000, "second");
    sender.pong("still");
    if (!drained(sender, kEnough, {"pong still", "text a", std::string("close \x03\xE9") + "bye"}) ||
        !sender.outbox.close_written()) {
        return fails("order");
    }
    sender.ping("late");
    sender.pong("late");
    sender.close(1000, "third");
    return sender.outbox.empty() && sender.fill(kEnough) == 0 && sender.outbox.close_queued();
}

bool close_waits_for_a_long_message()
{
    Sender sender;
    sender.text(pattern(600));
    sender.close(1000, "");
    for (int i = 0; i < 2; ++i) {
        sender.fill(kMinCapacity);
        if (sender.outbox.close_written()) {
            return fails("written too early");
        }
    }
    return drained(sender, kMinCapacity, {"text " + pattern(600), "close \x03\xE8"}) &&
           sender.outbox.close_written();
}

bool close_without_code()
{
    Sender sender;
    sender.close(1005, "not sent");
    return drained(sender, kEnough, {"close "}) && sender.outbox.close_written();
}

bool dropped_before_they_began()
{
    Sender sender;
    sender.text("one");
    sender.text("three");
    sender.ping("p");
    if (sender.outbox.drop_messages() != cost(3) + cost(5) || sender.outbox.queued_cost() != 0) {
        return fails("dropped");
    }
    sender.queued = 0;
    if (!sender.text("more")) {
        return fails("refused");
    }
    sender.close(1001, "");
    return drained(sender, kEnough, {"ping p", "text more", "close \x03\xE9"}) &&
           sender.outbox.drop_messages() == 0;
}

// A full queue of messages of any length takes 5 % more than its bound at most,
// and large messages fill it to the byte.
bool costs_cover_the_memory()
{
    constexpr size_t kOverhead = sizeof(OutgoingMessage) + 40;  // the command in front, malloc's own
    for (size_t length = 0; length < 100000; length++) {
        if (cost(length) < length ||
            static_cast<double>(cost(length)) * 1.053 < static_cast<double>(length + kOverhead)) {
            return fails("length", length);
        }
    }
    return cost(2000) == 2000 && cost(size_t{4} << 20) == size_t{4} << 20;
}

bool close_goes_when_messages_are_dropped()
{
    Sender sender;
    sender.text("one");
    sender.close(1001, "");
    sender.queued -= sender.outbox.drop_messages();
    return drained(sender, kEnough, {"close \x03\xE9"}) && sender.outbox.close_written();
}

// What is on the wire in part goes on to its end: nothing could follow it
// otherwise.
bool dropped_behind_one_on_the_wire()
{
    Sender sender;
    sender.text(pattern(1000));
    sender.text("dropped");
    sender.binary("too");
    sender.fill(kMinCapacity);
    sender.ping("p");
    if (sender.outbox.drop_messages() != cost(7) + cost(3) || sender.outbox.queued_cost() != cost(1000)) {
        return fails("queued", sender.outbox.queued_cost());
    }
    sender.queued -= cost(7) + cost(3);
    if (sender.outbox.drop_messages() != 0 || !sender.text("more")) {
        return fails("dropped twice, or refused");
    }
    sender.close(1001, "");
    return drained(sender, kMinCapacity,
                   {"text " + pattern(1000), "ping p", "text more", "close \x03\xE9"}) &&
           sender.outbox.close_written();
}

bool destroyed_while_on_the_wire()
{  // and leaks nothing
    Sender sender;
    sender.text(pattern(1000));
    sender.text("waits");
    return sender.fill(kMinCapacity) == kMinCapacity && sender.queued == cost(1000) + cost(5);
}

// ---- streams

bool pieces_are_fragments()
{
    Sender sender;
    sender.push(Opcode::binary, "", Piece::first);
    sender.push(Opcode::binary, "b", Piece::middle);
    sender.push(Opcode::binary, "", Piece::middle);
    sender.push(Opcode::binary, "", Piece::last);
    sender.first("a");
    sender.last("z");
    return drained(sender, kEnough,
                   {"binary... ", "...... b", "...... ", "...end ", "text... a", "...end z"});
}

bool pieces_join_their_stream()
{
    Sender sender;
    sender.text("before");
    sender.first("a");
    sender.binary("behind");
    sender.middle("b");
    sender.text("last");
    sender.last("c");
    sender.first("next");
    sender.last("");
    return drained(sender, kMinCapacity,
                   {"text before", "text... a", "...... b", "...end c", "binary behind", "text last",
                    "text... next", "...end "});
}

bool messages_wait_for_the_end_of_a_stream()
{
    Sender sender;
    sender.first("a");
    sender.text("waits");
    sender.drain(kEnough);
    if (!same(sender, {"text... a"}) || sender.queued != cost(5) || !sender.outbox.empty()) {
        return fails("queued", sender.queued);
    }
    sender.middle("b");  // its stream has nothing in the queue
    sender.drain(kEnough);
    if (!same(sender, {"text... a", "...... b"}) || sender.queued != cost(5)) {
        return fails("queued", sender.queued);
    }
    sender.text("too");
    sender.last("");
    return drained(sender, kEnough, {"text... a", "...... b", "...end ", "text waits", "text too"});
}

bool controls_go_between_pieces()
{
    Sender sender;
    sender.first("a");
    sender.ping("1");
    sender.drain(kEnough);
    sender.text("waits");
    sender.ping("2");
    sender.pong("3");
    sender.drain(kEnough);
    if (!same(sender, {"ping 1", "text... a", "pong 3", "ping 2"})) {
        return false;
    }
    sender.middle(pattern(300));
    sender.fill(kMinCapacity);
    sender.ping("4");
    sender.last("");
    return drained(sender, kMinCapacity,
                   {"ping 1", "text... a", "pong 3", "ping 2", "...... " + pattern(300), "ping 4", "...end ",
                    "text waits"});
}

bool pieces_need_a_stream()
{
    Sender sender;
    if (sender.middle("m") || sender.last("l") || !sender.first("a") || sender.first("b") ||
        !sender.last("z") || sender.last("l") || sender.middle("m") || !sender.first("c")) {
        return fails("accepted or refused");
    }
    return sender.queued == cost(1) * 3 && sender.fill(kEnough) > 0 &&
           same(sender, {"text... a", "...end z", "text... c"});
}

bool close_cuts_a_stream()
{
    Sender sender;
    sender.first("a");
    sender.text("lost");
    sender.middle("b");
    sender.close(1000, "");
    if (sender.middle("c") || sender.last("d")) {
        return fails("accepted");
    }
    return drained(sender, kMinCapacity, {"text... a", "...... b", "close \x03\xE8"}) &&
           sender.outbox.close_written();
}

bool close_cuts_a_stream_that_waits()
{
    Sender sender;
    sender.first("a");
    sender.text("lost");
    sender.drain(kEnough);
    sender.close(1000, "");
    return !sender.outbox.empty() && drained(sender, kMinCapacity, {"text... a", "close \x03\xE8"}) &&
           sender.outbox.close_written();
}

bool a_dropped_stream_is_gone()
{
    Sender sender;
    sender.text(pattern(300));
    sender.first("dropped");
    sender.fill(kMinCapacity);
    sender.queued -= sender.outbox.drop_messages();
    return sender.queued == cost(300) && !sender.middle("m") && sender.first("a") && sender.last("b") &&
           drained(sender, kEnough, {"text " + pattern(300), "text... a", "...end b"});
}

// Nothing but the Close frame can follow half a message.
bool dropping_cuts_a_stream()
{
    Sender sender;
    sender.first(pattern(300));
    sender.fill(kMinCapacity);
    sender.middle("dropped");
    sender.text("too");
    sender.queued -= sender.outbox.drop_messages();
    if (sender.queued != cost(300) || sender.middle("m") || sender.last("l") || sender.text("t") ||
        sender.first("f")) {
        return fails("queued", sender.queued);
    }
    sender.ping("p");
    sender.drain(kMinCapacity);
    sender.close(1001, "");
    return drained(sender, kMinCapacity, {"text... " + pattern(300), "ping p", "close \x03\xE9"});
}

bool a_last_piece_on_the_wire_is_finished()
{
    Sender sender;
    sender.first("a");
    sender.last(pattern(300));
    sender.fill(kMinCapacity);
    return sender.outbox.drop_messages() == 0 && sender.text("more") &&
           drained(sender, kMinCapacity, {"text... a", "...end " + pattern(300), "text more"});
}

// ---- every short sequence of calls

// What has to come of a sequence, told by the rules of RFC 6455 5.4 alone.
class Rules {
public:
    bool push(Piece piece, const std::string &payload)
    {
        const bool continues = piece == Piece::middle || piece == Piece::last;
        if (closed_ || cut_ || (piece == Piece::first && open_) || (continues && !open_)) {
            return false;
        }
        if (!continues) {
            messages_.push_back({});
        }
        auto &message = continues ? messages_[stream_] : messages_.back();
        message.push_back({name(piece) + payload, true});
        if (piece == Piece::first) {
            stream_ = messages_.size() - 1;
        }
        open_ = piece == Piece::whole ? open_ : piece != Piece::last;
        return true;
    }
    void close() { closed_ = true; }
    // `begun`: the data frames of which at least one byte is on the wire.
    void drop(const Strings &begun)
    {
        size_t left = begun.size();
        open_ = false;
        for (auto &message : messages_) {
            for (auto &piece : message) {
                if (piece.kept) {
                    piece.kept = left > 0;
                    left -= left > 0 ? 1 : 0;
                }
            }
        }
        cut_ = !begun.empty() && begun.back().find("... ") != std::string::npos;
    }
    bool closed() const { return closed_; }

    // The data frames that are on the wire in the end. *held: cost of the rest.
    Strings frames(size_t *held) const
    {
        Strings out;
        bool waits = false;
        *held = 0;
        for (const auto &message : messages_) {
            bool whole = true;
            for (const auto &piece : message) {
                if (piece.kept && !waits) {
                    out.push_back(piece.frame);
                    whole = piece.frame.find("... ") == std::string::npos;
                } else if (piece.kept) {
                    *held += cost(piece.frame.size() - piece.frame.find(' ') - 1);
                }
            }
            waits = waits || !whole;
        }
        return out;
    }

private:
    struct Part {
        std::string frame;
        bool kept;
    };

    static std::string name(Piece piece)
    {
        switch (piece) {
        case Piece::first:
            return "text... ";
        case Piece::middle:
            return "...... ";
        case Piece::last:
            return "...end ";
        default:
            return "text ";
        }
    }

    std::vector<std::vector<Part>> messages_;  // each its pieces
    size_t stream_ = 0;
    bool open_ = false, closed_ = false, cut_ = false;
};

bool is_data(const std::string &frame)
{
    return frame[0] == 't' || frame[0] == '.';
}

Strings data_frames(const Strings &all)
{
    Strings data;
    std::copy_if(all.begin(), all.end(), std::back_inserter(data), is_data);
    return data;
}

// The data frames on the wire, the last one of which may lack some payload.
Strings begun_frames(std::string wire)
{
    Strings out;
    Frame frame;
    while (take_frame(wire, frame)) {
        out.push_back(name(frame.first_byte) + frame.payload);
    }
    if (!wire.empty()) {
        out.push_back(name(wire[0] & 0xFF));
    }
    return data_frames(out);
}

constexpr char kCalls[] = "FMLWPCDw";

bool call(char what, const std::string &payload, Sender &sender, Rules &rules, Strings &pings)
{
    const auto push = [&](Piece piece) {
        return sender.push(Opcode::text, payload, piece) == rules.push(piece, payload);
    };
    switch (what) {
    case 'F':
        return push(Piece::first);
    case 'M':
        return push(Piece::middle);
    case 'L':
        return push(Piece::last);
    case 'W':
        return push(Piece::whole);
    case 'P':
        if (!sender.outbox.close_written()) {
            pings.push_back("ping " + payload.substr(0, 1));
        }
        sender.ping(payload.substr(0, 1));
        return true;
    case 'C':
        sender.close(1000, "");
        rules.close();
        return true;
    case 'D':
        rules.drop(begun_frames(sender.wire));
        sender.queued -= sender.outbox.drop_messages();
        return sender.queued == sender.outbox.queued_cost();
    default:
        sender.fill(kMinCapacity);
        return sender.broken.empty();
    }
}

bool in_order(const std::string &calls, const size_t (&lengths)[2])
{
    Sender sender;
    Rules rules;
    Strings pings;
    char letter = 'a';
    for (size_t i = 0; i < calls.size(); ++i) {
        const std::string payload(lengths[i % 2], letter++);
        if (!call(calls[i], payload, sender, rules, pings)) {
            return fails(sender.broken.c_str(), i);
        }
    }
    sender.drain(kMinCapacity);
    size_t held;
    const Strings expected = rules.frames(&held), got = frames(sender.wire);
    if (!sender.broken.empty() || !sender.outbox.empty() || data_frames(got) != expected) {
        return same(sender, expected) && fails("not drained");
    }
    if (sender.queued != (rules.closed() ? 0 : held)) {
        return fails("queued", sender.queued);
    }
    const auto closes = static_cast<size_t>(std::count(got.begin(), got.end(), "close \x03\xE8"));
    if (closes != (rules.closed() ? 1u : 0u) || (closes == 1 && got.back()[0] != 'c')) {
        return fails("Close frames", closes);
    }
    return pings.empty() || std::find(got.begin(), got.end(), pings.back()) != got.end() ||
           fails("the newest ping was not sent");
}

// Every sequence of so many calls, with payloads of these two lengths in turn.
bool every_sequence(size_t calls, const size_t (&lengths)[2])
{
    constexpr size_t kKinds = sizeof kCalls - 1;
    size_t count = 1;
    for (size_t i = 0; i < calls; ++i) {
        count *= kKinds;
    }
    for (size_t number = 0; number < count; ++number) {
        std::string sequence;
        for (size_t rest = number, i = 0; i < calls; ++i, rest /= kKinds) {
            sequence += kCalls[rest % kKinds];
        }
        if (!in_order(sequence, lengths)) {
            print_error("in %s\n", sequence.c_str());
            return false;
        }
    }
    return true;
}

bool every_sequence_of_calls()
{
    // A frame that needs two fills, and one of which many fit.
    return every_sequence(6, {300, 300}) && every_sequence(5, {300, 1}) && every_sequence(5, {1, 1});
}

bool long_sequences_of_calls()
{
    for (unsigned round = 0; round < 3000; ++round) {
        const unsigned seed = round < 1500 ? round : std::random_device()();
        std::mt19937 random(seed);
        std::string sequence;
        for (unsigned i = 26; i > 0; --i) {  // pushes and fills, mostly
            const size_t kinds = random() % 20 == 0 ? sizeof kCalls - 1 : 5;
            const size_t kind = random() % kinds;
            sequence += kinds == 5 && random() % 3 == 0 ? 'w' : kCalls[kind];
        }
        if (!in_order(sequence, {random() % 600, random() % 3})) {
            print_error("in %s, seed %u\n", sequence.c_str(), seed);
            return false;
        }
    }
    return true;
}

// ---- out of the outbox, into the inbox

Strings received(std::string bytes, std::mt19937 &random)
{
    Inbox inbox(size_t{1} << 20);
    Strings out;
    const size_t step = size_t{1} << random() % 18;
    for (size_t from = 0; from < bytes.size();) {
        const size_t to = std::min(bytes.size(), from + 1 + random() % step);
        char *cursor = &bytes[from];
        Inbox::Event event;
        while ((event = inbox.next(cursor, &bytes[0] + to)) != Inbox::Event::more) {
            const std::string control(reinterpret_cast<const char *>(inbox.control_payload()),
                                      inbox.control_length());
            if (event == Inbox::Event::message) {
                out.push_back((inbox.message().text ? "text " : "binary ") +
                              std::string(inbox.message().data, inbox.message().length));
            } else if (event == Inbox::Event::ping || event == Inbox::Event::pong) {
                out.push_back((event == Inbox::Event::ping ? "ping " : "pong ") + control);
            } else {
                const uint16_t code = event == Inbox::Event::close ? inbox.close_code() : 0;
                out.push_back(std::string("close ") + static_cast<char>(code >> 8) + static_cast<char>(code) +
                              control);
                return out;
            }
        }
        from = to;
    }
    return out;
}

// Random calls; `messages` gets what was pushed, `pongs` the newest at each fill.
void converse(Sender &sender, std::mt19937 &random, Strings &messages, Strings &pongs)
{
    std::string newest;
    for (unsigned i = random() % 100; i > 0; --i) {
        const std::string payload = pattern(random() % 5 == 0 ? random() % 100000 : random() % 200);
        switch (random() % 8) {
        case 0:
            sender.ping(payload.substr(0, 125));
            break;
        case 1:
        case 2:
            newest = "pong " + payload.substr(0, 125) + std::to_string(i);
            newest.resize(std::min<size_t>(newest.size(), 130));
            sender.pong(newest.substr(5));
            break;
        case 3:
        case 4:
        case 5:
            if (random() % 2 != 0 ? sender.text(payload) : sender.binary(payload)) {
                messages.push_back(payload);
            }
            break;
        default:
            sender.fill(kMinCapacity + random() % (size_t{1} << (8 + random() % 10)));
        }
        if (!newest.empty() && sender.outbox.empty()) {
            pongs.push_back(newest);
            newest.clear();
        }
    }
    sender.close(static_cast<uint16_t>(3000 + random() % 2000), pattern(random() % 124));
    sender.drain(kMinCapacity + random() % 10000);
}

bool random_round(unsigned seed)
{
    std::mt19937 random(seed);
    Sender sender;
    Strings messages, pongs, on_wire, got_messages;
    converse(sender, random, messages, pongs);
    if (!sender.broken.empty() || !sender.outbox.empty() || sender.queued != 0 ||
        !sender.outbox.close_written()) {
        return fails(sender.broken.c_str(), sender.queued);
    }
    std::string to_client;
    Frame frame;
    for (std::string wire = sender.wire; !wire.empty();) {
        if (!take_frame(wire, frame)) {
            return fails("broken frame, bytes left", wire.size());
        }
        to_client += as_servers(frame);
        on_wire.push_back(name(frame.first_byte) + frame.payload);
        if (frame.first_byte == 0x81 || frame.first_byte == 0x82) {
            got_messages.push_back(frame.payload);
        }
    }
    for (const auto &pong : pongs) {
        if (std::find(on_wire.begin(), on_wire.end(), pong) == on_wire.end()) {
            return fails("the newest pong was not sent");
        }
    }
    return (got_messages == messages || fails("messages", got_messages.size())) &&
           (received(to_client, random) == on_wire || fails("received", on_wire.size()));
}

bool random_rounds()
{
    for (unsigned round = 0; round < 200; ++round) {
        const unsigned seed = round < 100 ? round : std::random_device()();
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
        cmocka_unit_test(run<nothing>),
        cmocka_unit_test(run<every_size_in_every_capacity>),
        cmocka_unit_test(run<exact_fit>),
        cmocka_unit_test(run<a_large_message_fills_all_space>),
        cmocka_unit_test(run<many_small_ones_go_together>),
        cmocka_unit_test(run<each_frame_has_its_own_mask>),
        cmocka_unit_test(run<controls_go_before_messages>),
        cmocka_unit_test(run<controls_wait_for_the_end_of_a_frame>),
        cmocka_unit_test(run<controls_go_behind_a_frame_that_just_ended>),
        cmocka_unit_test(run<the_newest_control_counts>),
        cmocka_unit_test(run<controls_stay_whole>),
        cmocka_unit_test(run<controls_have_a_bound>),
        cmocka_unit_test(run<close_goes_last>),
        cmocka_unit_test(run<close_waits_for_a_long_message>),
        cmocka_unit_test(run<close_without_code>),
        cmocka_unit_test(run<costs_cover_the_memory>),
        cmocka_unit_test(run<dropped_before_they_began>),
        cmocka_unit_test(run<close_goes_when_messages_are_dropped>),
        cmocka_unit_test(run<dropped_behind_one_on_the_wire>),
        cmocka_unit_test(run<destroyed_while_on_the_wire>),
        cmocka_unit_test(run<pieces_are_fragments>),
        cmocka_unit_test(run<pieces_join_their_stream>),
        cmocka_unit_test(run<messages_wait_for_the_end_of_a_stream>),
        cmocka_unit_test(run<controls_go_between_pieces>),
        cmocka_unit_test(run<pieces_need_a_stream>),
        cmocka_unit_test(run<close_cuts_a_stream>),
        cmocka_unit_test(run<close_cuts_a_stream_that_waits>),
        cmocka_unit_test(run<a_dropped_stream_is_gone>),
        cmocka_unit_test(run<dropping_cuts_a_stream>),
        cmocka_unit_test(run<a_last_piece_on_the_wire_is_finished>),
        cmocka_unit_test(run<every_sequence_of_calls>),
        cmocka_unit_test(run<long_sequences_of_calls>),
        cmocka_unit_test(run<random_rounds>),
    };
    return cmocka_run_group_tests_name("outbox", tests, nullptr, nullptr);
}
