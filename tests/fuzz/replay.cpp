// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program around a target where there is no libFuzzer: runs it on each
// file of the directories that it is given, and on the beginnings of each.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "fuzz/fuzz.h"

namespace {

// So many beginnings of a file, all of a short one.
constexpr size_t kBeginnings = 200;

void run(const std::string &bytes)
{
    // A block of its own, so that a byte too far is seen.
    const auto block = std::make_unique<uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), block.get());
    LLVMFuzzerTestOneInput(block.get(), bytes.size());
}

void replay(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    run(bytes);
    for (size_t length = 0; length < bytes.size(); length += bytes.size() / kBeginnings + 1) {
        run(bytes.substr(0, length));
    }
}

}  // namespace

int main(int argc, char **argv)
{
    size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            continue;
        }
        for (const auto &entry : std::filesystem::directory_iterator(argv[i])) {
            replay(entry.path());
            ++files;
        }
    }
    std::printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
