// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what a test makes the server do on a connection, step by step. A script
// is written on the test's thread; each connection runs a copy of its own on
// the server's. Must not know: the library under test.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/behaviour.h"
#include "support/upgrade_reply.h"

namespace nws::test {

class ScriptRunner;

// Where bytes are cut. Each piece is a write of its own, and goes out when the
// client has read the piece before: so it really gets the pieces one by one.
struct Cut {
    size_t every = 0;  // pieces of so many bytes
    size_t at = 0;     // two pieces, the first of so many bytes

    static Cut none() { return {}; }
    static Cut at_every(size_t bytes) { return {bytes, 0}; }
    static Cut at_byte(size_t position) { return {0, position}; }
};

// Steps run in order; one that has to wait lets the connection go on reading.
// A step that meets something else than it expects puts script_failed into the
// log and closes the connection. After the last step the connection stays open
// until the client or the server ends it. Scripts answer neither Ping nor Close
// unless a step says so.
class Script {
public:
    // The opening handshake.
    Script &expect_upgrade();  // a right one, or the log has a violation
    Script &expect_request();  // any request: say CONNECT
    Script &reply_upgrade(const UpgradeReply &reply = {}, Cut cut = {});
    Script &reply_status(unsigned status, const std::string &reason, const std::string &body = {},
                         const std::string &extra_fields = {}, Cut cut = {});
    Script &redirect(const std::string &location, unsigned status = 302);
    Script &next_request();  // what follows is another request on the same connection
    // Shorthand for expect_upgrade().reply_upgrade().
    Script &upgrade();

    // Sending.
    Script &send_bytes(const std::string &bytes, Cut cut = {});
    Script &send_frame(Opcode opcode, const std::string &payload = {}, FrameOptions options = {},
                       Cut cut = {});
    Script &send_text(const std::string &payload);
    Script &send_close(uint16_t code, const std::string &reason = {});

    // Receiving. Pings and Pongs are skipped where something else is expected; a
    // message's fragments are joined, a frame is one.
    Script &expect_frame(Opcode opcode, const std::optional<std::string> &payload = {});
    Script &expect_message(Opcode opcode, const std::optional<std::string> &payload = {});
    Script &expect_close(const std::optional<uint16_t> &code = {});  // 1005: no code
    // Waits for `count` messages that read "SEQUENCE…" or "PRODUCER:SEQUENCE…",
    // and fails unless each producer's sequence is 0, 1, 2, …
    Script &count_messages(size_t count);
    // Sends frames back, answers Pings, and goes on once it has answered Close.
    Script &echo_until_close();
    // Takes whatever comes, answers Pings, and goes on once it has answered Close.
    Script &take_until_close();
    // Waits for the end of the client's stream.
    Script &expect_end();
    // A client that is read no more is held up once buffers are full.
    Script &stop_reading();
    Script &resume_reading();

    // Waits until the test calls release(name). The log says when it is reached.
    Script &stall(const std::string &name);

    // Ending.
    Script &answer_close();  // waits for Close, sends it back, ends after the client
    Script &half_close();    // FIN; with TLS after close_notify
    Script &close();         // FIN, and nothing is read any more
    Script &reset();         // RST once the client has read all (on a Unix socket: as close)

private:
    friend class ScriptRunner;
    enum class Progress { done, waiting, failed };
    using Action = std::function<Progress(ScriptRunner &)>;
    struct Step {
        std::string name;
        Action go;
    };

    Script &add(const std::string &name, Action action);

    std::vector<Step> steps_;
};

std::unique_ptr<Behaviour> run_script(const Script &script);

}  // namespace nws::test
