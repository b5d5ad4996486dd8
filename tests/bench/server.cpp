// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-server, one thread on epoll: /sink counts messages
// and tells the number when the text "end" comes; /source sends as many messages
// as the text "COUNT SIZE text|binary" asks for; /echo sends everything back;
// /deaf never reads.
// It checks next to nothing, so that it is never what is being measured.
// Must not know: any WebSocket library.

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "program.h"
#include "wire.h"

namespace nws::bench {

namespace {

constexpr size_t kReadBytes = size_t{128} << 10;
constexpr size_t kPieceBytes = size_t{64} << 10;
// Beyond it, what is to be echoed is not read any more.
constexpr size_t kMostWaiting = size_t{4} << 20;

std::vector<uint8_t> g_buffer(kReadBytes);
SSL_CTX *g_tls = nullptr;

enum class Io { done, later, ended };

// A socket, or TLS on it.
class Stream {
public:
    explicit Stream(int fd) : fd_(fd)
    {
        if (g_tls != nullptr) {
            ssl_ = SSL_new(g_tls);
            SSL_set_fd(ssl_, fd);
            SSL_set_accept_state(ssl_);
        }
    }
    ~Stream()
    {
        if (ssl_ != nullptr) {
            SSL_shutdown(ssl_);
            SSL_free(ssl_);
        }
        ::close(fd_);
    }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;

    Io read(uint8_t *bytes, size_t length, size_t &got)
    {
        if (ssl_ != nullptr) {
            ERR_clear_error();
            const int result = SSL_read_ex(ssl_, bytes, length, &got);
            return result == 1 ? Io::done : state(result);
        }
        const ssize_t result = recv(fd_, bytes, length, 0);
        got = result > 0 ? static_cast<size_t>(result) : 0;
        return result > 0 ? Io::done : result < 0 && errno == EAGAIN ? Io::later : Io::ended;
    }

    Io write(const uint8_t *bytes, size_t length, size_t &sent)
    {
        if (ssl_ != nullptr) {
            ERR_clear_error();
            const int result = SSL_write_ex(ssl_, bytes, length, &sent);
            return result == 1 ? Io::done : state(result);
        }
        const ssize_t result = send(fd_, bytes, length, MSG_NOSIGNAL);
        sent = result > 0 ? static_cast<size_t>(result) : 0;
        return result > 0 ? Io::done : result < 0 && errno == EAGAIN ? Io::later : Io::ended;
    }

    // The client has gone: neither side keeps its port in TIME_WAIT, or thousands
    // of connections would use up all there are.
    void abort()
    {
        const linger none{1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }

    bool in_records() const { return ssl_ != nullptr; }

private:
    Io state(int result)
    {
        const int error = SSL_get_error(ssl_, result);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::later : Io::ended;
    }

    int fd_;
    SSL *ssl_ = nullptr;
};

std::string accept_value(const std::string &key)
{
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha1(), nullptr);
    uint8_t encoded[64];
    const int size = EVP_EncodeBlock(encoded, digest, static_cast<int>(length));
    return {reinterpret_cast<char *>(encoded), static_cast<size_t>(size)};
}

class Connection {
public:
    explicit Connection(int epoll, int fd) : epoll_(epoll), fd_(fd), stream_(fd)
    {
        epoll_event event{EPOLLIN, {this}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event);
    }

    // False: it is over.
    bool on_ready(uint32_t events)
    {
        if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
            return false;
        }
        if (((events & EPOLLOUT) != 0 && !flush()) || ((watched_ & EPOLLIN) != 0 && !read()) || !flush()) {
            return false;
        }
        watch();
        return !closing_ || is_waiting();
    }

    void end()
    {
        if (!closing_) {
            stream_.abort();
        }
    }

    void on_head(const FrameHead &head)
    {
        text_.clear();
        if (!is_sink_ && !is_source_ && head.opcode < kClose) {
            uint8_t bytes[kLongestHead];
            const size_t length = write_head(bytes, static_cast<uint8_t>(head.opcode | (head.fin ? kFin : 0)),
                                             head.length, nullptr);
            waiting_.insert(waiting_.end(), bytes, bytes + length);
        }
    }

