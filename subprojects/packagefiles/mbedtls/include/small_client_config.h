/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * client_config.h for size: slower hashes and AES, no P-521, and errors of
 * mbedTLS that have no text of ours are told by their number.
 */
#ifndef NWS_MBEDTLS_SMALL_CLIENT_CONFIG_H
#define NWS_MBEDTLS_SMALL_CLIENT_CONFIG_H

#include "client_config.h"

#undef MBEDTLS_ERROR_C
#undef MBEDTLS_ECP_DP_SECP521R1_ENABLED
#undef MBEDTLS_SHA224_C

#define MBEDTLS_AES_FEWER_TABLES
/* In the file, which processes share, and not made in each one's memory. */
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER

#endif /* NWS_MBEDTLS_SMALL_CLIENT_CONFIG_H */
