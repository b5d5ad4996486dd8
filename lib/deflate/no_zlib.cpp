// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what stands in for compression where the library is built without zlib:
// neither object can be made, so their other functions are never called.

#include "deflate/message_deflater.h"
#include "deflate/message_inflater.h"

namespace nws {

bool deflate_available() noexcept
{
    return false;
}

std::unique_ptr<MessageDeflater> MessageDeflater::create(const DeflateParameters &) noexcept
{
    return nullptr;
}

MessageDeflater::~MessageDeflater() = default;

void MessageDeflater::Free::operator()(z_stream_s *) const noexcept {}

bool MessageDeflater::is_worth(size_t) const noexcept
{
    return false;
}

bool MessageDeflater::begin() noexcept
{
    return false;
}

size_t MessageDeflater::deflate(const uint8_t *&, size_t &, bool, uint8_t *, size_t, bool *through) noexcept
{
    *through = true;
    return 0;
}

std::unique_ptr<MessageInflater> MessageInflater::create(const DeflateParameters &) noexcept
{
    return nullptr;
}

MessageInflater::~MessageInflater() = default;

void MessageInflater::Free::operator()(z_stream_s *) const noexcept {}

MessageInflater::Result MessageInflater::inflate(const uint8_t *&, size_t &, bool, uint8_t *, size_t,
                                                 size_t *written) noexcept
{
    *written = 0;
    return Result::corrupt;
}

}  // namespace nws
