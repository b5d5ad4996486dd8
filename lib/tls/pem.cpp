// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/pem.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <sys/stat.h>

#include "base/text.h"

namespace nws {

namespace {

// A certificate bundle has a few hundred kilobytes; what is named by mistake
// may have no end at all.
constexpr size_t kMaxBytes = size_t{16} << 20;

struct WipedBuffer {
    WipedBuffer() = default;
    ~WipedBuffer() { explicit_bzero(bytes, sizeof bytes); }
    WipedBuffer(const WipedBuffer &) = delete;
    WipedBuffer &operator=(const WipedBuffer &) = delete;

    char bytes[4096] = {};
};

const char *append_file(const std::string &path, SecretString &out)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path.c_str(), "re"), std::fclose);
    if (file == nullptr) {
        return std::strerror(errno);
    }
    // Without a buffer of the C library's: what is read may be a key.
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    WipedBuffer buffer;
    size_t length = 0;
    while ((length = std::fread(buffer.bytes, 1, sizeof buffer.bytes, file.get())) > 0) {
        if (out.size() + length > kMaxBytes) {
            return std::strerror(EFBIG);
        }
        out.append(std::string_view(buffer.bytes, length));
    }
    out.push_back('\n');
    return std::ferror(file.get()) == 0 ? nullptr : std::strerror(errno);
}

using Directory = std::unique_ptr<DIR, int (*)(DIR *)>;

Directory open_directory(const std::string &path) noexcept
{
    return {opendir(path.c_str()), closedir};
}

// "4a6481c9.0" of a certificate, "4a6481c9.r0" of a revocation list.
bool is_hash(std::string_view name, std::string_view dot) noexcept
{
    constexpr size_t kDigits = 8;
    constexpr std::string_view kDecimal = "0123456789";
    const size_t prefix = kDigits + dot.size();
    return name.size() > prefix && name.substr(kDigits, dot.size()) == dot &&
           name.substr(0, kDigits).find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           name.find_first_not_of(kDecimal, prefix) == std::string_view::npos;
}

// Elsewhere than in a hashed directory links are left out if there is a file to be
// had: it may well be theirs.
const char *append_directory(DIR *directory, const std::string &path, SecretString &out)
{
    const bool hashed = is_hashed_directory(path);
    SecretString linked;
    while (const dirent *entry = readdir(directory)) {
        const char *name = entry->d_name;
        if (hashed ? is_hash(name, ".") || is_hash(name, ".r") : name[0] != '.') {
            append_file(concat({path, "/", name}), entry->d_type == DT_LNK && !hashed ? linked : out);
        }
    }
    if (out.empty()) {
        out = std::move(linked);
    }
    return nullptr;
}

}  // namespace

bool is_pem(std::string_view source) noexcept
{
    return source.find("-----BEGIN ") != std::string_view::npos;
}

bool is_hashed_directory(std::string_view source)
{
    if (is_pem(source)) {
        return false;
    }
    const Directory directory = open_directory(std::string(source));
    while (const dirent *entry = directory == nullptr ? nullptr : readdir(directory.get())) {
        if (is_hash(entry->d_name, ".")) {
            return true;
        }
    }
    return false;
}

const char *read_pem(std::string_view source, SecretString &out)
{
    if (is_pem(source)) {
        out = source;
        return nullptr;
    }
    const std::string path(source);
    const Directory directory = open_directory(path);
    return directory != nullptr ? append_directory(directory.get(), path, out) : append_file(path, out);
}

std::string cannot_use(std::string_view source, const char *why)
{
    return concat({is_pem(source) ? "the PEM text given" : source, ": ", why});
}

std::string pem_stamp(std::string_view source)
{
    struct stat status = {};
    if (source.empty() || is_pem(source) || stat(std::string(source).c_str(), &status) != 0) {
        return {};
    }
    const auto number = [](auto value) { return decimal(static_cast<uint64_t>(value)); };
    return concat({number(status.st_dev), ",", number(status.st_ino), ",", number(status.st_size), ",",
                   number(status.st_mtim.tv_sec), ",", number(status.st_mtim.tv_nsec)});
}

}  // namespace nws
