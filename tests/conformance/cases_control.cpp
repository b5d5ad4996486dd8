// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about Ping and Pong, and about what no control frame may be
// (RFC 6455 5.5).

#include "conformance/case.h"

namespace nws::test {

namespace {

std::string pings(int count, std::vector<Item> &items)
{
    std::string wire;
    for (int i = 0; i < count; ++i) {
        const std::string payload = "payload " + std::to_string(i);
        wire += frame(Opcode::ping, payload);
        items.push_back(pong(payload));
    }
    return wire;
}

void add_pings(CaseList &list)
{
    list.group("Ping and Pong");
    const auto add = [&list](const std::string &name, const std::string &section, const std::string &wire,
                             std::vector<Item> items) {
        list.add(name, section, wire, delivers(std::move(items)));
    };
    for (const size_t length : {0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 123, 124, 125}) {
        const std::string payload = counted_bytes(length);
        add("a Ping of " + std::to_string(length) + " bytes", "6455 5.5.2", frame(Opcode::ping, payload),
            {pong(payload)});
    }
    add("a Ping that is no UTF-8", "6455 5.5.2", frame(Opcode::ping, std::string("\x00\xFF\xFE\xFD\xFC", 5)),
        {pong(std::string("\x00\xFF\xFE\xFD\xFC", 5))});
    std::string wire;
    std::vector<Item> items;
    for (size_t length = 0; length <= 125; ++length) {
        wire += frame(Opcode::ping, counted_bytes(length)) + frame(Opcode::text, std::to_string(length));
        items.push_back(pong(counted_bytes(length)));
        items.push_back(text(std::to_string(length)));
    }
    add("a Ping of every length, each before a text", "6455 5.5.3", wire, items);
    for (const int count : {2, 10, 100, 1000}) {
        items.clear();
        wire = pings(count, items);
        add(std::to_string(count) + " Pings in a row", "6455 5.5.3", wire, items);
    }
    items = {text("before")};
    wire = frame(Opcode::text, "before") + pings(10, items);
    items.push_back(text("behind"));
    add("ten Pings between two texts", "6455 5.5.3", wire + frame(Opcode::text, "behind"), items);
    add("a Pong that nobody asked for", "6455 5.5.3", frame(Opcode::pong, "unasked"), {});
    add("an empty Pong that nobody asked for", "6455 5.5.3", frame(Opcode::pong), {});
    add("a Pong of 125 bytes that nobody asked for", "6455 5.5.3", frame(Opcode::pong, counted_bytes(125)),
        {});
    add("a Pong that nobody asked for, then a Ping", "6455 5.5.3",
        frame(Opcode::pong, "unasked") + frame(Opcode::ping, "p"), {pong("p")});
    wire.clear();
    for (int i = 0; i < 100; ++i) {
        wire += frame(Opcode::pong, std::to_string(i));
    }
    add("a hundred Pongs that nobody asked for", "6455 5.5.3", wire, {});
    add("a Ping behind a message of 65536 bytes", "6455 5.5.2",
        frame(Opcode::binary, counted_bytes(65536)) + frame(Opcode::ping, "p"),
        {binary(counted_bytes(65536)), pong("p")});
    add("a Ping before a message of 65536 bytes", "6455 5.5.2",
        frame(Opcode::ping, "p") + frame(Opcode::binary, counted_bytes(65536)),
        {pong("p"), binary(counted_bytes(65536))});
}

void add_bad(CaseList &list)
{
    list.group("What no control frame may be");
    const struct {
        Opcode opcode;
        const char *name;
    } kinds[] = {{Opcode::ping, "Ping"}, {Opcode::pong, "Pong"}, {Opcode::close, "Close"}};
    for (const auto &kind : kinds) {
        const std::string name = kind.name;
        const int first = 0x80 | static_cast<int>(kind.opcode);
        list.add("a " + name + " without FIN", "6455 5.5",
                 frame(kind.opcode, "", Fin::no) + frame(Opcode::continuation, ""), fails(1002));
        list.add("a " + name + " with payload, without FIN", "6455 5.5",
                 frame(kind.opcode, close_payload(1000), Fin::no), fails(1002));
        list.add("a " + name + " without FIN between fragments", "6455 5.5",
                 frame(Opcode::text, "begin", Fin::no) + frame(kind.opcode, "", Fin::no) +
                     frame(Opcode::continuation, "end"),
                 fails(1002));
        list.add("a " + name + " of 126 bytes", "6455 5.5",
                 frame(kind.opcode, close_payload(1000) + counted_text(124)), fails(1002));
        list.add("a " + name + " of 65536 bytes, of which only the head is sent", "6455 5.5",
                 head(first, 127, 65536, 8), fails(1002));
        list.add("a " + name + " of 5 bytes that has its length in two", "6455 5.5",
                 head(first, 126, 5, 2) + "12345", fails(1002));
        list.add("a good text, then a " + name + " of 126 bytes", "6455 5.5",
                 frame(Opcode::text, "good") + frame(kind.opcode, close_payload(1000) + counted_text(124)),
                 fails(1002, {text("good")}));
    }
    list.add("a Ping, then one without FIN", "6455 5.5",
             frame(Opcode::ping, "good") + frame(Opcode::ping, "bad", Fin::no), fails(1002, {pong("good")}));
}

}  // namespace

void add_control_cases(CaseList &list)
{
    add_pings(list);
    add_bad(list);
}

}  // namespace nws::test
