/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * @file net_websocket.hpp
 * @brief The WebSocket client for C++17: what net_websocket.h and
 *        net_websocket_ext.h offer for a client, with owners and functions in the
 *        place of pointers. A header only, on top of those two; what concerns the
 *        library (its log, its versions, a limit of clients) is called as in C.
 *
 *     net_websocket::Client client;
 *     client.on_open([](net_websocket::ClientRef self) { self.send_text("hello").ignore(); });
 *     client.on_message([](net_websocket::ClientRef self, net_websocket::MessageType,
 *                          std::string_view data) { ...; self.close().ignore(); });
 *     if (const auto result = client.connect("wss://example.com/chat"); !result) {
 *         std::puts(result.name());
 *     }
 *
 * Functions are called on the library's thread, one at a time for all clients.
 * They may call everything here, also destroy the client itself. A function given
 * to a client is kept until another takes its place, or the client is gone and
 * the function has returned. An exception that leaves it ends the process.
 *
 * Nothing here throws but what the standard library throws without memory; it
 * compiles without exceptions and without type information, too.
 *
 * @library libnet_websocket.so
 */

#ifndef NET_WEBSOCKET_HPP
#define NET_WEBSOCKET_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "net_websocket_ext.h"

namespace net_websocket {

/** @brief Results of calls and codes of errors, those of #WebSocket_ErrCode. */
enum class Code : int {
    ok = WEBSOCKET_OK,                                 /**< accepted */
    client_null = WEBSOCKET_CLIENT_NULL,               /**< the client is nullptr */
    client_not_created = WEBSOCKET_CLIENT_NOT_CREATED, /**< no client that lives */
    connection_error = WEBSOCKET_CONNECTION_ERROR,     /**< connecting failed, or it is connected already */
    parse_url_error = WEBSOCKET_CONNECTION_PARSE_URL_ERROR,  /**< no URL to connect to */
    connection_no_memory = WEBSOCKET_CONNECTION_NO_MEMORY,   /**< out of memory while connecting */
    closed_by_peer = WEBSOCKET_CONNECTION_CLOSED_BY_PEER,    /**< the server closed the connection */
    destroyed = WEBSOCKET_DESTROYED,                         /**< the client is being destroyed */
    protocol_error = WEBSOCKET_PROTOCOL_ERROR,               /**< a rule of RFC 6455 or RFC 9110 was broken */
    send_no_memory = WEBSOCKET_SEND_NO_MEMORY,               /**< out of memory while sending */
    send_data_null = WEBSOCKET_SEND_DATA_NULL,               /**< the data is nullptr */
    data_length_exceeded = WEBSOCKET_DATA_LENGTH_EXCEEDED,   /**< a message or close reason is too long */
    queue_length_exceeded = WEBSOCKET_QUEUE_LENGTH_EXCEEDED, /**< the send queue is full */
    no_client_context = WEBSOCKET_NO_CLIENT_CONTEXT,         /**< the client has no context */
    no_header_context = WEBSOCKET_NO_HEADER_CONTEXT,         /**< a field has no name or value */
    header_exceeded = WEBSOCKET_HEADER_EXCEEDED,             /**< too many fields, or too long */
    no_connection = WEBSOCKET_NO_CONNECTION,                 /**< no connection is open */
    no_connection_context = WEBSOCKET_NO_CONNECTION_CONTEXT  /**< there never was a connection */
};

/** @brief "WEBSOCKET_NO_CONNECTION", and so on; static. */
inline const char *name_of(Code code) noexcept
{
    return NetWebSocket_ErrorName(static_cast<int>(code));
}

/** @brief What a call returned; true if it was accepted. */
class [[nodiscard]] Result {
public:
    /** @brief Of what a function in C returned. */
    explicit Result(int code) noexcept : code_(static_cast<Code>(code)) {}

    /** @brief It was accepted. */
    explicit operator bool() const noexcept { return code_ == Code::ok; }
    /** @brief Which it is. */
    Code code() const noexcept { return code_; }
    /** @brief Its name; static. */
    const char *name() const noexcept { return name_of(code_); }
    /** @brief Where the result does not matter. */
    void ignore() const noexcept {}

private:
    Code code_;
};

/** @brief Why a connection failed. The text is valid during the call only. */
struct Error {
    Code code;             /**< what kind of failure */
    std::string_view text; /**< stage and cause */

