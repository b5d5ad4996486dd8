// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the cases about messages of several frames (RFC 6455 5.4).

#include "conformance/case.h"

namespace nws::test {

namespace {

std::string begin(Opcode opcode, std::string_view payload)
{
    return frame(opcode, payload, Fin::no);
}

std::string more(std::string_view payload)
{
    return frame(Opcode::continuation, payload, Fin::no);
}

std::string last(std::string_view payload)
{
    return frame(Opcode::continuation, payload);
}

void add_good(CaseList &list)
{
    list.group("Fragments");
    const auto add = [&list](const std::string &name, const std::string &wire, std::vector<Item> items) {
        list.add(name, "6455 5.4", wire, delivers(std::move(items)));
    };
    for (const Opcode opcode : {Opcode::text, Opcode::binary}) {
        const Item::Kind kind = opcode == Opcode::text ? Item::Kind::text : Item::Kind::binary;
        const std::string name = name_of(opcode);
        add(name + " in two", begin(opcode, "one ") + last("two"), {{kind, "one two"}});
        add(name + " in three", begin(opcode, "one ") + more("two ") + last("three"),
            {{kind, "one two three"}});
        for (const size_t bytes : {1, 2, 125, 126, 1000}) {
            const std::string payload = counted_text(bytes * 12 + 1);
            add(name + " in fragments of " + std::to_string(bytes), in_fragments(opcode, payload, bytes),
                {{kind, payload}});
        }
        add(name + " with an empty first fragment", begin(opcode, "") + last("end"), {{kind, "end"}});
        add(name + " with an empty fragment in the middle", begin(opcode, "a") + more("") + last("b"),
            {{kind, "ab"}});
        add(name + " with an empty last fragment", begin(opcode, "begin") + last(""), {{kind, "begin"}});
        add(name + " in empty fragments", begin(opcode, "") + more("") + more("") + last(""), {{kind, ""}});
    }
    const std::string large = counted_bytes(200000);
    add("binary of 200000 bytes in fragments of 65535", in_fragments(Opcode::binary, large, 65535),
        {binary(large)});
    add("binary of 200000 bytes in fragments of 4096", in_fragments(Opcode::binary, large, 4096),
        {binary(large)});
    add("a thousand fragments", in_fragments(Opcode::text, counted_text(1000), 1),
        {text(counted_text(1000))});
    add("a fragmented text, a whole one, a fragmented binary",
        begin(Opcode::text, "a") + last("b") + frame(Opcode::text, "c") + begin(Opcode::binary, "d") +
            last("e"),
        {text("ab"), text("c"), binary("de")});
}

void add_with_control_frames(CaseList &list)
{
    list.group("Control frames between fragments");
    const auto add = [&list](const std::string &name, const std::string &wire, std::vector<Item> items) {
        list.add(name, "6455 5.4, 5.5", wire, delivers(std::move(items)));
    };
    const std::string ping = frame(Opcode::ping, "ping");
    const std::string unasked = frame(Opcode::pong, "unasked");
    const std::string text_begin = begin(Opcode::text, "one ");
    add("an empty Ping", text_begin + frame(Opcode::ping) + last("two"), {pong(), text("one two")});
    add("a Ping", text_begin + ping + last("two"), {pong("ping"), text("one two")});
    add("a Ping of 125 bytes", text_begin + frame(Opcode::ping, counted_bytes(125)) + last("two"),
        {pong(counted_bytes(125)), text("one two")});
    add("a Pong", text_begin + unasked + last("two"), {text("one two")});
    add("a Ping and a Pong", text_begin + ping + unasked + last("two"), {pong("ping"), text("one two")});
    add("a Ping in a binary message", begin(Opcode::binary, "\xFF") + ping + last("\xFE"),
        {pong("ping"), binary("\xFF\xFE")});
    add("a Ping in the middle of a character", begin(Opcode::text, "\xE2\x82") + ping + last("\xAC"),
        {pong("ping"), text("\xE2\x82\xAC")});
    add("a Ping between empty fragments", begin(Opcode::text, "") + ping + more("") + last(""),
        {pong("ping"), text("")});
    std::string wire = text_begin;
    std::vector<Item> items;
    for (int i = 0; i < 10; ++i) {
        wire += frame(Opcode::ping, std::to_string(i)) + more(std::to_string(i));
        items.push_back(pong(std::to_string(i)));
    }
    items.push_back(text("one 0123456789."));
    add("ten Pings in ten places", wire + last("."), items);
    wire = text_begin;
    items.clear();
    for (int i = 0; i < 10; ++i) {
        wire += frame(Opcode::ping, std::to_string(i));
        items.push_back(pong(std::to_string(i)));
    }
    items.push_back(text("one two"));
    add("ten Pings in one place", wire + last("two"), items);
    add("Pings in two messages",
        text_begin + ping + last("two") + begin(Opcode::text, "three ") + frame(Opcode::ping, "pong") +
            last("four"),
        {pong("ping"), text("one two"), pong("pong"), text("three four")});
}

void add_bad(CaseList &list)
{
    list.group("Bad continuations");
    const auto add = [&list](const std::string &name, const std::string &wire, std::vector<Item> items = {}) {
        list.add(name, "6455 5.4", wire, fails(1002, std::move(items)));
    };
    add("a continuation of nothing", last("nothing"));
    add("an empty continuation of nothing", last(""));
    add("a continuation of nothing, without FIN", more("nothing"));
    add("an empty continuation of nothing, without FIN", more(""));
    add("a continuation of nothing, then a text", last("nothing") + frame(Opcode::text, "late"));
    add("a continuation of nothing, then a fragmented text",
        more("nothing") + begin(Opcode::text, "a") + last("b"));
    add("a continuation behind a whole text", frame(Opcode::text, "good") + last("bad"), {text("good")});
    add("a continuation behind a fragmented text", begin(Opcode::text, "go") + last("od") + last("bad"),
        {text("good")});
    add("a continuation behind a fragmented text, without FIN",
        begin(Opcode::text, "go") + last("od") + more("bad"), {text("good")});
    add("a continuation behind a Ping", frame(Opcode::ping, "p") + last("bad"), {pong("p")});
    add("a text inside a text", begin(Opcode::text, "a") + frame(Opcode::text, "b"));
    add("a binary inside a text", begin(Opcode::text, "a") + frame(Opcode::binary, "b"));
    add("a text inside a binary", begin(Opcode::binary, "a") + frame(Opcode::text, "b"));
    add("a binary inside a binary", begin(Opcode::binary, "a") + frame(Opcode::binary, "b"));
    add("an empty text inside an empty text", begin(Opcode::text, "") + frame(Opcode::text, ""));
    add("a fragmented text inside a text", begin(Opcode::text, "a") + begin(Opcode::text, "b") + last("c"));
    add("a text behind two fragments", begin(Opcode::text, "a") + more("b") + frame(Opcode::text, "c"));
    add("a text behind a fragment and a Ping",
        begin(Opcode::text, "a") + frame(Opcode::ping, "p") + frame(Opcode::text, "b"), {pong("p")});
    add("a good text, then a text inside a text",
        frame(Opcode::text, "good") + begin(Opcode::text, "a") + frame(Opcode::text, "b"), {text("good")});
}

}  // namespace

void add_fragment_cases(CaseList &list)
{
    add_good(list);
    add_with_control_frames(list);
    add_bad(list);
}

}  // namespace nws::test
