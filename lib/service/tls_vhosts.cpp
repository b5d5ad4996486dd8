// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/tls_vhosts.h"

#include <new>

#include "base/text.h"
#include "tls/pem.h"

namespace nws {

namespace {

// Files that were replaced, a renewed certificate say, make another set-up.
std::string stamp_of(const TlsOptions &options)
{
    return concat({pem_stamp(options.authorities), ";", pem_stamp(options.revocations), ";",
                   pem_stamp(options.certificate), ";", pem_stamp(options.private_key)});
}

}  // namespace

TlsVhost::~TlsVhost()
{
    if (vhost_ != nullptr) {
        lws_vhost_destroy(vhost_);
    }
}

std::shared_ptr<TlsVhost> TlsVhosts::get(const TlsOptions &options, const CreateVhost &create,
                                         std::string &problem)
{
    std::string stamp = stamp_of(options);
    for (auto known = vhosts_.begin(); known != vhosts_.end();) {
        std::shared_ptr<TlsVhost> vhost = known->lock();
        if (vhost != nullptr && vhost->options_ == options && vhost->stamp_ == stamp) {
            return vhost;
        }
        known = vhost == nullptr ? vhosts_.erase(known) : known + 1;
    }
    auto vhost = std::make_shared<TlsVhost>(options, std::move(stamp));
    vhosts_.push_back(vhost);
    vhost->setup_ = make_tls_setup(options, problem);
    if (vhost->setup_ == nullptr) {
        return nullptr;
    }
    vhost->vhost_ = create(*vhost->setup_);
    if (vhost->vhost_ == nullptr) {
        throw std::bad_alloc();
    }
    return vhost;
}

void TlsVhosts::on_context_destroyed() noexcept
{
    for (const std::weak_ptr<TlsVhost> &known : vhosts_) {
        if (const std::shared_ptr<TlsVhost> vhost = known.lock()) {
            vhost->vhost_ = nullptr;
            vhost->setup_.reset();
        }
    }
    vhosts_.clear();
}

}  // namespace nws
