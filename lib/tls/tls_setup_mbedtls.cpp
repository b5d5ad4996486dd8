// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_setup.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
// This header alone forgets C++.
extern "C" {
#include <mbedtls/psa_util.h>
}
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include "base/random.h"
#include "tls/certificate_text.h"
#include "tls/cpu.h"
#include "tls/hashed_authorities.h"
#include "tls/pem.h"
#include "tls/session_cache.h"
#include "tls/tls_words.h"

// The generator of everything in mbedTLS that needs one.
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *,
                                                        uint8_t *output, size_t output_size,
                                                        size_t *output_length)
{
    if (!nws::fill_random(output, output_size)) {
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *output_length = output_size;
    return PSA_SUCCESS;
}

namespace nws {

namespace {

// ---- what is offered ----

// Most machines have AES instructions; where there are none, ChaCha20 is several
// times as fast.
constexpr int kAesFirst[] = {
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    0,
};

constexpr int kChaChaFirst[] = {
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    0,
};

// A server that speaks 1.2 only signs with the first of these that its key can
// do. With RSA that should be PKCS#1, which mbedTLS prefers in 1.2.
constexpr uint16_t kSignatures[] = {
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
#ifdef MBEDTLS_ECP_DP_SECP521R1_ENABLED
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
#endif
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
    MBEDTLS_TLS1_3_SIG_NONE,
};

const char *g_protocols[] = {"http/1.1", nullptr};

// ---- texts ----

std::string error_text(int error)
{
    std::array<char, 100> text{};
#ifdef MBEDTLS_ERROR_C
    mbedtls_strerror(error, text.data(), text.size());
#else
    std::snprintf(text.data(), text.size(), "mbedTLS error -0x%04X", static_cast<unsigned>(-error));
#endif
    return text.data();
}

std::string date(const mbedtls_x509_time &time)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", time.year, time.mon, time.day);
    return text.data();
}

// The common name, or all of it if there is none.
std::string name_text(const mbedtls_x509_name &name)
{
    for (const mbedtls_x509_name *part = &name; part != nullptr; part = part->next) {
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0) {
            return {reinterpret_cast<const char *>(part->val.p), part->val.len};
        }
    }
    std::array<char, 100> text{};
    mbedtls_x509_dn_gets(text.data(), text.size(), &name);
    return text.data();
}

std::string whole_name(const mbedtls_x509_name &name)
{
    std::array<char, 1024> text{};
    const int length = mbedtls_x509_dn_gets(text.data(), text.size(), &name);
    return length < 0 ? name_text(name) : text.data();
}

std::string text_of(const mbedtls_x509_crt &certificate)
{
    return write_certificate({whole_name(certificate.subject),
                              whole_name(certificate.issuer),
                              date(certificate.valid_from),
                              date(certificate.valid_to),
                              {reinterpret_cast<const char *>(certificate.raw.p), certificate.raw.len}});
}

bool same(const mbedtls_x509_buf &a, const mbedtls_x509_buf &b) noexcept
{
    return a.len == b.len && std::memcmp(a.p, b.p, a.len) == 0;
}

// All ciphers offered have the server sign (RFC 5246 7.4.2).
bool is_for_servers(const mbedtls_x509_crt &certificate) noexcept
{
    return mbedtls_x509_crt_check_key_usage(&certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0 &&
           mbedtls_x509_crt_check_extended_key_usage(&certificate, MBEDTLS_OID_SERVER_AUTH,
                                                     MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) == 0;
}

CertificateFault fault_in(uint32_t flags) noexcept
{
    static constexpr struct {
        uint32_t flags;
        CertificateFault fault;
    } kTable[] = {
        {MBEDTLS_X509_BADCERT_EXPIRED, CertificateFault::expired},
        {MBEDTLS_X509_BADCERT_FUTURE, CertificateFault::not_yet_valid},
        {MBEDTLS_X509_BADCERT_REVOKED, CertificateFault::revoked},
        {MBEDTLS_X509_BADCERT_BAD_MD, CertificateFault::weak_digest},
        {MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY, CertificateFault::weak_key},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, CertificateFault::unknown_issuer},
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, CertificateFault::wrong_name},
        {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
             MBEDTLS_X509_BADCERT_NS_CERT_TYPE,
         CertificateFault::wrong_use},
        {MBEDTLS_X509_BADCRL_EXPIRED | MBEDTLS_X509_BADCRL_FUTURE, CertificateFault::expired_revocations},
        {MBEDTLS_X509_BADCRL_NOT_TRUSTED | MBEDTLS_X509_BADCRL_BAD_MD | MBEDTLS_X509_BADCRL_BAD_PK |
             MBEDTLS_X509_BADCRL_BAD_KEY,
         CertificateFault::bad_revocations},
    };
    for (const auto &row : kTable) {
        if ((flags & row.flags) != 0) {
            return row.fault;
        }
    }
    return flags == 0 ? CertificateFault::none : CertificateFault::other;
}

