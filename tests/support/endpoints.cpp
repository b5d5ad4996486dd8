// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/endpoints.h"

#include "support/connection.h"
#include "support/digest.h"

namespace nws::test {

namespace {

constexpr uint64_t kLongestMessage = uint64_t{1} << 30;

// A server that keeps to RFC 6455: fragments are joined, Ping and Close
// answered, violations end in a Close frame.
class Endpoint : public Behaviour {
public:
    void on_request(Connection &connection) override
    {
        if (!connection.check_upgrade()) {
            connection.send(make_status_reply(400, "Bad Request", "no WebSocket upgrade\n"));
            connection.finish();
            return;
        }
        connection.send(make_upgrade_reply(connection.request(), reply(connection.request())));
        connection.begin_frames();
        on_open(connection);
    }

    void on_frame(Connection &connection, const Frame &frame) override
    {
        switch (frame.opcode) {
        case Opcode::ping: connection.send_frame(Opcode::pong, frame.payload); break;
        case Opcode::pong: on_pong(connection, frame.payload); break;
        case Opcode::close:
            if (!close_sent_) {
                connection.send_frame(Opcode::close, frame.payload);
            }
            connection.finish();
            break;
        default: take_fragment(connection, frame); break;
        }
    }

    void on_violation(Connection &connection, const Verdict &verdict) override
    {
        if (!close_sent_) {
            send_close(connection, close_payload(verdict.close_code, verdict.text.substr(0, 120)));
        }
        connection.finish();
    }

    void on_peer_end(Connection &connection) override { connection.finish(); }

protected:
    virtual UpgradeReply reply(const HttpRequest &) { return {}; }
    virtual void on_open(Connection &) {}
    virtual void on_message(Connection &, Opcode, std::string_view) {}
    virtual void on_pong(Connection &, std::string_view) {}

    void send_close(Connection &connection, const std::string &payload)
    {
        close_sent_ = true;
        connection.send_frame(Opcode::close, payload);
    }

private:
    void take_fragment(Connection &connection, const Frame &frame)
    {
        if (frame.opcode != Opcode::continuation && frame.fin) {
            on_message(connection, frame.opcode, frame.payload);
            return;
        }
        if (frame.opcode != Opcode::continuation) {
            opcode_ = frame.opcode;
        }
        if (message_.size() + frame.payload.size() > kLongestMessage) {
            send_close(connection, close_payload(1009));
            connection.finish();
            return;
        }
        message_.append(frame.payload);
        if (frame.fin) {
            on_message(connection, opcode_, message_);
            message_.clear();
        }
    }

    Opcode opcode_ = Opcode::text;
    std::string message_;
    bool close_sent_ = false;
};

class Echo final : public Endpoint {
    void on_message(Connection &connection, Opcode opcode, std::string_view payload) override
    {
        connection.send_frame(opcode, payload);
    }
};

class Sink final : public Endpoint {
    void on_open(Connection &connection) override
    {
        wanted_ = connection.request().query_number("n", 1);
        sums_ = connection.request().query("checksum") != "no";
    }

    void on_message(Connection &connection, Opcode, std::string_view payload) override
    {
        ++messages_;
        bytes_ += payload.size();
        sum_ = sums_ ? fnv1a(payload, sum_) : sum_;
        if (messages_ == wanted_) {
            connection.send_frame(Opcode::text, std::to_string(messages_) + " " + std::to_string(bytes_) +
                                                    " " + (sums_ ? hex64(sum_) : "-"));
            messages_ = 0;
            bytes_ = 0;
            sum_ = kFnvStart;
        }
    }

    uint64_t wanted_ = 1;
    bool sums_ = true;
    uint64_t messages_ = 0;
    uint64_t bytes_ = 0;
    uint64_t sum_ = kFnvStart;
};

class Source final : public Endpoint {
    static constexpr size_t kSequenceSize = 8;

    void on_open(Connection &connection) override
    {
        left_ = connection.request().query_number("n", 1);
        size_ = static_cast<size_t>(connection.request().query_number("size", kSequenceSize));
        size_ = size_ < kSequenceSize ? kSequenceSize : size_;
        if (size_ > kLongestMessage) {
            left_ = 0;
            return;
        }
        std::string payload(size_, '\0');
        for (size_t i = 0; i < size_; ++i) {
            payload[i] = static_cast<char>('a' + i % 26);
        }
        frame_ = make_frame(Opcode::binary, payload);
    }

    void on_progress(Connection &connection) override
    {
        std::string &output = connection.output();
        while (left_ > 0 && !connection.is_congested()) {
            const size_t at = output.size() + frame_.size() - size_;
            output.append(frame_);
            for (size_t i = 0; i < kSequenceSize; ++i) {
                output[at + i] = static_cast<char>(sequence_ >> (56 - 8 * i));
            }
            ++sequence_;
            --left_;
        }
        if (left_ == 0 && !done_) {
            done_ = true;
            send_close(connection, close_payload(1000));
        }
    }

