// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "service/service.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/log.h"
#include "base/thread.h"
#include "service/lws_callback.h"

namespace nws {

namespace {

// The last Destroy waits so long for the thread to end; then it goes on
// without: a callback blocks, or a name server does.
constexpr Milliseconds kEndLimit{1'000};
constexpr Milliseconds kLookUpEndLimit{250};

// A flood of commands gives the sockets a turn after so many.
constexpr int kCommandsPerTurn = 4096;
constexpr int kCommandsOfBatch = 64;  // for how many it counts: it is not full, perhaps

// Memory that messages were sent from is kept while there are others.
constexpr int64_t kTrimAfter = 250 * LWS_US_PER_MS;

// lws has timeouts of its own for each step of a handshake. Ours, from Connect
// to onOpen, is the one that counts.
constexpr unsigned int kLwsTimeoutSeconds = 3600;

// How much lws reads at once when it takes the frames apart. A whole TLS record:
// while some of one is left in OpenSSL, lws 4.1.6 goes on reading a connection
// that is paused, and never comes to an end.
#if NWS_LWS_RAW_RX
constexpr size_t kReadBytes = 4096;
#else
constexpr size_t kReadBytes = 16384;
#endif

const lws_protocols kProtocols[] = {
    {"net_websocket", lws_protocol_callback, 0, kReadBytes, 0, nullptr, size_t{1} << 20},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

// Nobody cancels this thread. That it could be cancelled at any time is what the C
// library sets, and takes back, with a locked instruction each, around each system
// call that may wait: 0.1 us of the 6 of a round trip. Here it is set for good.
void refuse_cancellation() noexcept
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
    // NOLINTNEXTLINE(cert-pos47-c,concurrency-thread-canceltype-asynchronous): of no effect
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
}

lws_context *create_context(Service *service) noexcept
{
    lws_set_log_level(0, nullptr);
    lws_context_creation_info info = {};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.user = service;
    info.pt_serv_buf_size = kServiceBufferBytes;
    info.max_http_header_data2 = kMaxResponseHeaderBytes;
    info.timeout_secs = kLwsTimeoutSeconds;
    info.connect_timeout_secs = kLwsTimeoutSeconds;
    return lws_create_context(&info);
}

lws_context_creation_info vhost_info(const char *name) noexcept
{
    lws_context_creation_info info = {};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.vhost_name = name;
    info.protocols = kProtocols;
    info.timeout_secs = kLwsTimeoutSeconds;
    info.connect_timeout_secs = kLwsTimeoutSeconds;
    // Set but empty: lws would take http_proxy from the environment, without
    // no_proxy.
    info.http_proxy_address = "";
    return info;
}

}  // namespace

// ---- any thread ----

bool Service::client_created() noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    if (client_limit_ > 0 && handles_ >= client_limit_) {
        return false;
    }
    ++handles_;
    background_ = false;
    clients_.fetch_add(1);
    return true;
}

void Service::set_client_limit(size_t clients) noexcept
{
    const std::lock_guard<std::mutex> lock(mutex_);
    client_limit_ = clients;
}

void Service::client_destroyed(bool wait) noexcept
{
    std::unique_lock<std::mutex> lock(mutex_);
    --handles_;
    if (on_service_thread() || !wait) {
        return;
    }
    const auto settled = [this] { return state_ == State::stopped || background_ || handles_ > 0; };
    if (handles_ == 0 && !changed_.wait_for(lock, kEndLimit, settled)) {
        log(LogLevel::warning, "the service thread is busy; it ends by itself later");
        return;
    }
    wait_while_ending(lock);
    if (state_ == State::stopped) {
        drain();
        message_blocks().clear();
    }
}

bool Service::on_service_thread() const noexcept
{
    return thread_id_.load(std::memory_order_acquire) == std::this_thread::get_id();
}

void Service::post(Command &command) noexcept
{
    // Once it is queued, it may be gone; and with `destroy` the client.
    OpenBatch *const batch = command.kind == Command::Kind::batch || command.kind == Command::Kind::destroy
                                 ? nullptr
                                 : &command.client->open_batch();
    const bool own = on_service_thread();
    own ? queue_.push_own(&command) : queue_.push(&command);
    if (batch != nullptr) {
        batch->on_queued();
    }
    // The service thread looks before it waits.
    if (!own && !wake_pending_.exchange(true, std::memory_order_acq_rel)) {
        wake();
    }
}

// lws_cancel_service() is the one call that lws allows from other threads.
void Service::wake() noexcept
{
    const std::lock_guard<std::mutex> lock(wake_mutex_);
    if (wake_target_ != nullptr) {
        lws_cancel_service(wake_target_);
    }
}

void Service::set_wake_target(lws_context *context) noexcept
{
    const std::lock_guard<std::mutex> lock(wake_mutex_);
    wake_target_ = context;
}

bool Service::ensure_running()
{
    std::unique_lock<std::mutex> lock(mutex_);
    wait_while_ending(lock);
    if (state_ == State::running) {
        return true;
    }
    try {
        if (start()) {
            return true;
        }
    } catch (const std::system_error &) {
        // no thread
    } catch (const std::bad_alloc &) {
        undo_start();
        throw;
    }
    undo_start();
    return false;
}

// Throws what std::thread does.
bool Service::start()
{
    resolver_ = std::make_unique<Resolver>([this] {
        look_ups_finished_.store(true, std::memory_order_release);
        wake();
    });
    poller_ = std::make_unique<Poller>();
    context_ = create_context(this);
    if (context_ != nullptr) {
        lws_context_creation_info info = vhost_info("ws");
        plain_vhost_ = lws_create_vhost(context_, &info);
    }
    if (plain_vhost_ == nullptr || !alarms_.attach(*poller_) || !adopt(poller_->descriptor())) {
        return false;
    }
    // Makes lws initialise the vhost's protocols here: it writes to the word
    // that lws_cancel_service() reads on other threads.
    lws_service_adjust_timeout(context_, 1, 0);
    if (at_exit_ != nullptr) {
        // Runs before the handler of OpenSSL, which was registered just now by
        // making a context.
        if (std::atexit(at_exit_) == 0) {
            at_exit_ = nullptr;
        }
    }
    quit_ = false;
    finish_ = false;
    nothing_behind_finish_ = false;
    background_ = false;
    state_ = State::running;
    set_wake_target(context_);
    wake_pending_ = true;  // the thread looks at the queue first
    const BlockedSignals blocked;
    thread_ = std::thread([this] { run(); });
    return true;
}

void Service::undo_start() noexcept
{
    state_ = State::stopped;
    clean_up();
}

// lws wakes up when the descriptor is readable. It closes what it has adopted.
bool Service::adopt(int descriptor) noexcept
{
    lws_sock_file_fd_type copy = {};
    copy.filefd = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy.filefd < 0) {
        return false;
    }
    if (lws_adopt_descriptor_vhost(plain_vhost_, LWS_ADOPT_RAW_FILE_DESC, copy, kProtocols[0].name,
                                   nullptr) == nullptr) {
        ::close(copy.filefd);
        return false;
    }
    return true;
}

