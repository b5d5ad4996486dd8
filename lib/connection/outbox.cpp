// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what is to be sent on one connection, and its form on the wire. On the
// service thread. Pure.
// Must not know: sockets, lws, clients, the command queue.

#include "connection/outbox.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/close_code.h"
#include "connection/frame.h"

namespace nws {

Outbox::~Outbox()
{
    free_messages(first_);
}

bool Outbox::push(OutgoingMessage *message) noexcept
{
    if (!accepts(*message)) {
        return false;
    }
    // An open stream none of whose pieces is here is on the wire: its next
    // piece goes before all that wait.
    OutgoingMessage *const previous = first_ == nullptr      ? nullptr
                                      : message->continues() ? stream_end_
                                                             : last_;
    OutgoingMessage *&link = previous == nullptr ? first_ : previous->next;
    message->next = link;
    link = message;
    if (message->next == nullptr) {
        last_ = message;
    }
    if (message->piece != Piece::whole) {
        stream_open_ = message->continued();
        stream_end_ = stream_open_ ? message : nullptr;
    }
    queued_cost_ += message->cost();
    return true;
}

bool Outbox::accepts(const OutgoingMessage &message) const noexcept
{
    return !close_queued_ && !stream_cut_ &&
           (message.piece == Piece::whole || message.continues() == stream_open_);
}

void Outbox::push_ping(const void *payload, size_t length) noexcept
{
    set(ping_, payload, length);
}

void Outbox::push_pong(const void *payload, size_t length) noexcept
{
    set(pong_, payload, length);
}

void Outbox::push_close(uint16_t code, const void *reason, size_t length) noexcept
{
    if (close_queued_) {
        return;
    }
    close_queued_ = true;
    uint8_t payload[kMaxControlPayload] = {static_cast<uint8_t>(code >> 8),
                                           static_cast<uint8_t>(code & 0xFF)};
    length = std::min(length, kMaxCloseReason);
    if (length > 0) {
        std::memcpy(payload + 2, reason, length);
    }
    set(close_, payload, code == kCloseNoStatus ? 0 : 2 + length);
}

size_t Outbox::drop_messages() noexcept
{
    free_messages(begun_ ? first_->next : first_);
    last_ = first_;
    stream_open_ = false;
    stream_cut_ = in_stream_;
    return std::exchange(freed_cost_, 0);
}

OutgoingMessage *Outbox::take_messages(bool ended) noexcept
{
    if (ended) {
        begun_ = in_frame_ = false;
        written_ = 0;
    }
    OutgoingMessage *taken = nullptr;
    OutgoingMessage **end = &taken;
    last_ = begun_ ? first_ : nullptr;
    OutgoingMessage **link = begun_ ? &first_->next : &first_;
    while (OutgoingMessage *const message = *link) {
        if (message->piece == Piece::whole) {
            *link = std::exchange(message->next, nullptr);
            *end = message;
            end = &message->next;
            queued_cost_ -= message->cost();
        } else {
            last_ = message;
            link = &message->next;
        }
    }
    return taken;
}

size_t Outbox::fill(uint8_t *out, size_t capacity, MaskSource &masks, size_t *released) noexcept
{
    Space space{out, out + capacity};
    while (!in_frame_ || continue_frame(space)) {
        if (!write_control(Opcode::pong, pong_, space, masks) ||
            !write_control(Opcode::ping, ping_, space, masks)) {
            break;
        }
        if (stream_waits()) {
            if (!close_.waiting) {
                break;
            }
            free_messages(first_);
        }
        if (first_ == nullptr) {
            if (close_.waiting && write_control(Opcode::close, close_, space, masks)) {
                close_written_ = true;
            }
            break;
        }
        if (!begin_frame(space, capacity, masks)) {
            break;
        }
    }
    *released = std::exchange(freed_cost_, 0);
    return static_cast<size_t>(space.at - out);
}

bool Outbox::empty() const noexcept
{
    return (first_ == nullptr || stream_waits()) && !ping_.waiting && !pong_.waiting && !close_.waiting;
}

// What is queued has to wait for a stream's next piece.
bool Outbox::stream_waits() const noexcept
{
    return in_stream_ && first_ != nullptr && !begun_ && !first_->continues();
}

void Outbox::set(ControlFrame &frame, const void *payload, size_t length) noexcept
{
    if (close_written_) {
        return;
    }
    frame.waiting = true;
    frame.length = static_cast<uint8_t>(std::min(length, kMaxControlPayload));
    if (frame.length > 0) {
        std::memcpy(frame.payload, payload, frame.length);
    }
}

// False when there is no room for the frame, which is never cut in two.
bool Outbox::write_control(Opcode opcode, ControlFrame &frame, Space &space, MaskSource &masks) noexcept
{
    if (!frame.waiting) {
        return true;
    }
    if (space.left() < kMaxClientFrameHead + frame.length) {
        return false;
    }
    const uint32_t mask = masks.next();
    space.at += write_frame_head(space.at, {true, false, opcode, frame.length}, mask);
    apply_mask(space.at, frame.payload, frame.length, mask, 0);
    space.at += frame.length;
    frame.waiting = false;
    ++counts_.frames;
    return true;
}

// False when there is not enough room for one.
bool Outbox::begin_frame(Space &space, size_t capacity, MaskSource &masks) noexcept
{
    unpack(first_);
    if (!begun_ && !first_->continues()) {
        deflating_ = deflater_ != nullptr &&
                     (first_->piece == Piece::first || deflater_->is_worth(first_->length)) &&
                     deflater_->begin();
    }
    return deflating_ ? write_compressed_frame(space, capacity, masks) : begin_plain_frame(space, masks);
}

bool Outbox::begin_plain_frame(Space &space, MaskSource &masks) noexcept
{
    if (space.left() < kMaxClientFrameHead) {
        return false;
    }
    mask_ = masks.next();
    space.at += write_frame_head(space.at, next_head(first_->length, true), mask_);
    in_stream_ = first_->continued();
    begun_ = true;
    in_frame_ = true;
    ++counts_.frames;
    return true;
}

// True when the frame is through, and so the piece; else the space is full.
bool Outbox::continue_frame(Space &space) noexcept
{
    const size_t length = std::min(space.left(), first_->length - written_);
    apply_mask(space.at, first_->payload() + written_, length, mask_, written_);
    space.at += length;
    written_ += length;
    if (written_ < first_->length) {
        return false;
    }
    in_frame_ = false;
    end_piece();
    return true;
}

// A frame of all that has room. It is worth to wait for more room if that saves
// a frame.
bool Outbox::write_compressed_frame(Space &space, size_t capacity, MaskSource &masks) noexcept
{
    size_t left = first_->length - written_;
    if (space.left() < std::min(kMaxClientFrameHead + MessageDeflater::bound(left), capacity / 2)) {
        return false;
    }
    const uint8_t *in = first_->payload() + written_;
    uint8_t *const compressed = space.at + kMaxClientFrameHead;  // the head's length is not known yet
    bool through = false;
    const size_t length = deflater_->deflate(in, left, !first_->continued(), compressed,
                                             space.left() - kMaxClientFrameHead, &through);
    written_ = first_->length - left;
    const uint32_t mask = masks.next();
    space.at += write_frame_head(space.at, next_head(length, through), mask);
    std::memmove(space.at, compressed, length);
    apply_mask(space.at, space.at, length, mask, 0);
    space.at += length;
    in_stream_ = first_->continued();
    begun_ = true;
    ++counts_.frames;
    if (through) {
        end_piece();
    }
    return true;
}

FrameHead Outbox::next_head(uint64_t length, bool ends_piece) const noexcept
{
    const bool first = !begun_ && !first_->continues();
    FrameHead head;
    head.fin = ends_piece && !first_->continued();
    head.compressed = first && deflating_;
    head.opcode = first ? first_->opcode : Opcode::continuation;
    head.payload_length = length;
    return head;
}

void Outbox::end_piece() noexcept
{
    begun_ = false;
    written_ = 0;
    counts_.messages += first_->continued() ? 0 : 1;
    counts_.bytes += first_->length;
    free_message(first_);
}

// What has joined it counts from now on.
void Outbox::unpack(OutgoingMessage *message) noexcept
{
    OutgoingMessage *const last = OutgoingMessage::unpack(message);
    if (last_ == message) {
        last_ = last;
    }
    for (; message != last; message = message->next) {
        queued_cost_ += message->next->cost();
    }
}

// All that `link` leads to.
void Outbox::free_messages(OutgoingMessage *&link) noexcept
{
    while (link != nullptr) {
        free_message(link);
    }
}

// `link` is what points to the message; then to the one behind it.
void Outbox::free_message(OutgoingMessage *&link) noexcept
{
    OutgoingMessage *const message = link;
    unpack(message);
    link = message->next;
    queued_cost_ -= message->cost();
    freed_cost_ += message->cost();
    if (message == stream_end_) {
        stream_end_ = nullptr;
    }
    OutgoingMessage::destroy(message);
}

}  // namespace nws
