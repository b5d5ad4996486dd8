// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/tls_backend.h"

#include <new>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace nws {

namespace {

const char *or_null(const std::string &text) noexcept
{
    return text.empty() ? nullptr : text.c_str();
}

}  // namespace

// A context of ours: lws would add the distribution's store to what is asked.
std::shared_ptr<void> set_trust(lws_context_creation_info &info, const TrustStore &store,
                                std::string &problem)
{
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (context == nullptr) {
        throw std::bad_alloc();
    }
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    if (!store.empty() &&
        SSL_CTX_load_verify_locations(context.get(), or_null(store.file), or_null(store.directory)) != 1) {
        problem = store.file + store.directory + " has no certificates";
        return nullptr;
    }
    info.provided_client_ssl_ctx = context.get();
    return context;
}

const char *tls_failure(lws *wsi, const char *text) noexcept
{
    const SSL *ssl = wsi == nullptr ? nullptr : lws_get_ssl(wsi);
    const long verdict = ssl == nullptr ? X509_V_OK : SSL_get_verify_result(ssl);
    return verdict == X509_V_OK ? text : X509_verify_cert_error_string(verdict);
}

}  // namespace nws