// The end takes no time worth mentioning, but for look-ups that hang. Then
// reaps the thread.
void Service::wait_while_ending(std::unique_lock<std::mutex> &lock) noexcept
{
    changed_.wait(lock, [this] { return state_ != State::ending; });
    if (state_ == State::stopped && thread_.joinable()) {
        thread_.join();
    }
}

void Service::shut_down(Milliseconds limit) noexcept
{
    std::unique_lock<std::mutex> lock(mutex_);
    if (on_service_thread()) {
        return;  // exit() inside a callback: there is nobody to wait for
    }
    const auto stopped = [this] { return state_ == State::stopped; };
    finish_ = true;
    wake();
    if (!changed_.wait_for(lock, limit, stopped)) {
        quit_ = true;
        wake();
    }
    if (changed_.wait_for(lock, kEndLimit, stopped)) {
        wait_while_ending(lock);
    } else {
        // The application blocks in a callback. The thread object must not be
        // destroyed unjoined.
        thread_.detach();
    }
}

// ---- service thread ----

void Service::run() noexcept
{
    pthread_setname_np(pthread_self(), "net_websocket");
    refuse_cancellation();
    thread_id_.store(std::this_thread::get_id(), std::memory_order_release);
    drain();
    while (!may_end()) {
        lws_service(context_, 0);
        take_look_ups();
        const bool finishing = finish_.load();
        // Before it waits again: what callbacks have posted wakes nobody.
        nothing_behind_finish_ = drain() && finishing;
        write();
        reap();
        watch_memory();
    }
    clean_up();
    thread_id_.store(std::thread::id(), std::memory_order_release);
    const std::lock_guard<std::mutex> lock(mutex_);
    state_ = State::stopped;
    drain();  // for clients that outlive the thread: the process ends
    message_blocks().clear();
    changed_.notify_all();
}

