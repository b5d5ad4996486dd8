// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The struct that NetWebSocket_SetOptions() is given: its bytes, but for pointers,
// which lead nowhere or to lines of the input. The size says how much of it there
// is, and no byte beyond is read.

#include <cstring>
#include <memory>

#include "api/extended_options.h"
#include "fuzz/fuzz.h"

using namespace nws;
using namespace nws::test;

namespace {

constexpr const char *NetWebSocket_Options::*kTexts[] = {
    &NetWebSocket_Options::subprotocols,   &NetWebSocket_Options::origin,
    &NetWebSocket_Options::host,           &NetWebSocket_Options::tlsAuthorities,
    &NetWebSocket_Options::tlsRevocations, &NetWebSocket_Options::tlsCertificate,
    &NetWebSocket_Options::tlsPrivateKey,  &NetWebSocket_Options::tlsPrivateKeyPassword,
    &NetWebSocket_Options::tlsPins,        &NetWebSocket_Options::tlsServerName,
    &NetWebSocket_Options::proxy,
};

void check(const ClientOptions &out)
{
    MUST(out.max_send_bytes > 0 && out.session.max_receive_bytes > 0 && out.max_queued_bytes > 0);
    MUST(!out.origin || !has_control(*out.origin) || out.origin->find('\t') != std::string::npos);
    MUST(!out.host || out.host->find_first_of("\r\n") == std::string::npos);
    MUST(!out.origin || out.origin->find_first_of("\r\n") == std::string::npos);
    MUST(!out.subprotocols || out.subprotocols->find_first_of("\r\n") == std::string::npos);
    MUST(!out.deflate || check_deflate_parameters(*out.deflate) == nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const uint8_t which = input.byte();
    const size_t length = input.byte() * 2 + (which & 1);
    const uint8_t texts = input.byte();
    const bool defaults = (which & 2) != 0;
    const std::string bytes = input.bytes(sizeof(NetWebSocket_Options));

    NetWebSocket_Options options;
    fill_in_defaults(&options, sizeof options);
    if (!defaults) {
        std::memcpy(&options, bytes.data(), std::min(bytes.size(), sizeof options));
    }
    options.onTypedMessage = nullptr;
    options.onMessagePart = nullptr;
    options.onPong = nullptr;
    options.onDrained = nullptr;
    options.onReconnect = nullptr;
    std::vector<std::string> lines;
    for (size_t i = 0; i < std::size(kTexts); ++i) {
        lines.push_back(input.line());
    }
    for (size_t i = 0; i < std::size(kTexts); ++i) {
        options.*kTexts[i] = (texts >> i % 8 & 1) != 0 ? lines[i].c_str() : nullptr;
    }

    // As long as it says, in a block of its own.
    const size_t room = std::max(length, sizeof options.structSize);
    options.structSize = defaults ? sizeof options : room;
    const size_t taken = std::max(options.structSize, sizeof options.structSize);
    const auto block = std::make_unique<uint8_t[]>(taken);
    std::memcpy(block.get(), &options, std::min(taken, sizeof options));
    const auto *given = reinterpret_cast<const NetWebSocket_Options *>(block.get());

    ClientOptions out;
    std::string problem;
    if (read_options(given, out, problem)) {
        check(out);
    } else {
        MUST(!problem.empty() && !has_control(problem));
    }
    return 0;
}
