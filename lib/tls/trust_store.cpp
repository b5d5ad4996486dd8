// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/trust_store.h"

#include <unistd.h>

#include "build_options.h"

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

}  // namespace

const char *find_system_trust_store() noexcept
{
    if (*NWS_TRUST_STORE != '\0') {
        return NWS_TRUST_STORE;
    }
    for (const char *bundle : kBundles) {
        if (access(bundle, R_OK) == 0) {
            return bundle;
        }
    }
    return nullptr;
}

}  // namespace nws
