// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of Connection without sockets: a transport that writes down
// what it is asked, a clock that moves when told, a real client whose callbacks
// are written down too. Everything of a test ends up in one story, in order.

#include "unit/check.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/client.h"
#include "connection/connection.h"

// The sanitizers' malloc() ends the process when there is no memory.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

namespace {

using namespace nws;
using namespace nws::test;
using namespace std::chrono_literals;

// ---- the wire ----

const char *opcode_name(int opcode)
{
    constexpr const char *kNames[] = {"continuation", "text", "binary", "?", "?", "?", "?", "?",
                                      "close",        "ping", "pong"};
    return opcode < 11 ? kNames[opcode] : "?";
}

// What a server sends.
std::string frame(int first_byte, const std::string &payload)
{
    std::string out(1, static_cast<char>(first_byte));
    const size_t length = payload.size();
    if (length < 126) {
        out += static_cast<char>(length);
    } else {
        const int bytes = length < 65536 ? 2 : 8;
        out += static_cast<char>(bytes == 2 ? 126 : 127);
        for (int i = bytes - 1; i >= 0; --i) {
            out += static_cast<char>(static_cast<uint64_t>(length) >> (8 * i) & 0xFF);
        }
    }
    return out + payload;
}

std::string text_frame(const std::string &payload)
{
    return frame(0x81, payload);
}

std::string close_frame(int code, const std::string &reason)
{
    return frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + reason);
}

std::string ping_frame(const std::string &payload)
{
    return frame(0x89, payload);
}