    /** @brief The code's name; static. */
    const char *name() const noexcept { return name_of(code); }
};

/** @brief How a connection ended. The reason is valid during the call only. */
struct Closed {
    uint32_t code;           /**< of RFC 6455 7.4; 1005: none was given, 1006: lost */
    std::string_view reason; /**< "" if none was given */
};

/** @brief The type of a message (RFC 6455 5.6). */
enum class MessageType {
    text = NET_WEBSOCKET_TEXT,    /**< UTF-8 */
    binary = NET_WEBSOCKET_BINARY /**< any bytes */
};

/**
 * @brief NetWebSocket_Options with its defaults; change what should differ. Its
 *        texts must live until set_options() has returned. The functions and
 *        userData in it are the client's own.
 */
struct Options : NetWebSocket_Options {
    Options() noexcept : NetWebSocket_Options() { NetWebSocket_InitOptions(this); }

    /** Messages are given to on_message_part() as they arrive, not to on_message(). */
    bool receive_parts = false;
};

/** @brief A header field of the handshake. */
struct Field {
    std::string name;  /**< a token of RFC 9110 */
    std::string value; /**< without CR, LF and NUL */
};

/**
 * @brief A client that somebody else owns. Copied like a pointer; calls on one
 *        that was destroyed give Code::client_not_created.
 *
 * All of it may be called from any thread and inside any callback. What the calls
 * mean is said in net_websocket.h and net_websocket_ext.h.
 */
class ClientRef {
public:
    /** @brief Of no client. */
    ClientRef() noexcept = default;
    /** @brief Of one that was made with OH_WebSocketClient_Constructor(). */
    explicit ClientRef(WebSocket *handle) noexcept : handle_(handle) {}

    /** @brief For functions that are not here. */
    WebSocket *handle() const noexcept { return handle_; }

    /** @brief OH_WebSocketClient_AddHeader(). */
    Result add_header(const std::string &name, const std::string &value) const noexcept
    {
        return Result(OH_WebSocketClient_AddHeader(handle_, {name.c_str(), value.c_str(), nullptr}));
    }

    /** @brief OH_WebSocketClient_Connect(). */
    Result connect(const std::string &url) const noexcept
    {
        return Result(OH_WebSocketClient_Connect(handle_, url.c_str(), {nullptr}));
    }

    /** @brief With fields for this connection, say {{"Cookie", "a=b"}}. */
    template <typename Fields>
    Result connect(const std::string &url, const Fields &fields) const
    {
        std::unique_ptr<WebSocket_Header[]> nodes(new WebSocket_Header[std::size(fields) + 1]);
        size_t count = 0;
        for (const Field &field : fields) {
            nodes[count] = {field.name.c_str(), field.value.c_str(), nullptr};
            if (count > 0) {
                nodes[count - 1].next = &nodes[count];
            }
            ++count;
        }
        return Result(OH_WebSocketClient_Connect(handle_, url.c_str(), {count > 0 ? nodes.get() : nullptr}));
    }

    /** @brief NetWebSocket_SendTyped(). */
    Result send(MessageType type, std::string_view data) const noexcept
    {
        return Result(NetWebSocket_SendTyped(handle_, c_type(type), data.data(), data.size()));
    }
    /** @brief A text message. */
    Result send_text(std::string_view text) const noexcept { return send(MessageType::text, text); }
    /** @brief A binary message. */
    Result send_binary(std::string_view data) const noexcept { return send(MessageType::binary, data); }
    /** @brief A binary message. */
    Result send_binary(const void *data, size_t length) const noexcept
    {
        return Result(NetWebSocket_SendTyped(handle_, NET_WEBSOCKET_BINARY, data, length));
    }

    /** @brief A message in parts: this, then send_part(), then end_message(). */
    Result begin_message(MessageType type) const noexcept
    {
        return Result(NetWebSocket_BeginMessage(handle_, c_type(type)));
    }
    /** @brief NetWebSocket_SendPart(). */
    Result send_part(std::string_view data) const noexcept
    {
        return Result(NetWebSocket_SendPart(handle_, data.data(), data.size()));
    }
    /** @brief NetWebSocket_EndMessage(). */
    Result end_message() const noexcept { return Result(NetWebSocket_EndMessage(handle_)); }

    /** @brief OH_WebSocketClient_Close(). */
    Result close(uint32_t code = 1000, const std::string &reason = {}) const noexcept
    {
        return Result(OH_WebSocketClient_Close(handle_, {code, reason.c_str()}));
    }

