// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the vhosts of libwebsockets for TLS, one for each distinct set-up.
// Connections share them, and clients keep the one of their latest connection,
// so that the next need not read files again and can resume a session. What
// nobody holds any more is freed. Service thread.
// Must not know: connections.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <libwebsockets.h>

#include "tls/tls_options.h"
#include "tls/tls_setup.h"

namespace nws {

class TlsVhost {
public:
    TlsVhost(TlsOptions options, std::string stamp) : options_(std::move(options)), stamp_(std::move(stamp))
    {
    }
    ~TlsVhost();
    TlsVhost(const TlsVhost &) = delete;
    TlsVhost &operator=(const TlsVhost &) = delete;

    // nullptr once the context is gone.
    lws_vhost *vhost() const noexcept { return vhost_; }
    TlsSetup *setup() const noexcept { return setup_.get(); }

private:
    friend class TlsVhosts;

    const TlsOptions options_;
    const std::string stamp_;  // of the files that the options name
    std::unique_ptr<TlsSetup> setup_;
    lws_vhost *vhost_ = nullptr;
};

class TlsVhosts {
public:
    using CreateVhost = std::function<lws_vhost *(TlsSetup &)>;

    // nullptr and a text if one of the options cannot be used. Throws
    // std::bad_alloc only.
    std::shared_ptr<TlsVhost> get(const TlsOptions &options, const CreateVhost &create, std::string &problem);

    // The context was destroyed, and all vhosts with it.
    void on_context_destroyed() noexcept;

private:
    std::vector<std::weak_ptr<TlsVhost>> vhosts_;
};

}  // namespace nws
