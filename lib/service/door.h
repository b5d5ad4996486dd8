// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: something that libwebsockets can connect to at once. It insists on
// making connections itself, one address after the other, and knows no SOCKS5 or
// no_proxy; ours is there already. So it connects to this door, a socket with a
// name from the kernel, and at LWS_CALLBACK_WSI_CREATE, before the first byte,
// its descriptor becomes ours. Behind it the door is gone again.
// Service thread.

#pragma once

#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include "service/descriptor.h"

namespace nws {

class Door {
public:
    Door() noexcept : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un name = {};
        name.sun_family = AF_UNIX;
        socklen_t length = sizeof name.sun_family;
        if (!listener_) {
            return;
        }
        // A bind() without a name: the kernel gives a free one, which is no file.
        if (bind(listener_.get(), reinterpret_cast<sockaddr *>(&name), length) != 0 ||
            listen(listener_.get(), 1) != 0) {
            listener_.reset();
            return;
        }
        length = sizeof name;
        getsockname(listener_.get(), reinterpret_cast<sockaddr *>(&name), &length);
        std::memcpy(address_ + 2, name.sun_path + 1, length - sizeof name.sun_family - 1);
    }

    // False, and errno: there is none.
    explicit operator bool() const noexcept { return static_cast<bool>(listener_); }
    // As libwebsockets wants it: "+" for a Unix socket, "@" for no file.
    const char *address() const noexcept { return address_; }

private:
    Descriptor listener_;
    char address_[2 + sizeof sockaddr_un::sun_path + 1] = "+@";
};

}  // namespace nws
