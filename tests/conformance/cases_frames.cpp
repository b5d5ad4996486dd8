// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about one frame's head: lengths, reserved bits and opcodes,
// masks, the receive limit.

#include "conformance/case.h"

namespace nws::test {

namespace {

std::string number(uint64_t value)
{
    return std::to_string(value);
}

void add_lengths(CaseList &list)
{
    list.group("Payload lengths");
    for (const size_t length : {0, 1, 2, 125, 126, 127, 128, 65535, 65536, 65537, 1 << 20}) {
        const std::string payload = counted_text(length);
        list.add("text of " + number(length) + " bytes", "6455 5.2", frame(Opcode::text, payload),
                 delivers({text(payload)}));
    }
    for (const size_t length : {0, 1, 2, 125, 126, 127, 128, 65535, 65536, 65537, 1 << 20}) {
        const std::string payload = counted_bytes(length);
        list.add("binary of " + number(length) + " bytes", "6455 5.2", frame(Opcode::binary, payload),
                 delivers({binary(payload)}));
    }
    std::string wire;
    std::vector<Item> items;
    for (const size_t length : {0, 1, 125, 126, 0, 127, 65535, 0, 65536, 3}) {
        wire += frame(Opcode::text, counted_text(length)) + frame(Opcode::binary, counted_bytes(length));
        items.push_back(text(counted_text(length)));
        items.push_back(binary(counted_bytes(length)));
    }
    list.add("twenty messages of all lengths in a row", "6455 5.2", wire, delivers(items));
    list.add("text and binary with NUL bytes", "6455 5.6",
             frame(Opcode::text, std::string("\0a\0", 3)) + frame(Opcode::binary, std::string(9, '\0')),
             delivers({text(std::string("\0a\0", 3)), binary(std::string(9, '\0'))}));
    wire.clear();
    items.clear();
    for (int i = 0; i < 500; ++i) {
        wire += frame(Opcode::text, number(static_cast<uint64_t>(i)));
        items.push_back(text(number(static_cast<uint64_t>(i))));
    }
    list.add("five hundred short texts in a row", "6455 5.6", wire, delivers(items));
}

// The system's libwebsockets takes a length in any encoding.
void add_length_codings(CaseList &list)
{
    list.group("Length encodings");
    const auto add_long = [&list](uint64_t length, const char *words, int second_byte, int bytes) {
        const std::string payload = counted_bytes(length);
        list.add(number(length) + words, "6455 5.2", head(0x82, second_byte, length, bytes) + payload,
                 fails(1002))
            .on_system = delivers({binary(payload)});
    };
    for (const uint64_t length : {0, 1, 125}) {
        add_long(length, " in two bytes", 126, 2);
    }
    for (const uint64_t length : {0, 1, 125, 126, 65535}) {
        add_long(length, " in eight bytes", 127, 8);
    }
    list.add("the highest bit set", "6455 5.2", head(0x82, 127, uint64_t{1} << 63, 8), fails(1002));
    list.add("all bits set", "6455 5.2", head(0x82, 127, ~uint64_t{0}, 8), fails(1002));
    list.add("the highest bit set, of a text", "6455 5.2", head(0x81, 127, (uint64_t{1} << 63) + 5, 8),
             fails(1002));
    list.add("the highest bit set, of a fragment", "6455 5.2",
             frame(Opcode::text, "begin", Fin::no) + head(0x80, 127, uint64_t{1} << 63, 8), fails(1002));
    list.add("1 in two bytes, behind a good text", "6455 5.2",
             frame(Opcode::text, "good") + head(0x81, 126, 1, 2) + "x", fails(1002, {text("good")}))
        .on_system = delivers({text("good"), text("x")});
}

void add_receive_limit(CaseList &list)
{
    constexpr uint64_t kLimit = 1000;
    const auto add = [&list](const char *name, const std::string &wire, const Expectation &expected) {
        Case &added = list.add(name, "6455 10.4", wire, expected);
        added.receive_limit = kLimit;
        if (expected.end == Expectation::End::failed) {
            added.on_system = waits(expected.items);  // which tells of payload, not of heads
        }
    };
    list.group("Receive limit (of 1000 bytes)");
    const std::string exact = counted_bytes(kLimit);
    add("a message as long", frame(Opcode::binary, exact), delivers({binary(exact)}));
    add("a fragmented message as long", in_fragments(Opcode::binary, exact, 300), delivers({binary(exact)}));
    add("a message one byte longer, of which only the head is sent", head(0x82, 126, kLimit + 1, 2),
        fails(1009));
    add("2^63 - 1 bytes announced", head(0x82, 127, ~uint64_t{0} >> 1, 8), fails(1009));
    add("2^32 bytes announced", head(0x82, 127, uint64_t{1} << 32, 8), fails(1009));
    add("a last fragment that makes one byte too many", frame(Opcode::binary, exact, Fin::no) + head(0x80, 1),
        fails(1009));
    add("a fragment of 2^63 - 1 bytes",
        frame(Opcode::binary, "x", Fin::no) + head(0x80, 127, ~uint64_t{0} >> 1, 8), fails(1009));
    add("a message as long, then one too long", frame(Opcode::binary, exact) + head(0x82, 126, kLimit + 1, 2),
        fails(1009, {binary(exact)}));
}

struct NamedOpcode {
    Opcode opcode;
    const char *name;
};

constexpr NamedOpcode kOpcodes[] = {
    {Opcode::text, "text"},   {Opcode::binary, "binary"}, {Opcode::continuation, "continuation"},
    {Opcode::close, "Close"}, {Opcode::ping, "Ping"},     {Opcode::pong, "Pong"},
};

std::string bits(int rsv)
{
    std::string name;
    for (int bit = 1; bit <= 3; ++bit) {
        if ((rsv & (8 >> bit)) != 0) {
            name += (name.empty() ? "RSV" : " and RSV") + number(static_cast<uint64_t>(bit));
        }
    }
    return name;
}

void add_reserved_bits(CaseList &list)
{
    list.group("Reserved bits");
    for (const NamedOpcode &kind : kOpcodes) {
        const bool continues = kind.opcode == Opcode::continuation;
        const std::string before = continues ? frame(Opcode::text, "begin", Fin::no) : "";
        const std::string payload = kind.opcode == Opcode::close ? close_payload(1000) : "payload";
        for (uint8_t rsv = 1; rsv <= 7; ++rsv) {
            list.add(std::string(kind.name) + " with " + bits(rsv), "6455 5.2",
                     before + frame(kind.opcode, payload, Fin::yes, rsv), fails(1002));
        }
    }
    for (uint8_t rsv = 1; rsv <= 7; ++rsv) {
        list.add("a good text, then one with " + bits(rsv), "6455 5.2",
                 frame(Opcode::text, "good") + frame(Opcode::text, "bad", Fin::yes, rsv),
                 fails(1002, {text("good")}));
    }
    for (uint8_t rsv = 1; rsv <= 7; ++rsv) {
        list.add("a Ping with " + bits(rsv) + " between fragments", "6455 5.2",
                 frame(Opcode::text, "begin", Fin::no) + frame(Opcode::ping, "", Fin::yes, rsv) +
                     frame(Opcode::continuation, "end"),
                 fails(1002));
    }
    list.add("a first fragment with RSV1, nothing negotiated", "7692 6",
             frame(Opcode::text, "begin", Fin::no, 4) + frame(Opcode::continuation, "end"), fails(1002));
    list.add("RSV2 in the first byte, and no other", "6455 5.2", std::string(1, '\xA1'), fails(1002));
}

void add_reserved_opcodes(CaseList &list)
{
    const auto name = [](int opcode) { return "opcode " + number(static_cast<uint64_t>(opcode)); };
    list.group("Reserved opcodes");
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        list.add(name(opcode) + ", empty", "6455 5.2", frame(static_cast<Opcode>(opcode)), fails(1002));
    }
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        list.add(name(opcode) + " with payload", "6455 5.2", frame(static_cast<Opcode>(opcode), "payload"),
                 fails(1002));
    }
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        list.add("a good text, then " + name(opcode) + ", then a Ping", "6455 5.2",
                 frame(Opcode::text, "good") + frame(static_cast<Opcode>(opcode), "bad") +
                     frame(Opcode::ping, "late"),
                 fails(1002, {text("good")}));
    }
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        list.add(name(opcode) + " between fragments", "6455 5.2",
                 frame(Opcode::text, "begin", Fin::no) + frame(static_cast<Opcode>(opcode)) +
                     frame(Opcode::continuation, "end"),
                 fails(1002));
    }
    for (const int opcode : {3, 7, 11, 15}) {
        list.add(name(opcode) + " without FIN", "6455 5.2", frame(static_cast<Opcode>(opcode), "", Fin::no),
                 fails(1002));
    }
}

