// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Bytes of a server after the handshake, as events of an Inbox: the same, whichever
// pieces they come in. Two bytes before say how, and with which extension.

#include "connection/inbox.h"
#include "deflate/message_deflater.h"
#include "fuzz/fuzz.h"

using namespace nws;
using namespace nws::test;

namespace {

constexpr size_t kMostMessage = 20'000;

struct Story {
    std::string events;
    std::string payload;  // of messages, in whichever parts

    void tell(const std::string &event) { events += event + "; "; }
};

// False: nothing more may be fed.
bool take_all(Inbox &inbox, char *cursor, char *end, Story &story)
{
    for (;;) {
        switch (inbox.next(cursor, end)) {
        case Inbox::Event::more:
            MUST(cursor == end);
            return true;
        case Inbox::Event::message:
        case Inbox::Event::part: {
            const Message &message = inbox.message();
            MUST(message.data != nullptr);
            story.payload.append(message.data, message.length);
            if (message.first && message.last) {
                MUST(message.length <= kMostMessage);
            }
            if (message.last) {
                story.tell(std::string(message.text ? "text " : "binary ") +
                           std::to_string(story.payload.size()));
            }
            break;
        }
        case Inbox::Event::ping:
        case Inbox::Event::pong:
            MUST(inbox.control_length() <= kMaxControlPayload);
            story.tell("control " + std::string(reinterpret_cast<const char *>(inbox.control_payload()),
                                                inbox.control_length()));
            break;
        case Inbox::Event::close:
            story.tell("close " + std::to_string(inbox.close_code()));
            return false;
        case Inbox::Event::violation:
            MUST(inbox.violation().what != nullptr);
            story.tell("violation " + std::to_string(inbox.violation().close_code));
            return false;
        case Inbox::Event::no_memory:
            story.tell("no memory");
            return false;
        }
    }
}

Story receive(const std::string &bytes, size_t piece, Delivery delivery, const DeflateParameters *deflate)
{
    Inbox inbox(kMostMessage, delivery);
    if (deflate != nullptr) {
        inbox.set_inflater(MessageInflater::create(*deflate));
    }
    Story story;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        // A block of its own, so that a byte too far is seen.
        std::vector<char> block(bytes.begin() + static_cast<ptrdiff_t>(at),
                                bytes.begin() + static_cast<ptrdiff_t>(std::min(at + piece, bytes.size())));
        block.push_back('|');  // may be overwritten
        if (!take_all(inbox, block.data(), &block.back(), story)) {
            break;
        }
        inbox.release();
    }
    return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput input(data, size);
    const uint8_t choices = input.byte();
    const size_t piece = 1 + input.byte() % 64;
    const std::string bytes = input.rest();
    DeflateParameters deflate;
    deflate.server_no_context_takeover = (choices & 2) != 0;
    const DeflateParameters *agreed = (choices & 1) != 0 && deflate_available() ? &deflate : nullptr;
    const bool in_parts = (choices & 4) != 0;

    const Delivery delivery = in_parts ? Delivery::in_parts : Delivery::whole;
    const Story whole = receive(bytes, bytes.size() + 1, delivery, agreed);
    const Story cut = receive(bytes, piece, delivery, agreed);
    const Story bytewise = receive(bytes, 1, delivery, agreed);
    MUST(whole.events == cut.events && whole.events == bytewise.events);
    if (!in_parts) {
        MUST(whole.payload == cut.payload && whole.payload == bytewise.payload);
    }
    return 0;
}
