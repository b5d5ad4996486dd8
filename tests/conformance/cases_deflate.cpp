// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about permessage-deflate (RFC 7692), with zlib alone as the
// server. Without zlib the table is the same, but the bytes mean nothing.

#include "conformance/case.h"

#if NWS_TEST_ZLIB
#include "unit/reference_deflate.h"
#endif

namespace nws::test {

namespace {

#if NWS_TEST_ZLIB
using Deflater = ReferenceDeflater;
#else
class Deflater {
public:
    explicit Deflater(int, bool, int = 6) {}

    std::string compress(const std::string &) { return std::string(64, '?'); }
    std::string compress_with_final_block(const std::string &message) { return compress(message); }
};
#endif

constexpr uint8_t kRsv1 = 4;

// Words that come again from far back, so that a window's size shows.
std::string prose(size_t size)
{
    const std::string words[] = {"the ", "server ", "sends ", "{\"id\":17}, ", "\xE2\x82\xAC ", "a "};
    const std::string order = counted_bytes(size);
    std::string out;
    for (size_t i = 0; out.size() < size; ++i) {
        out += words[static_cast<uint8_t>(order[i]) % 6];
    }
    return out;
}

std::string compressed_frame(Opcode opcode, const std::string &compressed, Fin fin = Fin::yes)
{
    return frame(opcode, compressed, fin, kRsv1);
}

// Fragments of so many bytes; RSV1 on the first.
std::string compressed_fragments(Opcode opcode, const std::string &compressed, size_t bytes)
{
    std::string wire = in_fragments(opcode, compressed, bytes);
    wire[0] = static_cast<char>(wire[0] | 0x40);
    return wire;
}

std::string words_for(const DeflateTerms &terms)
{
    std::string words = "server: " + std::to_string(terms.server_bits) + " bits" +
                        (terms.server_alone ? ", no context takeover" : "");
    return words + "; client: " + std::to_string(terms.client_bits) + " bits" +
           (terms.client_alone ? ", no context takeover" : "");
}

void add(CaseList &list, const std::string &name, const std::string &section, const std::string &wire,
         Expectation expected, const DeflateTerms &terms = {})
{
    Case &added = list.add(name, section, wire, std::move(expected));
    added.deflate = terms;
    added.on_system.reset();
    added.tried_on_system = false;
}

// ---- what was agreed on ----

// Compressed and not, whole and in fragments, each longer than some window.
void add_terms(CaseList &list, const DeflateTerms &terms)
{
    Deflater server(terms.server_bits, !terms.server_alone);
    const std::string first = prose(3000);
    const std::string noise = counted_bytes(400);
    const std::string again = noise + prose(1500);
    std::string wire = compressed_frame(Opcode::text, server.compress(first));
    wire += frame(Opcode::text, "not compressed");
    wire += compressed_frame(Opcode::binary, server.compress(again));
    wire += compressed_fragments(Opcode::binary, server.compress(again), 100);
    wire += compressed_frame(Opcode::text, server.compress(""));
    wire += compressed_frame(Opcode::text, server.compress(first));
    add(list, words_for(terms), "7692 7.1", wire,
        delivers({text(first), text("not compressed"), binary(again), binary(again), text(""), text(first)}),
        terms);
}

void add_parameters(CaseList &list)
{
    list.group("permessage-deflate: parameters");
    for (const bool server_alone : {false, true}) {
        for (const bool client_alone : {false, true}) {
            for (int bits = 8; bits <= 15; ++bits) {
                add_terms(list, {bits, bits, server_alone, client_alone});
            }
            for (const int bits : {8, 9, 12}) {
                add_terms(list, {bits, 15, server_alone, client_alone});
                add_terms(list, {15, bits, server_alone, client_alone});
            }
        }
    }
}

// ---- frames ----

void add_lengths(CaseList &list)
{
    list.group("permessage-deflate: message lengths");
    for (const size_t length : {0, 1, 2, 16, 125, 126, 127, 128, 1000, 65535, 65536, 1 << 20}) {
        Deflater server(15, true);
        const std::string payload = prose(length).substr(0, length);
        const std::string bytes = length > 200000 ? std::string(length, 'z') : counted_bytes(length);
        add(list, std::to_string(length) + " bytes that shrink and as many that hardly do", "7692 7.2.2",
            compressed_frame(Opcode::binary, server.compress(payload)) +
                compressed_frame(Opcode::binary, server.compress(bytes)),
            delivers({binary(payload), binary(bytes)}));
    }
    Deflater server(15, true);
    std::string wire;
    std::vector<Item> items;
    for (int i = 0; i < 100; ++i) {
        const std::string payload = "{\"number\":" + std::to_string(i) + "}";
        wire += i % 3 == 0 ? frame(Opcode::text, payload)
                           : compressed_frame(Opcode::text, server.compress(payload));
        items.push_back(text(payload));
    }
    add(list, "a hundred short texts, each third not compressed", "7692 6", wire, delivers(items));
}

void add_fragments(CaseList &list)
{
    list.group("permessage-deflate: fragments and control frames");
    const std::string payload = prose(500);
    const std::string compressed = Deflater(15, true).compress(payload);
    const std::string half = compressed.substr(0, compressed.size() / 2);
    const std::string rest = compressed.substr(half.size());
    const std::string begin = compressed_frame(Opcode::text, half, Fin::no);
    const std::string end = frame(Opcode::continuation, rest);
    const auto good = [&list](const std::string &name, const std::string &wire, std::vector<Item> items) {
        add(list, name, "7692 6.1", wire, delivers(std::move(items)));
    };
    for (const size_t bytes : {1, 2, 7, 125}) {
        good("in fragments of " + std::to_string(bytes),
             compressed_fragments(Opcode::text, compressed, bytes), {text(payload)});
    }
    good("an empty first fragment",
         compressed_frame(Opcode::text, "", Fin::no) + frame(Opcode::continuation, compressed),
         {text(payload)});
    good("an empty last fragment",
         compressed_frame(Opcode::text, compressed, Fin::no) + frame(Opcode::continuation, ""),
         {text(payload)});
    good("empty fragments in the middle",
         begin + frame(Opcode::continuation, "", Fin::no) + frame(Opcode::continuation, "", Fin::no) + end,
         {text(payload)});
    good("a Ping between fragments", begin + frame(Opcode::ping, "p") + end, {pong("p"), text(payload)});
    good("a Pong between fragments", begin + frame(Opcode::pong, "p") + end, {text(payload)});
    std::string wire;
    std::vector<Item> items;
    for (size_t i = 0; i < 20; ++i) {
        wire += frame(i == 0 ? Opcode::text : Opcode::continuation, compressed.substr(i, 1), Fin::no,
                      i == 0 ? kRsv1 : 0);
        wire += frame(Opcode::ping, std::to_string(i));
        items.push_back(pong(std::to_string(i)));
    }
    items.push_back(text(payload));
    good("a Ping behind each of twenty fragments",
         wire + frame(Opcode::continuation, compressed.size() > 20 ? compressed.substr(20) : ""), items);
    good("a fragmented message that is not compressed",
         frame(Opcode::text, "not ", Fin::no) + frame(Opcode::continuation, "compressed"),
         {text("not compressed")});
    add(list, "a Close frame between fragments", "7692 6.1", begin + close_frame(1001, "bye"),
        closes(1001, "bye"));
}

void add_blocks(CaseList &list)
{
    list.group("permessage-deflate: blocks");
    const std::string payload = prose(500);
    const auto good = [&](const std::string &name, const std::string &section, const std::string &compressed,
                          const std::string &message) {
        // And the next message still finds its way.
        add(list, name, section,
            compressed_frame(Opcode::text, compressed) + frame(Opcode::text, "between") +
                compressed_frame(Opcode::text, Deflater(15, false).compress(payload)),
            delivers({text(message), text("between"), text(payload)}));
    };
    using namespace std::string_literals;
    good("an empty message", "7692 7.2.3.6", "\x00"s, "");
    good("an empty message without any byte", "7692 7.2.3.6", "", "");
    good("an empty final block", "7692 7.2.3.5", "\x03\x00\x00"s, "");
    good("a message with a final block", "7692 7.2.3.4",
         Deflater(15, true).compress_with_final_block(payload), payload);
    good("a message, then an empty final block", "7692 7.2.3.5",
         Deflater(15, true).compress(payload) + "\x00\x00\xFF\xFF\x03\x00\x00"s, payload);
    good("stored, not compressed", "7692 7.2.3.3", Deflater(15, true, 0).compress(payload), payload);
    good("two blocks", "7692 7.2.3.1",
         Deflater(15, true).compress(payload) + "\x00\x00\xFF\xFF"s + Deflater(15, true).compress(payload),
         payload + payload);
    good("empty blocks before and behind", "7692 7.2.3.6",
         "\x00\x00\x00\xFF\xFF"s + Deflater(15, true).compress(payload) + "\x00\x00\xFF\xFF\x00"s, payload);
    Deflater server(15, true);
    const std::string one = server.compress(payload);
    const std::string two = server.compress(payload);
    add(list, "a message that refers to the one before", "7692 7.2.3.2",
        compressed_frame(Opcode::text, one) + compressed_frame(Opcode::text, two),
        delivers({text(payload), text(payload)}));
    add(list, "the same, one that is not compressed between them", "7692 7.2.3.2",
        compressed_frame(Opcode::text, one) + frame(Opcode::text, prose(40000)) +
            compressed_frame(Opcode::text, two),
        delivers({text(payload), text(prose(40000)), text(payload)}));
}

// ---- what must not be ----

void add_bad_bits(CaseList &list)
{
    list.group("permessage-deflate: bits where none may be");
    const auto bad = [&list](const std::string &name, const std::string &wire, std::vector<Item> items = {}) {
        add(list, name, "7692 6", wire, fails(1002, std::move(items)));
    };
    const std::string compressed = Deflater(15, true).compress("good");
    const std::string begin = compressed_frame(Opcode::text, compressed, Fin::no);
    bad("RSV1 on a continuation", begin + frame(Opcode::continuation, "", Fin::yes, kRsv1));
    bad("RSV1 on a continuation of a message that is not compressed",
        frame(Opcode::text, "a", Fin::no) + frame(Opcode::continuation, "b", Fin::yes, kRsv1));
    bad("RSV1 on a Ping", frame(Opcode::ping, "p", Fin::yes, kRsv1));
    bad("RSV1 on a Pong", frame(Opcode::pong, "p", Fin::yes, kRsv1));
    bad("RSV1 on a Close", frame(Opcode::close, close_payload(1000), Fin::yes, kRsv1));
    bad("RSV1 on a Ping between fragments", begin + frame(Opcode::ping, "p", Fin::yes, kRsv1));
    for (const uint8_t rsv : {1, 2, 3, 5, 6, 7}) {
        bad("bits " + std::to_string(rsv) + " (RSV1 is 4) on a text",
            frame(Opcode::text, compressed, Fin::yes, rsv));
    }
    bad("RSV1 on opcode 3", frame(static_cast<Opcode>(3), compressed, Fin::yes, kRsv1));
    bad("a good message, then RSV1 on a Ping",
        compressed_frame(Opcode::text, compressed) + frame(Opcode::ping, "p", Fin::yes, kRsv1),
        {text("good")});
    bad("a compressed text inside another", begin + compressed_frame(Opcode::text, compressed));
}

void add_bad_streams(CaseList &list)
{
    list.group("permessage-deflate: what cannot be decompressed");
    const auto bad = [&list](const std::string &name, const std::string &wire, const DeflateTerms &terms = {},
                             std::vector<Item> items = {}) {
        add(list, name, "7692 7.2.2", wire, fails(1007, std::move(items)), terms);
    };
    using namespace std::string_literals;
    const std::string payload = prose(500);
    const std::string good = Deflater(15, true).compress(payload);
    bad("a block of the reserved type", compressed_frame(Opcode::binary, "\x06"));
    bad("a block of the reserved type, before the rest of its frame has come",
        head(0xC2, 127, 100000, 8) + "\x06");
    bad("a stored block whose lengths differ",
        compressed_frame(Opcode::binary, "\x00\x05\x00\x00\x00hello"s));
    bad("a distance beyond the beginning", compressed_frame(Opcode::binary, "\x4A\x02\x31\x00"s));
    bad("a message cut short", compressed_frame(Opcode::text, good.substr(0, good.size() / 2)));
    bad("a stored block cut short", compressed_frame(Opcode::binary, "\x00\x05\x00\xFA\xFFhel"s));
    bad("bytes that were never compressed", compressed_frame(Opcode::text, std::string(100, '\xFF')));
    bad("bytes that are no block behind a good one",
        compressed_frame(Opcode::text, good + "\x00\x00\xFF\xFF\x07"s));
    Deflater server(15, true);
    const std::string one = server.compress(payload);
    const std::string two = server.compress(payload);
    bad("a reference to the message before, though there was to be none",
        compressed_frame(Opcode::text, one) + compressed_frame(Opcode::text, two), {15, 15, true, false},
        {text(payload)});
    Deflater wide(15, true);
    const std::string noise = counted_bytes(2000);
    const std::string noisy = wide.compress(noise);
    bad("a reference beyond the window",
        compressed_frame(Opcode::binary, noisy) + compressed_frame(Opcode::binary, wide.compress(noise)),
        {9, 15, false, false}, {binary(noise)});
    bad("an empty message that keeps its last four bytes",
        compressed_frame(Opcode::text, "\x00\x00\x00\xFF\xFF"s));
    bad("a message that keeps its last four bytes",
        compressed_frame(Opcode::text, good + "\x00\x00\xFF\xFF"s));
    bad("text that is not UTF-8",
        compressed_frame(Opcode::text, Deflater(15, true).compress("good \xFF good")));
    bad("text that ends within a character",
        compressed_frame(Opcode::text, Deflater(15, true).compress("good \xE2\x82")));
    bad("text that is not UTF-8 across fragments",
        compressed_fragments(Opcode::text, Deflater(15, true).compress("good \xE2\x82 good"), 1));
    const std::string bad_text = Deflater(15, true).compress("\xFF" + prose(3000));
    bad("text that is not UTF-8, before the rest of its frame has come",
        head(0xC1, 127, 100000, 8) + bad_text);
    bad("a good text, then a bad block",
        compressed_frame(Opcode::text, good) + compressed_frame(Opcode::binary, "\x06"), {}, {text(payload)});
}

void add_bombs(CaseList &list)
{
    list.group("permessage-deflate: receive limit (of 10000 bytes)");
    constexpr size_t kLimit = 10000;
    const auto limited = [&list](const std::string &name, const std::string &wire, Expectation expected) {
        add(list, name, "7692 8", wire, std::move(expected));
        list.cases.back().receive_limit = kLimit;
    };
    const std::string exact = prose(kLimit).substr(0, kLimit);
    const std::string compressed = Deflater(15, true).compress(exact);
    limited("a message as long, decompressed", compressed_frame(Opcode::binary, compressed),
            delivers({binary(exact)}));
    limited("one byte longer, decompressed",
            compressed_frame(Opcode::binary, Deflater(15, true).compress(exact + "x")), fails(1009));
    const std::string bomb = Deflater(15, true, 9).compress(std::string(1 << 20, 'b'));
    limited("a kilobyte that becomes a megabyte", compressed_frame(Opcode::binary, bomb), fails(1009));
    limited("the same in fragments of 100 bytes", compressed_fragments(Opcode::binary, bomb, 100),
            fails(1009));
    limited("the same, behind a good message",
            compressed_frame(Opcode::binary, compressed) +
                compressed_frame(Opcode::binary, Deflater(15, false, 9).compress(std::string(1 << 20, 'b'))),
            fails(1009, {binary(exact)}));
}

}  // namespace

bool has_deflate()
{
    return NWS_TEST_ZLIB != 0;
}

void add_deflate_cases(CaseList &list)
{
    add_parameters(list);
    add_lengths(list);
    add_fragments(list);
    add_blocks(list);
    add_bad_bits(list);
    add_bad_streams(list);
    add_bombs(list);
}

}  // namespace nws::test
