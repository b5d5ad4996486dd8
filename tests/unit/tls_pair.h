// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: a TLS connection without a network: mbedTLS as it is built for the
// library on one side, OpenSSL as the server on the other, and between them
// bytes that go as far and as fast as the test wants. One thread.
// Must not know: the library under test.

#pragma once

#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/ssl.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <psa/crypto.h>

#include <algorithm>
#include <string>

// mbedTLS is built to take its random numbers from whoever uses it. To be
// included by one file of a program only.
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *,
                                                        uint8_t *output, size_t size, size_t *length)
{
    *length = size;
    return RAND_bytes(output, static_cast<int>(size)) == 1 ? PSA_SUCCESS : PSA_ERROR_INSUFFICIENT_ENTROPY;
}

namespace nws::test {

struct TlsServerOptions {
    int version = TLS1_3_VERSION;
    long max_fragment = 0;          // of what the server sends
    size_t ticket_bytes = 0;        // more of them in each ticket
    bool tells_of_tickets = false;  // mbedtls_ssl_read() does
};

class TlsPair {
public:
    static constexpr size_t kNoLimit = SIZE_MAX;

    explicit TlsPair(const TlsServerOptions &options) : ticket_bytes_(options.ticket_bytes)
    {
        make_server(options);
        make_client(options);
    }

    ~TlsPair()
    {
        mbedtls_ssl_free(&client);
        mbedtls_ssl_config_free(&config_);
        mbedtls_x509_crt_free(&ca_);
        mbedtls_psa_crypto_free();
        SSL_free(server);
        SSL_CTX_free(server_context_);
    }

    TlsPair(const TlsPair &) = delete;
    TlsPair &operator=(const TlsPair &) = delete;

    // 0, or what ended the client's handshake.
    int shake_hands()
    {
        for (int turns = 0; turns < 100'000; ++turns) {
            const int result = mbedtls_ssl_handshake(&client);
            if (result != 0 && result != MBEDTLS_ERR_SSL_WANT_READ && result != MBEDTLS_ERR_SSL_WANT_WRITE) {
                return result;
            }
            if (SSL_do_handshake(server) == 1 && result == 0) {
                return 0;
            }
        }
        return MBEDTLS_ERR_SSL_TIMEOUT;
    }

    // The client's buffers hold nothing, and are small.
    bool is_idle() const { return client.in_buf_len <= kIdle && client.out_buf_len <= kIdle; }

    bool server_sends(const std::string &data)
    {
        return SSL_write(server, data.data(), static_cast<int>(data.size())) == static_cast<int>(data.size());
    }

    // Up to `length` bytes as they come, at most `piece` with each call; what it
    // got before an error.
    std::string client_receives(size_t length, size_t piece = 65'536)
    {
        std::string data;
        std::string buffer(piece, '\0');
        result = 0;
        for (int waits = 0; data.size() < length && waits < 100'000;) {
            result = mbedtls_ssl_read(&client, reinterpret_cast<unsigned char *>(buffer.data()),
                                      std::min(piece, length - data.size()));
            if (result > 0) {
                data.append(buffer, 0, static_cast<size_t>(result));
            } else if (result == MBEDTLS_ERR_SSL_WANT_READ &&
                       (!from_server_.empty() || mbedtls_ssl_check_pending(&client) != 0)) {
                ++waits;  // more is under way, or a ticket wants another call
            } else {
                break;
            }
        }
        return data;
    }

    // True: all of it is with the server, or on its way.
    bool client_sends(const std::string &data)
    {
        for (size_t sent = 0; sent < data.size();) {
            result = mbedtls_ssl_write(&client, reinterpret_cast<const unsigned char *>(data.data()) + sent,
                                       data.size() - sent);
            if (result <= 0) {
                return false;
            }
            sent += static_cast<size_t>(result);
        }
        return true;
    }

    std::string server_receives(size_t length)
    {
        std::string data(length, '\0');
        size_t got = 0;
        int count = 0;
        while (got < length &&
               (count = SSL_read(server, data.data() + got, static_cast<int>(length - got))) > 0) {
            got += static_cast<size_t>(count);
        }
        data.resize(got);
        return data;
    }

    // How many bytes the client may still send, and how many one call of its
    // recv() brings, every other of which brings none.
    size_t send_allowance = kNoLimit;
    size_t receive_piece = kNoLimit;

    mbedtls_ssl_context client;
    SSL *server = nullptr;
    int result = 0;                // of the client's last call
    bool saw_certificate = false;  // the client's verification did

private:
    static constexpr size_t kIdle = 256;

    static int random(void *, unsigned char *output, size_t size)
    {
        return RAND_bytes(output, static_cast<int>(size)) == 1 ? 0 : MBEDTLS_ERR_SSL_NO_RNG;
    }

    static int send(void *self, const unsigned char *data, size_t length)
    {
        auto &pair = *static_cast<TlsPair *>(self);
        const size_t count = std::min(length, pair.send_allowance);
        if (count == 0) {
            return MBEDTLS_ERR_SSL_WANT_WRITE;
        }
        pair.send_allowance -= pair.send_allowance == kNoLimit ? 0 : count;
        return BIO_write(SSL_get_rbio(pair.server), data, static_cast<int>(count));
    }

    static int receive(void *self, unsigned char *data, size_t length)
    {
        auto &pair = *static_cast<TlsPair *>(self);
        char *pending = nullptr;
        const auto count = static_cast<size_t>(BIO_get_mem_data(SSL_get_wbio(pair.server), &pending));
        if (count > 0) {
            pair.from_server_.append(pending, count);
            BIO_reset(SSL_get_wbio(pair.server));
        }
        pair.comes_ = !pair.comes_ || pair.receive_piece == kNoLimit;
        const size_t taken = std::min({length, pair.receive_piece, pair.from_server_.size()});
        if (taken == 0 || !pair.comes_) {
            return MBEDTLS_ERR_SSL_WANT_READ;
        }
        std::copy_n(pair.from_server_.data(), taken, data);
        pair.from_server_.erase(0, taken);
        return static_cast<int>(taken);
    }

    static int on_certificate(void *self, mbedtls_x509_crt *certificate, int, uint32_t *)
    {
        static_cast<TlsPair *>(self)->saw_certificate = certificate->raw.len > 0;
        return 0;
    }

    static int fill_ticket(SSL *ssl, void *self)
    {
        const std::string data(static_cast<TlsPair *>(self)->ticket_bytes_, 't');
        return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), data.data(), data.size());
    }

