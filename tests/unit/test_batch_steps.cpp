// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the test of OpenBatch, SendBatch and CommandQueue together, from Send to
// the free() behind the last message, in all orders in which the accesses to memory
// of the threads that send and of the service thread can come (unit/stepped.h).
//
// Service's post() and drain() are followed here access by access, with its flag for
// wake-ups: it is asleep unless somebody wakes it.
//
// Must not know: weaker orders of memory than one for all; threads under a
// sanitizer are test_open_batch's.

#include "unit/check.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "support/sanitized.h"
#include "unit/stepped.h"

namespace stepped {
using std::max;
using std::memcpy;
using std::size_t;
namespace chrono = std::chrono;
namespace this_thread {
// Others take their steps anyway.
void sleep_for(chrono::microseconds) {}
}  // namespace this_thread
}  // namespace stepped

// Under another name: other files of the program have the ordinary one.
#define std stepped
#define nws nws_stepped
#include "client/open_batch.cpp"
#include "command/send_batch.cpp"
#undef nws
#undef std

namespace {

using nws_stepped::Command;
using nws_stepped::CommandQueue;
using nws_stepped::Opcode;
using nws_stepped::OpenBatch;
using nws_stepped::OutgoingMessage;
using nws_stepped::Piece;
using nws_stepped::QueueNode;
using nws_stepped::SendBatch;
using nws_stepped::SendCommand;
using Added = OpenBatch::Added;
using nws_stepped::BlockPool;

// ---- private members, which an explicit instantiation may name ----

struct QueueParts {
    stepped::atomic<QueueNode *> &newest;
    QueueNode *&oldest;
    QueueNode &stub;
};
QueueParts parts(CommandQueue &queue);
template <auto newest, auto oldest, auto stub>
struct OpenedQueue {
    friend QueueParts parts(CommandQueue &queue) { return {queue.*newest, queue.*oldest, queue.*stub}; }
};
template struct OpenedQueue<&CommandQueue::newest_, &CommandQueue::oldest_, &CommandQueue::stub_>;

struct OpenParts {
    stepped::atomic<bool> &busy;
    stepped::atomic<bool> &used;
    size_t &left_empty;
    uint32_t &queued_before;
    SendBatch *&batch;
    stepped::atomic<uint32_t> &queued;
};
OpenParts parts(OpenBatch &open);
void forget(OpenBatch &open);
template <auto busy, auto used, auto left_empty, auto queued_before, auto batch, auto queued, auto end>
struct OpenedOpenBatch {
    friend OpenParts parts(OpenBatch &open)
    {
        return {open.*busy, open.*used, open.*left_empty, open.*queued_before, open.*batch, open.*queued};
    }
    friend void forget(OpenBatch &open) { (open.*end)(); }
};
template struct OpenedOpenBatch<&OpenBatch::busy_, &OpenBatch::used_, &OpenBatch::left_empty_,
                                &OpenBatch::queued_before_, &OpenBatch::batch_, &OpenBatch::queued_,
                                &OpenBatch::forget>;

struct BatchParts {
    stepped::atomic<uint32_t> &word;
    uint32_t &used;
    uint32_t &left;
};
BatchParts parts(SendBatch &batch);
template <auto word, auto used, auto left>
struct OpenedBatch {
    friend BatchParts parts(SendBatch &batch) { return {batch.*word, batch.*used, batch.*left}; }
};
template struct OpenedBatch<&SendBatch::word_, &SendBatch::used_, &SendBatch::left_>;

// ---- memory: for each message a batch that it may open, and a command ----

constexpr size_t kMessages = 4;
constexpr size_t kPlaces = kMessages;  // in a batch, as far as it is looked at
constexpr size_t kLength = 512;
constexpr size_t kPlace = sizeof(OutgoingMessage) + kLength;
constexpr size_t kBound = size_t{1} << 20;
static_assert(kPlace % alignof(OutgoingMessage) == 0, "no gap behind a message");

template <size_t size>
struct alignas(64) Block {
    uint8_t bytes[size];
};

enum class Use : uint8_t { free, taken, freed };

CommandQueue g_queue;
OpenBatch &g_open = *new OpenBatch;  // never destroyed: that would be steps, too
stepped::atomic<bool> g_wake_pending;
Block<SendBatch::kSmallBytes> g_batches[kMessages];
Block<sizeof(SendCommand) + kPlace> g_commands[kMessages];
QueueNode g_destroy;
std::array<Use, 2 * kMessages> g_uses;  // batches, commands
uint8_t g_payloads[kMessages][kLength];

// Who is at it.
size_t g_message;  // of the thread that sends
bool g_serving;
// What must never be.
bool g_wrong;
// What must come about, or the test is none.
size_t g_joined, g_alone, g_freed_by_server, g_freed_by_sender, g_woken_late;

uint8_t *place_at(size_t batch, size_t place)
{
    return g_batches[batch].bytes + sizeof(SendBatch) + place * kPlace;
}

SendBatch &batch_at(size_t i)
{
    return *reinterpret_cast<SendBatch *>(g_batches[i].bytes);
}

QueueNode &command_at(size_t i)
{
    return *reinterpret_cast<SendCommand *>(g_commands[i].bytes);
}

template <typename Blocks>
size_t index_in(const Blocks &blocks, const void *address)
{
    const size_t offset = reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(&blocks);
    return offset < sizeof blocks ? offset / sizeof blocks[0] : SIZE_MAX;
}

size_t slot_of(const void *address)
{
    const size_t batch = index_in(g_batches, address);
    const size_t command = batch == SIZE_MAX ? index_in(g_commands, address) : SIZE_MAX;
    return batch != SIZE_MAX ? batch : command != SIZE_MAX ? kMessages + command : SIZE_MAX;
}

void on_access(const void *atomic)
{
    const size_t slot = slot_of(atomic);
    g_wrong = g_wrong || (slot != SIZE_MAX && g_uses[slot] != Use::taken);
}

}  // namespace

