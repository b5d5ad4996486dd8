// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what application threads ask of the service thread. A command is
// complete: it carries all the memory that carrying it out needs, so shortage
// is the return code of the call that made it. Made by an application thread,
// passed through the CommandQueue once, used up by the service thread.

#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "base/close_code.h"
#include "base/limits.h"
#include "command/command_queue.h"
#include "command/outgoing_message.h"

namespace nws {

class Client;
class Connection;

struct Command : QueueNode {
    enum class Kind : uint8_t { connect, send, batch, ping, flow, close, destroy };

    Command(Kind kind_of_command, Client *of_client, uint32_t of_generation) noexcept
        : kind(kind_of_command), generation(of_generation), client(of_client)
    {
    }

    const Kind kind;
    // Which Connect of this client it belongs to: the calls of two threads may
    // be queued in another order than that in which they saw the client.
    uint32_t generation;
    Client *client;
};

struct ConnectCommand : Command {
    ConnectCommand(Client *of_client, uint32_t of_generation, Connection *the_connection) noexcept
        : Command(Kind::connect, of_client, of_generation), connection(the_connection)
    {
    }

    Connection *connection;  // owned by the command until it is carried out
};

// In front of its message, in the same block of memory.
struct SendCommand : Command {
    using Command::Command;

    OutgoingMessage *message() noexcept { return reinterpret_cast<OutgoingMessage *>(this + 1); }

    // nullptr: no memory.
    static SendCommand *create(Client *client, uint32_t generation, Opcode opcode, const void *data,
                               size_t length, Piece piece = Piece::whole) noexcept
    {
        static_assert(sizeof(SendCommand) % alignof(OutgoingMessage) == 0, "no gap in front of the message");
        OutgoingMessage *message = OutgoingMessage::create(opcode, data, length, sizeof(SendCommand), piece);
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the command is what the block begins with
        return message == nullptr ? nullptr
                                  : new (message->block()) SendCommand(Kind::send, client, generation);
    }
};

struct PingCommand : Command {
    PingCommand(Client *of_client, uint32_t of_generation) noexcept
        : Command(Kind::ping, of_client, of_generation)
    {
    }

    uint8_t length = 0;
    uint8_t payload[kMaxControlPayload] = {};
};

struct CloseCommand : Command {
    CloseCommand(Client *of_client, uint32_t of_generation) noexcept
        : Command(Kind::close, of_client, of_generation)
    {
    }

    CloseStatus status;
    // The application was told that nothing was open: no callback may follow.
    bool while_connecting = false;
};

}  // namespace nws