// Takes the client's first whole frame off the wire, in words; "" if there is
// none, "broken" if it is none.
std::string take_frame(std::string &wire)
{
    const auto byte = [&wire](size_t i) { return static_cast<size_t>(wire[i] & 0xFF); };
    if (wire.size() < 2) {
        return "";
    }
    if ((byte(0) & 0xF0) != 0x80 || (byte(1) & 0x80) == 0) {
        return "broken";
    }
    size_t length = byte(1) & 0x7F;
    const size_t extended = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (wire.size() < 2 + extended + 4) {
        return "";
    }
    for (size_t i = 0, value = 0; i < extended; ++i) {
        length = value = value << 8 | byte(2 + i);
    }
    const size_t head = 2 + extended + 4;
    if (wire.size() < head + length) {
        return "";
    }
    std::string payload = wire.substr(head, length);
    for (size_t i = 0; i < length; ++i) {
        payload[i] = static_cast<char>(payload[i] ^ wire[head - 4 + i % 4]);
    }
    const int opcode = static_cast<int>(byte(0) & 0x0F);
    wire.erase(0, head + length);
    if (opcode == 8 && length >= 2) {
        const int code = (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        payload = std::to_string(code) + " " + payload.substr(2);
    }
    if (payload.size() > 200) {
        payload = std::to_string(payload.size()) + " bytes";
    }
    return std::string(opcode_name(opcode)) + " " + payload;
}

// ---- the transport ----

struct World;

class Fake final : public Connection {
public:
    Fake(World &world, std::string name);

    using Connection::close_written;
    using Connection::on_payload;
    using Connection::on_peer_close;
    using Connection::on_pong;

    // ---- what the event loop does ----

    void run()
    {
        while (wants_write_ && !blocked_ && !dropped_) {
            wants_write_ = false;
            writes_in_turn_ = 0;
            on_writable();
            most_writes_in_turn_ = std::max(most_writes_in_turn_, writes_in_turn_);
        }
    }
    void receive(const std::string &bytes)
    {
        // A block of its own, so that a byte too far is seen.
        std::vector<char> block(bytes.c_str(), bytes.c_str() + bytes.size() + 1);
        on_bytes(block.data(), bytes.size());
    }
    void receive_and_run(const std::string &bytes)
    {
        receive(bytes);
        run();
    }
    void unblock()
    {
        blocked_ = false;
        block_after_ = SIZE_MAX;
        run();
    }
    void establish()
    {
        on_established(101, "Switching Protocols");
        run();
    }

    bool blocked_ = false;
    bool broken_ = false;
    size_t block_after_ = SIZE_MAX;  // so many writes
    size_t capacity_ = 4096;
    size_t room_ = 0;  // for what is more
    size_t most_writes_in_turn_ = 0;
    std::string progress_ = "looking up example.com";

    bool dialled() const { return dialled_; }
    bool dropped() const { return dropped_; }
    bool timer_set() const { return timer_ != Milliseconds::max(); }
    Milliseconds timer() const { return timer_; }
    void fire();
    // Bytes of a frame whose rest has not been written.
    size_t cut_bytes() const { return wire_.size(); }

private:
    void open_transport() noexcept override;
    void drop_transport() noexcept override;
    void request_writable() noexcept override;
    bool write(const uint8_t *data, size_t length) noexcept override;
    bool write_blocked() noexcept override { return blocked_; }
    void on_opened(Client &) noexcept override {}
    void on_ended(Client &, Ending) noexcept override {}
    void set_receiving(bool receiving) noexcept override { receiving_ = receiving; }
    void set_timer(Milliseconds after) noexcept override;
    Milliseconds now() noexcept override;
    void give_up_connecting(char *out, size_t capacity) noexcept override
    {
        snprintf(out, capacity, "%s", progress_.c_str());
    }
    WriteBuffer write_buffer() noexcept override { return {buffer_, capacity_, masks_}; }
    size_t write_room() noexcept override { return room_; }

    World &world_;
    const std::string name_;
    bool dialled_ = false;
    bool dropped_ = false;
    bool wants_write_ = false;
    bool receiving_ = true;
    size_t writes_in_turn_ = 0;
    Milliseconds timer_ = Milliseconds::max();
    std::string wire_;
    MaskSource masks_;
    uint8_t buffer_[65536];
};

// ---- the application, and the service between ----

struct World {
    World();
    ~World();

    SessionOptions options;

    // What the public functions and their commands do.
    bool connect();
    bool send(const std::string &text);
    Client::State close(int code, const std::string &reason);
    void destroy();
    void new_client();

    void tell(const std::string &what) { story += (story.empty() ? "" : "; ") + what; }
    // The story so far; the next one begins anew.
    std::string told()
    {
        std::string all;
        all.swap(story);
        return all;
    }
    void wrong(const std::string &what) { misuse += what + "; "; }
    void pass(Milliseconds time);

    Phase phase() const { return client->state().phase; }
    bool queue_is_empty()
    {
        const bool empty = client->reserve_queue(kMaxQueuedBytes, kMaxQueuedBytes);
        client->release_queue(empty ? kMaxQueuedBytes : 0);
        return empty;
    }
    Fake &last() { return *connections.back(); }

    HandleTable table;
    Client *client = nullptr;
    std::vector<std::unique_ptr<Fake>> connections;
    Milliseconds clock = 1000s;
    std::string story;
    std::string misuse;
    // The callbacks' own work.
    std::function<void(const std::string &)> in_callback;
};

World *g_world = nullptr;

void on_callback(WebSocket *handle, const std::string &what)
{
    if (g_world->client == nullptr || handle != &g_world->client->slot()->handle) {
        g_world->wrong("callback of no client: " + what);
    }
    g_world->tell(what);
    if (g_world->in_callback) {
        g_world->in_callback(what);
    }
}

World::World()
{
    g_world = this;
    new_client();
}

World::~World()
{
    if (client != nullptr) {
        in_callback = nullptr;
        destroy();
    }
    g_world = nullptr;
}

void World::new_client()
{
    client = Client::create(table);
    WebSocket &handle = client->slot()->handle;
    handle.onOpen = [](WebSocket *of, WebSocket_OpenResult result) {
        on_callback(of, "onOpen " + std::to_string(result.code) + " " + result.reason);
    };
    handle.onMessage = [](WebSocket *of, char *data, uint32_t length) {
        if (data[length] != '\0') {
            g_world->wrong("message without its NUL");
        }
        on_callback(of, "onMessage " + std::string(data, length));
    };
    handle.onError = [](WebSocket *of, WebSocket_ErrorResult result) {
        on_callback(of, "onError " + std::to_string(result.errorCode) + " " + result.errorMessage);
    };
    handle.onClose = [](WebSocket *of, WebSocket_CloseResult result) {
        on_callback(of, "onClose " + std::to_string(result.code) + " " + result.reason);
    };
}

bool World::connect()
{
    const uint32_t generation = client->begin_connect();
    if (generation == 0) {
        return false;
    }
    const std::string name = connections.empty() ? "" : std::to_string(connections.size() + 1) + ": ";
    connections.push_back(std::make_unique<Fake>(*this, name));
    client->connection_generation = generation;
    last().start(*client, generation);
    return true;
}

bool World::send(const std::string &text)
{
    const Phase now = phase();
    const size_t cost = OutgoingMessage::cost(text.size());
    if (now == Phase::closing || now == Phase::ended || !client->reserve_queue(cost, kMaxQueuedBytes)) {
        return false;
    }
    OutgoingMessage *message = OutgoingMessage::create(Opcode::text, text.data(), text.size());
    if (client->connection != nullptr) {
        client->connection->send(message);
    } else {
        client->pending().append(message);
    }
    return true;
}

Client::State World::close(int code, const std::string &reason)
{
    const Client::State before = client->begin_close();
    CloseStatus status;
    status.set(static_cast<uint16_t>(code), reason.data(), reason.size());
    if (before.phase == Phase::open || before.phase == Phase::connecting) {
        client->connection->close(status, before.phase == Phase::connecting);
    }
    return before;
}

void World::destroy()
{
    client->callbacks().gate().close();
    if (client->connection != nullptr) {
        client->connection->abandon();
        if (client->connection != nullptr) {
            wrong("attached after Destroy");
        }
    }
    if (!queue_is_empty() && client->pending().empty()) {
        wrong("bytes are missing from the queue's account");
    }
    delete client;
    client = nullptr;
}

// Lets time go by, with timers on the way.
void World::pass(Milliseconds time)
{
    const Milliseconds end = clock + time;
    for (;;) {
        Fake *next = nullptr;
        for (const std::unique_ptr<Fake> &connection : connections) {
            if (connection->timer_set() && (next == nullptr || connection->timer() < next->timer())) {
                next = connection.get();
            }
        }
        if (next == nullptr || next->timer() > end) {
            break;
        }
        clock = std::max(clock, next->timer());
        next->fire();
    }
    clock = end;
}

void Fake::fire()
{
    timer_ = Milliseconds::max();
    on_timer();
    run();
}

void Fake::open_transport() noexcept
{
    if (dialled_) {
        world_.wrong("dialled twice");
    }
    dialled_ = true;
    world_.tell(name_ + "dial");
}

void Fake::drop_transport() noexcept
{
    if (dropped_) {
        world_.wrong("dropped twice");
    }
    dropped_ = true;
    timer_ = Milliseconds::max();
    world_.tell(name_ + "drop");
}

void Fake::request_writable() noexcept
{
    if (dropped_ || !dialled_) {
        world_.wrong("request_writable() without a transport");
    }
    wants_write_ = true;
}

bool Fake::write(const uint8_t *data, size_t length) noexcept
{
    if (dropped_ || blocked_ || length == 0 || length > std::max(capacity_, room_)) {
        world_.wrong("write() when it must not");
    }
    if (broken_) {
        world_.tell(name_ + "cannot send");
        return false;
    }
    ++writes_in_turn_;
    if (block_after_ != SIZE_MAX && --block_after_ == 0) {
        blocked_ = true;
    }
    wire_.append(reinterpret_cast<const char *>(data), length);
    for (std::string frame = take_frame(wire_); !frame.empty(); frame = take_frame(wire_)) {
        world_.tell(name_ + "sent " + frame);
        if (frame == "broken") {
            wire_.clear();
        }
    }
    return true;
}

Fake::Fake(World &world, std::string name) : Connection(world.options), world_(world), name_(std::move(name))
{
}

void Fake::set_timer(Milliseconds after) noexcept
{
    if (dropped_ || after <= 0ms) {
        world_.wrong("set_timer() when it must not");
    }
    timer_ = world_.clock + after;
}

Milliseconds Fake::now() noexcept
{
    return world_.clock;
}

// A world with a connection that is open, its story told.
struct OpenWorld : World {
    explicit OpenWorld(Timeouts timeouts = {})
    {
        options.timeouts = timeouts;
        connect();
        last().establish();
        told();
    }
};

// At the end of a test: nothing wrong on the way, and nothing left behind.
bool is_over(World &world)
{
    CHECK_TEXT("", world.misuse);
    CHECK_TEXT("", world.story);
    for (const std::unique_ptr<Fake> &connection : world.connections) {
        CHECK(connection->stage() == Stage::ended);
        CHECK(connection->dropped());
        CHECK(!connection->timer_set());
    }
    if (world.client != nullptr) {
        CHECK(world.client->connection == nullptr);
        CHECK(world.phase() == Phase::ended);
        CHECK(world.queue_is_empty());
        CHECK(world.connect());  // again
        world.destroy();
    }
    CHECK_TEXT("", world.misuse);
    return true;
}

// ---- open, messages, close ----

bool the_peer_closes()
{
    World world;
    CHECK(world.connect());
    CHECK(world.phase() == Phase::connecting);
    CHECK_TEXT("dial", world.told());
    world.last().establish();
    CHECK(world.phase() == Phase::open);
    CHECK_TEXT("onOpen 101 Switching Protocols", world.told());
    CHECK(!world.connect());

    CHECK(world.send("hello"));
    world.last().run();
    CHECK_TEXT("sent text hello", world.told());
    world.last().receive(text_frame("one") + frame(0x01, "tw") + frame(0x80, "o") + frame(0x82, ""));
    CHECK_TEXT("onMessage one; onMessage two; onMessage ", world.told());
    CHECK(world.queue_is_empty());

    world.last().receive_and_run(close_frame(1001, "bye"));
    CHECK_TEXT("sent close 1001 ; onClose 1001 bye; drop", world.told());
    return is_over(world);
}

bool the_peer_closes_at_once()
{
    OpenWorld world;
    world.last().receive(close_frame(1001, "bye"));
    CHECK_TEXT("", world.told());
    CHECK(world.phase() == Phase::closing);
    CHECK(!world.send("too late"));
    world.last().run();
    CHECK_TEXT("sent close 1001 ; onClose 1001 bye; drop", world.told());
    return is_over(world);
}

bool we_close()
{
    OpenWorld world;
    CHECK(world.send("last words"));
    world.close(3000, "done");
    CHECK(world.last().closing());
    CHECK(!world.send("too late"));
    world.last().run();
    CHECK_TEXT("sent text last words; sent close 3000 done", world.told());
    // What comes until the answer is delivered; the answer repeats what we know.
    world.last().receive_and_run(text_frame("late") + ping_frame("?"));
    CHECK_TEXT("onMessage late", world.told());
    world.last().receive_and_run(close_frame(1000, "other words"));
    CHECK_TEXT("onClose 3000 done; drop", world.told());
    CHECK(!world.last().closing());
    return is_over(world);
}

bool a_close_frame_without_code()
{
    OpenWorld world;
    world.last().receive_and_run(frame(0x88, ""));
    CHECK_TEXT("sent close ; onClose 1005 ; drop", world.told());
    return is_over(world);
}

bool both_close_at_once()
{
    OpenWorld world;
    world.close(3000, "mine");
    // The peer's comes first: its words count, ours go out as they are.
    world.last().receive(close_frame(4000, "theirs"));
    CHECK_TEXT("", world.told());
    world.last().run();
    CHECK_TEXT("sent close 3000 mine; onClose 4000 theirs; drop", world.told());
    return is_over(world);
}

bool nothing_counts_behind_a_close_frame()
{
    OpenWorld world;
    world.last().receive(close_frame(1000, "") + text_frame("behind") + close_frame(1001, "again"));
    world.last().run();
    CHECK_TEXT("sent close 1000 ; onClose 1000 ; drop", world.told());
    world.last().receive(text_frame("after the end"));
    return is_over(world);
}

bool the_peer_closes_while_much_is_queued()
{
    OpenWorld world;
    world.last().capacity_ = 256;
    world.last().block_after_ = 2;
    CHECK(world.send(std::string(1000, 'a')));
    CHECK(world.send("b"));
    world.last().run();
    CHECK(world.last().cut_bytes() > 0);
    world.last().receive(close_frame(1000, ""));
    CHECK_TEXT("", world.told());
    // What is on the wire in part is finished, nothing else.
    world.last().unblock();
    CHECK_TEXT("sent text 1000 bytes; sent close 1000 ; onClose 1000 ; drop", world.told());
    return is_over(world);
}

bool bytes_come_one_by_one()
{
    OpenWorld world;
    for (const char byte : text_frame("hello") + ping_frame("x") + close_frame(1000, "bye")) {
        world.last().receive_and_run(std::string(1, byte));
    }
    CHECK_TEXT("onMessage hello; sent pong x; sent close 1000 ; onClose 1000 bye; drop", world.told());
    return is_over(world);
}

bool messages_that_came_in_pieces()
{
    OpenWorld world;
    char data[] = "abcdef";
    world.last().on_payload(true, true, false, data, 3);
    world.last().on_payload(false, true, true, data + 3, 3);
    world.last().on_payload(true, true, true, data, 2);
    CHECK_TEXT("onMessage abcdef; onMessage ab", world.told());
    char bad[] = "\xFF";
    world.last().on_payload(true, true, true, bad, 1);
    world.last().on_payload(true, true, true, data, 2);
    world.last().run();
    CHECK_TEXT(
        "onError 1009 the server sent a text message that is not UTF-8 (RFC 6455 8.1); "
        "sent close 1007 the server sent a text message that is not UTF-8 (RFC 6455 8.1); "
        "onClose 1007 the server sent a text message that is not UTF-8 (RFC 6455 8.1); drop",
        world.told());
    CHECK(is_over(world));

    // Whose answer waits when a bad one or the peer's Close comes.
    OpenWorld answered;
    answered.last().on_payload(true, true, true, data, 2);
    answered.last().on_payload(true, true, true, bad, 1);
    CHECK(answered.send("answer"));
    answered.last().run();
    CHECK(answered.story.find("onMessage ab; sent text answer; onError 1009 ") == 0);
    answered.told();
    CHECK(is_over(answered));

    OpenWorld closed;
    closed.last().on_payload(true, true, true, data, 2);
    closed.last().on_payload(true, true, true, bad, 1);
    closed.last().on_peer_close(1000, "", 0);
    closed.last().run();
    CHECK(closed.story.find("onMessage ab; onError 1009 ") == 0);
    CHECK(closed.told().find("onClose 1007 ") != std::string::npos);
    return is_over(closed);
}

// The transport had them at hand already: they are told in their order.
bool pieces_that_come_while_paused_wait()
{
    OpenWorld world;
    char data[] = "abcdef";
    const uint8_t pong[] = {'?'};
    world.last().ping(pong, 1);
    world.last().run();
    CHECK_TEXT("sent ping ?", world.told());
    world.client->set_paused(true);
    world.last().on_payload(true, true, false, data, 3);
    world.last().on_pong(pong, 1);
    world.last().on_payload(false, true, true, data + 3, 3);
    world.last().on_payload(true, true, true, data, 2);
    CHECK_TEXT("", world.told());
    CHECK(world.client->statistics().round_trip_microseconds.get() == 0);
    world.pass(1s);
    // Who pauses again waits again.
    world.in_callback = [&world](const std::string &) { world.client->set_paused(true); };
    for (const char *message : {"onMessage abcdef", "onMessage ab", ""}) {
        world.client->set_paused(false);
        world.last().update_flow();
        CHECK_TEXT(message, world.told());
    }
    world.in_callback = nullptr;
    world.last().on_payload(true, true, true, data, 1);
    CHECK_TEXT("onMessage a", world.told());
    return true;
}

bool a_close_frame_that_was_taken_apart()
{
    OpenWorld world;
    world.last().on_peer_close(4000, "reason", 6);
    world.last().run();
    CHECK_TEXT("sent close 4000 ; onClose 4000 reason; drop", world.told());
    CHECK(is_over(world));

    OpenWorld empty;
    empty.last().on_peer_close(1005, "", 0);
    empty.last().run();
    CHECK_TEXT("sent close ; onClose 1005 ; drop", empty.told());
    CHECK(is_over(empty));

    // Judged as one that came in bytes.
    OpenWorld bad_code;
    bad_code.last().on_peer_close(5000, "reason", 6);
    bad_code.last().run();
    CHECK(bad_code.story.find("onError 1009 ") == 0);
    CHECK(bad_code.told().find("sent close 1002 ") != std::string::npos);
    CHECK(is_over(bad_code));

    OpenWorld bad_reason;
    bad_reason.last().on_peer_close(1000, "\xFF", 1);
    bad_reason.last().run();
    CHECK(bad_reason.story.find("onError 1009 ") == 0);
    CHECK(bad_reason.told().find("sent close 1007 ") != std::string::npos);
    return is_over(bad_reason);
}

// ---- what was queued before ----

bool messages_wait_for_the_connection()
{
    World world;
    CHECK(world.send("before"));
    CHECK(!world.queue_is_empty());
    CHECK(world.connect());
    CHECK(world.client->pending().empty());
    CHECK(world.send("while"));
    world.last().run();
    CHECK_TEXT("dial", world.told());
    CHECK(!world.queue_is_empty());
    world.in_callback = [&](const std::string &) { world.send("inside"); };
    world.last().establish();
    world.in_callback = nullptr;
    CHECK_TEXT("onOpen 101 Switching Protocols; sent text before; sent text while; sent text inside",
               world.told());
    CHECK(world.queue_is_empty());
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; drop", world.told());
    return is_over(world);
}

bool the_queue_is_accounted_for()
{
    OpenWorld world;
    world.last().blocked_ = true;
    const std::string half(kMaxSendMessageBytes, 'x');
    size_t taken = 0;
    while (world.send(half)) {
        ++taken;
    }
    CHECK(taken == kMaxQueuedBytes / kMaxSendMessageBytes);
    CHECK(!world.send("x"));
    world.last().capacity_ = 65536;
    world.last().unblock();
    world.told();
    CHECK(world.queue_is_empty());
    CHECK(world.last().most_writes_in_turn_ == 16);  // others get their turn
    CHECK(world.send("x"));
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; drop", world.told());
    return is_over(world);
}

// As much as the socket has room for, a step at a time.
bool much_goes_in_one_write()
{
    OpenWorld world;
    const auto writes_for = [&world](size_t room) {
        world.last().room_ = room;
        world.last().most_writes_in_turn_ = 0;
        world.last().blocked_ = true;
        for (int i = 0; i < 10; ++i) {
            world.send(std::string(4'000, 'x'));
        }
        world.last().unblock();
        world.told();
        return world.last().most_writes_in_turn_;
    };
    world.last().capacity_ = 4096;
    CHECK(writes_for(0) == 10);
    CHECK(writes_for(2 * 4096 - 1) == 10);
    CHECK(writes_for(2 * 4096) == 5);
    CHECK(writes_for(65536) == 1);
    CHECK(world.queue_is_empty());
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; drop", world.told());
    return is_over(world);
}

bool sends_behind_a_close_are_dropped()
{
    OpenWorld world;
    // A Send that was under way on another thread as Close was called.
    CHECK(world.client->reserve_queue(OutgoingMessage::cost(4), kMaxQueuedBytes));
    world.close(1000, "");
    world.last().send(OutgoingMessage::create(Opcode::text, "late", 4));
    CHECK(world.queue_is_empty());
    world.last().receive_and_run("");
    CHECK_TEXT("sent close 1000 ", world.told());
    world.last().receive(close_frame(1000, ""));
    CHECK_TEXT("onClose 1000 ; drop", world.told());
    return is_over(world);
}

// ---- connecting ----

bool connecting_fails()
{
    World world;
    CHECK(world.send("never"));
    CHECK(world.connect());
    world.last().on_connect_failed("TCP: connection refused (127.0.0.1:9)");
    CHECK_TEXT("dial; onError 1003 TCP: connection refused (127.0.0.1:9); drop", world.told());
    return is_over(world);
}

bool connecting_takes_too_long()
{
    World world;
    CHECK(world.connect());
    world.told();
    world.pass(19'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("onError 1003 timeout after 20 s while looking up example.com; drop", world.told());
    return is_over(world);
}

bool lost_while_connecting()
{
    World world;
    CHECK(world.connect());
    world.last().on_lost("gone");
    CHECK_TEXT("dial; onError 1003 gone; drop", world.told());
    return is_over(world);
}

bool a_long_progress_is_cut()
{
    World world;
    CHECK(world.connect());
    world.told();
    world.last().progress_.assign(1000, 'x');
    world.pass(20s);
    CHECK_TEXT("onError 1003 timeout after 20 s while " + std::string(255, 'x') + "; drop", world.told());
    return is_over(world);
}

bool closed_while_connecting()
{
    World world;
    CHECK(world.connect());
    const Client::State before = world.close(1000, "");
    CHECK(before.phase == Phase::connecting);
    CHECK_TEXT("dial; drop", world.told());
    CHECK(world.phase() == Phase::ended);
    world.pass(1h);
    CHECK_TEXT("", world.told());
    return is_over(world);
}

// Send said 0: it goes out, though nobody hears of this connection any more.
bool closed_while_connecting_with_messages()
{
    World world;
    CHECK(world.send("before"));
    CHECK(world.connect());
    CHECK(world.send("while"));
    world.close(3000, "done");
    CHECK_TEXT("dial", world.told());
    CHECK(world.last().closing());
    CHECK(world.phase() == Phase::ended);
    CHECK(world.client->connection == nullptr);
    CHECK(world.queue_is_empty());

    // The application goes on with another one.
    Fake &old = world.last();
    CHECK(world.connect());
    old.establish();
    CHECK_TEXT("2: dial; sent text before; sent text while; sent close 3000 done", world.told());
    CHECK(old.closing());
    CHECK(world.phase() == Phase::connecting);
    old.receive_and_run(text_frame("unheard"));
    old.receive_and_run(close_frame(3000, ""));
    CHECK_TEXT("drop", world.told());
    world.last().establish();
    CHECK_TEXT("onOpen 101 Switching Protocols", world.told());
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; 2: drop", world.told());
    return is_over(world);
}

bool closed_while_connecting_in_vain()
{
    for (int way = 0; way < 3; ++way) {
        World world;
        CHECK(world.send("never"));
        CHECK(world.connect());
        world.close(1000, "");
        world.told();
        if (way == 0) {
            world.last().on_connect_failed("TCP: refused");
        } else if (way == 1) {
            world.pass(20s);
        } else {
            world.last().on_lost("gone");
        }
        CHECK_TEXT("drop", world.told());
        CHECK(is_over(world));
    }
    return true;
}

// The server's answer is there, but the application has called Close first.
bool closed_just_before_it_opened()
{
    World world;
    CHECK(world.send("words"));
    CHECK(world.connect());
    CHECK(world.client->begin_close().phase == Phase::connecting);
    world.last().establish();
    CHECK_TEXT("dial; sent text words", world.told());
    world.last().receive(text_frame("unheard"));
    CloseStatus status;
    status.set(3000, "done", 4);
    world.last().close(status, true);
    world.last().run();
    CHECK_TEXT("sent close 3000 done", world.told());
    CHECK(world.client->connection == nullptr);
    world.last().receive_and_run(close_frame(3000, ""));
    CHECK_TEXT("drop", world.told());
    return is_over(world);
}

// ---- pings ----

bool pings_are_answered()
{
    OpenWorld world;
    world.last().receive_and_run(ping_frame("abc"));
    CHECK_TEXT("sent pong abc", world.told());
    world.last().receive_and_run(ping_frame(""));
    CHECK_TEXT("sent pong ", world.told());
    // The newest counts when more come than go out.
    world.last().receive_and_run(ping_frame("1") + ping_frame("2"));
    CHECK_TEXT("sent pong 2", world.told());
    world.last().receive_and_run(frame(0x8A, "unasked"));
    CHECK_TEXT("", world.told());
    // Also while our Close waits for its answer, but for the time behind it.
    world.close(1000, "");
    world.last().receive_and_run(ping_frame("last"));
    CHECK_TEXT("sent pong last; sent close 1000 ", world.told());
    world.last().receive_and_run(ping_frame("behind"));
    CHECK_TEXT("", world.told());
    world.last().receive_and_run(close_frame(1000, ""));
    CHECK_TEXT("onClose 1000 ; drop", world.told());
    return is_over(world);
}

bool a_ping_does_not_cut_a_message()
{
    OpenWorld world;
    world.last().capacity_ = 256;
    world.last().block_after_ = 1;
    CHECK(world.send(std::string(500, 'a')));
    CHECK(world.send("b"));
    world.last().run();
    world.last().receive(ping_frame("?"));
    world.last().unblock();
    CHECK_TEXT("sent text 500 bytes; sent pong ?; sent text b", world.told());
    world.last().on_lost("gone");
    world.told();
    return is_over(world);
}

// ---- keep-alive ----

bool silence_is_pinged_and_then_lost()
{
    OpenWorld world;
    world.pass(29'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("sent ping ", world.told());
    world.pass(29'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("", world.told());  // it looks once more
    world.pass(1ms);
    CHECK_TEXT("onClose 1006 nothing received for 60 s; drop", world.told());
    return is_over(world);
}

// The thread has slept, and timers come before what the socket has.
bool what_has_come_meanwhile_counts()
{
    OpenWorld world;
    world.pass(60s);
    CHECK_TEXT("sent ping ", world.told());
    world.last().receive(text_frame("x"));
    world.pass(1ms);
    CHECK_TEXT("onMessage x", world.told());
    world.pass(29'999ms);
    CHECK_TEXT("sent ping ", world.told());
    world.last().on_lost("gone");
    world.told();
    return is_over(world);
}

bool traffic_puts_the_ping_off()
{
    OpenWorld world;
    for (int i = 0; i < 100; ++i) {
        world.pass(20s);
        world.last().receive(text_frame("x"));
        CHECK_TEXT("onMessage x", world.told());
    }
    // What we send is no sign of life of the peer.
    for (int i = 0; i < 29; ++i) {
        world.pass(1s);
        CHECK(world.send("y"));
        world.last().run();
    }
    world.told();
    world.pass(999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("sent ping ", world.told());
    world.last().on_lost("gone");
    world.told();
    return is_over(world);
}

bool answered_pings_keep_it_alive()
{
    OpenWorld world;
    int pings = 0;
    for (int second = 0; second < 3600; ++second) {
        world.pass(1s);
        const std::string story = world.told();
        CHECK(story.empty() || story == "sent ping ");
        if (!story.empty()) {
            ++pings;
            world.last().receive(frame(0x8A, ""));
        }
    }
    CHECK(pings == 3600 / 30);
    // Any byte counts, not whole frames only.
    for (int i = 0; i < 10; ++i) {
        world.pass(40s);
        CHECK_TEXT("sent ping ", world.told());
        world.last().receive(i == 0 ? frame(0x82, "012345678").substr(0, 2) : "x");
    }
    CHECK_TEXT("onMessage xxxxxxxxx", world.told());
    world.pass(1h);
    CHECK_TEXT("sent ping ; onClose 1006 nothing received for 60 s; drop", world.told());
    return is_over(world);
}

// However much longer a silence may be, the next one is pinged as soon as this one;
// and one that lasts has a single Ping, with all the time for an answer.
bool each_silence_is_pinged_once()
{
    Timeouts timeouts;
    timeouts.ping = 1s;
    timeouts.lost = 10s;
    OpenWorld world(timeouts);
    for (int i = 0; i < 30; ++i) {
        world.pass(1s);
        CHECK_TEXT("sent ping ", world.told());
        world.last().receive(frame(0x8A, ""));
    }
    // An answer that takes its time.
    world.pass(1s);
    CHECK_TEXT("sent ping ", world.told());
    world.pass(8'900ms);
    CHECK_TEXT("", world.told());
    world.last().receive(frame(0x8A, ""));
    world.pass(1s);
    CHECK_TEXT("sent ping ", world.told());
    world.pass(8'999ms);
    CHECK_TEXT("", world.told());
    world.pass(2ms);
    CHECK_TEXT("onClose 1006 nothing received for 10 s; drop", world.told());
    return is_over(world);
}

// Nothing moves, in neither direction: lost after the same time.
bool a_blocked_connection_is_lost_too()
{
    OpenWorld world;
    world.last().blocked_ = true;
    CHECK(world.send("stuck"));
    world.pass(59'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("", world.told());  // it looks once more
    world.pass(1ms);
    CHECK_TEXT("onClose 1006 nothing received for 60 s; drop", world.told());
    return is_over(world);
}

// ---- the wait for the peer's Close ----

bool a_close_without_answer_ends()
{
    OpenWorld world;
    world.close(1000, "done");
    world.last().run();
    CHECK_TEXT("sent close 1000 done", world.told());
    world.pass(4'999ms);
    // Traffic is no answer.
    world.last().receive(text_frame("x"));
    CHECK_TEXT("onMessage x", world.told());
    world.pass(1ms);
    CHECK_TEXT("onClose 1006 no answer to the Close frame within 5 s; drop", world.told());
    return is_over(world);
}

bool the_wait_begins_with_our_last_byte()
{
    OpenWorld world;
    world.last().capacity_ = 256;
    world.last().block_after_ = 1;
    CHECK(world.send(std::string(900, 'x')));
    world.close(1000, "");
    world.last().run();
    for (int i = 0; i < 3; ++i) {
        world.pass(4s);
        world.last().block_after_ = 1;
        world.last().blocked_ = false;
        world.last().run();
    }
    CHECK_TEXT("sent text 900 bytes; sent close 1000 ", world.told());
    world.pass(4s);
    world.last().unblock();  // lws has got rid of its rest
    world.pass(4'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("onClose 1006 no answer to the Close frame within 5 s; drop", world.told());
    return is_over(world);
}

bool a_close_that_cannot_go_out_ends()
{
    OpenWorld world;
    world.last().blocked_ = true;
    CHECK(world.send("stuck"));
    world.close(1000, "");
    world.pass(4'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("onClose 1006 no answer to the Close frame within 5 s; drop", world.told());
    return is_over(world);
}

bool an_answer_that_cannot_go_out_ends()
{
    OpenWorld world;
    world.last().blocked_ = true;
    world.last().receive(close_frame(1000, "bye"));
    world.pass(4'999ms);
    CHECK_TEXT("", world.told());
    world.pass(1ms);
    CHECK_TEXT("onClose 1000 bye; drop", world.told());
    return is_over(world);
}

bool nothing_happens_after_the_end()
{
    OpenWorld world;
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; drop", world.told());
    world.last().on_lost("again");
    world.last().on_timer();
    world.last().on_writable();
    world.last().on_connect_failed("again");
    world.last().on_bytes(const_cast<char *>("\x81\x00"), 2);
    world.last().close(CloseStatus{}, false);
    world.last().abandon();
    world.last().abort();
    return is_over(world);
}

// ---- violations ----

bool the_peer_breaks_a_rule()
{
    struct Case {
        std::string bytes;
        const char *error;
        const char *close;
    };
    const Case cases[] = {
        {frame(0xF1, "x"), "onError 1009", "onClose 1002"},
        {frame(0x81, "\xFF"), "onError 1009", "onClose 1007"},
        {close_frame(1005, ""), "onError 1009", "onClose 1002"},
        {close_frame(1000, "\xFF"), "onError 1009", "onClose 1007"},
        {frame(0x80, "x"), "onError 1009", "onClose 1002"},
        {std::string("\x82\x7F\0\0\0\0\x04\0\0\x01", 10), "onError 1012", "onClose 1009"},
    };
    for (const Case &each : cases) {
        OpenWorld world;
        world.last().receive(ping_frame("before") + each.bytes + text_frame("behind"));
        CHECK(world.story.find(each.error) == 0);
        CHECK(world.phase() == Phase::closing);
        CHECK(!world.send("too late"));
        const std::string error = world.told().substr(std::strlen("onError 1009 "));
        world.last().run();
        // The same words for the peer and for the application; the Close frame
        // goes before the connection does.
        const std::string code = std::string(each.close).substr(std::strlen("onClose "));
        CHECK_TEXT("sent pong before; sent close " + code + " " + error + "; onClose " + code + " " + error +
                       "; drop",
                   world.told());
        CHECK(is_over(world));
    }
    return true;
}

// What callbacks send is carried out when the read is done.
bool answers_go_out_before_the_end()
{
    OpenWorld closed;
    closed.last().receive(text_frame("question") + close_frame(1001, "bye") + text_frame("behind"));
    CHECK_TEXT("onMessage question", closed.told());
    CHECK(closed.send("answer"));
    closed.last().receive(text_frame("behind, too"));
    closed.last().run();
    CHECK_TEXT("sent text answer; sent close 1001 ; onClose 1001 bye; drop", closed.told());
    CHECK(is_over(closed));

    OpenWorld broken;
    broken.last().receive(text_frame("question") + frame(0x83, ""));
    CHECK(broken.send("answer"));
    broken.last().run();
    CHECK(broken.story.find("onMessage question; sent text answer; onError 1009 ") == 0);
    CHECK(broken.told().find("; sent close 1002 ") != std::string::npos);
    CHECK(is_over(broken));

    // No more than the socket takes.
    OpenWorld full;
    full.last().receive(text_frame("question") + close_frame(1001, "bye"));
    full.last().capacity_ = 256;
    full.last().block_after_ = 1;
    for (const char letter : {'a', 'b', 'c'}) {
        CHECK(full.send(std::string(150, letter)));
    }
    full.last().run();
    CHECK(full.last().stage() == Stage::ending);
    full.last().unblock();
    CHECK_TEXT("onMessage question; sent text " + std::string(150, 'a') + "; sent text " +
                   std::string(150, 'b') + "; sent close 1001 ; onClose 1001 bye; drop",
               full.told());
    CHECK(is_over(full));

    // Nor with a socket that takes nothing.
    OpenWorld blocked;
    blocked.last().blocked_ = true;
    blocked.last().receive(text_frame("question") + close_frame(1001, "bye"));
    CHECK(blocked.phase() == Phase::closing);
    blocked.last().unblock();
    CHECK_TEXT("onMessage question; sent close 1001 ; onClose 1001 bye; drop", blocked.told());
    CHECK(is_over(blocked));

    // Close and loss while the answers go out.
    OpenWorld lost;
    lost.last().receive(text_frame("question") + close_frame(1001, "bye"));
    lost.last().on_lost("the connection was lost");
    CHECK_TEXT("onMessage question; onClose 1001 bye; drop", lost.told());
    CHECK(is_over(lost));

    OpenWorld both;
    both.last().receive(text_frame("question") + close_frame(1001, "bye"));
    CHECK(both.send("answer"));
    both.close(3000, "done");
    both.last().run();
    CHECK_TEXT("onMessage question; sent text answer; sent close 3000 done; onClose 3000 done; drop",
               both.told());
    return is_over(both);
}

// The server does not read: that puts its Close off for as long as ours may take.
bool an_end_is_not_put_off_for_ever()
{
    OpenWorld world;
    world.last().receive(text_frame("question") + close_frame(1001, "bye"));
    world.last().blocked_ = true;
    CHECK(world.send("answer"));
    world.pass(4'999ms);
    world.last().receive("what comes now counts for nothing");
    CHECK_TEXT("onMessage question", world.told());
    CHECK(world.phase() == Phase::open);
    world.pass(1ms);
    CHECK(world.phase() == Phase::closing);
    world.pass(5s);
    CHECK_TEXT("onClose 1001 bye; drop", world.told());
    return is_over(world);
}

bool a_violation_drops_what_is_queued()
{
    OpenWorld world;
    CHECK(world.send("a"));
    CHECK(world.send("b"));
    world.last().receive(frame(0x83, ""));
    CHECK(world.queue_is_empty());
    world.told();
    world.last().run();
    CHECK(world.story.find("sent close 1002 ") == 0);
    world.told();
    return is_over(world);
}

bool a_violation_while_our_close_waits()
{
    OpenWorld queued;
    queued.send("dropped");
    queued.close(3000, "done");
    queued.last().receive(frame(0x83, ""));
    CHECK(queued.told().find("onError 1009 ") == 0);
    queued.last().run();
    CHECK(queued.story.find("sent close 3000 done; onClose 1002 ") == 0);
    queued.told();
    CHECK(is_over(queued));

    OpenWorld written;
    written.close(3000, "done");
    written.last().run();
    CHECK_TEXT("sent close 3000 done", written.told());
    written.last().receive(frame(0x83, ""));
    CHECK(written.story.find("onError 1009 ") == 0);
    CHECK(written.story.find("; onClose 1002 ") != std::string::npos);
    CHECK(written.told().find("; drop") != std::string::npos);
    return is_over(written);
}

bool a_violation_whose_close_cannot_go_out()
{
    OpenWorld world;
    world.last().blocked_ = true;
    world.last().receive(frame(0x83, ""));
    CHECK(world.told().find("onError 1009 ") == 0);
    world.pass(5s);
    CHECK(world.story.find("onClose 1002 ") == 0);
    world.told();
    return is_over(world);
}

// A frame of a size that the child of a fork has no memory for.
[[maybe_unused]] bool no_memory_for_a_message()
{
    constexpr size_t kBytes = kMaxReceiveMessageBytes;
    const std::string head("\x82\x7F\0\0\0\0\x04\0\0\0", 10);
    const pid_t child = fork();
    if (child == 0) {
        OpenWorld world;
        // The handles' address space counts, too.
        const rlimit little = {2 * kBytes, 2 * kBytes};
        setrlimit(RLIMIT_DATA, &little);
        void *const probe = std::malloc(kBytes + 1);
        if (probe != nullptr) {
            _exit(2);  // the limit does not count here
        }
        world.last().receive_and_run(head + "x" + text_frame("behind"));
        const bool right = world.told() ==
                           "onError 1006 out of memory for a message; "
                           "sent close 1011 out of memory for a message; "
                           "onClose 1011 out of memory for a message; drop";
        _exit(right ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return true;
}

// ---- Destroy ----

bool destroyed_while_connecting()
{
    World world;
    CHECK(world.send("dropped"));
    CHECK(world.connect());
    world.destroy();
    CHECK_TEXT("dial; drop", world.told());
    return is_over(world);
}

bool closed_and_destroyed_while_connecting()
{
    World world;
    CHECK(world.send("words"));
    CHECK(world.connect());
    world.close(3000, "done");
    world.destroy();
    CHECK_TEXT("dial", world.told());
    world.last().establish();
    CHECK_TEXT("sent text words; sent close 3000 done", world.told());
    world.last().receive_and_run(close_frame(3000, ""));
    CHECK_TEXT("drop", world.told());
    return is_over(world);
}

bool destroyed_while_open()
{
    OpenWorld world;
    CHECK(world.send("dropped"));
    world.destroy();
    CHECK_TEXT("sent close 1001 ; drop", world.told());
    return is_over(world);
}

bool destroyed_while_blocked()
{
    OpenWorld world;
    world.last().blocked_ = true;
    CHECK(world.send("dropped"));
    world.destroy();
    CHECK_TEXT("drop", world.told());
    return is_over(world);
}

bool destroyed_inside_a_message()
{
    OpenWorld world;
    world.last().capacity_ = 256;
    world.last().block_after_ = 1;
    CHECK(world.send(std::string(500, 'x')));
    CHECK(world.send("dropped"));
    world.last().run();
    world.last().blocked_ = false;
    world.last().block_after_ = SIZE_MAX;
    world.destroy();
    CHECK_TEXT("sent text 500 bytes; sent close 1001 ; drop", world.told());
    return is_over(world);
}

bool destroyed_while_it_breaks()
{
    OpenWorld world;
    world.last().broken_ = true;
    world.destroy();
    CHECK_TEXT("cannot send; drop", world.told());
    return is_over(world);
}

// OpenHarmony's own sample: Close, and at once Destroy.
bool closed_and_destroyed()
{
    OpenWorld world;
    CHECK(world.send("words"));
    world.close(3000, "done");
    world.destroy();
    CHECK_TEXT("", world.told());
    CHECK(world.last().closing());
    world.last().run();
    CHECK_TEXT("sent text words; sent close 3000 done", world.told());
    world.last().receive_and_run(text_frame("unheard"));
    world.pass(5s);
    CHECK_TEXT("drop", world.told());
    return is_over(world);
}

bool destroyed_while_ending()
{
    OpenWorld world;
    world.last().receive(close_frame(1000, "bye"));
    world.destroy();
    world.last().run();
    CHECK_TEXT("sent close 1000 ; drop", world.told());
    return is_over(world);
}

bool destroyed_after_the_end()
{
    OpenWorld world;
    world.last().on_lost("gone");
    world.told();
    world.destroy();
    return is_over(world);
}

bool shut_down_says_nothing()
{
    OpenWorld world;
    CHECK(world.send("dropped"));
    world.last().abort();
    CHECK_TEXT("drop", world.told());
    return is_over(world);
}

// ---- a transport that breaks ----

bool breaks_while_open()
{
    OpenWorld world;
    world.last().broken_ = true;
    CHECK(world.send("a"));
    CHECK(world.send("b"));
    world.last().run();
    CHECK_TEXT("cannot send; onClose 1006 the connection broke while sending; drop", world.told());
    return is_over(world);
}

bool breaks_inside_a_message()
{
    OpenWorld world;
    world.last().capacity_ = 256;
    world.last().block_after_ = 1;
    CHECK(world.send(std::string(1000, 'a')));
    world.last().run();
    world.last().broken_ = true;
    world.last().unblock();
    CHECK_TEXT("cannot send; onClose 1006 the connection broke while sending; drop", world.told());
    return is_over(world);
}

bool breaks_as_it_opens()
{
    World world;
    CHECK(world.send("a"));
    CHECK(world.connect());
    world.last().broken_ = true;
    world.last().establish();
    CHECK_TEXT(
        "dial; onOpen 101 Switching Protocols; cannot send; "
        "onClose 1006 the connection broke while sending; drop",
        world.told());
    return is_over(world);
}

bool breaks_while_closing()
{
    OpenWorld world;
    world.last().broken_ = true;
    world.close(1000, "done");
    world.last().run();
    CHECK_TEXT("cannot send; onClose 1006 the connection broke while sending; drop", world.told());
    return is_over(world);
}

bool lost_while_closing()
{
    OpenWorld world;
    world.close(1000, "done");
    world.last().run();
    world.told();
    world.last().on_lost("gone");
    CHECK_TEXT("onClose 1006 gone; drop", world.told());
    return is_over(world);
}

bool breaks_while_ending()
{
    OpenWorld world;
    world.last().broken_ = true;
    world.last().receive_and_run(close_frame(1000, "bye"));
    CHECK_TEXT("cannot send; onClose 1000 bye; drop", world.told());
    return is_over(world);
}

bool breaks_unheard()
{
    World world;
    CHECK(world.send("words"));
    CHECK(world.connect());
    world.close(1000, "");
    world.last().broken_ = true;
    world.last().establish();
    CHECK_TEXT("dial; cannot send; drop", world.told());
    return is_over(world);
}

// ---- a transport that is full ----

bool blocked_writes_go_on_later()
{
    OpenWorld world;
    world.last().block_after_ = 1;
    world.last().capacity_ = 256;
    CHECK(world.send(std::string(400, 'x')));
    CHECK(world.send("y"));
    world.last().run();
    CHECK_TEXT("", world.told());
    CHECK(world.send("z"));
    world.last().unblock();
    CHECK_TEXT("sent text 400 bytes; sent text y; sent text z", world.told());
    // The Close frame has left the outbox, but not lws: not the end yet.
    world.last().block_after_ = 1;
    world.last().receive_and_run(close_frame(1000, ""));
    CHECK_TEXT("sent close 1000 ", world.told());
    CHECK(world.last().stage() == Stage::ending);
    world.last().unblock();
    CHECK_TEXT("onClose 1000 ; drop", world.told());
    return is_over(world);
}

// ---- the application inside its callbacks ----

bool connects_again_inside_on_close()
{
    OpenWorld world;
    bool connected = false;
    world.in_callback = [&](const std::string &what) {
        connected =
            what == "onClose 1006 gone" && world.send("new") == false && world.connect() && world.send("new");
    };
    world.last().on_lost("gone");
    world.in_callback = nullptr;
    CHECK(connected);
    CHECK_TEXT("onClose 1006 gone; 2: dial; drop", world.told());
    CHECK(world.client->connection == world.connections[1].get());
    CHECK(world.phase() == Phase::connecting);
    world.last().establish();
    CHECK_TEXT("onOpen 101 Switching Protocols; 2: sent text new", world.told());
    // The old one is no part of it.
    world.connections[0]->on_lost("again");
    CHECK(world.phase() == Phase::open);
    world.close(1000, "");
    world.last().receive_and_run(close_frame(1000, ""));
    CHECK_TEXT("2: sent close 1000 ; onClose 1000 ; 2: drop", world.told());
    return is_over(world);
}

bool connects_again_inside_on_error()
{
    World world;
    CHECK(world.connect());
    int attempts = 1;
    world.in_callback = [&](const std::string &) { attempts += attempts < 5 && world.connect() ? 1 : 0; };
    for (size_t i = 0; i < 5; ++i) {
        world.connections[i]->on_connect_failed("no");
    }
    world.in_callback = nullptr;
    CHECK(attempts == 5);
    world.told();
    return is_over(world);
}

// onError of a violation is not the end: onClose is.
bool cannot_connect_inside_a_violation()
{
    OpenWorld world;
    bool connected = false;
    Phase closed_from = Phase::idle;
    world.in_callback = [&](const std::string &what) {
        if (what.find("onError") == 0) {
            connected = world.connect();
            closed_from = world.close(3000, "mine").phase;
        }
    };
    world.last().receive_and_run(frame(0x83, ""));
    world.in_callback = nullptr;
    CHECK(!connected);
    CHECK(closed_from == Phase::closing);
    CHECK(world.told().find("sent close 1002 ") != std::string::npos);
    return is_over(world);
}

// Also where onClose follows at once, as both Close frames are out.
bool cannot_connect_inside_a_late_violation()
{
    OpenWorld world;
    world.close(3000, "done");
    world.last().run();
    std::string connected;
    world.in_callback = [&](const std::string &what) {
        connected += what.substr(0, what.find(' ')) + (world.connect() ? " yes; " : " no; ");
    };
    world.last().receive_and_run(frame(0x83, ""));
    world.in_callback = nullptr;
    CHECK_TEXT("onError no; onClose yes; ", connected);
    CHECK(world.told().find("; 2: dial; drop") != std::string::npos);
    world.close(1000, "");
    CHECK_TEXT("2: drop", world.told());
    return is_over(world);
}

bool connects_again_behind_a_violation()
{
    OpenWorld world;
    world.in_callback = [&](const std::string &what) {
        if (what.find("onClose") == 0) {
            world.tell(world.connect() ? "connected" : "refused");
        }
    };
    world.last().receive_and_run(frame(0x83, ""));
    world.in_callback = nullptr;
    CHECK(world.told().find("; 2: dial; connected; drop") != std::string::npos);
    CHECK(world.client->connection == &world.last());
    world.close(1000, "");
    CHECK_TEXT("2: drop", world.told());
    return is_over(world);
}

// Destroy inside a callback shuts the gate; its command comes later.
bool destroyed_inside_a_callback()
{
    OpenWorld world;
    world.in_callback = [&](const std::string &) { world.client->callbacks().gate().close(); };
    world.last().receive_and_run(text_frame("one") + text_frame("two") + ping_frame("?"));
    CHECK_TEXT("onMessage one; sent pong ?", world.told());
    world.last().receive_and_run(close_frame(1000, ""));
    CHECK_TEXT("sent close 1000 ; drop", world.told());
    world.in_callback = nullptr;
    world.destroy();
    return is_over(world);
}

bool destroyed_inside_on_open()
{
    World world;
    CHECK(world.send("words"));
    CHECK(world.connect());
    world.in_callback = [&](const std::string &) { world.client->callbacks().gate().close(); };
    world.last().on_established(101, "Switching Protocols");
    world.destroy();
    CHECK_TEXT("dial; onOpen 101 Switching Protocols; sent close 1001 ; drop", world.told());
    return is_over(world);
}

bool destroyed_inside_on_error()
{
    OpenWorld world;
    world.in_callback = [&](const std::string &) { world.client->callbacks().gate().close(); };
    world.last().receive(frame(0x83, ""));
    CHECK(world.told().find("onError 1009") == 0);
    world.destroy();
    world.last().run();
    CHECK(world.story.find("sent close 1002 ") == 0);
    CHECK(world.told().find("onClose") == std::string::npos);
    return is_over(world);
}

bool closes_inside_a_callback()
{
    OpenWorld world;
    world.in_callback = [&](const std::string &what) {
        if (what == "onMessage one") {
            world.send("answer");
            world.close(1000, "enough");
        }
    };
    world.last().receive_and_run(text_frame("one") + text_frame("two"));
    CHECK_TEXT("onMessage one; onMessage two; sent text answer; sent close 1000 enough", world.told());
    world.last().receive(close_frame(1000, ""));
    CHECK_TEXT("onClose 1000 enough; drop", world.told());
    return is_over(world);
}

// ---- anything, in any order ----

// What one connection may tell its application, and in which order.
class Grammar {
public:
    bool take(const std::string &what)
    {
        const std::string kind = what.substr(0, what.find(' '));
        const State before = state_;
        if (kind == "onOpen") {
            state_ = open;
            return before == nothing;
        }
        if (kind == "onMessage") {
            return before == open;
        }
        if (kind == "onError") {
            // Before it opened that is all; after that onClose follows.
            state_ = before == open ? error : over;
            return before == open || before == nothing;
        }
        state_ = over;
        return before == open || before == error;
    }

private:
    enum State { nothing, open, error, over };
    State state_ = nothing;
};

struct RandomWorld : World {
    std::mt19937 random;
    Grammar grammar;
    size_t callbacks = 0;
    size_t reconnects = 0;

    explicit RandomWorld(unsigned seed) : random(seed)
    {
        in_callback = [this](const std::string &what) { on_event(what); };
    }

    bool chance(unsigned one_in) { return random() % one_in == 0; }
    void on_event(const std::string &what);
    void act();
    void act_on(Fake &connection);
    std::string any_bytes();
};

void RandomWorld::on_event(const std::string &what)
{
    ++callbacks;
    if (!grammar.take(what)) {
        wrong("out of order: " + what);
    }
    switch (random() % 6) {
    case 0:
        send("inside");
        break;
    case 1:
        if (phase() == Phase::open) {
            close(1000, "inside");
        }
        break;
    case 2:
        if (connect()) {
            grammar = Grammar();
            ++reconnects;
        }
        break;
    case 3:
        if (chance(4)) {
            client->callbacks().gate().close();
        }
        break;
    default:
        break;
    }
}

std::string RandomWorld::any_bytes()
{
    switch (random() % 10) {
    case 0:
        return close_frame(1000 + static_cast<int>(random() % 16), "bye");
    case 1:
        return frame(0x83, "");
    case 2:
        return ping_frame(std::string(random() % 126, 'p'));
    case 3:
        return frame(0x8A, "");
    case 4:
        return frame(0x01, "begin");
    case 5:
        return frame(0x80, "end");
    case 6:
        return text_frame("a").substr(0, 1);
    default:
        return text_frame(std::string(random() % 300, 'm'));
    }
}

// What the event loop may bring for a connection.
void RandomWorld::act_on(Fake &connection)
{
    if (connection.dropped()) {
        return;
    }
    const bool connecting = connection.stage() == Stage::connecting;
    switch (random() % 10) {
    case 0:
        if (connecting) {
            connection.on_established(101, "Switching Protocols");
        }
        break;
    case 1:
        if (connecting && chance(4)) {
            connection.on_connect_failed("failed");
        }
        break;
    case 2:
        if (chance(8)) {
            connection.on_lost("lost");
        }
        break;
    case 3:
        connection.blocked_ = chance(2);
        break;
    case 4:
        connection.capacity_ = 256 + random() % 1000;
        connection.broken_ = connection.broken_ || chance(20);
        break;
    case 5:
    case 6:
        if (!connecting) {
            connection.receive(any_bytes());
        }
        break;
    default:
        if (!connecting) {
            connection.run();
        }
        break;
    }
}

void RandomWorld::act()
{
    if (client == nullptr) {
        new_client();
        grammar = Grammar();
    }
    switch (random() % 12) {
    case 0:
        if (connect()) {
            grammar = Grammar();
        }
        break;
    case 1:
    case 2:
        send(std::string(random() % 2000, 's'));
        break;
    case 3:
        if (chance(3) && (phase() == Phase::open || phase() == Phase::connecting)) {
            close(3000, "done");
        }
        break;
    case 4:
        if (chance(6)) {
            destroy();
        }
        break;
    case 5:
        pass(Milliseconds(random() % 10'000));
        break;
    default:
        if (!connections.empty()) {
            // The newest ones live.
            const size_t back = 1 + random() % std::min<size_t>(connections.size(), 4);
            act_on(*connections[connections.size() - back]);
        }
        break;
    }
}

bool nothing_breaks_in_any_order()
{
    size_t callbacks = 0;
    size_t reconnects = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        RandomWorld world(seed);
        for (int step = 0; step < 500; ++step) {
            world.act();
            if (!world.misuse.empty()) {
                print_error("seed %u, step %d, story: %s\n", seed, step, world.story.c_str());
            }
            CHECK_TEXT("", world.misuse);
            if (world.story.size() > 10'000) {
                world.story.clear();
            }
        }
        callbacks += world.callbacks;
        reconnects += world.reconnects;
        world.in_callback = nullptr;
        if (world.client != nullptr) {
            world.destroy();
        }
        for (const std::unique_ptr<Fake> &connection : world.connections) {
            connection->blocked_ = false;
        }
        // Without its application every connection comes to its end.
        world.pass(1h);
        world.story.clear();
        CHECK(is_over(world));
    }
    CHECK(callbacks > 1000);
    CHECK(reconnects > 100);
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<the_peer_closes>),
        cmocka_unit_test(run<the_peer_closes_at_once>),
        cmocka_unit_test(run<we_close>),
        cmocka_unit_test(run<a_close_frame_without_code>),
        cmocka_unit_test(run<both_close_at_once>),
        cmocka_unit_test(run<nothing_counts_behind_a_close_frame>),
        cmocka_unit_test(run<the_peer_closes_while_much_is_queued>),
        cmocka_unit_test(run<bytes_come_one_by_one>),
        cmocka_unit_test(run<messages_that_came_in_pieces>),
        cmocka_unit_test(run<pieces_that_come_while_paused_wait>),
        cmocka_unit_test(run<a_close_frame_that_was_taken_apart>),
        cmocka_unit_test(run<messages_wait_for_the_connection>),
        cmocka_unit_test(run<the_queue_is_accounted_for>),
        cmocka_unit_test(run<much_goes_in_one_write>),
        cmocka_unit_test(run<sends_behind_a_close_are_dropped>),
        cmocka_unit_test(run<connecting_fails>),
        cmocka_unit_test(run<connecting_takes_too_long>),
        cmocka_unit_test(run<lost_while_connecting>),
        cmocka_unit_test(run<a_long_progress_is_cut>),
        cmocka_unit_test(run<closed_while_connecting>),
        cmocka_unit_test(run<closed_while_connecting_with_messages>),
        cmocka_unit_test(run<closed_while_connecting_in_vain>),
        cmocka_unit_test(run<closed_just_before_it_opened>),
        cmocka_unit_test(run<pings_are_answered>),
        cmocka_unit_test(run<a_ping_does_not_cut_a_message>),
        cmocka_unit_test(run<silence_is_pinged_and_then_lost>),
        cmocka_unit_test(run<what_has_come_meanwhile_counts>),
        cmocka_unit_test(run<traffic_puts_the_ping_off>),
        cmocka_unit_test(run<answered_pings_keep_it_alive>),
        cmocka_unit_test(run<each_silence_is_pinged_once>),
        cmocka_unit_test(run<a_blocked_connection_is_lost_too>),
        cmocka_unit_test(run<a_close_without_answer_ends>),
        cmocka_unit_test(run<the_wait_begins_with_our_last_byte>),
        cmocka_unit_test(run<a_close_that_cannot_go_out_ends>),
        cmocka_unit_test(run<an_answer_that_cannot_go_out_ends>),
        cmocka_unit_test(run<nothing_happens_after_the_end>),
        cmocka_unit_test(run<the_peer_breaks_a_rule>),
        cmocka_unit_test(run<answers_go_out_before_the_end>),
        cmocka_unit_test(run<an_end_is_not_put_off_for_ever>),
        cmocka_unit_test(run<a_violation_drops_what_is_queued>),
        cmocka_unit_test(run<a_violation_while_our_close_waits>),
        cmocka_unit_test(run<a_violation_whose_close_cannot_go_out>),
#if !SANITIZED
        cmocka_unit_test(run<no_memory_for_a_message>),
#endif
        cmocka_unit_test(run<destroyed_while_connecting>),
        cmocka_unit_test(run<closed_and_destroyed_while_connecting>),
        cmocka_unit_test(run<destroyed_while_open>),
        cmocka_unit_test(run<destroyed_while_blocked>),
        cmocka_unit_test(run<destroyed_inside_a_message>),
        cmocka_unit_test(run<destroyed_while_it_breaks>),
        cmocka_unit_test(run<closed_and_destroyed>),
        cmocka_unit_test(run<destroyed_while_ending>),
        cmocka_unit_test(run<destroyed_after_the_end>),
        cmocka_unit_test(run<shut_down_says_nothing>),
        cmocka_unit_test(run<breaks_while_open>),
        cmocka_unit_test(run<breaks_inside_a_message>),
        cmocka_unit_test(run<breaks_as_it_opens>),
        cmocka_unit_test(run<breaks_while_closing>),
        cmocka_unit_test(run<lost_while_closing>),
        cmocka_unit_test(run<breaks_while_ending>),
        cmocka_unit_test(run<breaks_unheard>),
        cmocka_unit_test(run<blocked_writes_go_on_later>),
        cmocka_unit_test(run<connects_again_inside_on_close>),
        cmocka_unit_test(run<connects_again_inside_on_error>),
        cmocka_unit_test(run<cannot_connect_inside_a_violation>),
        cmocka_unit_test(run<cannot_connect_inside_a_late_violation>),
        cmocka_unit_test(run<connects_again_behind_a_violation>),
        cmocka_unit_test(run<destroyed_inside_a_callback>),
        cmocka_unit_test(run<destroyed_inside_on_open>),
        cmocka_unit_test(run<destroyed_inside_on_error>),
        cmocka_unit_test(run<closes_inside_a_callback>),
        cmocka_unit_test(run<nothing_breaks_in_any_order>),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
