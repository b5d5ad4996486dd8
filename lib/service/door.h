// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how a socket that is connected already gets to libwebsockets. It insists on
// making connections itself, one address after the other, and knows no SOCKS5 or
// no_proxy; ours is there already.
// Service thread.

#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "service/descriptor.h"

namespace nws {

#if NWS_LWS_RAW_RX

// With our patch it takes a connected socket by its number.
class Door {
public:
    explicit Door(const Descriptor &socket) noexcept
    {
        std::snprintf(address_, sizeof address_, "+#%d", socket.get());
    }

    // False, and errno: there is none.
    explicit operator bool() const noexcept { return true; }
    // For libwebsockets to connect to.
    const char *address() const noexcept { return address_; }
    // At LWS_CALLBACK_WSI_CREATE, before the first byte: `socket` becomes that of the
    // wsi that has come through the door, whose descriptor is the other one.
    static void let_in(Descriptor &socket, int) noexcept { socket.release(); }

private:
    char address_[sizeof "+#-2147483648"];
};

#else

// It connects to a socket with a name from the kernel, and then its descriptor
// becomes ours. Behind it the door is gone again.
class Door {
public:
    explicit Door(const Descriptor &) noexcept : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
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

    explicit operator bool() const noexcept { return static_cast<bool>(listener_); }
    // "+" for a Unix socket, "@" for no file.
    const char *address() const noexcept { return address_; }
    static void let_in(Descriptor &socket, int descriptor) noexcept
    {
        // EBUSY: another thread is just opening something.
        while (dup3(socket.get(), descriptor, O_CLOEXEC) < 0 && (errno == EBUSY || errno == EINTR)) {
        }
        socket.reset();
    }

private:
    Descriptor listener_;
    char address_[2 + sizeof sockaddr_un::sun_path + 1] = "+@";
};

#endif

}  // namespace nws
