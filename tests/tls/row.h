// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a row of the table of certificates is: a server, the client's
// environment, and how the two get on. Must not know: how that is found out.

#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tls/tls_server.h"

namespace nws::test {

// How an attempt ended. The text is onError's, or, if it connects, what else
// there is to tell.
struct Outcome {
    bool connects = false;
    std::string text;

    std::string sentence() const
    {
        return (connects ? "connects" : "refused") + (text.empty() ? "" : ": " + text);
    }
};

// All a row does not say: nginx with the certificate "server" and TLS 1.2 and 1.3
// at 127.0.0.1, reached as localhost by a client that trusts "ca" through
// SSL_CERT_FILE, and a connection that opens and echoes.
class Row {
public:
    Row(std::string group, std::string title) : group(std::move(group)), title(std::move(title)) {}

    Row &shows(const std::string &certificate, const std::string &key = "")
    {
        server.certificate = certificate;
        server.key = key;
        return *this;
    }
    Row &speaks(std::vector<std::string> versions)
    {
        server.versions = std::move(versions);
        return *this;
    }
    Row &wants_client_of(const std::string &authority)
    {
        server.client_ca = authority;
        return *this;
    }
    Row &is_openssl()
    {
        openssl = true;
        return *this;
    }
    // For "[::1]" the server is there.
    Row &reached_as(const std::string &name)
    {
        host = name;
        server.address = name == "[::1]" ? "::1" : "127.0.0.1";
        return *this;
    }
    // "" unsets the variable.
    Row &with(const std::string &variable, const std::string &value)
    {
        environment[variable] = value;
        return *this;
    }
    // No key: it is beside the certificate.
    Row &with_client(const std::string &certificate, const std::string &key, const std::string &password = "")
    {
        with("NET_WEBSOCKET_TLS_CERT", certs_file(certificate + ".pem"));
        with("NET_WEBSOCKET_TLS_KEY", key.empty() ? "" : certs_file(key + ".key"));
        return with("NET_WEBSOCKET_TLS_KEY_PASSWORD", password);
    }
    Row &is_refused(const std::string &text)
    {
        wanted = wanted_in_system = {false, text};
        return *this;
    }
    // What the distribution's libwebsockets cannot do.
    Row &is_refused_in_system(const std::string &text)
    {
        wanted_in_system = {false, text};
        return *this;
    }
    // The server gets "X-TLS-" + field with this value; "": without it. Both
    // together go into the outcome.
    Row &server_sees(const std::string &field, const std::string &value)
    {
        seen_field = field;
        wanted.text = wanted_in_system.text = field + (value.empty() ? ": none" : ": " + value);
        return *this;
    }
    Row &logs(const std::string &text)
    {
        logged = text;
        return *this;
    }

    std::string group;
    std::string title;
    TlsServerOptions server;
    bool openssl = false;  // s_server instead of nginx
    std::string host = "localhost";
    std::map<std::string, std::string> environment;
    Outcome wanted = {true, ""};
    Outcome wanted_in_system = {true, ""};
    std::string seen_field;
    std::string logged;
};

std::vector<Row> all_rows();

}  // namespace nws::test
