// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "tls/tls_setup.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <unordered_map>

#include <arpa/inet.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tls/certificate_text.h"
#include "tls/cpu.h"
#include "tls/pem.h"
#include "tls/session_cache.h"
#include "tls/tls_words.h"

namespace nws {

namespace {

template <auto free>
struct Free {
    template <typename Object>
    void operator()(Object *object) const noexcept
    {
        free(object);
    }
};

using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Session = std::unique_ptr<SSL_SESSION, Free<SSL_SESSION_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

Bio bio_of(std::string_view pem)
{
    Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (bio == nullptr) {
        throw std::bad_alloc();
    }
    return bio;
}

bool is_address(const std::string &name) noexcept
{
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

// ---- texts ----

std::string date(const ASN1_TIME *time)
{
    tm broken_down = {};
    ASN1_TIME_to_tm(time, &broken_down);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", broken_down.tm_year + 1900,
                  broken_down.tm_mon + 1, broken_down.tm_mday);
    return text.data();
}

// The common name, or all of it if there is none.
std::string name_text(const X509_NAME *name)
{
    std::array<char, 100> text{};
    if (X509_NAME_get_text_by_NID(name, NID_commonName, text.data(), text.size()) < 0) {
        X509_NAME_oneline(name, text.data(), text.size());
    }
    return text.data();
}

std::string whole_name(const X509_NAME *name)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    char *text = nullptr;
    if (bio == nullptr ||
        X509_NAME_print_ex(bio.get(), name, 0,
                           (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) | XN_FLAG_SEP_CPLUS_SPC) < 0) {
        return name_text(name);
    }
    const long length = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<size_t>(length)};
}

std::string text_of(X509 *certificate)
{
    unsigned char *der = nullptr;
    const int length = i2d_X509(certificate, &der);
    if (length < 0) {
        throw std::bad_alloc();
    }
    const std::unique_ptr<unsigned char, void (*)(unsigned char *)> owned(
        der, [](unsigned char *bytes) { OPENSSL_free(bytes); });
    return write_certificate({whole_name(X509_get_subject_name(certificate)),
                              whole_name(X509_get_issuer_name(certificate)),
                              date(X509_get0_notBefore(certificate)),
                              date(X509_get0_notAfter(certificate)),
                              {reinterpret_cast<const char *>(der), static_cast<size_t>(length)}});
}

// What was followed, or, if that was not done, the first.
std::string text_of_chain(X509_STORE_CTX *store)
{
    std::string text;
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(store);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        text += text_of(sk_X509_value(chain, i));
    }
    return text.empty() ? text_of(X509_STORE_CTX_get0_cert(store)) : text;
}

bool has_names(X509 *certificate) noexcept
{
    return X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0;
}

CertificateFault fault_of(int error, X509 *certificate) noexcept
{
    switch (error) {
    case X509_V_OK:
        return CertificateFault::none;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return CertificateFault::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return CertificateFault::not_yet_valid;
    case X509_V_ERR_CERT_REVOKED:
        return CertificateFault::revoked;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return CertificateFault::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return CertificateFault::unknown_issuer;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return has_names(certificate) ? CertificateFault::wrong_name : CertificateFault::no_names;
    case X509_V_ERR_INVALID_PURPOSE:
        return CertificateFault::wrong_use;
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return CertificateFault::weak_digest;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
        return CertificateFault::weak_key;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
        return CertificateFault::no_revocations;
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
        return CertificateFault::expired_revocations;
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        return CertificateFault::bad_revocations;
    default:
        return CertificateFault::other;
    }
}

std::string fault_detail(CertificateFault fault, int error, X509 *certificate, const TlsHandshake &handshake)
{
    switch (fault) {
    case CertificateFault::expired:
        return date(X509_get0_notAfter(certificate));
    case CertificateFault::not_yet_valid:
        return date(X509_get0_notBefore(certificate));
    case CertificateFault::wrong_name:
        return handshake.server_name;
    case CertificateFault::other:
        return X509_verify_cert_error_string(error);
    default:
        return name_text(X509_get_issuer_name(certificate));
    }
}

// ---- what OpenSSL makes of options ----

class OpenSslSetup : public TlsSetup {
public:
    explicit OpenSslSetup(const TlsOptions &options);

    // "" or what is wrong. Throws std::bad_alloc only.
    std::string load();