std::string fault_detail(CertificateFault fault, const mbedtls_x509_crt &certificate,
                         const TlsHandshake &handshake)
{
    switch (fault) {
    case CertificateFault::expired:
        return date(certificate.valid_to);
    case CertificateFault::not_yet_valid:
        return date(certificate.valid_from);
    case CertificateFault::wrong_name:
        return handshake.server_name;
    default:
        return name_text(certificate.issuer);
    }
}

// ---- what mbedTLS makes of options ----

// psa_crypto_init() once for all set-ups, and its end with the last.
class Psa {
public:
    Psa() noexcept : ready_(psa_crypto_init() == PSA_SUCCESS) { ++g_users; }
    ~Psa()
    {
        if (--g_users == 0) {
            mbedtls_psa_crypto_free();
        }
    }
    Psa(const Psa &) = delete;
    Psa &operator=(const Psa &) = delete;
    bool ready() const noexcept { return ready_; }

private:
    static inline int g_users = 0;
    const bool ready_;
};

struct FreeSession {
    void operator()(mbedtls_ssl_session *session) const noexcept
    {
        mbedtls_ssl_session_free(session);
        delete session;
    }
};

using Session = std::unique_ptr<mbedtls_ssl_session, FreeSession>;

class MbedTlsSetup : public TlsSetup {
public:
    explicit MbedTlsSetup(const TlsOptions &options);
    ~MbedTlsSetup() override;

    // "" or what is wrong. Throws std::bad_alloc only.
    std::string load();

    void install(lws_context_creation_info &info) noexcept override;
    void begin(TlsHandshake &, lws *) noexcept override {}  // setup_connection() does it
    void established(TlsHandshake &handshake) noexcept override;
    TlsSession session(const TlsHandshake &handshake) const override;

private:
    static int setup_connection(mbedtls_ssl_context *ssl, lws *wsi) noexcept;
    static void on_event(mbedtls_ssl_context *ssl, int result) noexcept;
    static int verify(void *handshake, mbedtls_x509_crt *certificate, int depth, uint32_t *flags) noexcept;
    static int find_issuers(void *setup, const mbedtls_x509_crt *certificate,
                            mbedtls_x509_crt **issuers) noexcept;

    std::string load_authorities();
    bool is_authority_itself(const mbedtls_x509_crt &certificate) const noexcept;
    std::string load_revocations();
    std::string load_identity();
    bool pinned(const mbedtls_x509_crt &certificate) const noexcept;
    CertificateFault judge(const mbedtls_x509_crt &certificate, int depth, uint32_t flags) const noexcept;
    bool has_revocations_for(const mbedtls_x509_crt &certificate) const noexcept;
    std::string describe(mbedtls_ssl_context *ssl, int error) const;
    void keep_session(mbedtls_ssl_context *ssl, const TlsHandshake &handshake) noexcept;

    const Psa psa_;
    const TlsOptions options_;
    mbedtls_ssl_config config_;
    mbedtls_x509_crt authorities_;
    std::string hashed_directory_;  // instead of them
    mbedtls_x509_crl revocations_;
    mbedtls_x509_crt certificate_;
    mbedtls_pk_context key_;
    const lws_mbedtls_client_ops operations_ = {&config_, setup_connection, on_event};
    SessionCache<Session> sessions_;
};

MbedTlsSetup::MbedTlsSetup(const TlsOptions &options) : options_(options)
{
    mbedtls_ssl_config_init(&config_);
    mbedtls_x509_crt_init(&authorities_);
    mbedtls_x509_crl_init(&revocations_);
    mbedtls_x509_crt_init(&certificate_);
    mbedtls_pk_init(&key_);
}

