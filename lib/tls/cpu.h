// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the processor can do that matters to the choice of ciphers. Any
// thread. Must not know: TLS.

#pragma once

namespace nws {

// Whether it has instructions for AES, and for the multiplication of GCM. Without
// them ChaCha20 is faster, and safe from timing. False where nobody tells.
bool cpu_has_aes() noexcept;

}  // namespace nws