    void install(lws_context_creation_info &info) noexcept override;
    void begin(TlsHandshake &handshake, lws *wsi) noexcept override;
    void established(TlsHandshake &) noexcept override {}  // OpenSSL tells of sessions itself
    TlsSession session(const TlsHandshake &handshake) const override;

private:
    static int verify(X509_STORE_CTX *store, void *setup) noexcept;
    static void on_info(const SSL *ssl, int where, int value) noexcept;
    static int on_session(SSL *ssl, SSL_SESSION *session) noexcept;
    static int on_certificate_wanted(SSL *ssl, X509 **, EVP_PKEY **) noexcept;
    static TlsHandshake *handshake_of(const SSL *ssl) noexcept;

    std::string load_authorities();
    std::string load_revocations();
    std::string load_identity();
    std::string load_private_key();
    void start(SSL *ssl) noexcept;
    void on_failure(const SSL *ssl, TlsHandshake &handshake);
    void set_name(X509_STORE_CTX *store, const std::string &name) noexcept;
    bool pinned(X509 *certificate) const noexcept;

    const TlsOptions options_;
    const Context context_;
    SessionCache<Session> sessions_;
    // libwebsockets makes the SSL itself: until its handshake begins, its
    // descriptor tells whose it is.
    std::unordered_map<int, TlsHandshake *> beginning_;
};

int handshake_index() noexcept
{
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int setup_index() noexcept
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

OpenSslSetup::OpenSslSetup(const TlsOptions &options)
    : options_(options), context_(SSL_CTX_new(TLS_client_method()))
{
    if (context_ == nullptr) {
        throw std::bad_alloc();
    }
}

std::string OpenSslSetup::load()
{
    SSL_CTX *context = context_.get();
    SSL_CTX_set_ex_data(context, setup_index(), this);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // Ephemeral keys only. Most machines have AES instructions; where there are
    // none, ChaCha20 is several times as fast.
    SSL_CTX_set_cipher_list(context,
                            cpu_has_aes() ? "ECDHE+AESGCM:ECDHE+CHACHA20" : "ECDHE+CHACHA20:ECDHE+AESGCM");
    SSL_CTX_set_ciphersuites(
        context, cpu_has_aes()
                     ? "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
                     : "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384");
    // 112 bits: no SHA-1 in certificates, no RSA below 2048.
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_cert_verify_callback(context, verify, this);
    SSL_CTX_set_info_callback(context, on_info);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
    SSL_CTX_set_client_cert_cb(context, on_certificate_wanted);
    std::string problem = load_authorities();
    if (problem.empty()) {
        problem = load_revocations();
    }
    if (problem.empty()) {
        problem = load_identity();
    }
    ERR_clear_error();
    return problem;
}

std::string OpenSslSetup::load_authorities()
{
    if (!options_.verify) {
        return {};
    }
    Authorities authorities;
    if (std::string problem = read_authorities(options_, authorities); !problem.empty()) {
        return problem;
    }
    X509_STORE *store = SSL_CTX_get_cert_store(context_.get());
    if (authorities.hashed) {
        if (X509_STORE_load_locations(store, nullptr, authorities.source.c_str()) != 1) {
            throw std::bad_alloc();
        }
        return {};
    }
    const Bio bio = bio_of(authorities.pem);
    bool any = false;
    while (const Certificate certificate{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)}) {
        any = X509_STORE_add_cert(store, certificate.get()) == 1 || any;
    }
    return any ? "" : cannot_use(authorities.source, "it has no certificates");
}

std::string OpenSslSetup::load_revocations()
{
    if (options_.revocations.empty()) {
        return {};
    }
    SecretString pem;
    if (const char *error = read_pem(options_.revocations, pem)) {
        return cannot_use(options_.revocations, error);
    }
    const Bio bio = bio_of(pem);
    X509_STORE *store = SSL_CTX_get_cert_store(context_.get());
    bool any = false;
    while (const RevocationList list{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)}) {
        any = X509_STORE_add_crl(store, list.get()) == 1 || any;
    }
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return any ? "" : cannot_use(options_.revocations, "it has no revocation lists");
}

