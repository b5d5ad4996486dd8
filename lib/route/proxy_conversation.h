// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is said to a proxy until the tunnel to the server is open, whatever
// its protocol: bytes to write, bytes that came, and the end. Pure; one thread
// at a time.
// Must not know: sockets.
//
// What comes behind the proxy's last byte is the server's and may come in the
// same packet. So received bytes are looked at before they are taken: the caller
//   1. writes all of to_write(), telling with written() how much was taken
//   2. when the socket is readable: recv(MSG_PEEK) of any number of bytes,
//      n = consume() of those, recv() of n bytes, which cannot block
//   3. goes on with 1 unless done() or failed()
// n is less than given only if the rest is not the conversation's: it then has
// something to write first, is done, or has failed. Nobody is ever stuck: n is 0
// only when to_write() is not empty, done() or failed(). A caller that cannot
// peek may read single bytes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "route/proxy.h"

namespace nws {

class ProxyConversation {
public:
    virtual ~ProxyConversation() = default;
    ProxyConversation(const ProxyConversation &) = delete;
    ProxyConversation &operator=(const ProxyConversation &) = delete;

    // What is to be written before anything can come. Valid until the next call
    // of consume() or the end.
    std::string_view to_write() const noexcept { return to_write_; }
    // That many of its first bytes are on their way.
    void written(size_t bytes) noexcept;

    // Takes received bytes, in pieces of any size. Returns how many of them
    // belong to the conversation.
    size_t consume(std::string_view bytes) noexcept;
    // The proxy closed the connection.
    void on_end() noexcept;

    bool done() const noexcept { return state_ == State::done; }  // the next byte is the server's
    bool failed() const noexcept { return state_ == State::failed; }
    // Why it failed, from "Proxy: ": one line of printable ASCII, without
    // credentials; empty unless failed().
    const char *problem() const noexcept { return problem_; }

protected:
    enum class State : uint8_t { talking, done, failed };

    ProxyConversation() = default;

    // One byte of the answer. Only called while talking with nothing to write.
    virtual void on_byte(char byte) noexcept = 0;

    // `message` must outlive the conversation's next step.
    void say(std::string_view message) noexcept { to_write_ = message; }
    void succeed() noexcept { state_ = State::done; }
    void give_up(const char *format, ...) noexcept __attribute__((format(printf, 2, 3)));

private:
    std::string_view to_write_;
    State state_ = State::talking;
    char problem_[256] = "";
};

// The conversation that makes `proxy` (not Kind::none) open a tunnel to the
// server. host: as Url::host; the zone of an IPv6 address is left out, for it
// means something on this machine only. It may have failed already, if the
// protocol cannot say what it would have to. Throws std::bad_alloc only.
std::unique_ptr<ProxyConversation> start_proxy_conversation(const Proxy &proxy, std::string_view host,
                                                            uint16_t port);

}  // namespace nws
