// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: reading and writing of one non-blocking socket, plain or TLS; the
// server's thread. Must not know: HTTP, frames.

#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace nws::test {

enum class IoState { done, would_block, ended, broken };

struct IoResult {
    size_t count = 0;
    IoState state = IoState::done;
};

// The descriptor belongs to the caller.
class Stream {
public:
    virtual ~Stream() = default;
    virtual IoResult read(char *buffer, size_t length) = 0;
    virtual IoResult write(const char *bytes, size_t length) = 0;
    // TLS may have to write before it can read on.
    virtual bool wants_write() const { return false; }
    // Says that nothing more will be written, and shuts the writing side.
    virtual void end_writing() = 0;
    // A short read does not mean that no more is there.
    virtual bool reads_in_records() const { return false; }
    // "TLSv1.3 sni=localhost" once a TLS handshake is done, else "".
    virtual std::string tls_description() const { return ""; }
    // Why the state is broken.
    virtual std::string error() const = 0;
};

std::unique_ptr<Stream> make_plain_stream(int fd);

// Whether the program at the other end of this local connection has taken all
// that was sent from the kernel. True also where that cannot be found out.
bool peer_has_read_all(int fd);

struct TlsOptions {
    std::string certificate;  // PEM file, server's first; empty: no TLS
    std::string key;          // PEM file
    std::string client_ca;    // PEM file; set: clients must show a certificate of it
    int min_version = 0;      // 12, 13; 0: OpenSSL's default
    int max_version = 0;
};

// What all TLS connections of a server share.
class TlsContext {
public:
    virtual ~TlsContext() = default;
    virtual std::unique_ptr<Stream> accept(int fd) = 0;
};

// NULL and an error text if the files cannot be used, or TLS is not built in.
std::unique_ptr<TlsContext> make_tls_context(const TlsOptions &options, std::string &error);

}  // namespace nws::test