    void on_payload(const uint8_t *bytes, size_t length, const FrameHead &head, uint64_t offset)
    {
        if (head.opcode >= kClose ||
            (head.opcode == kText && (is_source_ || (is_sink_ && head.length == 3)))) {
            const size_t old = text_.size();
            text_.resize(old + length);
            apply_mask(text_.data() + old, bytes, length, head.mask, offset);
        } else if (!is_sink_) {
            const size_t old = waiting_.size();
            waiting_.resize(old + length);
            apply_mask(waiting_.data() + old, bytes, length, head.mask, offset);
        } else {
            bytes_ += length;
        }
    }

    void on_end(const FrameHead &head)
    {
        if (head.opcode == kClose) {
            reply(kClose, text_.data(), text_.size());
            closing_ = true;
        } else if (head.opcode == kPing) {
            reply(kPing + 1, text_.data(), text_.size());
        } else if (is_source_) {
            begin_source();
        } else if (is_sink_ && head.opcode == kText && head.length == 3) {
            const std::string text = std::to_string(messages_) + " " + std::to_string(bytes_);
            reply(kText, reinterpret_cast<const uint8_t *>(text.data()), text.size());
            messages_ = bytes_ = 0;
        } else if (head.fin) {
            ++messages_;
        }
    }

private:
    bool is_waiting() const { return sent_ < waiting_.size() || source_left_ > 0; }

    bool read()
    {
        // Others have their turn after this many.
        for (int turn = 0; turn < 8; ++turn) {
            size_t got = 0;
            const Io io = stream_.read(g_buffer.data(), g_buffer.size(), got);
            if (io != Io::done) {
                return io == Io::later;
            }
            if (framed_) {
                parser_.give(g_buffer.data(), got, *this);
            } else if (!take_request({reinterpret_cast<char *>(g_buffer.data()), got})) {
                return false;
            }
            if (!stream_.in_records() && got < g_buffer.size()) {
                return true;
            }
            if (waiting_.size() - sent_ > kMostWaiting) {
                return true;
            }
        }
        return true;
    }

    bool take_request(std::string_view bytes)
    {
        request_.append(bytes);
        if (request_.find("\r\n\r\n") == std::string::npos) {
            return request_.size() < 65536;
        }
        static constexpr std::string_view kField = "sec-websocket-key:";
        std::string lower = request_;
        for (char &letter : lower) {
            letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
        }
        size_t key = lower.find(kField);
        if (key == std::string::npos) {
            return false;
        }
        key = request_.find_first_not_of(' ', key + kField.size());
        const std::string answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept_value(request_.substr(key, request_.find("\r\n", key) - key)) + "\r\n\r\n";
        waiting_.insert(waiting_.end(), answer.begin(), answer.end());
        is_sink_ = request_.rfind("GET /sink", 0) == 0;
        is_source_ = request_.rfind("GET /source", 0) == 0;
        is_deaf_ = request_.rfind("GET /deaf", 0) == 0;
        framed_ = true;
        std::string().swap(request_);
        return true;
    }

    void reply(uint8_t opcode, const uint8_t *bytes, size_t length)
    {
        uint8_t head[kLongestHead];
        const size_t head_bytes = write_head(head, kFin | opcode, length, nullptr);
        waiting_.insert(waiting_.end(), head, head + head_bytes);
        waiting_.insert(waiting_.end(), bytes, bytes + length);
    }

    // The frames are written once, for as many as make a good piece, and sent
    // again and again.
    void begin_source()
    {
        text_.push_back(0);
        unsigned long long count = 0;
        size_t size = 0;
        char kind[8] = {};
        if (std::sscanf(reinterpret_cast<char *>(text_.data()), "%llu %zu %7s", &count, &size, kind) != 3) {
            closing_ = true;
            return;
        }
        Options options;
        options.size = size;
        options.text = kind[0] == 't';
        const std::vector<uint8_t> payload = make_payload(options);
        uint8_t head[kLongestHead];
        const size_t head_bytes = write_head(head, kFin | (options.text ? kText : kBinary), size, nullptr);
        frames_.clear();
        do {
            frames_.insert(frames_.end(), head, head + head_bytes);
            frames_.insert(frames_.end(), payload.begin(), payload.end());
        } while (frames_.size() < kPieceBytes);
        source_at_ = 0;
        source_left_ = count * (head_bytes + size);
    }