void Service::take_look_ups() noexcept
{
    if (!look_ups_finished_.load(std::memory_order_relaxed)) {
        return;  // the usual case, without the resolver's lock
    }
    look_ups_finished_.exchange(false, std::memory_order_acquire);
    while (const std::shared_ptr<LookUp> look_up = resolver_->take_finished()) {
        if (look_up->owner != nullptr) {
            static_cast<Dialer *>(look_up->owner)->on_look_up_finished(*look_up);
        }
    }
}

// Whether nothing is left to do. Sets background_, for a Destroy that waits for
// the answer.
bool Service::finished() noexcept
{
    // A Close that came before the end of the process may be in the queue still.
    if (quit_.load() || (nothing_behind_finish_ && !closing())) {
        return true;
    }
    if (clients_.load(std::memory_order_acquire) > 0) {
        return false;
    }
    bool busy = false;
    for (LwsConnection *connection = connections_; connection != nullptr; connection = connection->next) {
        // One that has ended only waits for the peer's FIN.
        busy = busy || connection->stage() != Stage::ended;
    }
    background_ = busy;
    if (busy) {
        changed_.notify_all();
    }
    return !busy;
}

bool Service::may_end() noexcept
{
    if (clients_.load(std::memory_order_acquire) > 0 && !finish_.load() && !quit_.load()) {
        return false;  // the usual case, without the lock
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!finished()) {
        return false;
    }
    state_ = State::ending;
    return true;
}

bool Service::closing() const noexcept
{
    for (const LwsConnection *connection = connections_; connection != nullptr;
         connection = connection->next) {
        if (connection->closing()) {
            return true;
        }
    }
    return false;
}

void Service::clean_up() noexcept
{
    set_wake_target(nullptr);
    reconnectors_.clear();
    for (LwsConnection *connection = connections_; connection != nullptr; connection = connection->next) {
        connection->shut_down();
    }
    trim_.stop();
    trim_waits_ = false;
    alarms_.detach();
    if (context_ != nullptr) {
        lws_context_destroy(context_);
    }
    context_ = nullptr;
    plain_vhost_ = nullptr;
    tls_vhosts_.on_context_destroyed();
    while (connections_ != nullptr) {
        LwsConnection *connection = connections_;
        connections_ = connection->next;
        delete connection;
    }
    finished_ = to_write_ = nullptr;
    poller_.reset();
    if (resolver_ != nullptr) {
        resolver_->wait_idle(kLookUpEndLimit);
        resolver_.reset();
    }
}

const lws_protocols *Service::protocols() const noexcept
{
    return kProtocols;
}

std::shared_ptr<TlsVhost> Service::tls_vhost(const TlsOptions &options, std::string &problem)
{
    const auto create = [this](TlsSetup &setup) {
        lws_context_creation_info info = vhost_info("wss");
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        setup.install(info);
        set_wake_target(nullptr);  // as in start()
        lws_vhost *vhost = lws_create_vhost(context_, &info);
        set_wake_target(context_);
        wake();
        return vhost;
    };
    return tls_vhosts_.get(options, create, problem);
}

bool Service::drain() noexcept
{
    for (int i = 0; i < kCommandsPerTurn || state_ == State::stopped;) {
        if (QueueNode *node = queue_.pop()) {
            i += carry_out(static_cast<Command *>(node));
        } else if (!wake_pending_.load(std::memory_order_acquire) ||
                   !wake_pending_.exchange(false, std::memory_order_acq_rel)) {
            // Cleared before the queue was found empty: what is pushed from now on
            // wakes the thread anew.
            return true;
        }
    }
    wake_pending_.store(true, std::memory_order_release);
    wake();
    return false;
}

