// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of frame heads and masking.

#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <string>
#include <vector>

#include "connection/frame.h"
#include "unit/check.h"

namespace {

using namespace nws;
using nws::test::run;

bool wrong(const char *what, size_t a, size_t b = 0)
{
    print_error("%s (%zu, %zu)\n", what, a, b);
    return false;
}

bool written_heads()
{
    const std::string key = "\x01\x02\x03\x04";
    uint32_t mask;
    memcpy(&mask, key.data(), sizeof mask);
    const struct {
        bool fin, compressed;
        Opcode opcode;
        uint64_t length;
        std::string head;
    } cases[] = {
        {true, false, Opcode::text, 0, std::string("\x81\x80", 2)},
        {true, false, Opcode::binary, 1, "\x82\x81"},
        {true, false, Opcode::close, 2, "\x88\x82"},
        {true, false, Opcode::ping, 125, "\x89\xFD"},
        {true, false, Opcode::pong, 0, "\x8A\x80"},
        {false, false, Opcode::text, 3, "\x01\x83"},
        {false, false, Opcode::continuation, 4, std::string("\x00\x84", 2)},
        {true, false, Opcode::continuation, 0, "\x80\x80"},
        {false, false, Opcode::binary, 126, std::string("\x02\xFE\x00\x7E", 4)},
        {true, false, Opcode::binary, 126, std::string("\x82\xFE\x00\x7E", 4)},
        {true, false, Opcode::binary, 127, std::string("\x82\xFE\x00\x7F", 4)},
        {true, false, Opcode::text, 0x1234, "\x81\xFE\x12\x34"},
        {true, false, Opcode::text, 65535, "\x81\xFE\xFF\xFF"},
        {true, false, Opcode::text, 65536, std::string("\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x00", 10)},
        {true, false, Opcode::binary, 0x0102030405060708, "\x82\xFF\x01\x02\x03\x04\x05\x06\x07\x08"},
        {true, true, Opcode::text, 0, std::string("\xC1\x80", 2)},
        {false, true, Opcode::binary, 1, "\x42\x81"},
    };
    for (const auto &c : cases) {
        const std::string expected = c.head + key;
        std::vector<uint8_t> out(expected.size());  // so that a byte too many is seen
        if (write_frame_head(out.data(), {c.fin, c.compressed, c.opcode, c.length}, mask) !=
                expected.size() ||
            memcmp(out.data(), expected.data(), expected.size()) != 0) {
            return wrong("head for length", static_cast<size_t>(c.length));
        }
    }
    return true;
}

bool good_heads()
{
    const struct {
        std::string bytes;
        bool fin;
        Opcode opcode;
        uint64_t length;
    } cases[] = {
        {std::string("\x81\x00", 2), true, Opcode::text, 0},
        {"\x02\x7D", false, Opcode::binary, 125},
        {"\x80\x01", true, Opcode::continuation, 1},
        {std::string("\x00\x7E\x00\x7E", 4), false, Opcode::continuation, 126},
        {"\x82\x7E\xFF\xFF", true, Opcode::binary, 65535},
        {std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10), true, Opcode::binary, 65536},
        {"\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", true, Opcode::binary, 0x7FFFFFFFFFFFFFFF},
        {"\x82\x7F\x01\x02\x03\x04\x05\x06\x07\x08", true, Opcode::binary, 0x0102030405060708},
        {"\x88\x02", true, Opcode::close, 2},
        {"\x89\x7D", true, Opcode::ping, 125},
        {std::string("\x8A\x00", 2), true, Opcode::pong, 0},
    };
    for (const auto &c : cases) {
        for (size_t available = 0; available <= c.bytes.size() + 3; ++available) {
            std::vector<uint8_t> in(c.bytes.begin(), c.bytes.end());
            in.resize(available, 0xFF);
            FrameHead head;
            const char *violation = "not set";
            const size_t size = read_frame_head(in.data(), available, false, head, &violation);
            if (violation != nullptr || size != (available < c.bytes.size() ? 0 : c.bytes.size())) {
                return wrong("size of head, bytes available", size, available);
            }
            if (size > 0 &&
                (head.fin != c.fin || head.opcode != c.opcode || head.payload_length != c.length)) {
                return wrong("content of head", static_cast<size_t>(&c - cases));
            }
        }
    }
    return true;
}

