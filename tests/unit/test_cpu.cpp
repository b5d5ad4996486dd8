// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the test of what the processor can do, by what the kernel says of it.

// Before cmocka: its macro fail() would break the classes of these headers.
#include <fstream>
#include <sstream>
#include <string>

#include "support/sanitized.h"
#include "unit/check.h"

#include "tls/cpu.h"

namespace {

using namespace nws;
using namespace nws::test;

// The first processor's line of features; "": the kernel does not tell.
std::string features()
{
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const std::string name = line.substr(0, line.find_first_of(" \t:"));
        if ((name == "flags" || name == "Features") && line.find(':') != std::string::npos) {
            return line.substr(line.find(':') + 1);
        }
    }
    return {};
}

bool has(const std::string &list, const std::string &wanted)
{
    std::istringstream words(list);
    for (std::string word; words >> word;) {
        if (word == wanted) {
            return true;
        }
    }
    return false;
}

void as_the_kernel_says(void **)
{
    if (is_emulated()) {
        print_message("/proc/cpuinfo is that of the machine beneath\n");
        skip();
    }
    const std::string list = features();
    if (list.empty()) {
        print_message("/proc/cpuinfo does not tell\n");
        skip();
    }
    const bool multiplies = has(list, "pclmulqdq") || has(list, "pmull");
    print_message("AES instructions: %s\n", cpu_has_aes() ? "yes" : "no");
    assert_int_equal(cpu_has_aes(), has(list, "aes") && multiplies);
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(as_the_kernel_says),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