// Returns how much it was.
int Service::carry_out(Command *command) noexcept
{
    switch (command->kind) {
    case Command::Kind::connect: {
        const std::unique_ptr<ConnectCommand> owned(static_cast<ConnectCommand *>(command));
        connect(*owned);
        break;
    }
    case Command::Kind::send:
        send(*command->client, command->generation, static_cast<SendCommand *>(command)->message());
        break;
    case Command::Kind::batch:
        send(*command->client, command->generation, static_cast<SendBatch *>(command)->first());
        return kCommandsOfBatch;
    case Command::Kind::ping: {
        const std::unique_ptr<PingCommand> owned(static_cast<PingCommand *>(command));
        if (Connection *connection = connection_of(*command)) {
            connection->ping(owned->payload, owned->length);
        }
        break;
    }
    case Command::Kind::flow:
        command->client->end_flow_command();
        if (Connection *connection = command->client->connection) {
            connection->update_flow();
        }
        break;
    case Command::Kind::close:
        close(std::unique_ptr<CloseCommand>(static_cast<CloseCommand *>(command)));
        break;
    case Command::Kind::destroy:
        destroy(command->client);
        break;
    }
    return 1;
}

void Service::connect(ConnectCommand &command) noexcept
{
    Client &client = *command.client;
    auto *connection = static_cast<LwsConnection *>(command.connection);
    if (context_ == nullptr) {
        // Posted while the process ends.
        delete connection;
        client.set_ended(command.generation);
        return;
    }
    if (client.connection != nullptr) {
        // Its Close is on the way, but this command has overtaken it.
        client.connection->close(CloseStatus{}, true);
    }
    client.drop(client.carried_over());  // that was for another server, perhaps
    expect_reconnects(client, *connection, command.generation);
    start(*connection, client, command.generation);
}

void Service::start(LwsConnection &connection, Client &client, uint32_t generation) noexcept
{
    connection.next = connections_;
    if (connections_ != nullptr) {
        connections_->previous = &connection;
    }
    connections_ = &connection;
    client.connection_generation = generation;
    const Url &url = connection.plan().url;
    log(LogLevel::info, "%p: connects to %s", static_cast<void *>(&client.slot()->handle),
        (url.unix_path.empty() ? url.host : url.unix_path).c_str());
    connection.start(client, generation);
    if (client.early_close != nullptr) {
        connection.close(client.early_close->status, true);
        delete client.early_close;
        client.early_close = nullptr;
    }
}

// ---- attempts of the library's own ----

void Service::expect_reconnects(Client &client, const LwsConnection &connection, uint32_t generation) noexcept
{
    reconnectors_.erase(&client);
    if (!connection.wants_reconnects()) {
        return;
    }
    try {
        reconnectors_[&client] = std::make_unique<Reconnector>(*this, client, connection.plan(), generation);
    } catch (const std::bad_alloc &) {
        reconnectors_.erase(&client);
        log(LogLevel::error, "no memory to connect anew later");
    }
}

void Service::on_connection_open(Client &client) noexcept
{
    const auto entry = reconnectors_.find(&client);
    if (entry != reconnectors_.end() && entry->second->on_open()) {
        client.statistics().reconnects.add(1);
        all_clients().reconnects.add(1);
    }
}

void Service::on_connection_ended(Client &client, Ending ending) noexcept
{
    const auto entry = reconnectors_.find(&client);
    if (entry != reconnectors_.end() && !entry->second->on_ended(ending)) {
        reconnectors_.erase(&client);
        client.drop(client.carried_over());
        if (client.state().phase == Phase::ended) {
            client.drop(client.pending());  // for an attempt that could not be made
        }
    }
}

void Service::begin_attempt(Reconnector &reconnector, uint32_t generation) noexcept
{
    Client &client = reconnector.client();
    try {
        auto connection = std::make_unique<LwsConnection>(*this, reconnector.plan());
        start(*connection.release(), client, generation);
    } catch (const std::bad_alloc &) {
        client.set_ended(generation);
        client.callbacks().error(WEBSOCKET_CONNECTION_NO_MEMORY, "no memory to connect anew");
        on_connection_ended(client, Ending::failed);
    }
}