    uint64_t left_ = 0;
    size_t size_ = kSequenceSize;
    std::string frame_;
    uint64_t sequence_ = 0;
    bool done_ = false;
};

class CloseAtOnce final : public Endpoint {
    void on_open(Connection &connection) override
    {
        const HttpRequest &request = connection.request();
        const auto code = static_cast<uint16_t>(request.query_number("code", 0));
        send_close(connection, code == 0 ? "" : close_payload(code, request.query("reason")));
    }
};

class Drop final : public Endpoint {
    void on_progress(Connection &connection) override
    {
        // A reset may take with it what the client has not read.
        if (connection.is_taken_by_peer()) {
            connection.reset();
        }
    }
};

class Stall final : public Behaviour {
    void on_request(Connection &connection) override { connection.check_upgrade(); }
    void on_frame(Connection &, const Frame &) override {}
    void on_peer_end(Connection &connection) override { connection.finish(); }
};

const char *reason_of(uint64_t status)
{
    switch (status) {
    case 200: return "OK";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 407: return "Proxy Authentication Required";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

class Status final : public Behaviour {
public:
    explicit Status(uint64_t fixed = 0) : fixed_(fixed) {}

private:
    void on_request(Connection &connection) override
    {
        const HttpRequest &request = connection.request();
        const uint64_t status = fixed_ != 0 ? fixed_ : request.query_number("code", 403);
        const std::string location = fixed_ != 0 ? "" : request.query("location");
        const std::string reason = reason_of(status);
        // A line break from the query would make header fields of its own.
        const bool is_safe = location.find_first_of("\r\n") == std::string::npos;
        connection.send(
            make_status_reply(static_cast<unsigned>(status), reason, reason + "\n",
                              location.empty() || !is_safe ? "" : "Location: " + location + "\r\n"));
        connection.finish();
    }

    void on_frame(Connection &, const Frame &) override {}
    void on_peer_end(Connection &connection) override { connection.finish(); }

    uint64_t fixed_;
};

class Fragments final : public Endpoint {
    void on_open(Connection &connection) override
    {
        count_ = connection.request().query_number("n", 2);
        count_ = count_ == 0 ? 1 : count_;
    }

    void on_progress(Connection &connection) override
    {
        for (; sent_ < count_ && !connection.is_congested(); ++sent_) {
            FrameOptions options;
            options.fin = sent_ + 1 == count_;
            connection.send_frame(sent_ == 0 ? Opcode::text : Opcode::continuation,
                                  "part " + std::to_string(sent_ + 1) + ";", options);
        }
    }

    uint64_t count_ = 0;
    uint64_t sent_ = 0;
};

class Ping final : public Endpoint {
    void on_open(Connection &connection) override
    {
        count_ = connection.request().query_number("n", 1);
        if (count_ == 0) {
            tell(connection);
        }
    }

    void on_progress(Connection &connection) override
    {
        for (; sent_ < count_ && !connection.is_congested(); ++sent_) {
            connection.send_frame(Opcode::ping, "ping " + std::to_string(sent_ + 1));
        }
    }

    // Pings may be answered by one Pong to the latest (RFC 6455 5.5.3).
    void on_pong(Connection &connection, std::string_view payload) override
    {
        ++pongs_;
        if (payload == "ping " + std::to_string(count_)) {
            tell(connection);
        }
    }

    void tell(Connection &connection) { connection.send_frame(Opcode::text, std::to_string(pongs_)); }

    uint64_t count_ = 0;
    uint64_t sent_ = 0;
    uint64_t pongs_ = 0;
};

class Headers final : public Endpoint {
    void on_open(Connection &connection) override
    {
        const std::string &head = connection.request().verbatim;
        const size_t fields = head.find("\r\n") + 2;
        const std::string text = head.substr(fields, head.size() - fields - 2);
        connection.send_frame(is_utf8(text) ? Opcode::text : Opcode::binary, text);
    }
};

class Subprotocol final : public Endpoint {
    UpgradeReply reply(const HttpRequest &request) override
    {
        const auto offered = request.list("Sec-WebSocket-Protocol");
        UpgradeReply reply;
        reply.subprotocol = chosen_ = offered.empty() ? "" : offered.front();
        return reply;
    }

    void on_open(Connection &connection) override { connection.send_frame(Opcode::text, chosen_); }

    std::string chosen_;
};

}  // namespace

std::unique_ptr<Behaviour> make_endpoint(const std::string &path)
{
    if (path == "/echo") {
        return std::make_unique<Echo>();
    }
    if (path == "/sink") {
        return std::make_unique<Sink>();
    }
    if (path == "/source") {
        return std::make_unique<Source>();
    }
    if (path == "/close") {
        return std::make_unique<CloseAtOnce>();
    }
    if (path == "/drop") {
        return std::make_unique<Drop>();
    }
    if (path == "/stall") {
        return std::make_unique<Stall>();
    }
    if (path == "/status") {
        return std::make_unique<Status>();
    }
    if (path == "/fragments") {
        return std::make_unique<Fragments>();
    }
    if (path == "/ping") {
        return std::make_unique<Ping>();
    }
    if (path == "/headers") {
        return std::make_unique<Headers>();
    }
    if (path == "/subprotocol") {
        return std::make_unique<Subprotocol>();
    }
    return std::make_unique<Status>(404);
}

const char *endpoints_help()
{
    return "Endpoints (any other path: 404):\n"
           "  /echo                     sends every message back, fragments joined\n"
           "  /sink?n=N[&checksum=no]   after each N messages one text: \"N BYTES FNV1A64\"\n"
           "  /source?n=N&size=S        N binary messages of S bytes, each beginning with its number\n"
           "                            (from 0, 8 bytes, big-endian); then Close 1000\n"
           "  /close?code=C&reason=R    a Close frame at once; no code: an empty one\n"
           "  /drop                     a TCP reset right after the upgrade\n"
           "  /stall                    never answers the upgrade\n"
           "  /status?code=C[&location=URL]  that status instead of the upgrade\n"
           "  /fragments?n=N            one text in N fragments: \"part 1;part 2;...\"\n"
           "  /ping?n=N                 N pings \"ping I\"; once the last is answered, a text with the\n"
           "                            number of pongs\n"
           "  /headers                  the request's header fields as one text\n"
           "  /subprotocol              chooses the first subprotocol offered and sends its name\n";
}

}  // namespace nws::test
