// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "route/proxy_conversation.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "route/http_connect.h"
#include "route/socks5.h"

namespace nws {

void ProxyConversation::written(size_t bytes) noexcept
{
    to_write_.remove_prefix(std::min(bytes, to_write_.size()));
}

size_t ProxyConversation::consume(std::string_view bytes) noexcept
{
    size_t taken = 0;
    while (taken < bytes.size() && state_ == State::talking && to_write_.empty()) {
        on_byte(bytes[taken]);
        ++taken;
    }
    return taken;
}

void ProxyConversation::on_end() noexcept
{
    if (state_ == State::talking) {
        give_up("Proxy: it closed the connection before the tunnel was open");
    }
}

void ProxyConversation::give_up(const char *format, ...) noexcept
{
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(problem_, sizeof problem_, format, arguments);
    va_end(arguments);
    state_ = State::failed;
    to_write_ = {};
}

std::unique_ptr<ProxyConversation> start_proxy_conversation(const Proxy &proxy, std::string_view host,
                                                            uint16_t port)
{
    host = host.substr(0, host.find('%'));
    if (proxy.kind == Proxy::Kind::socks5) {
        return std::make_unique<Socks5>(proxy, host, port);
    }
    return std::make_unique<HttpConnect>(proxy, host, port);
}

}  // namespace nws
