// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is to be sent on one connection, and its form on the wire: frames
// in order, masked (RFC 6455 5.3), compressed if negotiated (RFC 7692), control
// frames between them. The newest Ping is always answered (RFC 6455 5.5.3); pongs never pile up.
// One for each connection, on the service thread. Pure.
// Must not know: sockets, lws, clients, the command queue.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/opcode.h"
#include "base/random.h"
#include "command/outgoing_message.h"
#include "connection/frame.h"
#include "deflate/message_deflater.h"

namespace nws {

// Each message is one frame, so a control frame waits for the end of the
// message that is on the wire. Messages leave the outbox in two ways, each of
// which tells their cost: drop_messages() and fill().
//
// A streamed message (RFC 6455 5.4) is pushed piece by piece, and each piece is
// a frame. Its first piece takes the place in the order; the others join it
// there, so that messages pushed meanwhile wait for its last piece: messages
// must not be mixed. Once it has begun on the wire and has no piece waiting,
// nothing but control frames can go.
//
// Compression writes into fill()'s space and takes no memory of its own. So a
// message whose compressed form has no room there becomes several frames, and
// control frames go between those, too.
class Outbox {
public:
    Outbox() = default;
    ~Outbox();
    Outbox(const Outbox &) = delete;
    Outbox &operator=(const Outbox &) = delete;

    // permessage-deflate was negotiated: messages for which that may be of use
    // are compressed, and all streams. Before the first fill().
    void set_deflater(std::unique_ptr<MessageDeflater> deflater) noexcept { deflater_ = std::move(deflater); }

    // Takes ownership. False: it does not, since a Close frame was queued or a
    // stream was cut off; a first piece also while another stream is open, and a
    // middle or last one while none is.
    bool push(OutgoingMessage *message) noexcept;
    // At most kMaxControlPayload bytes, copied into the outbox. Go before the
    // next message, the Pong first. One that was not written yet is replaced.
    // Both are ignored once the Close frame was written.
    void push_ping(const void *payload, size_t length) noexcept;
    void push_pong(const void *payload, size_t length) noexcept;
    // The Close frame goes out behind all messages pushed before; the first
    // call counts. code 1005: no payload (RFC 6455 7.1.5). The reason has at
    // most kMaxCloseReason bytes.
    // A stream whose last piece was not pushed is cut off: the pieces that were
    // pushed go out, then the Close frame (RFC 6455 5.5.1 allows it there), so
    // that the peer can't take it for a whole message. Messages that waited for
    // its end could be sent nowhere: fill() drops them and counts them released.
    void push_close(uint16_t code, const void *reason, size_t length) noexcept;
    // Drops the messages that were not begun and returns their cost.
    // One that is on the wire in part is finished: nothing could follow it
    // otherwise, not even a Close frame. Of a stream only the piece is finished:
    // it is cut off, and from then on control frames are all that may be sent, a
    // Close frame above all. push() refuses what comes after.
    size_t drop_messages() noexcept;

    // For another connection: the messages that were not begun, but for pieces of
    // streams, in their order and chained by `next`. `ended`: one that was begun,
    // too, for nothing more is written here.
    OutgoingMessage *take_messages(bool ended) noexcept;

    // Writes as many bytes of frames as fit into out[0, capacity); capacity is
    // at least 256. Returns how many; 0 when there is nothing to send.
    // *released is set to the cost of the messages that were written to their
    // end and freed, or dropped behind a stream that Close has cut off (the
    // caller's accounting of its queue).
    size_t fill(uint8_t *out, size_t capacity, MaskSource &masks, size_t *released) noexcept;

    struct Written {
        uint64_t messages = 0;  // to their end
        uint64_t bytes = 0;     // of those and of pieces of streams, before compression
        uint64_t frames = 0;
    };
    // By fill() since the last call.
    Written take_written() noexcept { return std::exchange(counts_, {}); }

    bool empty() const noexcept;  // fill() would write nothing
    bool close_queued() const noexcept { return close_queued_; }
    bool close_written() const noexcept { return close_written_; }  // fill() has written all of it
    // Of messages not yet freed; of a batch that may grow only its first.
    size_t queued_cost() const noexcept { return queued_cost_; }

private:
    struct ControlFrame {
        bool waiting = false;
        uint8_t length = 0;
        uint8_t payload[kMaxControlPayload] = {};
    };
    struct Space {
        uint8_t *at;
        uint8_t *end;

        size_t left() const { return static_cast<size_t>(end - at); }
    };

    bool accepts(const OutgoingMessage &message) const noexcept;
    bool stream_waits() const noexcept;
    void set(ControlFrame &frame, const void *payload, size_t length) noexcept;
    bool write_control(Opcode opcode, ControlFrame &frame, Space &space, MaskSource &masks) noexcept;
    bool begin_frame(Space &space, size_t capacity, MaskSource &masks) noexcept;
    bool begin_plain_frame(Space &space, MaskSource &masks) noexcept;
    bool continue_frame(Space &space) noexcept;
    bool write_compressed_frame(Space &space, size_t capacity, MaskSource &masks) noexcept;
    FrameHead next_head(uint64_t length, bool ends_piece) const noexcept;
    void end_piece() noexcept;
    void unpack(OutgoingMessage *message) noexcept;
    void free_messages(OutgoingMessage *&link) noexcept;
    void free_message(OutgoingMessage *&link) noexcept;

    OutgoingMessage *first_ = nullptr;
    OutgoingMessage *last_ = nullptr;
    size_t queued_cost_ = 0;
    size_t freed_cost_ = 0;  // not told yet
    Written counts_;

    // first_ is on the wire in part: `written_` bytes of its payload.
    bool begun_ = false;
    size_t written_ = 0;
    // And the frame that is under way there has this mask.
    bool in_frame_ = false;
    uint32_t mask_ = 0;

    std::unique_ptr<MessageDeflater> deflater_;
    bool deflating_ = false;  // the message or stream begun last is compressed

    bool stream_open_ = false;               // its first piece was pushed, its last was not
    OutgoingMessage *stream_end_ = nullptr;  // the open stream's newest piece that was not freed
    bool in_stream_ = false;                 // the last frame begun was a first or middle piece
    bool stream_cut_ = false;                // and nothing may follow it

    ControlFrame ping_;
    ControlFrame pong_;
    ControlFrame close_;
    bool close_queued_ = false;
    bool close_written_ = false;
};

}  // namespace nws