    /** @brief NetWebSocket_Ping(). */
    Result ping(std::string_view payload = {}) const noexcept
    {
        return Result(NetWebSocket_Ping(handle_, payload.data(), payload.size()));
    }

    /** @brief NetWebSocket_Pause(). */
    Result pause() const noexcept { return Result(NetWebSocket_Pause(handle_)); }
    /** @brief NetWebSocket_Resume(). */
    Result resume() const noexcept { return Result(NetWebSocket_Resume(handle_)); }

    /** @brief Bytes that wait to be sent; 0 if there is no client. */
    uint64_t queued_bytes() const noexcept
    {
        uint64_t bytes = 0;
        return NetWebSocket_GetQueuedBytes(handle_, &bytes) == WEBSOCKET_OK ? bytes : 0;
    }

    /** @brief "" if the server chose none, or it was not open. */
    std::string subprotocol() const
    {
        return text_of([this](char *text, size_t capacity, size_t *length) {
                   return NetWebSocket_GetSubprotocol(handle_, text, capacity, length);
               })
            .value_or(std::string());
    }

    /** @brief Without a value: there is no such field. */
    std::optional<std::string> response_header(const std::string &name) const
    {
        return text_of([this, &name](char *text, size_t capacity, size_t *length) {
            return NetWebSocket_GetResponseHeader(handle_, name.c_str(), text, capacity, length);
        });
    }

    /** @brief All fields, as NetWebSocket_GetResponseHeaders(). */
    std::string response_headers() const
    {
        return text_of([this](char *text, size_t capacity, size_t *length) {
                   return NetWebSocket_GetResponseHeaders(handle_, text, capacity, length);
               })
            .value_or(std::string());
    }

    /** @brief Without a value: no attempt has ended, or its details were not kept. */
    std::optional<NetWebSocket_ConnectionInfo> connection_info() const noexcept
    {
        NetWebSocket_ConnectionInfo info = {};
        info.structSize = sizeof info;
        return NetWebSocket_GetConnectionInfo(handle_, &info) == WEBSOCKET_OK ? std::optional(info)
                                                                              : std::nullopt;
    }

    /** @brief The server's chain as text and PEM; "" without TLS or details. */
    std::string peer_certificates() const
    {
        return text_of([this](char *text, size_t capacity, size_t *length) {
                   return NetWebSocket_GetPeerCertificates(handle_, text, capacity, length);
               })
            .value_or(std::string());
    }

    /** @brief The text of the latest error; "" if there was none. */
    std::string last_error() const
    {
        return text_of([this](char *text, size_t capacity, size_t *length) {
                   return NetWebSocket_GetLastError(handle_, text, capacity, length);
               })
            .value_or(std::string());
    }

    /** @brief All 0 if there is no client. */
    NetWebSocket_Statistics statistics() const noexcept
    {
        NetWebSocket_Statistics counts = {};
        counts.structSize = sizeof counts;
        if (handle_ != nullptr) {
            (void)NetWebSocket_GetStatistics(handle_, &counts);
        }
        return counts;
    }

    /** @brief The same client. */
    friend bool operator==(ClientRef a, ClientRef b) noexcept { return a.handle_ == b.handle_; }
    /** @brief Another client. */
    friend bool operator!=(ClientRef a, ClientRef b) noexcept { return a.handle_ != b.handle_; }

    /** @cond own */
protected:
    static NetWebSocket_MessageType c_type(MessageType type) noexcept
    {
        return static_cast<NetWebSocket_MessageType>(type);
    }

    // It may grow between the two calls.
    template <typename Get>
    static std::optional<std::string> text_of(Get get)
    {
        std::string text;
        for (;;) {
            size_t length = 0;
            if (get(text.empty() ? nullptr : &text[0], text.size(), &length) != WEBSOCKET_OK) {
                return std::nullopt;
            }
            if (length < text.size()) {
                text.resize(length);
                return text;
            }
            text.resize(length + 1);
        }
    }

