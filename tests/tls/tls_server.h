// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the servers that the TLS tests talk to, which others wrote: nginx, which
// hands what it decrypted to a test server, and `openssl s_server`, which has
// nobody behind it, for handshakes that are to fail. The test's main thread.
// Must not know: what a test expects of them.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/process.h"

namespace nws::test {

// The path of a certificate file (tests/support/certificates lists them).
std::string certs_file(const std::string &name);

// Whether the program can be found where programs are, /usr/sbin among it.
bool is_installed(const std::string &program);

bool is_own_address(const std::string &address);

struct TlsServerOptions {
    std::string certificate = "server";  // NAME.pem is sent, leaf first
    std::string key;                     // NAME.key; "": the certificate's, without "-full"
    std::vector<std::string> versions = {"1.2", "1.3"};
    std::string client_ca;  // NAME.pem; set: a certificate of its is asked for
    std::string address = "127.0.0.1";
    bool tickets = true;

    std::string certificate_path() const;
    std::string key_path() const;
};

class TlsServer {
public:
    virtual ~TlsServer() = default;
    // Listening when it returns true; else error() says why not.
    virtual bool start(const TlsServerOptions &options) = 0;
    // Ends it and starts it again at its port: it has forgotten its sessions.
    virtual bool restart() { return false; }

    uint16_t port() const { return port_; }
    const std::string &error() const { return error_; }

protected:
    uint16_t port_ = 0;
    std::string error_;
    Process process_;
};

// Passes requests on to a plain server at a port of this machine, and tells it
// in fields what it saw of TLS: "X-TLS-Version: TLSv1.3", "X-TLS-SNI: localhost",
// "X-TLS-ALPN: http/1.1", "X-TLS-Client: CN=…" and "X-TLS-Reused: r" or ".". What
// it did not see is no field.
std::unique_ptr<TlsServer> make_nginx(uint16_t backend);

std::unique_ptr<TlsServer> make_openssl_server();

}  // namespace nws::test
