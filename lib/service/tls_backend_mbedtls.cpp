// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/tls_backend.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dirent.h>

namespace nws {

namespace {

bool append_file(const std::string &path, std::string &out)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path.c_str(), "re"), std::fclose);
    if (file == nullptr) {
        return false;
    }
    char buffer[4096];
    size_t length = 0;
    while ((length = std::fread(buffer, 1, sizeof buffer, file.get())) > 0) {
        out.append(buffer, length);
    }
    out.push_back('\n');
    return std::ferror(file.get()) == 0;
}

// A directory made by c_rehash has each certificate twice: under its own name
// and as a link "hash.0". Links are left out if there is a file to be had.
bool append_directory(const std::string &path, std::string &out)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir(path.c_str()), closedir);
    if (directory == nullptr) {
        return false;
    }
    std::string linked;
    while (const dirent *entry = readdir(directory.get())) {
        if (entry->d_name[0] != '.') {
            append_file(path + "/" + entry->d_name, entry->d_type == DT_LNK ? linked : out);
        }
    }
    if (out.empty()) {
        out = std::move(linked);
    }
    return true;
}

}  // namespace

std::shared_ptr<void> set_trust(lws_context_creation_info &info, const TrustStore &store,
                                std::string &problem)
{
    const auto pem = std::make_shared<std::string>();
    const bool read = store.file.empty() ? store.directory.empty() || append_directory(store.directory, *pem)
                                         : append_file(store.file, *pem);
    if (!read) {
        problem = store.file + store.directory + ": " + std::strerror(errno);
        return nullptr;
    }
    if (!store.empty() && pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
        problem = store.file + store.directory + " has no certificates";
        return nullptr;
    }
    info.client_ssl_ca_mem = pem->data();
    info.client_ssl_ca_mem_len = static_cast<unsigned int>(pem->size());
    return pem;
}

// A patch of ours has put it into words.
const char *tls_failure(lws *, const char *text) noexcept
{
    return text;
}

}  // namespace nws
