// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Fields of the application on their way into a request: a byte for each list,
// a field with its name to the first colon on each line. Nothing of it becomes
// another line, and nothing of the handshake's own is there twice.

#include "connection/handshake.h"
#include "fuzz/fuzz.h"

using namespace nws;
using namespace nws::test;

namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

size_t count_fields(const std::string &request, std::string_view name)
{
    size_t count = 0;
    for (size_t at = request.find("\r\n"); at + 4 < request.size(); at = request.find("\r\n", at + 2)) {
        const std::string_view line(request.data() + at + 2, request.find("\r\n", at + 2) - at - 2);
        count += equal_ignoring_case(line.substr(0, line.find(':')), name) ? 1 : 0;
    }
    return count;
}

void check_request(const std::string &request)
{
    MUST(request.rfind("GET /chat?x=y HTTP/1.1\r\n", 0) == 0);
    MUST(request.find("\r\n\r\n") == request.size() - 4);
    for (size_t i = 0; i < request.size(); ++i) {
        const bool ends_line = request[i] == '\r' && request[i + 1] == '\n';
        MUST(ends_line || (i > 0 && request[i - 1] == '\r' && request[i] == '\n') || request[i] == '\t' ||
             (static_cast<unsigned char>(request[i]) >= ' ' && request[i] != 0x7F));
    }
    for (const char *name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"}) {
        MUST(count_fields(request, name) == 1);
    }
    MUST(count_fields(request, "Origin") <= 1 && count_fields(request, "Authorization") <= 1);
    MUST(count_fields(request, "Sec-WebSocket-Protocol") <= 1);
    MUST(count_fields(request, "Content-Length") == 0 && count_fields(request, "Transfer-Encoding") == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    HeaderList lists[2];
    while (!input.empty()) {
        HeaderList &list = lists[input.flag() ? 1 : 0];
        const std::string line = input.line();
        const size_t colon = std::min(line.find(':'), line.size());
        const std::string name = line.substr(0, colon);
        const std::string value = line.substr(std::min(colon + 1, line.size()));
        const size_t before = list.fields().size();
        const WebSocket_ErrCode code = list.add(name.c_str(), value.c_str());
        MUST(list.fields().size() == before + (code == WEBSOCKET_OK ? 1 : 0));
    }
    Url url;
    MUST(parse_url("ws://user:secret@example.com/chat?x=y", url) == nullptr);
    HandshakeRequest request = make_handshake_request(url, merge_header_lists(lists[0], lists[1]));
    const std::string text(write_handshake_request(request, kKey));
    MUST(text.size() == request.bytes());
    check_request(text);
    // To another server nothing goes that was for this one.
    Url other;
    MUST(parse_url("wss://example.net/chat?x=y", other) == nullptr);
    redirect_handshake_request(request, url, other, false);
    const std::string redirected(write_handshake_request(request, kKey));
    check_request(redirected);
    MUST(count_fields(redirected, "Authorization") == 0 && count_fields(redirected, "Cookie") == 0);
    return 0;
}