bool bad_heads()
{
    const struct {
        std::string bytes;
        size_t at;  // the byte that shows it
        const char *word;
    } cases[] = {
        {"\xC1\x01", 1, "reserved bit"},
        {"\xA1\x01", 1, "reserved bit"},
        {"\x91\x01", 1, "reserved bit"},
        {"\x83\x01", 1, "reserved opcode"},
        {"\x07\x01", 1, "reserved opcode"},
        {"\x8B\x01", 1, "reserved opcode"},
        {"\x8F\x01", 1, "reserved opcode"},
        {"\x08\x02", 1, "fragmented"},
        {"\x09\x01", 1, "fragmented"},
        {"\x0A\x01", 1, "fragmented"},
        {"\x81\x80", 2, "masked"},
        {"\x82\xFF", 2, "masked"},
        {"\x88\x82", 2, "masked"},
        {"\x88\x7E", 2, "over 125"},
        {"\x89\x7E", 2, "over 125"},
        {"\x8A\x7F", 2, "over 125"},
        {std::string("\x82\x7E\x00\x00", 4), 4, "more bytes"},
        {std::string("\x82\x7E\x00\x7D", 4), 4, "more bytes"},
        {std::string("\x82\x7F\x00\x00\x00\x00\x00\x00\x00\x7E", 10), 10, "more bytes"},
        {std::string("\x82\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF", 10), 10, "more bytes"},
        {std::string("\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00", 10), 10, "highest bit"},
        {"\x82\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10, "highest bit"},
    };
    for (const auto &c : cases) {
        for (size_t available = 1; available <= c.bytes.size(); ++available) {
            std::vector<uint8_t> in(c.bytes.begin(), c.bytes.begin() + static_cast<ptrdiff_t>(available));
            FrameHead head;
            const char *violation = "not set";
            const size_t size = read_frame_head(in.data(), available, false, head, &violation);
            if (size != 0 || (violation != nullptr) != (available >= c.at)) {
                return wrong("case, bytes available", static_cast<size_t>(&c - cases), available);
            }
            if (violation != nullptr && strstr(violation, c.word) == nullptr) {
                return wrong(violation, static_cast<size_t>(&c - cases));
            }
        }
    }
    return true;
}

// The definition in RFC 6455 5.3, a byte at a time.
std::vector<uint8_t> masked(const std::vector<uint8_t> &in, const uint8_t (&key)[4], size_t offset)
{
    std::vector<uint8_t> out;
    for (size_t i = 0; i < in.size(); ++i) {
        out.push_back(in[i] ^ key[(i + offset) % 4]);
    }
    return out;
}

bool masking()
{
    const uint8_t key[4] = {0x11, 0x22, 0x44, 0x88};
    uint32_t mask;
    memcpy(&mask, key, sizeof mask);
    for (size_t shift = 0; shift < 8; ++shift) {  // alignment of the input
        for (size_t length = 0; length < 70; ++length) {
            for (size_t offset = 0; offset < 9; ++offset) {
                std::vector<uint8_t> from(shift + length);
                for (size_t i = 0; i < from.size(); ++i) {
                    from[i] = static_cast<uint8_t>(i * 7 + 1);
                }
                const std::vector<uint8_t> in(from.begin() + static_cast<ptrdiff_t>(shift), from.end());
                const auto expected = masked(in, key, offset);
                std::vector<uint8_t> to(length);
                apply_mask(to.data(), from.data() + shift, length, mask, offset);
                if (to != expected) {
                    return wrong("masking apart: length, offset", length, offset);
                }
                apply_mask(from.data() + shift, from.data() + shift, length, mask, offset);
                if (!std::equal(expected.begin(), expected.end(),
                                from.begin() + static_cast<ptrdiff_t>(shift))) {
                    return wrong("masking in place: length, offset", length, offset);
                }
            }
        }
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<written_heads>),
        cmocka_unit_test(run<good_heads>),
        cmocka_unit_test(run<bad_heads>),
        cmocka_unit_test(run<masking>),
    };
    return cmocka_run_group_tests_name("frame", tests, nullptr, nullptr);
}
