// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/pem.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <sys/stat.h>

namespace nws {

namespace {

// A certificate bundle has a few hundred kilobytes; what is named by mistake
// may have no end at all.
constexpr size_t kMaxBytes = size_t{16} << 20;

const char *append_file(const std::string &path, std::string &out)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path.c_str(), "re"), std::fclose);
    if (file == nullptr) {
        return std::strerror(errno);
    }
    char buffer[4096];
    size_t length = 0;
    while ((length = std::fread(buffer, 1, sizeof buffer, file.get())) > 0) {
        if (out.size() + length > kMaxBytes) {
            return std::strerror(EFBIG);
        }
        out.append(buffer, length);
    }
    out.push_back('\n');
    return std::ferror(file.get()) == 0 ? nullptr : std::strerror(errno);
}

// A directory made by c_rehash has each certificate twice: under its own name
// and as a link "hash.0". Links are left out if there is a file to be had.
const char *append_directory(DIR *directory, const std::string &path, std::string &out)
{
    std::string linked;
    while (const dirent *entry = readdir(directory)) {
        if (entry->d_name[0] != '.') {
            append_file(path + "/" + entry->d_name, entry->d_type == DT_LNK ? linked : out);
        }
    }
    if (out.empty()) {
        out = std::move(linked);
    }
    return nullptr;
}

}  // namespace

bool is_pem(const std::string &source) noexcept
{
    return source.find("-----BEGIN ") != std::string::npos;
}

const char *read_pem(const std::string &source, std::string &out)
{
    if (is_pem(source)) {
        out = source;
        return nullptr;
    }
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir(source.c_str()), closedir);
    return directory != nullptr ? append_directory(directory.get(), source, out) : append_file(source, out);
}

std::string cannot_use(const std::string &source, const char *why)
{
    return (is_pem(source) ? "the PEM text given" : source) + ": " + why;
}

SecretText::~SecretText()
{
    explicit_bzero(text.data(), text.size());
}

std::string pem_stamp(const std::string &source)
{
    struct stat status = {};
    if (source.empty() || is_pem(source) || stat(source.c_str(), &status) != 0) {
        return {};
    }
    const auto number = [](auto value) { return std::to_string(value) + ","; };
    return number(status.st_dev) + number(status.st_ino) + number(status.st_size) +
           number(status.st_mtim.tv_sec) + number(status.st_mtim.tv_nsec);
}

}  // namespace nws
