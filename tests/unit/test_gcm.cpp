// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the tests of our patch to mbedTLS that computes AES-GCM several blocks at
// a time (subprojects/packagefiles): the same as OpenSSL's, and as block by block,
// whatever the lengths, the pieces and where the output goes.

#include "unit/check.h"

#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/gcm.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <psa/crypto.h>

#include <algorithm>
#include <string>
#include <string_view>

// Nothing here needs it, but what is linked in does.
extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *,
                                                        uint8_t *output, size_t size, size_t *length)
{
    *length = size;
    return RAND_bytes(output, static_cast<int>(size)) == 1 ? PSA_SUCCESS : PSA_ERROR_INSUFFICIENT_ENTROPY;
}

namespace {

using namespace nws::test;

constexpr size_t kTagBytes = 16;

const unsigned char *bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

unsigned char *bytes_of(std::string &text)
{
    return reinterpret_cast<unsigned char *>(text.data());
}

std::string some_bytes(size_t length, size_t seed)
{
    std::string data(length, '\0');
    for (size_t i = 0; i < length; ++i) {
        data[i] = static_cast<char>((i + seed) * 167 + (i * i) / 61 + seed);
    }
    return data;
}

// What is encrypted, with its tag behind it.
std::string by_openssl(const std::string &key, const std::string &iv, const std::string &head,
                       const std::string &text)
{
    const EVP_CIPHER *cipher = key.size() == 16   ? EVP_aes_128_gcm()
                               : key.size() == 24 ? EVP_aes_192_gcm()
                                                  : EVP_aes_256_gcm();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    std::string sealed(text.size() + kTagBytes, '\0');
    int length = 0;
    EVP_EncryptInit_ex(context, cipher, nullptr, nullptr, nullptr);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr);
    EVP_EncryptInit_ex(context, nullptr, nullptr, bytes_of(key), bytes_of(iv));
    EVP_EncryptUpdate(context, nullptr, &length, bytes_of(head), static_cast<int>(head.size()));
    EVP_EncryptUpdate(context, bytes_of(sealed), &length, bytes_of(text), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context, bytes_of(sealed) + text.size(), &length);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, bytes_of(sealed) + text.size());
    EVP_CIPHER_CTX_free(context);
    return sealed;
}

class Gcm {
public:
    explicit Gcm(const std::string &key)
    {
        mbedtls_gcm_init(&context);
        mbedtls_gcm_setkey(&context, MBEDTLS_CIPHER_ID_AES, bytes_of(key),
                           static_cast<unsigned>(key.size() * 8));
    }
    ~Gcm() { mbedtls_gcm_free(&context); }
    Gcm(const Gcm &) = delete;
    Gcm &operator=(const Gcm &) = delete;

    void begin(int mode, const std::string &iv, const std::string &head)
    {
        mbedtls_gcm_starts(&context, mode, bytes_of(iv), iv.size());
        mbedtls_gcm_update_ad(&context, bytes_of(head), head.size());
    }

    // `text` in pieces of so many bytes, and the tag.
    std::string go_on(const std::string &text, size_t piece)
    {
        std::string out(text.size() + kTagBytes, '\0');
        size_t length = 0;
        for (size_t at = 0; at < text.size(); at += piece) {
            const size_t count = std::min(piece, text.size() - at);
            mbedtls_gcm_update(&context, bytes_of(text) + at, count, bytes_of(out) + at, count, &length);
        }
        mbedtls_gcm_finish(&context, nullptr, 0, &length, bytes_of(out) + text.size(), kTagBytes);
        return out;
    }

    std::string run(int mode, const std::string &iv, const std::string &head, const std::string &text,
                    size_t piece)
    {
        begin(mode, iv, head);
        return go_on(text, piece);
    }

    mbedtls_gcm_context context;
};

// Decrypted, it has the same tag.
bool is_the_same(Gcm &gcm, const std::string &sealed, const std::string &iv, const std::string &head,
                 const std::string &text, size_t piece)
{
    CHECK(gcm.run(MBEDTLS_GCM_ENCRYPT, iv, head, text, piece) == sealed);
    CHECK(gcm.run(MBEDTLS_GCM_DECRYPT, iv, head, sealed.substr(0, text.size()), piece) ==
          text + sealed.substr(text.size()));
    return true;
}