    WebSocket *handle_ = nullptr;
    /** @endcond */
};

/** @brief Statistics of all clients of the process, those destroyed included. */
inline NetWebSocket_Statistics process_statistics() noexcept
{
    NetWebSocket_Statistics counts = {};
    counts.structSize = sizeof counts;
    (void)NetWebSocket_GetStatistics(nullptr, &counts);
    return counts;
}

/**
 * @brief Owns a client. Moving it changes nothing for the connection nor for
 *        calls that are under way.
 *
 * The destructor never waits for the network; what OH_WebSocketClient_Destroy()
 * says holds: after close() everything queued still goes out, and once it has
 * returned no function of this client is called any more. It waits for one that
 * is running on the library's thread, but for no more than a second.
 *
 * The owner itself is one object as others are: threads must not move or destroy
 * it while others use it. Others may keep a ClientRef.
 */
class Client : private ClientRef {
public:
    /** @brief Check it: false without memory, or at the process's client limit. */
    Client() : ClientRef(OH_WebSocketClient_Constructor(call_open, nullptr, call_error, call_close))
    {
        if (handle_ != nullptr) {
            Registry::instance().add(handle_, std::make_shared<State>());
            set_options(Options()).ignore();
        }
    }

    ~Client() { reset(); }

    /** @brief The other owns none afterwards. */
    Client(Client &&other) noexcept : ClientRef(std::exchange(other.handle_, nullptr)) {}
    /** @brief Destroys its own first. */
    Client &operator=(Client &&other) noexcept
    {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /** @brief It owns a client. */
    explicit operator bool() const noexcept { return handle_ != nullptr; }
    /** @brief To be passed on. */
    ClientRef ref() const noexcept { return ClientRef(handle_); }

    /** @brief Destroys it now. */
    void reset() noexcept
    {
        if (WebSocket *const handle = std::exchange(handle_, nullptr)) {
            (void)OH_WebSocketClient_Destroy(handle);
            Registry::instance().remove(handle);
        }
    }

    /** @name As ClientRef has them */
    /** @{ */
    using ClientRef::add_header;
    using ClientRef::begin_message;
    using ClientRef::close;
    using ClientRef::connect;
    using ClientRef::connection_info;
    using ClientRef::end_message;
    using ClientRef::handle;
    using ClientRef::last_error;
    using ClientRef::pause;
    using ClientRef::peer_certificates;
    using ClientRef::ping;
    using ClientRef::queued_bytes;
    using ClientRef::response_header;
    using ClientRef::response_headers;
    using ClientRef::resume;
    using ClientRef::send;
    using ClientRef::send_binary;
    using ClientRef::send_part;
    using ClientRef::send_text;
    using ClientRef::statistics;
    using ClientRef::subprotocol;
    /** @} */

    /** @brief For the connections that later calls of connect() make. */
    Result set_options(const Options &options) const noexcept
    {
        NetWebSocket_Options own = options;
        own.userData = nullptr;
        own.onTypedMessage = call_message;
        own.onMessagePart = options.receive_parts ? call_part : nullptr;
        own.onPong = call_pong;
        own.onDrained = call_drained;
        own.onReconnect = call_reconnect;
        return Result(NetWebSocket_SetOptions(handle_, &own));
    }

    /* What is called when; an empty function: nothing. Each takes the place of the
     * one before, from the next event on. */

    /** @brief The connection is open. */
    void on_open(std::function<void(ClientRef)> function) { set(&State::open, std::move(function)); }
    /** @brief A whole message; its data has a NUL behind it. */
    void on_message(std::function<void(ClientRef, MessageType, std::string_view)> function)
    {
        set(&State::message, std::move(function));
    }
    /** @brief A part of a message, and whether it is the last; with
     *         Options::receive_parts. */
    void on_message_part(std::function<void(ClientRef, MessageType, std::string_view, bool)> function)
    {
        set(&State::part, std::move(function));
    }
    /** @brief It could not be made, or the peer broke the protocol. */
    void on_error(std::function<void(ClientRef, const Error &)> function)
    {
        set(&State::error, std::move(function));
    }
    /** @brief It ended: once for each on_open(), and last. */
    void on_close(std::function<void(ClientRef, const Closed &)> function)
    {
        set(&State::closed, std::move(function));
    }
    /** @brief The peer answered a ping, with what was sent along. */
    void on_pong(std::function<void(ClientRef, std::string_view)> function)
    {
        set(&State::pong, std::move(function));
    }
    /** @brief The queue became as short as NetWebSocket_Options::drainedBytes. */
    void on_drained(std::function<void(ClientRef)> function) { set(&State::drained, std::move(function)); }
    /** @brief The number of the attempt, and when it begins; true to go on. */
    void on_reconnect(std::function<bool(ClientRef, uint32_t, std::chrono::milliseconds)> function)
    {
        set(&State::reconnect, std::move(function));
    }

private:
    // A function that is running is kept by its call, whatever becomes of the rest.
    template <typename Signature>
    using Kept = std::shared_ptr<const std::function<Signature>>;

    struct State {
        std::mutex mutex;
        Kept<void(ClientRef)> open;
        Kept<void(ClientRef, MessageType, std::string_view)> message;
        Kept<void(ClientRef, MessageType, std::string_view, bool)> part;
        Kept<void(ClientRef, const Error &)> error;
        Kept<void(ClientRef, const Closed &)> closed;
        Kept<void(ClientRef, std::string_view)> pong;
        Kept<void(ClientRef)> drained;
        Kept<bool(ClientRef, uint32_t, std::chrono::milliseconds)> reconnect;
    };

    // Finds the state of a client that is called back. The handle alone does not
    // keep it: Destroy waits for a call, but not for ever.
    class Registry {
    public:
        // Never destroyed: the library's thread may outlive static destructors.
        static Registry &instance()
        {
            static Registry &registry = *new Registry;
            return registry;
        }

        void add(WebSocket *handle, std::shared_ptr<State> state)
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            states_[handle] = std::move(state);
        }

        std::shared_ptr<State> find(WebSocket *handle)
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            const auto found = states_.find(handle);
            return found == states_.end() ? nullptr : found->second;
        }