MbedTlsSetup::~MbedTlsSetup()
{
    mbedtls_ssl_config_free(&config_);
    mbedtls_x509_crt_free(&authorities_);
    mbedtls_x509_crl_free(&revocations_);
    mbedtls_x509_crt_free(&certificate_);
    mbedtls_pk_free(&key_);
}

std::string MbedTlsSetup::load()
{
    if (!psa_.ready() ||
        mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        throw std::bad_alloc();
    }
    mbedtls_ssl_conf_rng(&config_, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    mbedtls_ssl_conf_min_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_3);
    mbedtls_ssl_conf_ciphersuites(&config_, cpu_has_aes() ? kAesFirst : kChaChaFirst);
    mbedtls_ssl_conf_sig_algs(&config_, kSignatures);
    mbedtls_ssl_conf_alpn_protocols(&config_, g_protocols);
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        &config_, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
    // optional: verify() is asked all the same, and looks at the pins.
    mbedtls_ssl_conf_authmode(&config_,
                              options_.verify ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_OPTIONAL);
    std::string problem = load_authorities();
    if (problem.empty()) {
        problem = load_revocations();
    }
    if (problem.empty()) {
        problem = load_identity();
    }
    if (hashed_directory_.empty()) {
        mbedtls_ssl_conf_ca_chain(&config_, &authorities_,
                                  options_.revocations.empty() ? nullptr : &revocations_);
    } else {
        mbedtls_ssl_conf_ca_cb(&config_, find_issuers, this);
    }
    return problem;
}

std::string MbedTlsSetup::load_authorities()
{
    if (!options_.verify) {
        return {};
    }
    Authorities authorities;
    if (std::string problem = read_authorities(options_, authorities); !problem.empty()) {
        return problem;
    }
    if (authorities.hashed) {
        hashed_directory_ = authorities.source;
        return {};
    }
    const SecretString &pem = authorities.pem;
    // More than 0: so many of a bundle were of no use (an unknown curve, say).
    const int result = mbedtls_x509_crt_parse(
        &authorities_, reinterpret_cast<const unsigned char *>(pem.c_str()), pem.size() + 1);
    if (result == MBEDTLS_ERR_X509_ALLOC_FAILED) {
        throw std::bad_alloc();
    }
    return authorities_.version == 0 ? cannot_use(authorities.source, "it has no certificates") : "";
}

std::string MbedTlsSetup::load_revocations()
{
    SecretString pem;
    if (options_.revocations.empty()) {
        return {};
    }
    if (const char *error = read_pem(options_.revocations, pem)) {
        return cannot_use(options_.revocations, error);
    }
    const int error = mbedtls_x509_crl_parse(
        &revocations_, reinterpret_cast<const unsigned char *>(pem.c_str()), pem.size() + 1);
    // What follows the last list is no list, and no error.
    const bool ended = error == MBEDTLS_ERR_PEM_NO_HEADER_FOOTER_PRESENT && revocations_.version != 0;
    return error != 0 && !ended ? cannot_use(options_.revocations, "it has no revocation lists") : "";
}

// Why it cannot be used.
const char *words_for_key(int error, std::string_view pem) noexcept
{
    constexpr int kLowLevel = 0x7F;
    switch (-(-error & ~kLowLevel)) {
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED:
        return "the private key needs a password";
    case MBEDTLS_ERR_PK_PASSWORD_MISMATCH:
        return "the password of the private key is wrong";
    case MBEDTLS_ERR_PK_KEY_INVALID_VERSION:
    case MBEDTLS_ERR_PK_KEY_INVALID_FORMAT:
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
    case MBEDTLS_ERR_PK_INVALID_PUBKEY:
    case MBEDTLS_ERR_PK_INVALID_ALG:
        // What a wrong password makes of the bytes ends in one of 256 cases as if it
        // were right (RFC 8018 6.1.2), and is no key.
        return pem.find("ENCRYPTED") == std::string_view::npos ? "it has no private key of a known kind"
                                                               : "the password of the private key is wrong";
    default:
        return "it has no private key of a known kind";
    }
}