// Blocks of its own, in the place of those that are used again.
void *BlockPool::take(size_t size) noexcept
{
    const bool batch = size == SendBatch::kSmallBytes;
    Use &use = g_uses[batch ? g_message : kMessages + g_message];
    g_wrong = g_wrong || use != Use::free;
    use = Use::taken;
    if (!batch) {
        return g_commands[g_message].bytes;
    }
    // What was there in another order is no part of this one's state.
    for (size_t k = 0; k < kPlaces; ++k) {
        place_at(g_message, k)[sizeof(OutgoingMessage)] = 0;
    }
    return g_batches[g_message].bytes;
}

void BlockPool::give(void *memory, size_t) noexcept
{
    Use &use = g_uses[slot_of(memory)];
    g_wrong = g_wrong || use != Use::taken;
    use = Use::freed;
    ++(g_serving ? g_freed_by_server : g_freed_by_sender);
}

BlockPool &nws_stepped::message_blocks() noexcept
{
    static BlockPool pool(0);
    return pool;
}

namespace {

struct BatchImage {
    QueueNode *next = nullptr;
    uint32_t word = 0;
    std::array<uint8_t, kPlaces> messages{};  // which ones were written
    bool leads = false;
    uint32_t used = 0;
    uint32_t left = 0;
};

// What is in memory between two steps.
struct Memory {
    // Changed by each access.
    QueueNode *newest = &parts(g_queue).stub;
    QueueNode *stub_next = nullptr;
    QueueNode *destroy_next = nullptr;
    std::array<QueueNode *, kMessages> command_next{};
    bool busy = false;
    bool used = false;
    uint32_t queued = 0;
    bool wake_pending = true;
    // Changed, but for next, word and messages, where an operation ends: only it
    // looks at that until then, and it begins anew at each step.
    std::array<BatchImage, kMessages> batches{};
    std::array<Use, 2 * kMessages> uses{};
    QueueNode *oldest = &parts(g_queue).stub;
    size_t left_empty = 0;
    uint32_t queued_before = 0;
    SendBatch *batch = nullptr;

    void put() const
    {
        const QueueParts queue = parts(g_queue);
        queue.newest.value_ = newest;
        queue.oldest = oldest;
        queue.stub.next.value_ = stub_next;
        g_destroy.next.value_ = destroy_next;
        const OpenParts open = parts(g_open);
        open.busy.value_ = busy;
        open.used.value_ = used;
        open.left_empty = left_empty;
        open.queued_before = queued_before;
        open.batch = batch;
        open.queued.value_ = queued;
        g_wake_pending.value_ = wake_pending;
        g_uses = uses;
        for (size_t i = 0; i < kMessages; ++i) {
            command_at(i).next.value_ = command_next[i];
            if (uses[i] == Use::taken) {
                put_batch(i);
            }
        }
    }