    static SSL_TICKET_RETURN on_ticket(SSL *, SSL_SESSION *, const unsigned char *, size_t,
                                       SSL_TICKET_STATUS status, void *)
    {
        const bool good = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
        return good ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_IGNORE_RENEW;
    }

    // Tickets are good for the next pair, too.
    static SSL_CTX *new_context(const TlsServerOptions &options)
    {
        SSL_CTX *context = SSL_CTX_new(TLS_server_method());
        unsigned char keys[80] = {1, 2, 3};
        SSL_CTX_set_tlsext_ticket_keys(context, keys, sizeof keys);
        SSL_CTX_set_min_proto_version(context, options.version);
        SSL_CTX_set_max_proto_version(context, options.version);
        SSL_CTX_use_certificate_chain_file(context, CERTS_DIR "/server.pem");
        SSL_CTX_use_PrivateKey_file(context, CERTS_DIR "/server.key", SSL_FILETYPE_PEM);
        if (options.max_fragment > 0) {
            SSL_CTX_set_max_send_fragment(context, options.max_fragment);
        }
        return context;
    }

    void make_server(const TlsServerOptions &options)
    {
        server_context_ = new_context(options);
        SSL_CTX_set_session_ticket_cb(server_context_, fill_ticket, on_ticket, this);
        server = SSL_new(server_context_);
        SSL_set_bio(server, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(server);
    }

    void make_client(const TlsServerOptions &options)
    {
        psa_crypto_init();
        mbedtls_ssl_init(&client);
        mbedtls_ssl_config_init(&config_);
        mbedtls_x509_crt_init(&ca_);
        result = mbedtls_x509_crt_parse_file(&ca_, CERTS_DIR "/ca.pem");
        result |= mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                              MBEDTLS_SSL_PRESET_DEFAULT);
        mbedtls_ssl_conf_rng(&config_, random, nullptr);
        mbedtls_ssl_conf_ca_chain(&config_, &ca_, nullptr);
        mbedtls_ssl_conf_verify(&config_, on_certificate, this);
        if (options.tells_of_tickets) {
            mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
                &config_, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
        }
        result |= mbedtls_ssl_setup(&client, &config_);
        result |= mbedtls_ssl_set_hostname(&client, "localhost");
        mbedtls_ssl_set_bio(&client, this, send, receive, nullptr);
    }

    const size_t ticket_bytes_;
    SSL_CTX *server_context_ = nullptr;
    mbedtls_ssl_config config_;
    mbedtls_x509_crt ca_;
    std::string from_server_;
    bool comes_ = false;
};

}  // namespace nws::test
