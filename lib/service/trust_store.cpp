// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/trust_store.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/environment.h"
#include "base/log.h"

namespace nws {

namespace {

constexpr const char *kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Buildroot, Yocto
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora
    "/etc/pki/tls/certs/ca-bundle.crt",                   // RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, Arch
    "/etc/ssl/certs/cacert.pem",                          // OpenHarmony
    "/etc/security/certificates/cacert.pem",              // OpenHarmony
};

TrustStore unreadable(const char *variable, const char *path)
{
    TrustStore store;
    store.problem = std::string(variable) + " names " + path + ": " + std::strerror(errno);
    return store;
}

}  // namespace

TrustStore find_trust_store()
{
    TrustStore store;
    if (const char *file = environment("SSL_CERT_FILE")) {
        if (access(file, R_OK) != 0) {
            return unreadable("SSL_CERT_FILE", file);
        }
        store.file = file;
        return store;
    }
    if (const char *directory = environment("SSL_CERT_DIR")) {
        if (access(directory, R_OK | X_OK) != 0) {
            return unreadable("SSL_CERT_DIR", directory);
        }
        store.directory = directory;
        return store;
    }
    for (const char *bundle : kBundles) {
        if (access(bundle, R_OK) == 0) {
            store.file = bundle;
            return store;
        }
    }
    store.problem = "no file of trusted certificates found; set SSL_CERT_FILE";
    return store;
}

bool verification_off() noexcept
{
    const char *wanted = environment("NET_WEBSOCKET_TLS_VERIFY");
    if (wanted == nullptr || std::strcmp(wanted, "0") != 0) {
        return false;
    }
    log(LogLevel::warning, "NET_WEBSOCKET_TLS_VERIFY=0: the server's certificate is not checked");
    return true;
}

}  // namespace nws
