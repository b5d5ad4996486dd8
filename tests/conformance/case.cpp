// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "conformance/case.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace nws::test {

namespace {

std::optional<Expectation> usual_on_system(const Expectation &expected)
{
    if (expected.end == Expectation::End::failed && expected.code == 1002) {
        return drops(expected.items);
    }
    if (expected.end == Expectation::End::peer && !expected.items.empty()) {
        return with_loss(expected, Expectation::Loss::answers);
    }
    const auto pings = std::count_if(expected.items.begin(), expected.items.end(),
                                     [](const Item &item) { return item.kind == Item::Kind::pong; });
    if (pings > 1) {
        return with_loss(expected, Expectation::Loss::pings);
    }
    return {};
}

}  // namespace

Case &CaseList::add(std::string name, std::string section, std::string wire, Expectation expected)
{
    Case added;
    added.group = group_;
    added.name = std::move(name);
    added.section = std::move(section);
    added.wire = std::move(wire);
    added.expected = std::move(expected);
    added.on_system = usual_on_system(added.expected);
    cases.push_back(std::move(added));
    return cases.back();
}

const std::vector<Case> &all_cases()
{
    static const std::vector<Case> kAll = [] {
        CaseList list;
        add_frame_cases(list);
        add_fragment_cases(list);
        add_control_cases(list);
        add_close_cases(list);
        add_utf8_cases(list);
        add_deflate_cases(list);
        return std::move(list.cases);
    }();
    return kAll;
}

std::vector<std::string> groups()
{
    std::vector<std::string> names;
    for (const Case &one : all_cases()) {
        if (names.empty() || names.back() != one.group) {
            names.push_back(one.group);
        }
    }
    return names;
}

Item text(std::string payload)
{
    return {Item::Kind::text, std::move(payload)};
}

Item binary(std::string payload)
{
    return {Item::Kind::binary, std::move(payload)};
}

Item pong(std::string payload)
{
    return {Item::Kind::pong, std::move(payload)};
}

Expectation delivers(std::vector<Item> items)
{
    return {std::move(items), Expectation::End::open, 0, "", Expectation::Loss::none};
}

Expectation closes(uint16_t code, std::string reason, std::vector<Item> items)
{
    return {std::move(items), Expectation::End::peer, code, std::move(reason), Expectation::Loss::none};
}

Expectation fails(uint16_t code, std::vector<Item> items)
{
    return {std::move(items), Expectation::End::failed, code, "", Expectation::Loss::none};
}

Expectation drops(std::vector<Item> items)
{
    return {std::move(items), Expectation::End::dropped, 1006, "", Expectation::Loss::close};
}

Expectation waits(std::vector<Item> items)
{
    return {std::move(items), Expectation::End::waits, 1006, "", Expectation::Loss::none};
}

Expectation with_loss(Expectation expected, Expectation::Loss loss)
{
    expected.loss = loss;
    return expected;
}

std::string frame(Opcode opcode, std::string_view payload, Fin fin, uint8_t rsv)
{
    FrameOptions options;
    options.fin = fin == Fin::yes;
    options.rsv = rsv;
    return make_frame(opcode, payload, options);
}

std::string masked_frame(Opcode opcode, std::string_view payload)
{
    FrameOptions options;
    options.masked = true;
    return make_frame(opcode, payload, options);
}

std::string close_frame(uint16_t code, std::string_view reason)
{
    return frame(Opcode::close, close_payload(code, reason));
}

std::string head(int first_byte, int second_byte, uint64_t length, int length_bytes)
{
    std::string out = {static_cast<char>(first_byte), static_cast<char>(second_byte)};
    for (int i = length_bytes - 1; i >= 0; --i) {
        out.push_back(static_cast<char>(length >> (8 * i)));
    }
    return out;
}

std::string in_fragments(Opcode opcode, std::string_view payload, size_t bytes)
{
    std::string out;
    size_t at = 0;
    do {
        const size_t length = std::min(bytes, payload.size() - at);
        const bool last = at + length == payload.size();
        out += frame(at == 0 ? opcode : Opcode::continuation, payload.substr(at, length),
                     last ? Fin::yes : Fin::no);
        at += length;
    } while (at < payload.size());
    return out;
}

std::string counted_bytes(size_t length)
{
    std::string out(length, '\0');
    uint32_t state = 1;
    for (char &byte : out) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<char>(state >> 24);
    }
    return out;
}

std::string counted_text(size_t length)
{
    std::string out = counted_bytes(length);
    for (char &byte : out) {
        byte = static_cast<char>('a' + static_cast<uint8_t>(byte) % 26);
    }
    return out;
}

std::string hex(std::string_view bytes)
{
    std::string out;
    for (const char byte : bytes) {
        char digits[4];
        std::snprintf(digits, sizeof digits, "%s%02X", out.empty() ? "" : " ", byte & 0xFF);
        out += digits;
    }
    return out;
}

}  // namespace nws::test
