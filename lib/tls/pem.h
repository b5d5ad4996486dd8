// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where PEM text comes from: a file, a directory of files, or the option
// itself. Service thread: it reads files.
// Must not know: TLS libraries, what the text says.

#pragma once

#include <string>

namespace nws {

// A text that holds PEM is no path.
bool is_pem(const std::string &source) noexcept;

// Appends the PEM text that `source` names. nullptr, or strerror()'s text.
// Throws std::bad_alloc only.
const char *read_pem(const std::string &source, std::string &out);

// The problem with what is there, for the application. Throws std::bad_alloc only.
std::string cannot_use(const std::string &source, const char *why);

// A text that is wiped when it is done with.
struct SecretText {
    SecretText() = default;
    SecretText(const SecretText &) = delete;
    SecretText &operator=(const SecretText &) = delete;
    ~SecretText();

    std::string text;
};

// What tells whether the files that `source` names have changed. Throws
// std::bad_alloc only.
std::string pem_stamp(const std::string &source);

}  // namespace nws
