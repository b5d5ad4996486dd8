// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole client, with its thread and libwebsockets, against a server that
// answers any bytes: the HTTP answer and what follows. "@ACCEPT@" in them stands
// for the right Sec-WebSocket-Accept. A first byte says what the client asks for;
// the second how the answer is cut.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "faults/next_function.h"
#include "fuzz/fuzz.h"
#include "net_websocket_ext.h"
#include "support/digest.h"

using namespace nws::test;

// ---- no way to anywhere else, whatever a redirect says ----

namespace {

NextFunction<int(int, const sockaddr *, socklen_t)> g_connect("connect");

}  // namespace

extern "C" int connect(int fd, const sockaddr *address, socklen_t length)
{
    if (address->sa_family != AF_UNIX) {
        errno = ENETUNREACH;
        return -1;
    }
    return g_connect(fd, address, length);
}

namespace {

// ---- the server: one connection at a time ----

class Server {
public:
    Server()
    {
        char directory[] = "/tmp/fuzz_client_XXXXXX";
        MUST(mkdtemp(directory) != nullptr);
        directory_ = directory;
        path_ = directory_ + "/socket";
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        MUST(bind(listener_, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0);
        MUST(listen(listener_, 16) == 0);
        thread_ = std::thread([this] { run(); });
    }
    ~Server()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
        unlink(path_.c_str());
        rmdir(directory_.c_str());
    }

    // What the next connections get, in pieces of so many bytes.
    void answer_with(std::string answer, size_t piece)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        answer_ = std::move(answer);
        piece_ = piece;
    }
    std::string url() const { return "ws+unix://" + path_ + ":/"; }

private:
    void run()
    {
        for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            serve(fd);
            close(fd);
        }
    }

    void serve(int fd)
    {
        std::string head;
        char buffer[4096];
        while (head.find("\r\n\r\n") == std::string::npos) {
            const ssize_t length = recv(fd, buffer, sizeof buffer, 0);
            if (length <= 0) {
                return;
            }
            head.append(buffer, static_cast<size_t>(length));
        }
        const std::unique_lock<std::mutex> lock(mutex_);
        std::string answer = answer_;
        const size_t piece = piece_;
        const std::string name = "Sec-WebSocket-Key: ";
        const size_t key = head.find(name) + name.size();
        const std::string accept = accept_for_key(head.substr(key, head.find('\r', key) - key));
        for (size_t at = 0; (at = answer.find("@ACCEPT@", at)) != std::string::npos;) {
            answer.replace(at, 8, accept);
        }
        for (size_t at = 0; at < answer.size(); at += piece) {
            const size_t length = std::min(piece, answer.size() - at);
            if (send(fd, answer.data() + at, length, MSG_NOSIGNAL) < 0) {
                break;
            }
        }
        shutdown(fd, SHUT_WR);
        while (recv(fd, buffer, sizeof buffer, 0) > 0) {
        }
    }

    std::string directory_, path_;
    int listener_ = -1;
    std::mutex mutex_;
    std::string answer_;
    size_t piece_ = 1;
    std::thread thread_;
};

// ---- the application ----

struct Heard {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    bool ended = false;
} g_heard;

void hear(bool opens, bool ends)
{
    const std::lock_guard<std::mutex> lock(g_heard.mutex);
    MUST(!g_heard.ended);
    MUST(!opens || !g_heard.open);
    g_heard.open = g_heard.open || opens;
    g_heard.ended = ends;
    g_heard.changed.notify_all();
}

void on_open(WebSocket *, WebSocket_OpenResult opened)
{
    MUST(opened.code == 101);
    hear(true, false);
}

void on_message(WebSocket *client, char *data, uint32_t length)
{
    MUST(data[length] == '\0');
    hear(false, false);
    OH_WebSocketClient_Send(client, data, length);
}

void on_error(WebSocket *, WebSocket_ErrorResult error)
{
    MUST(error.errorMessage != nullptr);
    for (const char *c = error.errorMessage; *c != '\0'; ++c) {
        MUST(*c >= ' ' && *c <= '~');
    }
    hear(false, !g_heard.open);
}

void on_close(WebSocket *, WebSocket_CloseResult closed)
{
    MUST(closed.reason != nullptr && g_heard.open);
    hear(false, true);
}

void talk(const std::string &url, uint8_t choices)
{
    g_heard.open = g_heard.ended = false;
    WebSocket *client = OH_WebSocketClient_Constructor(on_open, on_message, on_error, on_close);
    NetWebSocket_Options options;
    NetWebSocket_InitOptions(&options);
    options.proxy = "none";
    options.maxReceiveMessageBytes = 100'000;
    options.permessageDeflate = NWS_DEFLATE != 0 && (choices & 1) != 0 ? 1 : 0;
    options.subprotocols = (choices & 2) != 0 ? "chat, superchat" : nullptr;
    MUST(NetWebSocket_SetOptions(client, &options) == 0);
    MUST(OH_WebSocketClient_Connect(client, url.c_str(), {nullptr}) == 0);
    char hello[] = "hello";
    OH_WebSocketClient_Send(client, hello, 5);
    {
        std::unique_lock<std::mutex> lock(g_heard.mutex);
        // The server has ended its stream.
        MUST(g_heard.changed.wait_for(lock, std::chrono::seconds(15), [] { return g_heard.ended; }));
    }
    char text[256];
    NetWebSocket_GetResponseHeader(client, "Server", text, sizeof text, nullptr);
    NetWebSocket_GetSubprotocol(client, text, sizeof text, nullptr);
    MUST(OH_WebSocketClient_Destroy(client) == 0);
}

// Keeps the library's thread from one input to the next.
struct Keeper {
    WebSocket *const client = OH_WebSocketClient_Constructor(nullptr, nullptr, nullptr, nullptr);
    ~Keeper() { OH_WebSocketClient_Destroy(client); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Server server;
    static const Keeper keeper;
    MUST(keeper.client != nullptr);
    FuzzInput input(data, size);
    const uint8_t choices = input.byte();
    const size_t piece = 1 + input.byte() * 16;
    server.answer_with(input.rest(), piece);
    talk(server.url(), choices);
    return 0;
}
