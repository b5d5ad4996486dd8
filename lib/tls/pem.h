// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: where PEM text comes from: a file, a directory of files, or the option
// itself. Service thread: it reads files.
// Must not know: TLS libraries, what the text says.

#pragma once

#include <string>
#include <string_view>

#include "base/secret_string.h"

namespace nws {

// A text that holds PEM is no path.
bool is_pem(std::string_view source) noexcept;

// A directory with names like "4a6481c9.0", links mostly, by the hash of what they
// hold (openssl rehash): what has no such name in it does not count.
bool is_hashed_directory(std::string_view source);

// Appends the PEM text that `source` names. nullptr, or strerror()'s text.
// Throws std::bad_alloc only.
const char *read_pem(std::string_view source, SecretString &out);

// The problem with what is there, for the application. Throws std::bad_alloc only.
std::string cannot_use(std::string_view source, const char *why);

// What tells whether the files that `source` names have changed. Throws
// std::bad_alloc only.
std::string pem_stamp(std::string_view source);

}  // namespace nws