    void put_batch(size_t i) const
    {
        const BatchImage &image = batches[i];
        batch_at(i).next.value_ = image.next;
        const BatchParts batch_parts = parts(batch_at(i));
        batch_parts.word.value_ = image.word;
        batch_parts.used = image.used;
        batch_parts.left = image.left;
        for (size_t k = 0; k < kPlaces; ++k) {
            const auto headroom = static_cast<uint16_t>(sizeof(SendBatch) + k * kPlace);
            OutgoingMessage *const message = OutgoingMessage::create_at(
                place_at(i, k), Opcode::text, &image.messages[k], 1, headroom, true, Piece::whole);
            message->length = kLength;
            message->leads = k == 0 && image.leads ? 1 : 0;
        }
    }

    void take(bool at_end)
    {
        const QueueParts queue = parts(g_queue);
        const OpenParts open = parts(g_open);
        newest = queue.newest.value_;
        stub_next = queue.stub.next.value_;
        destroy_next = g_destroy.next.value_;
        busy = open.busy.value_;
        used = open.used.value_;
        queued = open.queued.value_;
        wake_pending = g_wake_pending.value_;
        for (size_t i = 0; i < kMessages; ++i) {
            command_next[i] = command_at(i).next.value_;
            if (g_uses[i] != Use::taken) {
                continue;
            }
            const BatchParts batch_parts = parts(batch_at(i));
            batches[i].next = batch_at(i).next.value_;
            batches[i].word = batch_parts.word.value_;
            for (size_t k = 0; k < kPlaces; ++k) {
                batches[i].messages[k] = place_at(i, k)[sizeof(OutgoingMessage)];
            }
            if (at_end) {
                batches[i].used = batch_parts.used;
                batches[i].left = batch_parts.left;
                batches[i].leads = batch_at(i).first()->leads != 0;
            }
        }
        if (at_end) {
            uses = g_uses;
            oldest = queue.oldest;
            left_empty = open.left_empty;
            queued_before = open.queued_before;
            batch = open.batch;
        }
    }
};

// ---- threads ----

struct Sender {
    // s: a small message, which may join others; b: something that is queued by
    // itself, a large message, say, or Close.
    std::string program;
    size_t first_message = 0;
    size_t sent = 0;
    enum class At : uint8_t { begin, add, push, count, wake, let_join, done } at = At::begin;
    bool batched = false;
    stepped::Results results;