    bool flush()
    {
        while (sent_ < waiting_.size()) {
            size_t sent = 0;
            const Io io = stream_.write(waiting_.data() + sent_, waiting_.size() - sent_, sent);
            if (io != Io::done) {
                return io == Io::later;
            }
            sent_ += sent;
        }
        sent_ = 0;
        waiting_.clear();
        if (waiting_.capacity() > kPieceBytes && !framed_) {
            waiting_.shrink_to_fit();
        }
        for (int turn = 0; source_left_ > 0 && turn < 64; ++turn) {
            size_t sent = 0;
            const size_t piece = std::min<uint64_t>(frames_.size() - source_at_, source_left_);
            const Io io = stream_.write(frames_.data() + source_at_, piece, sent);
            if (io != Io::done) {
                return io == Io::later;
            }
            source_left_ -= sent;
            source_at_ = (source_at_ + sent) % frames_.size();
        }
        return true;
    }

    void watch()
    {
        const bool congested = is_deaf_ || waiting_.size() - sent_ > kMostWaiting;
        const uint32_t wanted = (congested ? 0U : EPOLLIN) | (is_waiting() ? EPOLLOUT : 0U);
        if (wanted != watched_) {
            watched_ = wanted;
            epoll_event event{wanted, {this}};
            epoll_ctl(epoll_, EPOLL_CTL_MOD, fd_, &event);
        }
    }

    int epoll_;
    int fd_;
    Stream stream_;
    uint32_t watched_ = EPOLLIN;
    bool framed_ = false;
    bool is_sink_ = false;
    bool is_source_ = false;
    bool is_deaf_ = false;
    bool closing_ = false;
    std::string request_;
    FrameParser parser_;
    std::vector<uint8_t> text_;
    std::vector<uint8_t> waiting_;
    size_t sent_ = 0;
    uint64_t messages_ = 0;
    uint64_t bytes_ = 0;
    std::vector<uint8_t> frames_;
    size_t source_at_ = 0;
    uint64_t source_left_ = 0;
};

void check(bool good, const char *what)
{
    if (!good) {
        fail(std::string(what) + ": " + std::strerror(errno));
    }
}

int listen_on(uint16_t &port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    check(fd >= 0, "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0, "bind");
    check(listen(fd, 4096) == 0, "listen");
    socklen_t size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size);
    port = ntohs(address.sin_port);
    return fd;
}

void accept_all(int epoll, int listener)
{
    for (int fd = 0; (fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        new Connection(epoll, fd);
    }
}

void serve(int listener)
{
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{EPOLLIN, {nullptr}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    std::vector<epoll_event> events(512);
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto *connection = static_cast<Connection *>(events[i].data.ptr);
            if (connection == nullptr) {
                accept_all(epoll, listener);
            } else if (!connection->on_ready(events[i].events)) {
                connection->end();
                delete connection;
            }
        }
    }
}

void set_up_tls(const char *certificate, const char *key, bool resumption)
{
    g_tls = SSL_CTX_new(TLS_server_method());
    if (!resumption) {
        SSL_CTX_set_options(g_tls, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(g_tls, 0);
        SSL_CTX_set_session_cache_mode(g_tls, SSL_SESS_CACHE_OFF);
    }
    SSL_CTX_set_mode(g_tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_ciphersuites(g_tls, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_options(g_tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (SSL_CTX_use_certificate_chain_file(g_tls, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(g_tls, key, SSL_FILETYPE_PEM) != 1) {
        fail("certificate or key cannot be read");
    }
}

}  // namespace

}  // namespace nws::bench

int main(int argc, char **argv)
{
    using namespace nws::bench;
    const option known[] = {{"port", required_argument, nullptr, 'p'},
                            {"cert", required_argument, nullptr, 'c'},
                            {"key", required_argument, nullptr, 'k'},
                            {"no-resumption", no_argument, nullptr, 'n'},
                            {nullptr, 0, nullptr, 0}};
    uint16_t port = 0;
    std::string certificate;
    std::string key;
    bool resumption = true;
    for (int found = 0; (found = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
        switch (found) {
        case 'p':
            port = static_cast<uint16_t>(std::atoi(optarg));
            break;
        case 'c':
            certificate = optarg;
            break;
        case 'k':
            key = optarg;
            break;
        case 'n':
            resumption = false;
            break;
        default:
            std::fputs("Usage: nws-bench-server [--port N] [--cert FILE --key FILE [--no-resumption]]\n",
                       stderr);
            return 2;
        }
    }
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (!certificate.empty()) {
        set_up_tls(certificate.c_str(), key.c_str(), resumption);
    }
    const int listener = listen_on(port);
    std::printf("%u\n", port);
    std::fflush(stdout);
    serve(listener);
}