std::string OpenSslSetup::load_identity()
{
    if (options_.certificate.empty()) {
        return {};
    }
    SecretString pem;
    if (const char *error = read_pem(options_.certificate, pem)) {
        return cannot_use(options_.certificate, error);
    }
    const Bio bio = bio_of(pem);
    const Certificate leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
    if (leaf == nullptr || SSL_CTX_use_certificate(context_.get(), leaf.get()) != 1) {
        return cannot_use(options_.certificate, "it has no certificates");
    }
    while (const Certificate issuer{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
        SSL_CTX_add1_chain_cert(context_.get(), issuer.get());
    }
    return load_private_key();
}

std::string OpenSslSetup::load_private_key()
{
    std::string_view source = options_.private_key;
    if (source.empty()) {
        source = options_.certificate;
    }
    SecretString pem;
    if (const char *error = read_pem(source, pem)) {
        return cannot_use(source, error);
    }
    struct Password {
        const SecretString &text;
        bool asked;
    } password = {options_.private_key_password, false};
    const auto give_password = [](char *buffer, int size, int, void *context) {
        auto &given = *static_cast<Password *>(context);
        given.asked = true;
        if (given.text.empty() || given.text.size() > static_cast<size_t>(size)) {
            return -1;
        }
        std::memcpy(buffer, given.text.data(), given.text.size());
        return static_cast<int>(given.text.size());
    };
    const Bio bio = bio_of(pem);
    const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, &password));
    if (key == nullptr) {
        return cannot_use(source, !password.asked         ? "it has no private key of a known kind"
                                  : password.text.empty() ? "the private key needs a password"
                                                          : "the password of the private key is wrong");
    }
    if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1 ||
        SSL_CTX_check_private_key(context_.get()) != 1) {
        return cannot_use(source, "the private key is not the certificate's");
    }
    return {};
}

// A context of ours: lws would add the distribution's store to what is asked.
void OpenSslSetup::install(lws_context_creation_info &info) noexcept
{
    info.provided_client_ssl_ctx = context_.get();
}

// ---- a connection ----

void OpenSslSetup::begin(TlsHandshake &handshake, lws *wsi) noexcept
{
    try {
        beginning_[lws_get_socket_fd(wsi)] = &handshake;
    } catch (const std::bad_alloc &) {
        handshake.set_problem("out of memory");
    }
}

TlsHandshake *OpenSslSetup::handshake_of(const SSL *ssl) noexcept
{
    return static_cast<TlsHandshake *>(SSL_get_ex_data(ssl, handshake_index()));
}

void OpenSslSetup::start(SSL *ssl) noexcept
{
    const auto entry = beginning_.find(SSL_get_fd(ssl));
    if (entry == beginning_.end()) {
        return;  // verify() refuses what has no handshake
    }
    TlsHandshake &handshake = *entry->second;
    beginning_.erase(entry);
    SSL_set_ex_data(ssl, handshake_index(), &handshake);
    handshake.library_connection = ssl;
    // lws sends addresses, too (RFC 6066 3 forbids it).
    const char *const name = is_address(handshake.server_name) ? nullptr : handshake.server_name.c_str();
    SSL_set_tlsext_host_name(ssl, name);
    if (const Session *session = sessions_.find(handshake.server_name, handshake.port)) {
        // A copy: OpenSSL marks the session of a connection that ends without
        // close_notify as not to be resumed.
        const Session copy(SSL_SESSION_dup(session->get()));
        SSL_set_session(ssl, copy.get());
    }
}

TlsSession OpenSslSetup::session(const TlsHandshake &handshake) const
{
    const auto *ssl = static_cast<const SSL *>(handshake.library_connection);
    return {SSL_get_version(ssl), SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl))};
}

void OpenSslSetup::on_info(const SSL *ssl, int where, int value) noexcept
{
    auto &setup = *static_cast<OpenSslSetup *>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), setup_index()));
    TlsHandshake *handshake = handshake_of(ssl);
    if (handshake == nullptr) {
        if ((where & SSL_CB_HANDSHAKE_START) != 0) {
            setup.start(const_cast<SSL *>(ssl));
        }
        return;
    }
    constexpr int kFatal = SSL3_AL_FATAL << 8;
    try {
        if (where == SSL_CB_CONNECT_EXIT && value <= 0) {
            setup.on_failure(ssl, *handshake);
        } else if (where == SSL_CB_READ_ALERT && (value & 0xFF00) == kFatal) {
            handshake->set_problem(describe_alert(value & 0xFF, handshake->certificate_wanted,
                                                  !setup.options_.certificate.empty())
                                       .c_str());
        }
    } catch (const std::bad_alloc &) {
        handshake->set_problem("out of memory");
    }
}

// SSL_connect() is about to return without success: it has failed, or waits.
void OpenSslSetup::on_failure(const SSL *ssl, TlsHandshake &handshake)
{
    const unsigned long error = ERR_peek_error();
    if (error == 0) {
        const int cause = errno;
        if (BIO_should_retry(SSL_get_rbio(ssl)) == 0 && SSL_want(ssl) != SSL_NOTHING) {
            handshake.set_problem(cause == 0 ? kClosedInHandshake : std::strerror(cause));
        }
        return;
    }
    // Were the session to blame, it would be so the next time, too.
    sessions_.forget(handshake.server_name, handshake.port);
    const char *const words = ERR_reason_error_string(error);
    switch (ERR_GET_REASON(error)) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
        handshake.set_problem(kNoCommonVersion);
        break;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
        handshake.set_problem(kNotTls);
        break;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        handshake.set_problem(kClosedInHandshake);
        break;
    default:
        handshake.set_problem(words != nullptr ? words : "the handshake failed");
    }
}

