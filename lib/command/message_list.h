// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: messages in their order, while nobody can send them. One thread.
// Must not know: what they wait for, what they count against the queue.

#pragma once

#include <utility>

#include "command/outgoing_message.h"

namespace nws {

class MessageList {
public:
    MessageList() = default;
    MessageList(const MessageList &) = delete;
    MessageList &operator=(const MessageList &) = delete;

    bool empty() const noexcept { return first_ == nullptr; }

    void append(OutgoingMessage *message) noexcept
    {
        *end_ = message;
        end_ = &message->next;
    }

    // A chain, or nullptr.
    void prepend(OutgoingMessage *messages) noexcept
    {
        OutgoingMessage **end = &messages;
        while (*end != nullptr) {
            end = &(*end)->next;
        }
        *end = first_;
        if (first_ == nullptr && messages != nullptr) {
            end_ = end;
        }
        first_ = messages;
    }

    // nullptr: there is none.
    OutgoingMessage *take_first() noexcept
    {
        OutgoingMessage *const message = first_;
        if (message != nullptr) {
            first_ = std::exchange(message->next, nullptr);
        }
        if (first_ == nullptr) {
            end_ = &first_;
        }
        return message;
    }

private:
    OutgoingMessage *first_ = nullptr;
    OutgoingMessage **end_ = &first_;
};

}  // namespace nws