std::string from_hex(std::string_view digits)
{
    std::string bytes;
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

// Test case 4 of the paper that proposed GCM.
bool published_case()
{
    const std::string key = from_hex("feffe9928665731c6d6a8f9467308308");
    const std::string head = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const std::string text = from_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    Gcm gcm(key);
    CHECK(is_the_same(gcm,
                      from_hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                               "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                               "5bc94fbc3221a5db94fae95ae7121a47"),
                      from_hex("cafebabefacedbaddecaf888"), head, text, text.size()));
    return true;
}

bool keys_and_lengths()
{
    for (const size_t key_bytes : {16, 24, 32}) {
        const std::string key = some_bytes(key_bytes, key_bytes);
        Gcm gcm(key);
        for (size_t length = 0; length <= 400; ++length) {
            const std::string iv = some_bytes(length % 5 == 4 ? 20 : 12, length);
            const std::string head = some_bytes(length % 37, length);
            const std::string text = some_bytes(length, 3 * length);
            CHECK(is_the_same(gcm, by_openssl(key, iv, head, text), iv, head, text, length + 1));
        }
    }
    return true;
}

// Many keys: each bit of H.
bool many_keys()
{
    const std::string text = some_bytes(300, 1);
    for (size_t i = 0; i < 500; ++i) {
        const std::string key = some_bytes(16, i * 7);
        const std::string iv = some_bytes(12, i);
        Gcm gcm(key);
        CHECK(is_the_same(gcm, by_openssl(key, iv, "", text), iv, "", text, text.size()));
    }
    return true;
}

bool pieces()
{
    const std::string key = some_bytes(16, 1);
    const std::string iv = some_bytes(12, 2);
    const std::string head = some_bytes(5, 3);
    const std::string text = some_bytes(1500, 4);
    const std::string sealed = by_openssl(key, iv, head, text);
    Gcm gcm(key);
    for (size_t piece = 1; piece <= 300; ++piece) {
        CHECK(is_the_same(gcm, sealed, iv, head, text, piece));
    }
    return true;
}

// Only 32 bits of the counter count. Pieces of less than a block go block by block.
bool counter_that_overflows()
{
    const std::string iv = some_bytes(12, 1);
    const std::string text = some_bytes(500, 2);
    Gcm gcm(some_bytes(16, 3));
    for (const uint32_t before : {0xFFFFFFFFU, 0xFFFFFFFEU, 0xFFFFFFF7U, 0xFFFFFFF0U, 0xFFFFFFEBU}) {
        std::string sealed[2];
        for (const bool whole : {false, true}) {
            gcm.begin(MBEDTLS_GCM_ENCRYPT, iv, "");
            for (int i = 0; i < 4; ++i) {
                gcm.context.y[12 + i] = static_cast<unsigned char>(before >> (24 - 8 * i));
            }
            sealed[whole ? 1 : 0] = gcm.go_on(text, whole ? text.size() : 7);
        }
        CHECK(sealed[0] == sealed[1]);
    }
    return true;
}

// At the same place, or so far before what is read.
bool output_over_input()
{
    const std::string key = some_bytes(32, 1);
    const std::string iv = some_bytes(12, 2);
    const std::string text = some_bytes(1000, 3);
    const std::string sealed = by_openssl(key, iv, "", text);
    Gcm gcm(key);
    for (size_t before = 0; before <= 200; ++before) {
        std::string buffer = std::string(before, 'x') + text;
        std::string tag(kTagBytes, '\0');
        CHECK(mbedtls_gcm_crypt_and_tag(&gcm.context, MBEDTLS_GCM_ENCRYPT, text.size(), bytes_of(iv),
                                        iv.size(), nullptr, 0, bytes_of(buffer) + before, bytes_of(buffer),
                                        kTagBytes, bytes_of(tag)) == 0);
        CHECK(buffer.substr(0, text.size()) + tag == sealed);
        buffer.insert(0, before, 'y');
        buffer.replace(before, text.size(), sealed, 0, text.size());
        CHECK(mbedtls_gcm_auth_decrypt(&gcm.context, text.size(), bytes_of(iv), iv.size(), nullptr, 0,
                                       bytes_of(tag), kTagBytes, bytes_of(buffer) + before,
                                       bytes_of(buffer)) == 0);
        CHECK(buffer.substr(0, text.size()) == text);
    }
    return true;
}

bool what_was_changed_is_refused()
{
    const std::string iv = some_bytes(12, 2);
    const std::string text = some_bytes(400, 3);
    Gcm gcm(some_bytes(16, 1));
    const std::string sealed = gcm.run(MBEDTLS_GCM_ENCRYPT, iv, "", text, text.size());
    for (size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1 << (i % 8));
        std::string opened(text.size(), '\0');
        CHECK(mbedtls_gcm_auth_decrypt(&gcm.context, text.size(), bytes_of(iv), iv.size(), nullptr, 0,
                                       bytes_of(changed) + text.size(), kTagBytes, bytes_of(changed),
                                       bytes_of(opened)) == MBEDTLS_ERR_GCM_AUTH_FAILED);
    }
    return true;
}

}  // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(run<published_case>),
        cmocka_unit_test(run<keys_and_lengths>),
        cmocka_unit_test(run<many_keys>),
        cmocka_unit_test(run<pieces>),
        cmocka_unit_test(run<counter_that_overflows>),
        cmocka_unit_test(run<output_over_input>),
        cmocka_unit_test(run<what_was_changed_is_refused>),
    };
    return cmocka_run_group_tests_name("gcm", tests, nullptr, nullptr);
}
