// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/server_state.h"

#include "support/endpoints.h"

namespace nws::test {

void ServerState::record(ServerEvent event)
{
    if (options.observer) {
        options.observer(event);
    }
    if (options.keep_events) {
        log.append(std::move(event));
    }
}

std::unique_ptr<Behaviour> ServerState::behaviour_at_accept() const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return at_accept_ ? run_script(*at_accept_) : nullptr;
}

std::unique_ptr<Behaviour> ServerState::behaviour_for(const std::string &path)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = routes_.find(path);
    if (found == routes_.end()) {
        return make_endpoint(path);
    }
    Route &route = found->second;
    if (!route.once.empty()) {
        auto behaviour = run_script(route.once.front());
        route.once.pop_front();
        return behaviour;
    }
    return route.always ? run_script(*route.always) : make_endpoint(path);
}

void ServerState::set_script_at_accept(std::optional<Script> script)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    at_accept_ = std::move(script);
}

void ServerState::set_script(const std::string &path, const Script &script)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    routes_[path].always = script;
}

void ServerState::add_script_once(const std::string &path, const Script &script)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    routes_[path].once.push_back(script);
}

void ServerState::release(const std::string &name)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    released_.insert(name);
}

bool ServerState::is_released(const std::string &name) const
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return released_.count(name) > 0;
}

}  // namespace nws::test
