// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "client/client.h"

#include <string>
#include <utility>

namespace nws {

namespace {

constexpr uint32_t kPhaseBits = 3;

uint32_t pack(Client::State state) noexcept
{
    return state.generation << kPhaseBits | static_cast<uint32_t>(state.phase);
}

Client::State unpack(uint32_t word) noexcept
{
    return {word >> kPhaseBits, static_cast<Phase>(word & ((1U << kPhaseBits) - 1))};
}

}  // namespace

// A node as the application sees it, with the bytes it points to behind it.
struct Client::HeaderNode {
    WebSocket_Header header;
    std::string name;
    SecretString value;
    HeaderNode *next;
};

Client::Client(HandleTable &table, HandleSlot *slot) noexcept
    : table_(table), slot_(slot), callbacks_(&slot->handle)
{
    slot->client = this;
}

Client *Client::create(HandleTable &table) noexcept
{
    HandleSlot *slot = table.create();
    if (slot == nullptr) {
        return nullptr;
    }
    auto *client = new (std::nothrow) Client(table, slot);
    if (client == nullptr) {
        table.recycle(slot);
    }
    return client;
}

Client::~Client()
{
    drop(pending_);
    drop(carried_over_);
    delete early_close;
    while (first_node_ != nullptr) {
        HeaderNode *node = first_node_;
        first_node_ = node->next;
        delete node;
    }
    table_.recycle(slot_);
}

Client::State Client::state() const noexcept
{
    return unpack(state_.load(std::memory_order_acquire));
}

uint32_t Client::begin_connect() noexcept
{
    uint32_t word = state_.load(std::memory_order_acquire);
    for (;;) {
        const State now = unpack(word);
        if (now.phase != Phase::idle && now.phase != Phase::ended) {
            return 0;
        }
        // 0 means "none yet" and is left out when the counter wraps.
        constexpr uint32_t kLargest = UINT32_MAX >> kPhaseBits;
        const uint32_t generation = now.generation == kLargest ? 1 : now.generation + 1;
        if (state_.compare_exchange_weak(word, pack({generation, Phase::connecting}),
                                         std::memory_order_acq_rel, std::memory_order_acquire)) {
            paused_ = false;
            return generation;
        }
    }
}

Client::State Client::begin_close() noexcept
{
    uint32_t word = state_.load(std::memory_order_acquire);
    for (;;) {
        const State now = unpack(word);
        State then = now;
        if (now.phase == Phase::open) {
            then.phase = Phase::closing;
        } else if (now.phase == Phase::connecting) {
            then.phase = Phase::ended;
        }
        if (state_.compare_exchange_weak(word, pack(then), std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
            return now;
        }
    }
}

bool Client::set_open(uint32_t generation) noexcept
{
    uint32_t expected = pack({generation, Phase::connecting});
    return state_.compare_exchange_strong(expected, pack({generation, Phase::open}),
                                          std::memory_order_acq_rel);
}

void Client::set_closing(uint32_t generation) noexcept
{
    uint32_t expected = pack({generation, Phase::open});
    state_.compare_exchange_strong(expected, pack({generation, Phase::closing}), std::memory_order_acq_rel);
}

void Client::set_ended(uint32_t generation) noexcept
{
    uint32_t word = state_.load(std::memory_order_acquire);
    while (unpack(word).generation == generation && unpack(word).phase != Phase::ended) {
        if (state_.compare_exchange_weak(word, pack({generation, Phase::ended}), std::memory_order_acq_rel,
                                         std::memory_order_acquire)) {
            return;
        }
    }
}

bool Client::reserve_queue(size_t bytes, size_t limit) noexcept
{
    size_t before = queued_bytes_.load(std::memory_order_relaxed);
    do {
        if (before > limit || bytes > limit - before) {
            return false;
        }
    } while (!queued_bytes_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
    if (statistics_.queue_high_water.raise(before + bytes)) {
        all_clients().queue_high_water.raise(before + bytes);
    }
    return true;
}

void Client::drop(MessageList &list) noexcept
{
    while (OutgoingMessage *message = list.take_first()) {
        drop(message);
    }
}

void Client::drop(OutgoingMessage *message) noexcept
{
    OutgoingMessage::unpack(message);
    while (message != nullptr) {
        OutgoingMessage *const next = message->next;
        release_queue(message->cost());
        OutgoingMessage::destroy(message);
        message = next;
    }
}

WebSocket_ErrCode Client::add_header(const WebSocket_Header &header)
{
    const std::lock_guard<std::mutex> lock(mutex_);
    const WebSocket_ErrCode code = headers_.add(header.fieldName, header.fieldValue);
    if (code != WEBSOCKET_OK) {
        return code;
    }
    const HeaderField &field = headers_.fields().back();
    HeaderNode *node = nullptr;
    try {
        node = new HeaderNode{{}, field.name, field.value, nullptr};
    } catch (const std::bad_alloc &) {
        headers_.remove_last();
        throw;
    }
    node->header.fieldName = node->name.c_str();
    node->header.fieldValue = node->value.c_str();
    show_header(node);
    return WEBSOCKET_OK;
}

// Hangs the node behind the last of ours. The application may have hung nodes
// of its own in front of ours, behind them, or instead of them: they stay.
void Client::show_header(HeaderNode *node) noexcept
{
    if (last_node_ == nullptr) {
        first_node_ = node;
        node->header.next = slot_->handle.requestOptions.headers;
        slot_->handle.requestOptions.headers = &node->header;
    } else {
        node->header.next = last_node_->header.next;
        last_node_->header.next = &node->header;
        last_node_->next = node;
    }
    last_node_ = node;
}

HeaderList Client::added_headers()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return headers_;
}

void Client::set_options(std::shared_ptr<const ClientOptions> options) noexcept
{
    set_limits(*options);
    const std::lock_guard<std::mutex> lock(mutex_);
    options_ = std::move(options);
}

void Client::set_limits(const ClientOptions &options) noexcept
{
    max_send_bytes_ = options.max_send_bytes;
    max_queued_bytes_ = options.max_queued_bytes;
}

std::shared_ptr<const ClientOptions> Client::options()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return options_;
}

void Client::set_response(uint32_t generation, std::shared_ptr<const std::string> fields) noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    response_ = {generation, std::move(fields)};
}

std::shared_ptr<const std::string> Client::response()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return response_.generation == state().generation ? response_.content : nullptr;
}

void Client::set_details(uint32_t generation, std::shared_ptr<const ConnectionDetails> details) noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    details_ = {generation, std::move(details)};
}

std::shared_ptr<const ConnectionDetails> Client::details()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return details_.generation == state().generation ? details_.content : nullptr;
}

void Client::set_last_error(const char *text) noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    try {
        last_error_ = text;
    } catch (const std::bad_alloc &) {
        last_error_.clear();
    }
}

std::string Client::last_error()
{
    const std::lock_guard<std::mutex> lock(mutex_);
    return last_error_;
}

}  // namespace nws
