// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/reconnector.h"

#include <utility>

#include "connection/backoff.h"
#include "service/service.h"

namespace nws {

Reconnector::Reconnector(Service &service, Client &client, ConnectionPlan plan, uint32_t first) noexcept
    : service_(service),
      client_(client),
      plan_(std::move(plan)),
      first_(first),
      alarm_(service.alarms(), this,
             [](void *owner) noexcept { static_cast<Reconnector *>(owner)->on_timer(); })
{
}

bool Reconnector::counts(Ending ending) const noexcept
{
    const uint32_t on = plan_.options->reconnect.on;
    switch (ending) {
    case Ending::lost:
        return (on & NET_WEBSOCKET_RECONNECT_ON_LOSS) != 0;
    case Ending::failed:
        return (on & NET_WEBSOCKET_RECONNECT_ON_FAILURE) != 0;
    case Ending::going:
        return (on & NET_WEBSOCKET_RECONNECT_ON_GOING) != 0;
    case Ending::agreed:
        break;
    }
    return false;
}

bool Reconnector::on_ended(Ending ending) noexcept
{
    const ReconnectOptions &options = plan_.options->reconnect;
    if (!counts(ending) || attempts_ == options.attempts) {
        return false;
    }
    ++attempts_;
    const Milliseconds delay =
        full_jitter(options.first_delay, options.most_delay, attempts_, service_.masks().next());
    if (!client_.callbacks().reconnect(plan_.options->session.callbacks, attempts_,
                                       static_cast<uint32_t>(delay.count()))) {
        return false;
    }
    // 0: the application has connected inside the callback.
    generation_ = client_.begin_connect();
    if (generation_ == 0) {
        return false;
    }
    alarm_.start(delay.count() * LWS_US_PER_MS);
    return true;
}

void Reconnector::on_timer() noexcept
{
    service_.begin_attempt(*this, std::exchange(generation_, 0));
}

}  // namespace nws
