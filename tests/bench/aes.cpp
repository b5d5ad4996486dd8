// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the program nws-bench-aes: what the bundled mbedTLS encrypts on one core,
// AES-128-GCM in TLS records of --size bytes. --mode aes: with mbedTLS's own code;
// aes-blocks: with our patch, several blocks at a time, where there is AES-NI.
// Must not know: the library, but for the mbedTLS that it links in.

#define MBEDTLS_ALLOW_PRIVATE_ACCESS

#include <mbedtls/gcm.h>

#include <array>

#include "program.h"

namespace {

// As gcm.c has them.
constexpr unsigned char kAesNi = 2;
constexpr unsigned char kAesNiBlocks = 4;

}  // namespace

int main(int argc, char **argv)
{
    using namespace nws::bench;
    const Options options = parse_options(argc, argv, "nws-bench-aes");
    if (options.mode != "aes" && options.mode != "aes-blocks") {
        return kNoSuchMode;
    }
    const std::array<uint8_t, 16> key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    std::array<uint8_t, 12> nonce{};
    std::array<uint8_t, 5> head{};
    std::array<uint8_t, 16> tag{};
    std::vector<uint8_t> record = make_payload(options);
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    if (mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key.data(), 128) != 0) {
        fail("setkey");
    }
    if (options.mode == "aes" && gcm.acceleration == kAesNiBlocks) {
        gcm.acceleration = kAesNi;
    }
    print_result(options, measure(options, [&](uint64_t count) {
                     const double start = now();
                     for (uint64_t i = 0; i < count; ++i) {
                         nonce[0] = static_cast<uint8_t>(i);
                         if (mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, record.size(), nonce.data(),
                                                       nonce.size(), head.data(), head.size(), record.data(),
                                                       record.data(), tag.size(), tag.data()) != 0) {
                             fail("encryption");
                         }
                     }
                     return now() - start;
                 }));
    return 0;
}