std::string MbedTlsSetup::load_identity()
{
    if (options_.certificate.empty()) {
        return {};
    }
    SecretString pem;
    if (const char *error = read_pem(options_.certificate, pem)) {
        return cannot_use(options_.certificate, error);
    }
    const auto *bytes = reinterpret_cast<const unsigned char *>(pem.c_str());
    if (mbedtls_x509_crt_parse(&certificate_, bytes, pem.size() + 1) < 0 || certificate_.version == 0) {
        return cannot_use(options_.certificate, "it has no certificates");
    }
    std::string_view source = options_.private_key;
    if (source.empty()) {
        source = options_.certificate;
    }
    SecretString key;
    if (const char *error = read_pem(source, key)) {
        return cannot_use(source, error);
    }
    const SecretString &password = options_.private_key_password;
    const int error = mbedtls_pk_parse_key(
        &key_, reinterpret_cast<const unsigned char *>(key.c_str()), key.size() + 1,
        password.empty() ? nullptr : reinterpret_cast<const unsigned char *>(password.data()),
        password.size(), mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    if (error != 0) {
        return cannot_use(source, words_for_key(error, {key.data(), key.size()}));
    }
    if (mbedtls_pk_check_pair(&certificate_.pk, &key_, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE) !=
        0) {
        return cannot_use(source, "the private key is not the certificate's");
    }
    if (mbedtls_ssl_conf_own_cert(&config_, &certificate_, &key_) != 0) {
        throw std::bad_alloc();
    }
    return {};
}

void MbedTlsSetup::install(lws_context_creation_info &info) noexcept
{
    info.mbedtls_client_ops = &operations_;
}

// ---- a connection ----

// As lws's own, but without SIGPIPE.
int send_bytes(void *context, const unsigned char *data, size_t length) noexcept
{
    const ssize_t sent =
        send(static_cast<TlsHandshake *>(context)->descriptor, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
        return static_cast<int>(sent);
    }
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_CONN_RESET;
}

int receive_bytes(void *context, unsigned char *data, size_t length) noexcept
{
    const ssize_t received =
        recv(static_cast<TlsHandshake *>(context)->descriptor, data, length, MSG_DONTWAIT);
    if (received >= 0) {
        return static_cast<int>(received);
    }
    return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_CONN_RESET;
}

int MbedTlsSetup::setup_connection(mbedtls_ssl_context *ssl, lws *wsi) noexcept
{
    auto &handshake = *static_cast<TlsHandshake *>(lws_get_opaque_user_data(wsi));
    auto &setup = *static_cast<MbedTlsSetup *>(handshake.setup);
    handshake.descriptor = lws_get_socket_fd(wsi);
    handshake.library_connection = ssl;
    mbedtls_ssl_set_user_data_p(ssl, &handshake);
    mbedtls_ssl_set_bio(ssl, &handshake, send_bytes, receive_bytes, nullptr);
    mbedtls_ssl_set_verify(ssl, verify, &handshake);
    if (Session *session = setup.sessions_.find(handshake.server_name, handshake.port)) {
        mbedtls_ssl_set_session(ssl, session->get());
    }
    const int error = mbedtls_ssl_set_hostname(ssl, handshake.server_name.c_str());
    if (error != 0) {
        handshake.set_problem(error == MBEDTLS_ERR_SSL_ALLOC_FAILED ? "out of memory"
                                                                    : "the server's name is too long");
    }
    return error;
}

void MbedTlsSetup::established(TlsHandshake &handshake) noexcept
{
    // In 1.3 there is nothing to resume yet: tickets come later.
    auto *ssl = static_cast<mbedtls_ssl_context *>(handshake.library_connection);
    if (mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_2) {
        keep_session(ssl, handshake);
    }
}

// mbedTLS writes "TLS1-3-AES-128-GCM-SHA256", IANA "TLS_AES_128_GCM_SHA256".
TlsSession MbedTlsSetup::session(const TlsHandshake &handshake) const
{
    const auto *ssl = static_cast<const mbedtls_ssl_context *>(handshake.library_connection);
    std::string cipher = mbedtls_ssl_get_ciphersuite(ssl);
    constexpr std::string_view kTls13 = "TLS1-3-";
    if (cipher.compare(0, kTls13.size(), kTls13) == 0) {
        cipher.replace(0, kTls13.size(), "TLS-");
    }
    std::replace(cipher.begin(), cipher.end(), '-', '_');
    return {mbedtls_ssl_get_version(ssl), std::move(cipher)};
}

void MbedTlsSetup::keep_session(mbedtls_ssl_context *ssl, const TlsHandshake &handshake) noexcept
{
    Session session(new (std::nothrow) mbedtls_ssl_session);
    if (session != nullptr) {
        mbedtls_ssl_session_init(session.get());
        if (mbedtls_ssl_get_session(ssl, session.get()) == 0) {
            sessions_.store(handshake.server_name, handshake.port, std::move(session));
        }
    }
}

void MbedTlsSetup::on_event(mbedtls_ssl_context *ssl, int result) noexcept
{
    auto &handshake = *static_cast<TlsHandshake *>(mbedtls_ssl_get_user_data_p(ssl));
    auto &setup = *static_cast<MbedTlsSetup *>(handshake.setup);
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
        setup.keep_session(ssl, handshake);
        return;
    }
    if (!mbedtls_ssl_is_handshake_over(ssl)) {
        // Were the session to blame, it would be so the next time, too.
        setup.sessions_.forget(handshake.server_name, handshake.port);
    }
    try {
        handshake.set_problem(setup.describe(ssl, result).c_str());
    } catch (const std::bad_alloc &) {
        handshake.set_problem("out of memory");
    }
}