    size_t message() const { return first_message + sent; }
};

struct Server {
    enum class At : uint8_t { asleep, pop, lower, forget, unpack, free, on_empty } at = At::pop;
    At back = At::pop;                    // behind free and on_empty
    std::vector<OutgoingMessage *> held;  // the outbox
    size_t unpacked = 0;                  // of them, from the first
    bool client_gone = false;
    stepped::Results results;
};

struct State {
    Memory memory;
    std::vector<Sender> senders;
    Sender destroyer;
    Server server;
    bool signalled = false;
    uint32_t waiting = 0;                      // messages that count against the queue
    uint32_t sent = 0;                         // bits: Send has returned
    uint32_t came = 0;                         // bits: the service thread has got it
    std::array<uint32_t, kMessages> before{};  // sent before its Send began
};

// As short as can be, for there are many.
std::string key_of(const State &state)
{
    std::string key;
    const auto add = [&key](uintptr_t value) { key.push_back(static_cast<char>(value)); };
    const auto add_address = [&add](const void *address) {
        add(address == nullptr                ? 100
            : address == &parts(g_queue).stub ? 0
            : address == &g_destroy           ? 1
                                              : 2 + slot_of(address));
    };
    const auto add_results = [&](const stepped::Results &results) {
        add(results.size());
        for (const uintptr_t result : results) {
            result < 256 ? add(result) : add_address(reinterpret_cast<const void *>(result));
        }
    };
    const auto add_sender = [&](const Sender &sender) {
        add(sender.sent);
        add(static_cast<uintptr_t>(sender.at) << 1 | static_cast<uintptr_t>(sender.batched));
        add_results(sender.results);
    };
    const Memory &memory = state.memory;
    add_address(memory.newest);
    add_address(memory.oldest);
    add_address(memory.stub_next);
    add_address(memory.destroy_next);
    add(static_cast<uintptr_t>(memory.busy) | memory.used << 1 | (memory.left_empty > 0) << 2 |
        state.signalled << 3 | memory.wake_pending << 4 | state.server.client_gone << 5);
    add(memory.queued << 4 | memory.queued_before);
    add(memory.left_empty >> 4);
    add(memory.left_empty >> 12);
    add_address(memory.batch);
    for (size_t i = 0; i < kMessages; ++i) {
        add(static_cast<uintptr_t>(memory.uses[i]) << 4 | static_cast<uintptr_t>(memory.uses[kMessages + i]));
        add(state.before[i]);
        // What nobody has, or nobody will look at, makes no difference.
        if (memory.uses[kMessages + i] == Use::taken) {
            add_address(memory.command_next[i]);
        }
        const BatchImage &batch = memory.batches[i];
        if (memory.uses[i] == Use::taken) {
            add_address(batch.next);
            add(batch.word);
            add(batch.used / kPlace << 4 | batch.left << 1 | static_cast<uintptr_t>(batch.leads));
            add(static_cast<uintptr_t>(batch.messages[0]) << 4 | batch.messages[1]);
            add(static_cast<uintptr_t>(batch.messages[2]) << 4 | batch.messages[3]);
        }
    }
    for (const Sender &sender : state.senders) {
        add_sender(sender);
    }
    add_sender(state.destroyer);
    add(static_cast<uintptr_t>(state.server.at) << 4 | static_cast<uintptr_t>(state.server.back));
    add(state.server.unpacked);
    add_results(state.server.results);
    add(state.server.held.size());
    for (const OutgoingMessage *message : state.server.held) {
        add(slot_of(message) << 4 | (reinterpret_cast<uintptr_t>(message) / kPlace & 15));
    }
    add(state.waiting);
    add(state.sent);
    add(state.came);
    return key;
}

// True: the operation has come to its end.
template <typename Operation>
bool step(State &state, stepped::Results &results, Operation operation)
{
    state.memory.put();
    const bool finished = stepped::step(results, operation);
    state.memory.take(finished);
    if (finished) {
        results.clear();
    }
    return finished;
}

// Static: they are written where a jump may pass.
Added g_added;
bool g_flag;
QueueNode *g_node;
OutgoingMessage *g_last;

// Nobody sees it before it is queued: that is no step.
void create_command(State &state, const Sender &sender)
{
    state.memory.put();
    SendCommand::create(nullptr, 1, Opcode::text, g_payloads[sender.message()], 1);
    state.memory.take(true);
}

void begin(State &state, Sender &sender)
{
    const size_t message = sender.message();
    state.before[message] = state.sent;
    ++state.waiting;
    g_message = message;
    sender.at = Sender::At::add;
    sender.batched = false;
    if (sender.program[sender.sent] == 'b') {
        create_command(state, sender);
        sender.at = Sender::At::push;
    }
}

void end(State &state, Sender &sender)
{
    if (&sender != &state.destroyer) {
        state.sent |= 1U << sender.message();
    }
    sender.at = ++sender.sent < sender.program.size() ? Sender::At::begin : Sender::At::done;
}

QueueNode *command_of(const State &state, const Sender &sender)
{
    if (&sender == &state.destroyer) {
        return &g_destroy;
    }
    return sender.batched ? static_cast<QueueNode *>(parts(g_open).batch) : &command_at(sender.message());
}

void step_sender(State &state, Sender &sender)
{
    g_message = sender.message();
    g_serving = false;
    const bool destroys = &sender == &state.destroyer;
    if (sender.at == Sender::At::begin) {
        begin(state, sender);
    }
    switch (sender.at) {
    case Sender::At::begin:
    case Sender::At::done:
        break;
    case Sender::At::add:
        if (step(state, sender.results, [] {
                g_added = g_open.add(nullptr, 1, Opcode::text, g_payloads[g_message], kLength, 0, kBound);
            })) {
            g_joined += g_added == Added::joined ? 1 : 0;
            g_alone += g_added == Added::no ? 1 : 0;
            sender.batched = g_added == Added::first;
            sender.at = Sender::At::push;
            if (g_added == Added::joined) {
                end(state, sender);
            } else if (g_added == Added::no) {
                create_command(state, sender);
            }
        }
        break;
    case Sender::At::push:
        state.memory.put();
        g_node = command_of(state, sender);
        if (step(state, sender.results, [] { g_queue.push(g_node); })) {
            sender.at = destroys || sender.batched ? Sender::At::wake : Sender::At::count;
        }
        break;
    case Sender::At::count:
        if (step(state, sender.results, [] { g_open.on_queued(); })) {
            sender.at = Sender::At::wake;
        }
        break;
    case Sender::At::wake:
        if (step(state, sender.results,
                 [] { g_flag = g_wake_pending.exchange(true, std::memory_order_acq_rel); })) {
            state.signalled = state.signalled || !g_flag;
            sender.at = Sender::At::let_join;
            if (!sender.batched) {
                end(state, sender);
            }
        }
        break;
    case Sender::At::let_join:
        if (step(state, sender.results, [] { g_open.on_opened_queued(); })) {
            end(state, sender);
        }
        break;
    }
}

// Its turn to go out: all that was sent before it has gone.
void on_turn(State &state, const OutgoingMessage *message)
{
    const size_t number = message->payload()[0] - 1U;
    const uint32_t bit = 1U << number;
    g_wrong = g_wrong || (state.came & bit) != 0 || (state.before[number] & ~state.came) != 0;
    state.came |= bit;
}

void on_popped(State &state)
{
    Server &server = state.server;
    if (g_node == nullptr) {
        server.at = Server::At::lower;
    } else if (g_node == &g_destroy) {
        server.at = Server::At::forget;
    } else if (static_cast<Command *>(g_node)->kind == Command::Kind::batch) {
        server.held.push_back(static_cast<SendBatch *>(g_node)->first());
    } else {
        server.held.push_back(static_cast<SendCommand *>(g_node)->message());
    }
}

// Between two turns it writes; what a client leaves behind goes at any time.
bool may_free(const State &state)
{
    const Server &server = state.server;
    return !server.held.empty() && server.results.empty() &&
           (server.at == Server::At::asleep || (server.at == Server::At::pop && server.client_gone));
}

void on_freed(State &state)
{
    Server &server = state.server;
    server.held.erase(server.held.begin());
    --server.unpacked;
    server.at = server.back;
    // With the client gone nobody counts.
    if (!server.client_gone && --state.waiting == 0) {
        server.at = Server::At::on_empty;
    }
}

void step_server(State &state)
{
    g_serving = true;
    Server &server = state.server;
    static OutgoingMessage *message;
    switch (server.at) {
    case Server::At::asleep:
        state.signalled = false;
        server.at = Server::At::pop;
        break;
    case Server::At::pop:
        if (step(state, server.results, [] { g_node = g_queue.pop(); })) {
            on_popped(state);
        }
        break;
    case Server::At::lower:
        if (step(state, server.results,
                 [] { g_flag = g_wake_pending.exchange(false, std::memory_order_acq_rel); })) {
            g_woken_late += g_flag ? 1 : 0;
            server.at = g_flag ? Server::At::pop : Server::At::asleep;
        }
        break;
    case Server::At::forget:
        if (step(state, server.results, [] { forget(g_open); })) {
            server.client_gone = true;
            server.at = Server::At::pop;
        }
        break;
    case Server::At::unpack:
        message = server.held.front();
        if (step(state, server.results, [] { g_last = OutgoingMessage::unpack(message); })) {
            server.held.erase(server.held.begin());
            for (const OutgoingMessage *one = nullptr; one != g_last; message = message->next) {
                one = message;
                on_turn(state, message);
                server.held.insert(server.held.begin() + static_cast<long>(server.unpacked++), message);
            }
            server.at = server.back;
        }
        break;
    case Server::At::free:
        message = server.held.front();
        if (step(state, server.results, [] { OutgoingMessage::destroy(message); })) {
            on_freed(state);
        }
        break;
    case Server::At::on_empty:
        if (step(state, server.results, [] { g_open.on_queue_empty(); })) {
            server.at = server.back;
        }
        break;
    }
}

// Nothing more happens: then everything has come, and nothing is left.
bool is_well(const State &state)
{
    const uint32_t all = state.sent;
    CHECK(state.came == all);
    CHECK(state.destroyer.at == Sender::At::done);
    CHECK(state.server.client_gone);
    for (const Use use : state.memory.uses) {
        CHECK(use != Use::taken);
    }
    return true;
}

State first_state(const std::vector<std::string> &programs)
{
    State state;
    size_t message = 0;
    for (const std::string &program : programs) {
        Sender sender;
        sender.program = program;
        sender.first_message = message;
        message += program.size();
        state.senders.push_back(sender);
    }
    state.destroyer.program = "d";
    state.destroyer.at = Sender::At::push;
    return state;
}

// Whether it finds somebody else in the way again and again.
bool is_waiting(const Sender &sender)
{
    const stepped::Results &results = sender.results;
    bool waiting = false;
    bool enters = true;  // the next access is an exchange
    for (size_t i = 0; sender.at == Sender::At::add && i < results.size(); ++i) {
        const bool busy = results[i] != 0;
        if (enters && !busy) {
            return false;
        }
        waiting = busy;
        enters = !busy;
    }
    return waiting;
}

// It waits as long as it likes: how often it has looked makes no difference.
void forget_looks(Sender &sender)
{
    stepped::Results &results = sender.results;
    while (is_waiting(sender) && results.size() > 2 && results[results.size() - 2] != 0 &&
           results[results.size() - 3] != 0) {
        results.pop_back();
    }
}

// And goes when it likes.
void give_up(State &state, Sender &sender)
{
    sender.results.insert(sender.results.end(), 200, 1);
    step_sender(state, sender);
}

// All states that one step leads to.
template <typename Found>
void follow(const State &state, Found found)
{
    bool sending = false;
    for (size_t i = 0; i < state.senders.size(); ++i) {
        if (state.senders[i].at != Sender::At::done) {
            sending = true;
            State then = state;
            step_sender(then, then.senders[i]);
            forget_looks(then.senders[i]);
            found(then);
            if (is_waiting(state.senders[i])) {
                then = state;
                give_up(then, then.senders[i]);
                found(then);
            }
        }
    }
    if (!sending && state.destroyer.at != Sender::At::done) {
        State then = state;
        step_sender(then, then.destroyer);
        found(then);
    }
    if (may_free(state)) {
        State then = state;
        then.server.back =
            std::exchange(then.server.at, then.server.unpacked == 0 ? Server::At::unpack : Server::At::free);
        step_server(then);
        found(then);
    }
    if (state.server.at != Server::At::asleep || state.signalled) {
        State then = state;
        step_server(then);
        found(then);
    }
}

bool visit_all(const std::vector<std::string> &programs, size_t &states)
{
    std::unordered_set<std::string> seen;
    std::vector<State> open{first_state(programs)};
    g_wrong = false;
    open.back().memory.put();
    seen.insert(key_of(open.back()));
    while (!open.empty()) {
        const State state = std::move(open.back());
        open.pop_back();
        bool last = true;
        follow(state, [&](State &then) {
            last = false;
            if (seen.insert(key_of(then)).second) {
                open.push_back(std::move(then));
            }
        });
        CHECK(!g_wrong);
        CHECK(!last || is_well(state));
    }
    states = seen.size();
    return true;
}

bool every_order_is_right(const std::vector<std::string> &programs)
{
    size_t states = 0;
    CHECK(visit_all(programs, states));
    std::string names;
    for (const std::string &program : programs) {
        names += program + " ";
    }
    print_message("%s: %zu states\n", names.c_str(), states);
    return true;
}

bool one_thread()
{
    return every_order_is_right({"ssbs"});
}

bool two_threads()
{
    return every_order_is_right({"s", "s"}) && every_order_is_right({"s", "b"}) &&
           (nws::test::is_slow() || every_order_is_right({"ss", "s"}));
}

// With NET_WEBSOCKET_TEST_FULL in the environment. Three threads that send take
// gigabytes.
bool more_of_it()
{
    return std::getenv("NET_WEBSOCKET_TEST_FULL") == nullptr || nws::test::is_slow() ||
           (every_order_is_right({"ss", "b"}) && every_order_is_right({"sb", "s"}) &&
            every_order_is_right({"bs", "s"}));
}

// So the test meets what it is for.
bool all_of_it_was_met()
{
    print_message(
        "joined %zu, alone %zu, freed by the service thread %zu, by one that sends %zu, woken late %zu\n",
        g_joined, g_alone, g_freed_by_server, g_freed_by_sender, g_woken_late);
    CHECK(g_joined > 0);
    CHECK(g_alone > 0);
    CHECK(g_freed_by_server > 0);
    CHECK(g_freed_by_sender > 0);
    CHECK(g_woken_late > 0);
    return true;
}

}  // namespace

int main()
{
    using nws::test::run;
    stepped::g_on_access = on_access;
    for (size_t i = 0; i < kMessages; ++i) {
        g_payloads[i][0] = static_cast<uint8_t>(i + 1);
    }
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<one_thread>),
        cmocka_unit_test(run<two_threads>),
        cmocka_unit_test(run<more_of_it>),
        cmocka_unit_test(run<all_of_it_was_met>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