int OpenSslSetup::on_session(SSL *ssl, SSL_SESSION *session) noexcept
{
    TlsHandshake *handshake = handshake_of(ssl);
    if (handshake == nullptr) {
        return 0;
    }
    auto &setup = *static_cast<OpenSslSetup *>(handshake->setup);
    if (Session copy{SSL_SESSION_dup(session)}) {
        setup.sessions_.store(handshake->server_name, handshake->port, std::move(copy));
    }
    return 0;  // the reference is not ours
}

int OpenSslSetup::on_certificate_wanted(SSL *ssl, X509 **, EVP_PKEY **) noexcept
{
    if (TlsHandshake *handshake = handshake_of(ssl)) {
        handshake->certificate_wanted = true;
    }
    return 0;  // none
}

// ---- the server's certificate ----

bool OpenSslSetup::pinned(X509 *certificate) const noexcept
{
    PublicKeyPin digest{};
    unsigned char *key = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
    if (length > 0) {
        EVP_Digest(key, static_cast<size_t>(length), digest.data(), nullptr, EVP_sha256(), nullptr);
    }
    OPENSSL_free(key);
    for (const PublicKeyPin &pin : options_.pins) {
        if (length > 0 && pin == digest) {
            return true;
        }
    }
    return options_.pins.empty();
}

void OpenSslSetup::set_name(X509_STORE_CTX *store, const std::string &name) noexcept
{
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(store);
    // A common name is no name of a host any more (RFC 9525 2).
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address(name)) {
        X509_VERIFY_PARAM_set1_host(parameters, nullptr, 0);
        X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str());
    } else {
        X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
    }
}

void keep_certificates(TlsHandshake &handshake, X509_STORE_CTX *store) noexcept
{
    try {
        handshake.certificates = text_of_chain(store);
    } catch (const std::bad_alloc &) {
        handshake.certificates.clear();
    }
}

int OpenSslSetup::verify(X509_STORE_CTX *store, void *context) noexcept
{
    auto &setup = *static_cast<OpenSslSetup *>(context);
    const auto *ssl =
        static_cast<SSL *>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    TlsHandshake *handshake = handshake_of(ssl);
    if (handshake == nullptr) {
        return 0;
    }
    // lws's callback would have a say in it.
    X509_STORE_CTX_set_verify_cb(store, [](int ok, X509_STORE_CTX *) { return ok; });
    CertificateFault fault = CertificateFault::none;
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    if (setup.options_.verify) {
        setup.set_name(store, handshake->server_name);
        const bool good = X509_verify_cert(store) == 1;
        if (X509 *current = good ? nullptr : X509_STORE_CTX_get_current_cert(store)) {
            certificate = current;
        }
        fault = good ? CertificateFault::none : fault_of(X509_STORE_CTX_get_error(store), certificate);
    } else {
        X509_STORE_CTX_set_error(store, X509_V_OK);
    }
    handshake->certificate_seen = true;
    if (handshake->keep_certificates) {
        keep_certificates(*handshake, store);
    }
    // All ciphers offered have the server sign.
    if (fault == CertificateFault::none && setup.options_.verify &&
        (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
        fault = CertificateFault::wrong_use;
    }
    if (fault == CertificateFault::none && !setup.pinned(X509_STORE_CTX_get0_cert(store))) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
        fault = CertificateFault::not_pinned;
    }
    if (fault == CertificateFault::none) {
        return 1;
    }
    try {
        const int error = X509_STORE_CTX_get_error(store);
        handshake->set_problem(
            describe_fault(fault, fault_detail(fault, error, certificate, *handshake)).c_str());
    } catch (const std::bad_alloc &) {
        handshake->set_problem("out of memory");
    }
    return 0;
}

}  // namespace

std::unique_ptr<TlsSetup> make_tls_setup(const TlsOptions &options, std::string &problem)
{
    auto setup = std::make_unique<OpenSslSetup>(options);
    problem = setup->load();
    if (!problem.empty()) {
        return nullptr;
    }
    return setup;
}

const char *tls_library_version() noexcept
{
    static const std::string text = [] {
        const std::string all = OpenSSL_version(OPENSSL_VERSION);  // and a date
        return all.substr(0, all.find(' ', all.find(' ') + 1));
    }();
    return text.c_str();
}

}  // namespace nws
