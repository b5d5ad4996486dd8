// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Compressed messages (RFC 7692): either bytes of a server that are inflated, in
// pieces and at once; or messages of ours, which must come back as they were.

#include "deflate/message_deflater.h"
#include "deflate/message_inflater.h"
#include "fuzz/fuzz.h"

using namespace nws;
using namespace nws::test;

namespace {

constexpr size_t kMostBytes = size_t{1} << 18;  // of one input

DeflateParameters parameters(FuzzInput &input)
{
    DeflateParameters agreed;
    const uint8_t flags = input.byte();
    const uint8_t bits = input.byte();
    agreed.server_no_context_takeover = (flags & 1) != 0;
    agreed.client_no_context_takeover = (flags & 2) != 0;
    agreed.server_max_window_bits = 8 + (bits & 7);
    agreed.client_max_window_bits = 8 + (bits >> 3 & 7);
    agreed.level = (flags >> 4) % 10;
    return agreed;
}

// What came out, and how it ended. Pieces of so many bytes in, and room for so
// many out.
std::string inflate(MessageInflater &inflater, const std::string &message, size_t in, size_t out,
                    MessageInflater::Result &result)
{
    std::string text;
    std::vector<uint8_t> room(out);
    for (size_t at = 0; at < message.size() || at == 0;) {
        const size_t piece = std::min(in, message.size() - at);
        // A block of its own, so that a byte too far is seen.
        const std::vector<uint8_t> block(message.begin() + static_cast<ptrdiff_t>(at),
                                         message.begin() + static_cast<ptrdiff_t>(at + piece));
        const uint8_t *cursor = block.data();
        size_t left = piece;
        at += piece;
        const bool last = at == message.size();
        do {
            size_t written = 0;
            result = inflater.inflate(cursor, left, last, room.data(), room.size(), &written);
            MUST(written <= room.size());
            text.append(reinterpret_cast<const char *>(room.data()), written);
        } while (result == MessageInflater::Result::output_full && text.size() < kMostBytes);
        if (result != MessageInflater::Result::input_used) {
            return text;
        }
        if (piece == 0) {
            break;
        }
    }
    return text;
}

void inflate_what_comes(FuzzInput &input)
{
    const DeflateParameters agreed = parameters(input);
    const size_t in = 1 + input.byte();
    const size_t out = 1 + input.byte();
    const std::string message = input.rest();
    const auto whole = MessageInflater::create(agreed);
    const auto pieces = MessageInflater::create(agreed);
    MessageInflater::Result result = MessageInflater::Result::no_memory;
    MessageInflater::Result result_in_pieces = result;
    const std::string text = inflate(*whole, message, message.size() + 1, 4096, result);
    const std::string in_pieces = inflate(*pieces, message, in, out, result_in_pieces);
    if (text.size() < kMostBytes && in_pieces.size() < kMostBytes) {
        MUST(result == result_in_pieces);
        MUST(result != MessageInflater::Result::done || text == in_pieces);
    }
}

// Room for so many bytes at a time.
std::string deflate(MessageDeflater &deflater, const std::string &message, size_t in, size_t out)
{
    std::string wire;
    std::vector<uint8_t> room(MessageDeflater::kMinCapacity + out);
    MUST(deflater.begin());
    for (size_t at = 0;;) {
        const size_t piece = std::min(in, message.size() - at);
        const auto *cursor = reinterpret_cast<const uint8_t *>(message.data()) + at;
        size_t left = piece;
        at += piece;
        const bool last = at == message.size();
        bool through = false;
        while (!through) {
            const size_t written = deflater.deflate(cursor, left, last, room.data(), room.size(), &through);
            MUST(written <= room.size());
            wire.append(reinterpret_cast<const char *>(room.data()), written);
        }
        if (last) {
            return wire;
        }
    }
}

void there_and_back(FuzzInput &input)
{
    DeflateParameters agreed = parameters(input);
    // Here the other side is we, too.
    agreed.server_max_window_bits = agreed.client_max_window_bits;
    agreed.server_no_context_takeover = agreed.client_no_context_takeover;
    const size_t in = 1 + input.byte();
    const size_t out = input.byte();
    const auto deflater = MessageDeflater::create(agreed);
    const auto inflater = MessageInflater::create(agreed);
    while (!input.empty()) {
        const std::string message = input.line();
        const std::string wire = deflate(*deflater, message, in, out);
        MessageInflater::Result result = MessageInflater::Result::no_memory;
        MUST(inflate(*inflater, wire, 1 + out, 1 + in, result) == message);
        MUST(result == MessageInflater::Result::done);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!deflate_available()) {
        return 0;
    }
    FuzzInput input(data, size);
    input.flag() ? there_and_back(input) : inflate_what_comes(input);
    return 0;
}
