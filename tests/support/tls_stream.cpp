// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/stream.h"

#ifndef NWS_TEST_TLS

namespace nws::test {

std::unique_ptr<TlsContext> make_tls_context(const TlsOptions &, std::string &error)
{
    error = "the test server was built without OpenSSL";
    return nullptr;
}

}  // namespace nws::test

#else

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace nws::test {

namespace {

std::string openssl_error()
{
    char text[256] = "unknown error";
    if (const unsigned long code = ERR_get_error(); code != 0) {
        ERR_error_string_n(code, text, sizeof text);
    }
    ERR_clear_error();
    return text;
}

// OpenSSL's versions are numbers of the wire: 0x0303 is TLS 1.2.
int wire_version(int version)
{
    switch (version) {
    case 0:
        return 0;
    case 10:
        return TLS1_VERSION;
    case 11:
        return TLS1_1_VERSION;
    case 12:
        return TLS1_2_VERSION;
    default:
        return TLS1_3_VERSION;
    }
}

class TlsStream final : public Stream {
public:
    TlsStream(SSL_CTX *context, int fd) : ssl_(SSL_new(context)), fd_(fd)
    {
        SSL_set_fd(ssl_, fd);
        SSL_set_accept_state(ssl_);
    }

    ~TlsStream() override { SSL_free(ssl_); }
    TlsStream(const TlsStream &) = delete;
    TlsStream &operator=(const TlsStream &) = delete;

    IoResult read(char *buffer, size_t length) override
    {
        ERR_clear_error();
        errno = 0;
        return result_of(SSL_read(ssl_, buffer, static_cast<int>(std::min<size_t>(length, INT_MAX))));
    }

    IoResult write(const char *bytes, size_t length) override
    {
        ERR_clear_error();
        errno = 0;
        return result_of(SSL_write(ssl_, bytes, static_cast<int>(std::min<size_t>(length, INT_MAX))));
    }

    bool wants_write() const override { return wants_write_; }
    bool reads_in_records() const override { return true; }

    void end_writing() override
    {
        ERR_clear_error();
        if (SSL_is_init_finished(ssl_) != 0 && !broken_) {
            SSL_shutdown(ssl_);
        }
        shutdown(fd_, SHUT_WR);
    }

    std::string tls_description() const override
    {
        if (SSL_is_init_finished(ssl_) == 0) {
            return "";
        }
        const char *name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
        return std::string(SSL_get_version(ssl_)) + " sni=" + (name == nullptr ? "" : name);
    }

    std::string error() const override { return error_; }

private:
    IoResult result_of(int count)
    {
        wants_write_ = false;
        if (count > 0) {
            return {static_cast<size_t>(count), IoState::done};
        }
        const int cause = errno;
        switch (SSL_get_error(ssl_, count)) {
        case SSL_ERROR_WANT_WRITE: wants_write_ = true; return {0, IoState::would_block};
        case SSL_ERROR_WANT_READ: return {0, IoState::would_block};
        case SSL_ERROR_ZERO_RETURN: return {0, IoState::ended};
        case SSL_ERROR_SYSCALL: error_ = cause == 0 ? "end of file" : std::strerror(cause); break;
        default: error_ = openssl_error(); break;
        }
        broken_ = true;
        return {0, IoState::broken};
    }

    SSL *ssl_;
    int fd_;
    bool wants_write_ = false;
    bool broken_ = false;
    std::string error_;
};

class OpenSslContext final : public TlsContext {
public:
    explicit OpenSslContext(SSL_CTX *context) : context_(context) {}
    ~OpenSslContext() override { SSL_CTX_free(context_); }
    OpenSslContext(const OpenSslContext &) = delete;
    OpenSslContext &operator=(const OpenSslContext &) = delete;

    std::unique_ptr<Stream> accept(int fd) override { return std::make_unique<TlsStream>(context_, fd); }

private:
    SSL_CTX *context_;
};

bool set_up(SSL_CTX *context, const TlsOptions &options)
{
    // A client that closes without close_notify is no error here, and no news.
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    if (options.max_version != 0 && options.max_version < 12) {
        SSL_CTX_set_security_level(context, 0);  // OpenSSL refuses these otherwise
    }
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_min_proto_version(context, wire_version(options.min_version)) != 1 ||
        SSL_CTX_set_max_proto_version(context, wire_version(options.max_version)) != 1) {
        return false;
    }
    if (!options.client_ca.empty()) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        return SSL_CTX_load_verify_locations(context, options.client_ca.c_str(), nullptr) == 1;
    }
    return true;
}

}  // namespace

std::unique_ptr<TlsContext> make_tls_context(const TlsOptions &options, std::string &error)
{
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == nullptr || !set_up(context, options)) {
        error = "TLS: " + openssl_error();
        SSL_CTX_free(context);
        return nullptr;
    }
    return std::make_unique<OpenSslContext>(context);
}

}  // namespace nws::test

#endif