// Close came while an attempt was due. Messages that Send has accepted for it
// still go out; without any it is not made.
void Service::give_up_attempt(Client &client) noexcept
{
    const auto entry = reconnectors_.find(&client);
    if (entry != reconnectors_.end() && client.pending().empty() && client.carried_over().empty() &&
        entry->second->generation() != 0) {
        // What is sent for it all the same comes too late.
        client.connection_generation = entry->second->generation();
        reconnectors_.erase(entry);
        delete client.early_close;
        client.early_close = nullptr;
    }
}

void Service::send(Client &client, uint32_t generation, OutgoingMessage *message) noexcept
{
    // What was accepted before any Connect belongs to the first.
    generation = std::max(generation, uint32_t{1});
    if (generation == client.connection_generation) {
        if (client.connection != nullptr) {
            client.connection->send(message);
            return;
        }
    } else if (generation > client.connection_generation) {
        client.pending().append(message);
        return;
    }
    send_late(client, generation, message);
}

// Its connection has ended.
void Service::send_late(Client &client, uint32_t generation, OutgoingMessage *message) noexcept
{
    const auto entry = reconnectors_.find(&client);
    const bool kept = message->piece == Piece::whole && entry != reconnectors_.end() &&
                      entry->second->keeps_queue_of(generation);
    if (kept && client.connection != nullptr) {
        client.connection->send(message);
    } else if (kept) {
        client.carried_over().append(message);
    } else {
        client.drop(message);
    }
}

// The one that the command was meant for; nullptr: it has ended.
Connection *Service::connection_of(const Command &command) noexcept
{
    const Client &client = *command.client;
    return command.generation == client.connection_generation ? client.connection : nullptr;
}

void Service::close(std::unique_ptr<CloseCommand> command) noexcept
{
    Client &client = *command->client;
    if (command->generation > client.connection_generation) {
        delete client.early_close;
        client.early_close = command.release();
        give_up_attempt(client);
    } else if (command->generation == client.connection_generation && client.connection != nullptr) {
        client.connection->close(command->status, command->while_connecting);
    }
}

void Service::destroy(Client *client) noexcept
{
    reconnectors_.erase(client);
    if (client->connection != nullptr) {
        client->connection->abandon();
    }
    delete client;
    clients_.fetch_sub(1);
}

void Service::write_soon(LwsConnection &connection) noexcept
{
    if (writing_) {
        connection.wait_writable();  // the others come first
    } else if (!connection.in_to_write) {
        connection.in_to_write = true;
        connection.next_to_write = to_write_;
        to_write_ = &connection;
    }
}

void Service::write() noexcept
{
    writing_ = true;
    while (to_write_ != nullptr) {
        LwsConnection &connection = *std::exchange(to_write_, to_write_->next_to_write);
        connection.in_to_write = false;
        connection.write_now();
    }
    writing_ = false;
    // What callbacks have posted wakes nobody.
    if (queue_.has_own() || wake_pending_.load(std::memory_order_acquire)) {
        wake();
    }
}

void Service::on_connection_finished(LwsConnection &connection) noexcept
{
    if (!connection.in_finished) {
        connection.in_finished = true;
        connection.next_finished = finished_;
        finished_ = &connection;
    }
}

void Service::reap() noexcept
{
    while (finished_ != nullptr) {
        LwsConnection *const connection = std::exchange(finished_, finished_->next_finished);
        LwsConnection *const next = connection->next;
        (connection->previous != nullptr ? connection->previous->next : connections_) = next;
        if (next != nullptr) {
            next->previous = connection->previous;
        }
        delete connection;
    }
}

void Service::watch_memory() noexcept
{
    if (!trim_waits_ && (!message_blocks().empty() || write_space_.extended())) {
        trim_waits_ = true;
        trim_.start(kTrimAfter);
    }
}

void Service::on_trim_due() noexcept
{
    message_blocks().trim();
    write_space_.trim();
    trim_waits_ = false;
}

}  // namespace nws