// Which the system's libwebsockets unmasks.
Expectation unmasked(Opcode opcode, const std::string &payload)
{
    switch (opcode) {
    case Opcode::text:
        return delivers({text(payload)});
    case Opcode::binary:
        return delivers({binary(payload)});
    case Opcode::continuation:
        return delivers({text("begin" + payload)});
    case Opcode::ping:
        return delivers({pong(payload)});
    case Opcode::close:
        return closes(1000);
    default:
        return delivers({});
    }
}

void add_masks(CaseList &list)
{
    list.group("Masked frames");
    for (const NamedOpcode &kind : kOpcodes) {
        const bool continues = kind.opcode == Opcode::continuation;
        const std::string before = continues ? frame(Opcode::text, "begin", Fin::no) : "";
        const std::string payload = kind.opcode == Opcode::close ? close_payload(1000) : "payload";
        list.add(kind.name, "6455 5.1", before + masked_frame(kind.opcode, payload), fails(1002)).on_system =
            unmasked(kind.opcode, payload);
        if (kind.opcode != Opcode::close) {
            list.add(std::string(kind.name) + ", empty", "6455 5.1", before + masked_frame(kind.opcode, ""),
                     fails(1002))
                .on_system = unmasked(kind.opcode, "");
        }
    }
    list.add("text of 126 bytes", "6455 5.1", masked_frame(Opcode::text, counted_text(126)), fails(1002))
        .on_system = delivers({text(counted_text(126))});
    list.add("text of 65536 bytes, of which only the first two are sent", "6455 5.1", head(0x81, 0x80 | 127),
             fails(1002))
        .on_system = waits();
    list.add("a good text, then a masked one", "6455 5.1",
             frame(Opcode::text, "good") + masked_frame(Opcode::text, "bad"), fails(1002, {text("good")}))
        .on_system = delivers({text("good"), text("bad")});
}

}  // namespace

void add_frame_cases(CaseList &list)
{
    add_lengths(list);
    add_length_codings(list);
    add_receive_limit(list);
    add_reserved_bits(list);
    add_reserved_opcodes(list);
    add_masks(list);
}

}  // namespace nws::test
