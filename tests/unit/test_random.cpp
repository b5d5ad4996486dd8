// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of base/random. It stands in for the C library's getrandom(), so
// that the kernel can refuse, give a few bytes only, or be interrupted.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/random.h"

using namespace nws;

namespace {

enum class Kernel { works, counts_up, gives_little, gives_nothing, is_interrupted, refuses };

Kernel kernel = Kernel::works;
int calls = 0;
uint8_t next_byte = 0;

constexpr size_t kPoolBytes = sizeof(MaskSource) / 1024 * 1024;

ssize_t write_counting(void *out, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        static_cast<uint8_t *>(out)[i] = next_byte++;
}
    return static_cast<ssize_t>(length);
}

}  // namespace

extern "C" ssize_t getrandom(void *out, size_t length, unsigned flags) {
    calls++;
    switch (kernel) {
    case Kernel::works:
        return syscall(SYS_getrandom, out, length, flags);
    case Kernel::counts_up:
        return write_counting(out, length);
    case Kernel::gives_little:
        return write_counting(out, std::min(length, size_t{7}));
    case Kernel::gives_nothing:
        errno = EINTR;  // left over: no reason to try again
        return 0;
    case Kernel::is_interrupted:
        if (calls % 2 == 1) {
            errno = EINTR;
            return -1;
        }
        return write_counting(out, std::min(length, size_t{100}));
    case Kernel::refuses:
        break;
    }
    errno = ENOSYS;
    return -1;
}