        void remove(WebSocket *handle)
        {
            std::shared_ptr<State> last;  // its functions end without the lock
            const std::lock_guard<std::mutex> lock(mutex_);
            const auto found = states_.find(handle);
            if (found != states_.end()) {
                last = std::move(found->second);
                states_.erase(found);
            }
        }

    private:
        std::mutex mutex_;
        std::unordered_map<WebSocket *, std::shared_ptr<State>> states_;
    };

    template <typename Signature>
    void set(Kept<Signature> State::*place, std::function<Signature> function)
    {
        const std::shared_ptr<State> state = Registry::instance().find(handle_);
        if (state == nullptr) {
            return;
        }
        Kept<Signature> kept;
        if (function) {
            kept = std::make_shared<const std::function<Signature>>(std::move(function));
        }
        const std::lock_guard<std::mutex> lock(state->mutex);
        // The one before ends after this, without the lock.
        (state.get()->*place).swap(kept);
    }

    template <typename Signature>
    static Kept<Signature> find(WebSocket *handle, Kept<Signature> State::*place)
    {
        const std::shared_ptr<State> state = Registry::instance().find(handle);
        if (state == nullptr) {
            return nullptr;
        }
        const std::lock_guard<std::mutex> lock(state->mutex);
        return state.get()->*place;
    }

    template <typename Signature, typename... Arguments>
    static void call(WebSocket *handle, Kept<Signature> State::*place, Arguments &&...arguments)
    {
        if (const Kept<Signature> function = find(handle, place)) {
            (*function)(ClientRef(handle), std::forward<Arguments>(arguments)...);
        }
    }

    static void call_open(WebSocket *handle, WebSocket_OpenResult) { call(handle, &State::open); }
    static void call_error(WebSocket *handle, WebSocket_ErrorResult result)
    {
        call(handle, &State::error, Error{static_cast<Code>(result.errorCode), result.errorMessage});
    }
    static void call_close(WebSocket *handle, WebSocket_CloseResult result)
    {
        call(handle, &State::closed, Closed{result.code, result.reason});
    }
    static void call_message(WebSocket *handle, NetWebSocket_MessageType type, const char *data,
                             size_t length, void *)
    {
        call(handle, &State::message, static_cast<MessageType>(type), std::string_view(data, length));
    }
    static void call_part(WebSocket *handle, NetWebSocket_MessageType type, const char *data, size_t length,
                          int last, void *)
    {
        call(handle, &State::part, static_cast<MessageType>(type), std::string_view(data, length), last != 0);
    }
    static void call_pong(WebSocket *handle, const void *payload, size_t length, void *)
    {
        call(handle, &State::pong, std::string_view(static_cast<const char *>(payload), length));
    }
    static void call_drained(WebSocket *handle, void *) { call(handle, &State::drained); }
    static int call_reconnect(WebSocket *handle, uint32_t attempt, uint32_t delay, void *)
    {
        const auto function = find(handle, &State::reconnect);
        return function == nullptr ||
               (*function)(ClientRef(handle), attempt, std::chrono::milliseconds(delay));
    }
};

}  // namespace net_websocket

#endif /* NET_WEBSOCKET_HPP */
