// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: one distinct TLS set-up, parsed once and shared by all connections that
// ask for it, and the sessions that they can resume. One of the two .cpp files
// is built: mbedTLS in the bundled build, OpenSSL in the distribution's.
// Service thread.
// Must not know: connections, vhosts' lives.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <libwebsockets.h>

#include "tls/tls_options.h"

namespace nws {

class TlsSetup;

// What belongs to one connection's handshake. The opaque user data of its wsi.
struct TlsHandshake {
    TlsSetup *setup = nullptr;
    // What SNI sends and the certificate must name: a host name or an address,
    // without brackets, zone or a dot at the end (RFC 6066 3).
    std::string server_name;
    // With the name: whose session may be resumed.
    uint16_t port = 0;

    // Why the handshake failed, in words; filled in by the set-up.
    char problem[200] = "";
    // The server has sent one: no session was resumed.
    bool certificate_seen = false;
    // The chain, the server's certificate first, as write_certificate() has it.
    bool keep_certificates = false;
    std::string certificates;

    // The set-up's.
    int descriptor = -1;
    void *library_connection = nullptr;
    bool certificate_wanted = false;  // by the server

    // The first problem is the one that counts.
    void set_problem(const char *text) noexcept;
};

// What a handshake has agreed on.
struct TlsSession {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // as in IANA's list
};

class TlsSetup {
public:
    TlsSetup() = default;
    virtual ~TlsSetup() = default;
    TlsSetup(const TlsSetup &) = delete;
    TlsSetup &operator=(const TlsSetup &) = delete;

    // Makes the client connections of the vhost that `info` is for use this
    // set-up, which must live longer than they.
    virtual void install(lws_context_creation_info &info) noexcept = 0;
    // The TCP connection is there; the handshake is about to begin.
    virtual void begin(TlsHandshake &handshake, lws *wsi) noexcept = 0;
    // The handshake is done.
    virtual void established(TlsHandshake &handshake) noexcept = 0;
    // Then. Throws std::bad_alloc only.
    virtual TlsSession session(const TlsHandshake &handshake) const = 0;
};

// Whom the options trust, for the set-ups.
struct Authorities {
    std::string source;
    // Not read: what is wanted is looked up in it, when it is wanted.
    bool hashed = false;
    SecretString pem;
};

// "" or what is wrong. Throws std::bad_alloc only.
std::string read_authorities(const TlsOptions &options, Authorities &authorities);

// nullptr and a text if something that the options name cannot be used. Throws
// std::bad_alloc only.
std::unique_ptr<TlsSetup> make_tls_setup(const TlsOptions &options, std::string &problem);

// "Mbed TLS 3.6.6"; static. Any thread.
const char *tls_library_version() noexcept;

}  // namespace nws