namespace {

int begin(void **)
{
    kernel = Kernel::works;
    calls = 0;
    next_byte = 0;
    return 0;
}

// How many different masks there are among the next count.
size_t different(MaskSource &source, size_t count)
{
    std::set<uint32_t> seen;
    for (size_t i = 0; i < count; i++) {
        seen.insert(source.next());
}
    return seen.size();
}

void masks_differ(void **)
{
    MaskSource a, b;
    constexpr size_t kMany = 20000;
    // By chance about 0.05 pairs are equal.
    assert_true(different(a, kMany) > kMany - 10);
    assert_int_not_equal(a.next(), b.next());
}

void every_bit_of_a_mask_is_used(void **)
{
    MaskSource source;
    int ones[32] = {};
    for (int i = 0; i < 4096; i++) {
        uint32_t mask = source.next();
        for (int bit = 0; bit < 32; bit++) {
            ones[bit] += mask >> bit & 1;
}
    }
    for (int count : ones) {
        assert_in_range(count, 2048 - 320, 2048 + 320);  // ten standard deviations
}
}

void one_call_for_many_masks(void **)
{
    MaskSource source;
    assert_int_equal(calls, 0);
    for (int i = 0; i < 256; i++) {
        source.next();
}
    assert_int_equal(calls, 1);
    source.next();
    assert_int_equal(calls, 2);
}

// Each mask is four bytes of the kernel's, none is used twice, none left out.
void check_uses_each_byte_once()
{
    MaskSource source;
    std::set<uint32_t> expected, got;
    for (uint32_t i = 0; i < 64; i++) {
        const uint8_t bytes[4] = {static_cast<uint8_t>(4 * i), static_cast<uint8_t>(4 * i + 1),
                                  static_cast<uint8_t>(4 * i + 2), static_cast<uint8_t>(4 * i + 3)};
        uint32_t mask;
        memcpy(&mask, bytes, sizeof mask);
        expected.insert(mask);
    }
    int often[256] = {};
    for (size_t i = 0; i < kPoolBytes / 4; i++) {
        uint32_t mask = source.next();
        got.insert(mask);
        often[mask & 0xFF]++;
    }
    bool same = got == expected;
    bool evenly = std::all_of(std::begin(often), std::end(often), [](int n) { return n == 0 || n == 4; });
    got.clear();
    expected.clear();
    assert_true(same);
    assert_true(evenly);
}

void uses_each_byte_once(void **)
{
    kernel = Kernel::counts_up;
    check_uses_each_byte_once();
}

void goes_on_when_given_little(void **)
{
    kernel = Kernel::gives_little;
    check_uses_each_byte_once();
    assert_int_equal(calls, (kPoolBytes + 6) / 7);
}

void goes_on_when_interrupted(void **)
{
    kernel = Kernel::is_interrupted;
    check_uses_each_byte_once();
    assert_int_equal(calls, 2 * ((kPoolBytes + 99) / 100));
}

void takes_nothing_for_a_refusal(void **)
{
    kernel = Kernel::gives_nothing;
    MaskSource source;
    bool differ = different(source, 256) > 250;
    assert_true(differ);
    assert_int_equal(calls, 1);
}

bool holds(const MaskSource &source, uint32_t mask)
{
    const auto *bytes = reinterpret_cast<const uint8_t *>(&source);
    for (size_t at = 0; at + 4 <= sizeof source; at++) {
        if (memcmp(bytes + at, &mask, 4) == 0) {
            return true;
}
    }
    return false;
}

void wipes_what_it_gave(void **)
{
    kernel = Kernel::works;
    MaskSource source;
    source.next();
    for (int i = 0; i < 255; i++) {
        uint32_t mask = source.next();
        if (mask > 0xFFFF) {  // less could be the count of what is left
            assert_false(holds(source, mask));
}
    }
}

// Bytes this process has read, or -1 where the kernel does not count them.
long long bytes_read()
{
    FILE *file = fopen("/proc/self/io", "r");
    if (file == nullptr) {
        return -1;
}
    long long bytes = -1;
    if (fscanf(file, "rchar: %lld", &bytes) != 1) {
        bytes = -1;
}
    fclose(file);
    return bytes;
}

void reads_the_device_without_the_system_call(void **)
{
    kernel = Kernel::refuses;
    MaskSource source;
    long long before = bytes_read();
    source.next();
    long long after = bytes_read();
    assert_int_equal(calls, 1);
    assert_true(different(source, 2000) > 1990);
    if (before >= 0) {
        assert_true(after - before >= static_cast<long long>(kPoolBytes));
}
}

// With no descriptor to be had the device cannot be opened either.
void does_without_the_kernel(void **)
{
    kernel = Kernel::refuses;
    rlimit old_limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old_limit), 0);
    const rlimit none = {0, old_limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    MaskSource a, b;
    bool denied = dup(STDOUT_FILENO) < 0;
    size_t count = different(a, 2000);
    uint32_t first = a.next(), second = b.next();
    setrlimit(RLIMIT_NOFILE, &old_limit);
    assert_true(denied);
    assert_true(count > 1990);
    assert_int_not_equal(first, second);
}

void leaves_no_descriptor(void **)
{
    kernel = Kernel::refuses;
    int before = dup(STDOUT_FILENO);
    close(before);
    MaskSource source;
    source.next();
    int after = dup(STDOUT_FILENO);
    close(after);
    assert_int_equal(before, after);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup(masks_differ, begin),
        cmocka_unit_test_setup(every_bit_of_a_mask_is_used, begin),
        cmocka_unit_test_setup(one_call_for_many_masks, begin),
        cmocka_unit_test_setup(uses_each_byte_once, begin),
        cmocka_unit_test_setup(goes_on_when_given_little, begin),
        cmocka_unit_test_setup(goes_on_when_interrupted, begin),
        cmocka_unit_test_setup(takes_nothing_for_a_refusal, begin),
        cmocka_unit_test_setup(wipes_what_it_gave, begin),
        cmocka_unit_test_setup(reads_the_device_without_the_system_call, begin),
        cmocka_unit_test_setup(does_without_the_kernel, begin),
        cmocka_unit_test_setup(leaves_no_descriptor, begin),
    };
    return cmocka_run_group_tests_name("random", tests, nullptr, nullptr);
}
