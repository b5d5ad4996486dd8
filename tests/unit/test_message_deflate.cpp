// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of MessageDeflater and MessageInflater, each against zlib
// alone, with all parameters and any room; and of what a bad peer may send.

#include <string.h>

#include <random>
#include <string>
#include <vector>

#include "deflate/message_deflater.h"
#include "deflate/message_inflater.h"
#include "unit/check.h"
#include "unit/reference_deflate.h"
#include "unit/shortage.h"

namespace {

using namespace nws;
using namespace nws::test;
using namespace std::string_literals;
using Result = MessageInflater::Result;
using Strings = std::vector<std::string>;

DeflateParameters parameters(int window_bits, bool takeover, int level = 6)
{
    DeflateParameters out;
    out.server_max_window_bits = out.client_max_window_bits = window_bits;
    out.server_no_context_takeover = out.client_no_context_takeover = !takeover;
    out.level = level;
    return out;
}

// ---- messages

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
    const char *const words[] = {"the ", "server ", "sends ", "{\"id\":", "17", "}, ", "a ", "window\n"};
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size) {
        out += words[random() % 8];
    }
    out.resize(size);
    return out;
}

Strings some_messages()
{
    Strings out = {"", "a", "Hello", "Hello", std::string(100, 'x'), noise(300, 1), "", noise(300, 1)};
    for (unsigned i = 0; i < 6; ++i) {
        out.push_back(prose(size_t{1} << (2 * i + 4), i));
        out.push_back(noise(size_t{1} << (2 * i + 3), i));
    }
    // Repetitions from further and further back.
    out.push_back(noise(40000, 9) + noise(200, 8) + noise(300, 7) + noise(200, 8) + noise(40000, 9));
    return out;
}

// ---- what each makes of a message

// `pieces` of a message, each with as many calls as its room needs; "" when a
// promise was broken.
std::string deflated(MessageDeflater &deflater, const Strings &pieces, size_t capacity)
{
    std::string out;
    if (!deflater.begin()) {
        return "";
    }
    for (size_t i = 0; i < pieces.size(); ++i) {
        const auto *in = reinterpret_cast<const uint8_t *>(pieces[i].data());
        const uint8_t *const end = in + pieces[i].size();
        size_t left = pieces[i].size();
        bool through = false;
        while (!through) {
            std::vector<uint8_t> room(capacity);
            const size_t size =
                deflater.deflate(in, left, i + 1 == pieces.size(), room.data(), capacity, &through);
            if (size > capacity || in + left != end || (through && left > 0)) {
                return "";
            }
            out.append(reinterpret_cast<char *>(room.data()), size);
        }
    }
    return out;
}

struct Inflated {
    std::string text;
    Result result = Result::input_used;
};

// The input in pieces that end at `cuts`, with so much room at a time.
Inflated inflated(MessageInflater &inflater, const std::string &input, const std::vector<size_t> &cuts,
                  size_t capacity)
{
    Inflated out;
    size_t from = 0;
    for (size_t i = 0; i <= cuts.size(); ++i) {
        const bool last = i == cuts.size();
        const std::string piece = input.substr(from, last ? std::string::npos : cuts[i] - from);
        from += piece.size();
        const std::vector<uint8_t> bytes(piece.begin(), piece.end());
        const uint8_t *in = bytes.data();
        size_t left = bytes.size();
        do {
            std::vector<uint8_t> room(capacity);
            size_t written = ~size_t{0};
            out.result = inflater.inflate(in, left, last, room.data(), capacity, &written);
            if (written > capacity || (out.result == Result::output_full && written < capacity)) {
                print_error("written %zu of %zu\n", written, capacity);
                out.result = Result::corrupt;
            }
            out.text.append(reinterpret_cast<char *>(room.data()), std::min(written, capacity));
        } while (out.result == Result::output_full);
        if (out.result != Result::input_used || left > 0) {
            break;
        }
    }
    return out;
}

