// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/frame_coder.h"

#include <algorithm>
#include <cstring>

namespace nws::test {

namespace {

constexpr uint64_t kLongestPayload = uint64_t{1} << 30;
constexpr size_t kReserveAtMost = size_t{16} << 20;

void append_big_endian(std::string &out, uint64_t value, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> shift));
    }
}

}  // namespace

std::string name_of(Opcode opcode)
{
    switch (opcode) {
    case Opcode::continuation: return "continuation";
    case Opcode::text: return "text";
    case Opcode::binary: return "binary";
    case Opcode::close: return "close";
    case Opcode::ping: return "ping";
    case Opcode::pong: return "pong";
    }
    return "opcode " + std::to_string(static_cast<unsigned>(opcode));
}

void append_frame(std::string &out, Opcode opcode, std::string_view payload, FrameOptions options)
{
    const auto first = (options.fin ? 0x80u : 0u) | (options.rsv & 7u) << 4 | static_cast<unsigned>(opcode);
    const unsigned mask_bit = options.masked ? 0x80 : 0;
    out.push_back(static_cast<char>(first));
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(mask_bit | payload.size()));
    } else if (payload.size() < 65536) {
        out.push_back(static_cast<char>(mask_bit | 126));
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(static_cast<char>(mask_bit | 127));
        append_big_endian(out, payload.size(), 8);
    }
    if (!options.masked) {
        out.append(payload);
        return;
    }
    out.append(options.mask_key.begin(), options.mask_key.end());
    const size_t start = out.size();
    out.append(payload);
    mask(&out[0] + start, payload.size(), options.mask_key);
}

std::string make_frame(Opcode opcode, std::string_view payload, FrameOptions options)
{
    std::string frame;
    append_frame(frame, opcode, payload, options);
    return frame;
}

std::string close_payload(uint16_t code, std::string_view reason)
{
    std::string payload;
    append_big_endian(payload, code, 2);
    payload.append(reason);
    return payload;
}

void mask(char *data, size_t length, std::array<uint8_t, 4> key, size_t offset)
{
    std::array<uint8_t, 8> turned{};
    for (size_t i = 0; i < turned.size(); ++i) {
        turned[i] = key[(offset + i) % 4];
    }
    uint64_t wide_key = 0;
    std::memcpy(&wide_key, turned.data(), sizeof wide_key);

    size_t at = 0;
    for (; at + sizeof wide_key <= length; at += sizeof wide_key) {
        uint64_t word = 0;
        std::memcpy(&word, data + at, sizeof word);
        word ^= wide_key;
        std::memcpy(data + at, &word, sizeof word);
    }
    for (; at < length; ++at) {
        data[at] = static_cast<char>(data[at] ^ turned[at % 4]);
    }
}

void FrameDecoder::give(char *bytes, size_t length)
{
    input_ = bytes;
    left_ = length;
}

bool FrameDecoder::next(Frame &frame)
{
    if (broken_ || (!in_payload_ && !take_header())) {
        return false;
    }
    const size_t take = static_cast<size_t>(std::min<uint64_t>(left_, length_ - payload_.size()));
    char *piece = input_;
    if (frame_.masked) {
        mask(piece, take, frame_.mask_key, payload_.size());
    }
    input_ += take;
    left_ -= take;
    if (payload_.empty() && take == length_) {
        frame_.payload = {piece, take};
    } else {
        payload_.append(piece, take);
        if (payload_.size() < length_) {
            return false;
        }
        frame_.payload = payload_;
    }
    in_payload_ = false;
    frame = frame_;
    return true;
}

bool FrameDecoder::take_header()
{
    while (header_size_ < header_length()) {
        const size_t take = std::min(left_, header_length() - header_size_);
        if (take == 0) {
            return false;
        }
        std::memcpy(header_.data() + header_size_, input_, take);
        header_size_ += take;
        input_ += take;
        left_ -= take;
    }
    parse_header();
    return !broken_;
}

size_t FrameDecoder::header_length() const
{
    if (header_size_ < 2) {
        return 2;
    }
    const unsigned short_length = header_[1] & 0x7f;
    const size_t extended = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
    return 2 + extended + (header_[1] & 0x80 ? 4 : 0);
}

void FrameDecoder::parse_header()
{
    frame_.fin = (header_[0] & 0x80) != 0;
    frame_.rsv = header_[0] >> 4 & 7;
    frame_.opcode = static_cast<Opcode>(header_[0] & 15);
    frame_.masked = (header_[1] & 0x80) != 0;
    length_ = header_[1] & 0x7f;
    frame_.shortest_length = true;
    const size_t extended = header_size_ - 2 - (frame_.masked ? 4 : 0);
    if (extended > 0) {
        length_ = 0;
        for (size_t i = 0; i < extended; ++i) {
            length_ = length_ << 8 | header_[2 + i];
        }
        frame_.shortest_length = length_ >= (extended == 2 ? 126u : 65536u);
    }
    if (frame_.masked) {
        std::memcpy(frame_.mask_key.data(), header_.data() + header_size_ - 4, 4);
    }
    header_size_ = 0;
    broken_ = length_ > kLongestPayload;
    in_payload_ = true;
    payload_.clear();
    if (!broken_ && length_ > left_) {
        payload_.reserve(static_cast<size_t>(std::min<uint64_t>(length_, kReserveAtMost)));
    }
}

bool Utf8Checker::feed(std::string_view bytes)
{
    size_t at = 0;
    while (good_ && at < bytes.size()) {
        uint64_t word = 0;
        if (missing_ == 0 && bytes.size() - at >= sizeof word) {
            std::memcpy(&word, bytes.data() + at, sizeof word);
            if ((word & 0x8080808080808080u) == 0) {
                at += sizeof word;
                continue;
            }
        }
        const auto byte = static_cast<uint8_t>(bytes[at++]);
        if (missing_ == 0) {
            good_ = start_character(byte);
            continue;
        }
        good_ = byte >= low_ && byte <= high_;
        low_ = 0x80;
        high_ = 0xbf;
        --missing_;
    }
    return good_;
}

// Sets how many bytes follow and between which bounds the first of them lies:
// so overlong forms, surrogates and what is over U+10FFFF are refused.
bool Utf8Checker::start_character(uint8_t byte)
{
    if (byte < 0x80) {
        return true;
    }
    missing_ = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    low_ = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    high_ = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return byte >= 0xc2 && byte <= 0xf4;
}

bool is_utf8(std::string_view bytes)
{
    Utf8Checker checker;
    checker.feed(bytes);
    return checker.is_complete();
}

bool is_sendable_close_code(uint16_t code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace nws::test
