// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "base/secret_string.h"

namespace nws {

SecretString &SecretString::append(std::string_view text)
{
    const size_t end = size();
    bytes_.resize(end + text.size() + 1);
    text.copy(bytes_.data() + end, text.size());
    bytes_.back() = '\0';
    return *this;
}

}  // namespace nws