std::string MbedTlsSetup::describe(mbedtls_ssl_context *ssl, int error) const
{
    const uint32_t flags = mbedtls_ssl_get_verify_result(ssl);
    switch (error) {
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        // The state tells whether a certificate was asked for: only then was an
        // empty one sent, and only then does it come to this state in 1.2.
        return describe_alert(ssl->MBEDTLS_PRIVATE(in_msg)[1],
                              ssl->MBEDTLS_PRIVATE(state) > MBEDTLS_SSL_CERTIFICATE_VERIFY,
                              !options_.certificate.empty());
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION:
        return kNoCommonVersion;
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return kClosedInHandshake;
    case MBEDTLS_ERR_NET_CONN_RESET:
        return "connection reset by peer";
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        return kNotTls;
    default:
        break;
    }
    if (flags != 0 && flags != UINT32_MAX) {
        const CertificateFault fault = fault_in(flags);
        return describe_fault(fault, fault == CertificateFault::other ? error_text(error) : "");
    }
    return error_text(error);
}

// ---- the server's certificate ----

int MbedTlsSetup::find_issuers(void *context, const mbedtls_x509_crt *certificate,
                               mbedtls_x509_crt **issuers) noexcept
{
    const auto &setup = *static_cast<const MbedTlsSetup *>(context);
    try {
        *issuers = find_authorities(setup.hashed_directory_, certificate->issuer).release();
    } catch (const std::bad_alloc &) {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    return 0;
}

// A server's own certificate may be what is trusted. In a list of authorities mbedTLS
// looks for it, but it does not ask.
bool MbedTlsSetup::is_authority_itself(const mbedtls_x509_crt &certificate) const noexcept
{
    if (hashed_directory_.empty() || !same(certificate.issuer_raw, certificate.subject_raw)) {
        return false;
    }
    try {
        const Certificates known = find_authorities(hashed_directory_, certificate.subject);
        for (const mbedtls_x509_crt *one = known.get(); one != nullptr; one = one->next) {
            if (same(one->raw, certificate.raw)) {
                return true;
            }
        }
    } catch (const std::bad_alloc &) {
        // Not found, then.
    }
    return false;
}

bool MbedTlsSetup::pinned(const mbedtls_x509_crt &certificate) const noexcept
{
    PublicKeyPin digest{};
    mbedtls_sha256(certificate.pk_raw.p, certificate.pk_raw.len, digest.data(), 0);
    for (const PublicKeyPin &pin : options_.pins) {
        if (pin == digest) {
            return true;
        }
    }
    return options_.pins.empty();
}

bool MbedTlsSetup::has_revocations_for(const mbedtls_x509_crt &certificate) const noexcept
{
    for (const mbedtls_x509_crl *list = &revocations_; list != nullptr; list = list->next) {
        if (same(list->issuer_raw, certificate.issuer_raw)) {
            return true;
        }
    }
    return false;
}

CertificateFault MbedTlsSetup::judge(const mbedtls_x509_crt &certificate, int depth,
                                     uint32_t flags) const noexcept
{
    const bool leaf = depth == 0;
    const bool issued_by_itself = same(certificate.issuer_raw, certificate.subject_raw);
    if (options_.verify) {
        const CertificateFault fault = fault_in(flags);
        if (fault == CertificateFault::unknown_issuer && leaf && issued_by_itself) {
            return CertificateFault::self_signed;
        }
        if (leaf && (fault == CertificateFault::none || fault == CertificateFault::wrong_name) &&
            !is_for_servers(certificate)) {
            return CertificateFault::wrong_use;
        }
        // A common name is no name of a host any more (RFC 9525 2).
        const bool names =
            mbedtls_x509_crt_has_ext_type(&certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
        if (leaf && !names && (fault == CertificateFault::none || fault == CertificateFault::wrong_name)) {
            return CertificateFault::no_names;
        }
        if (fault != CertificateFault::none) {
            return fault;
        }
        // mbedTLS takes a missing list for an empty one.
        if (!options_.revocations.empty() && !issued_by_itself && !has_revocations_for(certificate)) {
            return CertificateFault::no_revocations;
        }
    }
    return leaf && !pinned(certificate) ? CertificateFault::not_pinned : CertificateFault::none;
}

// mbedTLS takes a DNS name that reads like an address for one (RFC 6125 1.7.2).
bool has_other_address(const mbedtls_x509_crt &certificate, const std::string &name) noexcept
{
    std::array<unsigned char, 16> address{};
    const bool v4 = inet_pton(AF_INET, name.c_str(), address.data()) == 1;
    if (!v4 && inet_pton(AF_INET6, name.c_str(), address.data()) != 1) {
        return false;  // no address
    }
    const size_t length = v4 ? 4 : 16;
    for (const mbedtls_x509_sequence *san = &certificate.subject_alt_names; san != nullptr; san = san->next) {
        if ((san->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == MBEDTLS_X509_SAN_IP_ADDRESS &&
            san->buf.len == length && std::memcmp(san->buf.p, address.data(), length) == 0) {
            return false;
        }
    }
    return true;
}

void keep_certificate(TlsHandshake &handshake, const mbedtls_x509_crt &certificate) noexcept
{
    try {
        handshake.certificates.insert(0, text_of(certificate));
    } catch (const std::bad_alloc &) {
        handshake.keep_certificates = false;
        handshake.certificates.clear();
    }
}

// Called for each certificate of the chain, from the authority's to the server's.
int MbedTlsSetup::verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags) noexcept
{
    auto &handshake = *static_cast<TlsHandshake *>(context);
    const auto &setup = *static_cast<const MbedTlsSetup *>(handshake.setup);
    handshake.certificate_seen = true;
    if (handshake.keep_certificates) {
        keep_certificate(handshake, *certificate);
    }
    if (depth == 0 && setup.options_.verify && has_other_address(*certificate, handshake.server_name)) {
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    if (depth == 0 && (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0 &&
        setup.is_authority_itself(*certificate)) {
        *flags &= ~uint32_t{MBEDTLS_X509_BADCERT_NOT_TRUSTED};
    }
    const CertificateFault fault = setup.judge(*certificate, depth, *flags);
    if (fault == CertificateFault::none) {
        *flags = 0;
        return 0;
    }
    *flags |= MBEDTLS_X509_BADCERT_OTHER;
    try {
        handshake.set_problem(describe_fault(fault, fault_detail(fault, *certificate, handshake)).c_str());
    } catch (const std::bad_alloc &) {
        handshake.set_problem("out of memory");
    }
    // With verification off mbedTLS would go on.
    return setup.options_.verify ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}

}  // namespace

std::unique_ptr<TlsSetup> make_tls_setup(const TlsOptions &options, std::string &problem)
{
    auto setup = std::make_unique<MbedTlsSetup>(options);
    problem = setup->load();
    if (!problem.empty()) {
        return nullptr;
    }
    return setup;
}

const char *tls_library_version() noexcept
{
    return MBEDTLS_VERSION_STRING_FULL;
}

}  // namespace nws