bool inflates_to(MessageInflater &inflater, const std::string &input, const std::string &message,
                 const std::vector<size_t> &cuts = {}, size_t capacity = 100'000)
{
    const Inflated out = inflated(inflater, input, cuts, capacity);
    if (out.result == Result::done && out.text == message) {
        return true;
    }
    print_error("result %d, %zu of %zu bytes\n", static_cast<int>(out.result), out.text.size(),
                message.size());
    return false;
}

std::vector<size_t> every(size_t step, size_t length)
{
    std::vector<size_t> cuts;
    for (size_t at = step; at < length; at += step) {
        cuts.push_back(at);
    }
    return cuts;
}

// ---- against zlib

bool deflater_with_all_parameters()
{
    const Strings messages = some_messages();
    for (int bits = 8; bits <= 15; ++bits) {
        for (const bool takeover : {false, true}) {
            for (const int level : {0, 1, 6, 9}) {
                const auto deflater = MessageDeflater::create(parameters(bits, takeover, level));
                ReferenceInflater reference(bits, takeover);
                for (size_t i = 0; i < messages.size(); ++i) {
                    const size_t capacity = i % 3 == 0 ? 200'000 : i % 3 == 1 ? 32 : 1000;
                    const std::string payload = deflated(*deflater, {messages[i]}, capacity);
                    if (reference.decompress(payload) != messages[i]) {
                        print_error("bits %d, takeover %d, level %d, message %zu\n", bits, takeover, level,
                                    i);
                        return false;
                    }
                }
            }
        }
    }
    return true;
}

bool inflater_with_all_parameters()
{
    const Strings messages = some_messages();
    for (int bits = 8; bits <= 15; ++bits) {
        for (const bool takeover : {false, true}) {
            for (const int level : {0, 1, 6, 9}) {
                ReferenceDeflater reference(bits, takeover, level);
                const auto inflater = MessageInflater::create(parameters(bits, takeover));
                for (size_t i = 0; i < messages.size(); ++i) {
                    const std::string payload = reference.compress(messages[i]);
                    const size_t capacity = i % 3 == 0 ? 200'000 : i % 3 == 1 ? 1 : 1000;
                    if (!inflates_to(*inflater, payload, messages[i],
                                     every(i % 2 == 0 ? 7 : 5000, payload.size()), capacity)) {
                        print_error("bits %d, takeover %d, level %d, message %zu\n", bits, takeover, level,
                                    i);
                        return false;
                    }
                }
            }
        }
    }
    return true;
}

// In any room, from the least: the flush that ends a message may fill it to the
// byte.
bool deflater_in_any_room()
{
    const Strings messages = {"", "Hello", prose(400, 1), noise(400, 1), prose(400, 2)};
    for (size_t capacity = MessageDeflater::kMinCapacity; capacity < 500; ++capacity) {
        const auto deflater = MessageDeflater::create(parameters(15, true));
        ReferenceInflater reference(15, true);
        for (const std::string &message : messages) {
            CHECK(reference.decompress(deflated(*deflater, {message}, capacity)) == message);
        }
    }
    return true;
}

bool inflater_in_any_room()
{
    const Strings messages = {"", "Hello", prose(400, 1), noise(300, 1), prose(400, 2)};
    for (size_t capacity = 1; capacity < 500; ++capacity) {
        ReferenceDeflater reference(15, true);
        const auto inflater = MessageInflater::create(parameters(15, true));
        for (const std::string &message : messages) {
            CHECK(inflates_to(*inflater, reference.compress(message), message, {}, capacity));
        }
    }
    return true;
}

bool inflater_at_every_cut()
{
    const std::string message = prose(300, 1) + noise(100, 1);
    const std::string payload = ReferenceDeflater(15, true).compress(message);
    const auto inflater = MessageInflater::create(parameters(15, false));
    for (size_t first = 0; first <= payload.size(); ++first) {
        CHECK(inflates_to(*inflater, payload, message, {first}));
        CHECK(inflates_to(*inflater, payload, message, {first, std::min(first + 3, payload.size())}, 10));
    }
    return inflates_to(*inflater, payload, message, every(1, payload.size()));
}

// A piece's data can be decompressed before the next one is there.
bool pieces_can_be_read_at_once()
{
    for (const bool takeover : {false, true}) {
        const auto deflater = MessageDeflater::create(parameters(15, takeover));
        const auto inflater = MessageInflater::create(parameters(15, takeover));
        for (int round = 0; round < 3; ++round) {
            const Strings pieces = {prose(100, 1), "", "x", noise(3000, 1), "", "y", ""};
            CHECK(deflater->begin());
            for (size_t i = 0; i < pieces.size(); ++i) {
                const bool last = i + 1 == pieces.size();
                const auto *in = reinterpret_cast<const uint8_t *>(pieces[i].data());
                size_t left = pieces[i].size(), written = 0;
                bool through = false;
                uint8_t out[5000], back[5000];
                size_t size = deflater->deflate(in, left, last, out, sizeof out, &through);
                CHECK(through);
                const uint8_t *compressed = out;
                CHECK(inflater->inflate(compressed, size, last, back, sizeof back, &written) ==
                      (last ? Result::done : Result::input_used));
                CHECK(std::string(reinterpret_cast<char *>(back), written) == pieces[i]);
            }
        }
    }
    return true;
}

bool pieces_of_messages()
{
    const Strings messages[] = {{""},
                                {"", ""},
                                {"", "", ""},
                                {"a", ""},
                                {"", "a"},
                                {"a", "", "b", ""},
                                {noise(1000, 1), prose(1000, 2), ""},
                                {prose(1000, 2), noise(1000, 1)}};
    for (const bool takeover : {false, true}) {
        for (const size_t capacity : {size_t{32}, size_t{100}, size_t{4096}}) {
            const auto deflater = MessageDeflater::create(parameters(15, takeover));
            ReferenceInflater reference(15, takeover);
            for (const Strings &pieces : messages) {
                std::string whole;
                for (const std::string &piece : pieces) {
                    whole += piece;
                }
                CHECK(reference.decompress(deflated(*deflater, pieces, capacity)) == whole);
            }
        }
    }
    return true;
}

bool random_messages()
{
    for (unsigned seed = 0; seed < 60; ++seed) {
        std::mt19937 random(seed);
        const int bits = 8 + static_cast<int>(random() % 8);
        const bool takeover = random() % 2 != 0;
        const auto deflater =
            MessageDeflater::create(parameters(bits, takeover, static_cast<int>(random() % 10)));
        const auto inflater = MessageInflater::create(parameters(bits, takeover));
        ReferenceInflater reference(bits, takeover);
        for (int i = 0; i < 20; ++i) {
            Strings pieces;
            std::string whole;
            for (unsigned n = random() % 4 + 1; n > 0; --n) {
                const size_t size = random() % (random() % 8 == 0 ? 100'000 : 300);
                pieces.push_back(random() % 3 == 0 ? noise(size, random() % 4) : prose(size, random() % 4));
                whole += pieces.back();
            }
            const std::string payload = deflated(*deflater, pieces, 32 + random() % 10000);
            CHECK(reference.decompress(payload) == whole);
            CHECK(inflates_to(*inflater, payload, whole, every(1 + random() % 2000, payload.size()),
                              1 + random() % 5000));
        }
    }
    return true;
}

// ---- the RFC's own words

bool examples_of_the_rfc()
{
    const auto inflater = MessageInflater::create(parameters(15, true));
    // 7.2.3.1, 7.2.3.2: the second time out of the window of the first
    CHECK(inflates_to(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, "Hello"));
    CHECK(inflates_to(*inflater, "\xf2\x00\x11\x00\x00"s, "Hello"));
    // 7.2.3.3: not compressed
    CHECK(inflates_to(*inflater, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s, "Hello"));
    // 7.2.3.4: a final block
    CHECK(inflates_to(*inflater, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, "Hello"));
    // 7.2.3.5: two blocks
    CHECK(inflates_to(*inflater, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s, "Hello"));
    // 7.2.3.6: empty
    CHECK(inflates_to(*inflater, "\x00"s, ""));
    const auto deflater = MessageDeflater::create(parameters(15, true));
    CHECK(deflated(*deflater, {"Hello"}, 100) == "\xf2\x48\xcd\xc9\xc9\x07\x00"s);
    CHECK(deflated(*deflater, {"Hello"}, 100) == "\xf2\x00\x11\x00\x00"s);
    CHECK(deflated(*deflater, {""}, 100) == "\x00"s);
    return true;
}

// No byte at all, as zlib makes of a flush without input.
bool empty_without_a_byte()
{
    const auto inflater = MessageInflater::create(parameters(15, true));
    CHECK(inflates_to(*inflater, "", ""));
    CHECK(inflates_to(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, "Hello"));
    CHECK(inflates_to(*inflater, "", ""));
    CHECK(inflates_to(*inflater, "\xf2\x00\x11\x00\x00"s, "Hello"));
    return true;
}

bool final_blocks()
{
    ReferenceDeflater reference(15, true);
    const auto inflater = MessageInflater::create(parameters(15, true));
    for (unsigned i = 0; i < 5; ++i) {
        const std::string message = prose(1000 * i, i);
        CHECK(inflates_to(*inflater, reference.compress_with_final_block(message), message, {}, 1 + i * 50));
        CHECK(inflates_to(*inflater, reference.compress(message), message));
    }
    // The block that is left out at the end may be final itself.
    CHECK(inflates_to(*inflater, "\x01"s, ""));
    CHECK(inflates_to(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, "Hello"));
    return true;
}

// ---- context

bool context_is_kept_or_not()
{
    const std::string message = noise(1000, 5);
    const auto kept = MessageDeflater::create(parameters(15, true));
    const auto alone = MessageDeflater::create(parameters(15, false));
    CHECK(deflated(*kept, {message}, 4096).size() > 1000);
    CHECK(deflated(*kept, {message}, 4096).size() < 50);
    const std::string first = deflated(*alone, {message}, 4096);
    CHECK(first.size() > 1000 && deflated(*alone, {message}, 4096) == first);

    // What refers to the message before is corrupt for whom there is none.
    ReferenceDeflater reference(15, true);
    const auto inflater = MessageInflater::create(parameters(15, false));
    CHECK(inflates_to(*inflater, reference.compress(message), message));
    CHECK(inflated(*inflater, reference.compress(message), {}, 4096).result == Result::corrupt);
    return true;
}

bool worth()
{
    const auto kept = MessageDeflater::create(parameters(15, true));
    const auto alone = MessageDeflater::create(parameters(15, false));
    CHECK(!kept->is_worth(0) && !kept->is_worth(15) && kept->is_worth(16));
    CHECK(!alone->is_worth(63) && alone->is_worth(64));
    return true;
}

bool bound_covers_noise()
{
    for (int bits = 9; bits <= 15; ++bits) {
        for (const size_t size : {size_t{1}, size_t{16}, size_t{100}, size_t{5000}, size_t{100'000}}) {
            const auto deflater = MessageDeflater::create(parameters(bits, false));
            const size_t length = deflated(*deflater, {noise(size, 3)}, 1 << 20).size();
            CHECK(length <= MessageDeflater::bound(size));
        }
    }
    return true;
}

// ---- what a bad peer sends

// Cut off anywhere, a message is corrupt, not shorter.
bool truncated()
{
    for (const std::string &message : {"Hello"s, prose(500, 3), noise(100, 3)}) {
        const std::string payload = ReferenceDeflater(15, true).compress(message);
        for (size_t length = 1; length < payload.size(); ++length) {
            const auto inflater = MessageInflater::create(parameters(15, true));
            const Inflated out = inflated(*inflater, payload.substr(0, length), {}, 100);
            const bool empty = payload.substr(0, length) == "\0"s;  // by chance
            CHECK(out.result == (empty ? Result::done : Result::corrupt));
        }
    }
    return true;
}

bool too_far_back()
{
    // Bit by bit: a fixed block, the letter a, length 3 from distance 2.
    const auto inflater = MessageInflater::create(parameters(15, true));
    CHECK(inflated(*inflater, "\x4a\x04\x41\x00\x00"s, {}, 100).result == Result::corrupt);
    // Further back than the window that was agreed.
    const std::string repeated = noise(2000, 4) + noise(2000, 4);
    const auto small = MessageInflater::create(parameters(9, true));
    CHECK(inflated(*small, ReferenceDeflater(15, true).compress(repeated), {}, 100).result ==
          Result::corrupt);
    return true;
}

bool flipped_bits()
{
    const std::string message = prose(600, 3);
    const std::string payload = ReferenceDeflater(15, true).compress(message);
    for (size_t bit = 0; bit < payload.size() * 8; ++bit) {
        std::string flipped = payload;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        const auto inflater = MessageInflater::create(parameters(15, true));
        const Inflated out = inflated(*inflater, flipped, every(10, flipped.size()), 64);
        CHECK(out.result == Result::done || out.result == Result::corrupt);
        CHECK(out.text.size() < payload.size() * 1100);
    }
    return true;
}

bool random_bytes()
{
    for (unsigned seed = 0; seed < 3000; ++seed) {
        const std::string input = noise(seed % 300 + 1, seed);
        const auto inflater = MessageInflater::create(parameters(8 + static_cast<int>(seed % 8), true));
        const Inflated out = inflated(*inflater, input, every(seed % 50 + 1, input.size()), 64 + seed % 1000);
        CHECK(out.result == Result::done || out.result == Result::corrupt);
        CHECK(out.text.size() <= input.size() * 1100);
    }
    return true;
}

// ---- memory

bool nothing_is_taken_before_it_is_needed()
{
    if (!can_run_short()) {
        return true;
    }
    g_allocations_left = 1;
    const auto deflater = MessageDeflater::create(parameters(15, true));
    g_allocations_left = 1;
    const auto inflater = MessageInflater::create(parameters(15, true));
    g_allocations_left = 0;
    const bool none = MessageDeflater::create(parameters(15, true)) == nullptr &&
                      MessageInflater::create(parameters(15, true)) == nullptr;
    const bool began = deflater->begin();
    uint8_t out[100];
    const uint8_t byte = 0, *in = &byte;
    size_t length = 1, written;
    const Result result = inflater->inflate(in, length, true, out, sizeof out, &written);
    g_allocations_left = -1;
    CHECK(none && !began && result == Result::no_memory);
    return deflater->begin();  // and later there may be some
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<deflater_with_all_parameters>),
        cmocka_unit_test(run<inflater_with_all_parameters>),
        cmocka_unit_test(run<deflater_in_any_room>),
        cmocka_unit_test(run<inflater_in_any_room>),
        cmocka_unit_test(run<inflater_at_every_cut>),
        cmocka_unit_test(run<pieces_can_be_read_at_once>),
        cmocka_unit_test(run<pieces_of_messages>),
        cmocka_unit_test(run<random_messages>),
        cmocka_unit_test(run<examples_of_the_rfc>),
        cmocka_unit_test(run<empty_without_a_byte>),
        cmocka_unit_test(run<final_blocks>),
        cmocka_unit_test(run<context_is_kept_or_not>),
        cmocka_unit_test(run<worth>),
        cmocka_unit_test(run<bound_covers_noise>),
        cmocka_unit_test(run<truncated>),
        cmocka_unit_test(run<too_far_back>),
        cmocka_unit_test(run<flipped_bits>),
        cmocka_unit_test(run<random_bytes>),
        cmocka_unit_test(run<nothing_is_taken_before_it_is_needed>),
    };
    return cmocka_run_group_tests_name("message_deflate", tests, nullptr, nullptr);
}
