// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what differs between the TLS libraries below lws: mbedTLS in the
// bundled build, OpenSSL in the distribution's. One of the two .cpp files is
// built. Service thread.
// Must not know: connections.

#pragma once

#include <memory>
#include <string>

#include <libwebsockets.h>

#include "service/trust_store.h"

namespace nws {

// Makes the vhost that `info` is for trust this store and nothing else. What is
// returned must live as long as the vhost; nullptr and a text if the store
// cannot be read. Throws std::bad_alloc only.
std::shared_ptr<void> set_trust(lws_context_creation_info &info, const TrustStore &store,
                                std::string &problem);

// Why a handshake failed: the verdict on the server's certificate in words, or
// lws's own text if that was not at fault.
const char *tls_failure(lws *wsi, const char *text) noexcept;

}  // namespace nws
