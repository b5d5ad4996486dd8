// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the service thread, its lws_context and all connections; the command
// queue that leads to them; when the thread starts and when it ends.
//
// The thread starts at the first Connect. It ends when no client exists and no
// connection is still closing in the background.
//
// Lock order: mutex_, then wake_mutex_. The service thread holds neither while
// it calls the application.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <libwebsockets.h>

#include "base/limits.h"
#include "base/random.h"
#include "client/client.h"
#include "command/command_queue.h"
#include "service/alarms.h"
#include "service/lws_connection.h"
#include "service/poller.h"
#include "service/reconnector.h"
#include "service/resolver.h"
#include "service/tls_vhosts.h"
#include "service/write_space.h"

namespace nws {

class Service {
public:
    // `at_exit` is called when the process ends, if the service was ever started.
    explicit Service(void (*at_exit)()) noexcept : at_exit_(at_exit) {}
    Service(const Service &) = delete;
    Service &operator=(const Service &) = delete;

    // ---- any thread ----

    // False: there are as many as may be.
    bool client_created() noexcept;
    // 0: no limit.
    void set_client_limit(size_t clients) noexcept;
    // Its destroy command is queued. Waits for the service thread to end if
    // this was the last client, if asked to, but not on that thread and not for
    // connections that close in the background.
    void client_destroyed(bool wait) noexcept;
    // False: thread or context cannot be had. Throws std::bad_alloc only.
    bool ensure_running();
    void post(Command &command) noexcept;
    bool on_service_thread() const noexcept;
    // The process ends: gives connections that close in the background up to
    // `limit`, then ends the thread.
    void shut_down(Milliseconds limit) noexcept;

    // ---- service thread, for its connections ----

    lws_context *context() noexcept { return context_; }
    lws_vhost *plain_vhost() noexcept { return plain_vhost_; }
    // nullptr and a text if one of the options cannot be used. Throws
    // std::bad_alloc only.
    std::shared_ptr<TlsVhost> tls_vhost(const TlsOptions &options, std::string &problem);
    const lws_protocols *protocols() const noexcept;
    Resolver &resolver() noexcept { return *resolver_; }
    Poller &poller() noexcept { return *poller_; }
    Alarms &alarms() noexcept { return alarms_; }
    MaskSource &masks() noexcept { return masks_; }
    WriteSpace &write_space() noexcept { return write_space_; }
    // A client's connection has opened, or ended for good.
    void on_connection_open(Client &client) noexcept;
    void on_connection_ended(Client &client, Ending ending) noexcept;
    // Has something to write: its turn comes after the commands.
    void write_soon(LwsConnection &connection) noexcept;
    // Nothing is left of it but its memory.
    void on_connection_finished(LwsConnection &connection) noexcept;
    // Another attempt is due.
    void begin_attempt(Reconnector &reconnector, uint32_t generation) noexcept;

private:
    bool start();
    void undo_start() noexcept;
    bool adopt(int descriptor) noexcept;
    void run() noexcept;
    void take_look_ups() noexcept;
    // Called with mutex_ held.
    void wait_while_ending(std::unique_lock<std::mutex> &lock) noexcept;
    bool finished() noexcept;
    bool may_end() noexcept;
    bool closing() const noexcept;
    void clean_up() noexcept;
    void wake() noexcept;
    void set_wake_target(lws_context *context) noexcept;

    // The consumer's side of the queue: the service thread, or, while there is
    // none, whoever holds mutex_. Whether the queue was empty then.
    bool drain() noexcept;
    int carry_out(Command *command) noexcept;
    void connect(ConnectCommand &command) noexcept;
    void start(LwsConnection &connection, Client &client, uint32_t generation) noexcept;
    void expect_reconnects(Client &client, const LwsConnection &connection, uint32_t generation) noexcept;
    void give_up_attempt(Client &client) noexcept;
    void send(Client &client, uint32_t generation, OutgoingMessage *message) noexcept;
    void send_late(Client &client, uint32_t generation, OutgoingMessage *message) noexcept;
    static Connection *connection_of(const Command &command) noexcept;
    void close(std::unique_ptr<CloseCommand> command) noexcept;
    void destroy(Client *client) noexcept;
    void write() noexcept;
    void reap() noexcept;
    void watch_memory() noexcept;
    void on_trim_due() noexcept;

    void (*at_exit_)();  // until it was registered
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread thread_;
    size_t handles_ = 0;  // not destroyed by the application
    size_t client_limit_ = 0;
    // running: the thread consumes the queue. ending: it has found nothing left
    // to do, and takes nothing on any more.
    enum class State { stopped, running, ending };
    State state_ = State::stopped;
    bool background_ = false;          // running for connections without a client only
    std::atomic<bool> finish_{false};  // end when no connection is closing
    std::atomic<bool> quit_{false};    // end
    std::atomic<std::thread::id> thread_id_{};
    std::atomic<size_t> clients_{0};  // whose destroy command was not carried out

    CommandQueue queue_;
    std::atomic<bool> wake_pending_{false};
    std::atomic<bool> look_ups_finished_{false};
    std::mutex wake_mutex_;
    lws_context *wake_target_ = nullptr;

    // The service thread's.
    lws_context *context_ = nullptr;
    lws_vhost *plain_vhost_ = nullptr;
    Alarms alarms_;
    Alarm trim_{alarms_, this, [](void *self) noexcept { static_cast<Service *>(self)->on_trim_due(); }};
    bool trim_waits_ = false;
    TlsVhosts tls_vhosts_;
    std::unordered_map<const Client *, std::unique_ptr<Reconnector>> reconnectors_;  // of those who want it
    std::unique_ptr<Resolver> resolver_;
    std::unique_ptr<Poller> poller_;
    LwsConnection *connections_ = nullptr;
    LwsConnection *finished_ = nullptr;
    LwsConnection *to_write_ = nullptr;
    bool writing_ = false;
    bool nothing_behind_finish_ = false;  // each command that came before finish_ was carried out
    MaskSource masks_;
    WriteSpace write_space_;
};

}  // namespace nws
