// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "support/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "support/upgrade_reply.h"

namespace nws::test {

namespace {

// How often a connection may read or write before the others have their turn.
constexpr int kTurns = 16;
constexpr size_t kLongestHead = size_t{4} << 20;
constexpr char kTlsHandshakeRecord = 22;

}  // namespace

Connection::Connection(ServerState &state, int fd, unsigned id)
    : state_(state), fd_(fd), id_(id), stream_(make_plain_stream(fd)),
      behaviour_(state.behaviour_at_accept()), stream_chosen_(state.tls == nullptr)
{
    record(ServerEvent::Kind::accepted);
}

Connection::~Connection()
{
    stream_.reset();
    ::close(fd_);
    record(ServerEvent::Kind::ended);
}

void Connection::on_events(uint32_t events)
{
    flush();
    if ((events & (EPOLLERR | EPOLLHUP)) != 0 && !can_read() && !ended_) {
        on_broken();
    }
    read_available();
    drive();
}

// Behaviour and output take turns until one of them has to wait.
void Connection::drive()
{
    wants_tick_ = false;
    wants_turn_ = false;
    for (int turn = 0; turn < kTurns && !ended_; ++turn) {
        take_early_frames();
        if (behaviour_ && !ended_) {
            behaviour_->on_progress(*this);
        }
        if (is_flushed() || ended_) {
            break;
        }
        flush();
        if (!is_flushed()) {
            break;
        }
        wants_turn_ = turn == kTurns - 1;
    }
    if (finishing_ && is_flushed() && !ended_) {
        half_close();
        if (peer_ended_) {
            end();
        }
    }
}

uint32_t Connection::wanted_events() const
{
    const bool write = !is_flushed() || stream_->wants_write() || wants_turn_;
    return (can_read() ? uint32_t{EPOLLIN} : 0) | (write ? uint32_t{EPOLLOUT} : 0);
}

bool Connection::can_read() const
{
    return reading_ && !peer_ended_ && !ended_ && !is_congested();
}

void Connection::read_available()
{
    auto &buffer = state_.read_buffer;
    for (int turn = 0; turn < kTurns && can_read(); ++turn) {
        if (!choose_stream()) {
            return;
        }
        const IoResult result = stream_->read(buffer.data(), buffer.size());
        record_tls();
        if (result.state == IoState::would_block) {
            return;
        }
        if (result.state == IoState::ended) {
            on_peer_end();
            return;
        }
        if (result.state == IoState::broken) {
            on_broken();
            return;
        }
        if (framed_) {
            take_frames(buffer.data(), result.count);
        } else {
            take_head({buffer.data(), result.count});
        }
        if (result.count < buffer.size() && !stream_->reads_in_records()) {
            return;
        }
    }
}

// ws and wss share the port: the first byte tells them apart.
bool Connection::choose_stream()
{
    if (stream_chosen_) {
        return true;
    }
    char first = 0;
    const ssize_t count = recv(fd_, &first, 1, MSG_PEEK);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return false;
    }
    stream_chosen_ = true;
    if (count == 1 && first == kTlsHandshakeRecord) {
        stream_ = state_.tls->accept(fd_);
    }
    return true;
}

void Connection::take_head(std::string_view bytes)
{
    head_.append(bytes);
    if (!has_request_) {
        // The end of the head may have begun in earlier bytes.
        const size_t old = head_.size() - bytes.size();
        const size_t end = head_.find("\r\n\r\n", old < 3 ? 0 : old - 3);
        if (end != std::string::npos) {
            const std::string complaint = parse_request(std::string_view(head_).substr(0, end + 4), request_);
            head_.erase(0, end + 4);
            has_request_ = true;
            record(ServerEvent::Kind::request, request_.target);
            if (!complaint.empty()) {
                record(ServerEvent::Kind::violation, complaint);
            }
            on_head();
        } else if (!behaviour_ && (head_.size() > kLongestHead || head_[0] < 'A' || head_[0] > 'Z')) {
            record(ServerEvent::Kind::violation, "what came is no HTTP request");
            send(make_status_reply(400, "Bad Request", "no HTTP\n"));
            finish();
        }
    }
    if (has_request_ && !head_.empty() && !early_bytes_seen_) {
        early_bytes_seen_ = true;
        record(ServerEvent::Kind::violation, "bytes after the request, before the answer to it");
    }
}

void Connection::on_head()
{
    if (!behaviour_) {
        behaviour_ = state_.behaviour_for(request_.path());
    }
    behaviour_->on_request(*this);
}

void Connection::forget_request()
{
    has_request_ = false;
    request_ = HttpRequest();
}

bool Connection::check_upgrade()
{
    std::string complaint = upgrade_complaint(request_);
    const std::string *key = request_.field("Sec-WebSocket-Key");
    if (complaint.empty() && state_.options.keep_events && !state_.seen_keys.insert(*key).second) {
        complaint = "Sec-WebSocket-Key was used before";
    }
    if (!complaint.empty()) {
        record(ServerEvent::Kind::violation, complaint);
    }
    return complaint.empty();
}

void Connection::begin_frames(uint8_t allowed_rsv)
{
    framed_ = true;
    checker_.allow_rsv(allowed_rsv);
    record(ServerEvent::Kind::upgraded, request_.target);
}

void Connection::take_early_frames()
{
    if (framed_ && !head_.empty()) {
        std::string bytes;
        bytes.swap(head_);
        take_frames(&bytes[0], bytes.size());
    }
}

void Connection::take_frames(char *bytes, size_t length)
{
    if (decoder_.is_broken()) {
        return;
    }
    Frame frame;
    decoder_.give(bytes, length);
    while (!ended_ && decoder_.next(frame)) {
        on_frame(frame);
    }
    if (decoder_.is_broken() && !ended_) {
        const Verdict verdict{"a frame of impossible length", 1002};
        record(ServerEvent::Kind::violation, verdict.text);
        behaviour_->on_violation(*this, verdict);
    }
}

void Connection::on_frame(const Frame &frame)
{
    if (state_.options.record_frames) {
        ServerEvent event;
        event.kind = ServerEvent::Kind::frame;
        event.connection = id_;
        event.opcode = frame.opcode;
        event.fin = frame.fin;
        event.rsv = frame.rsv;
        event.payload = state_.options.record_payloads ? std::string(frame.payload) : std::string();
        event.text = std::to_string(frame.payload.size()) + " bytes";
        state_.record(std::move(event));
    }
    const Verdict verdict = checker_.check(frame);
    if (!verdict.text.empty()) {
        record(ServerEvent::Kind::violation, verdict.text);
        if (!finishing_) {
            behaviour_->on_violation(*this, verdict);
        }
    }
    if (!finishing_) {
        behaviour_->on_frame(*this, frame);
    }
}

void Connection::on_peer_end()
{
    peer_ended_ = true;
    record(ServerEvent::Kind::closed_by_peer);
    if (behaviour_) {
        behaviour_->on_peer_end(*this);
    } else {
        end();
    }
}

void Connection::on_broken()
{
    const bool in_tls_handshake = stream_->reads_in_records() && !tls_seen_;
    if (in_tls_handshake) {
        record(ServerEvent::Kind::tls_failed, stream_->error());
    } else if (!peer_ended_) {
        record(ServerEvent::Kind::reset_by_peer, stream_->error());
    }
    // Nothing can be written any more.
    writing_ended_ = true;
    end();
}

void Connection::record_tls()
{
    if (!tls_seen_ && stream_->reads_in_records()) {
        const std::string description = stream_->tls_description();
        if (!description.empty()) {
            tls_seen_ = true;
            record(ServerEvent::Kind::tls, description);
        }
    }
}

void Connection::send_frame(Opcode opcode, std::string_view payload, FrameOptions options)
{
    append_frame(out_, opcode, payload, options);
}

void Connection::flush()
{
    while (!is_flushed() && !ended_) {
        const IoResult result = stream_->write(out_.data() + out_sent_, out_.size() - out_sent_);
        if (result.state == IoState::would_block) {
            break;
        }
        if (result.state != IoState::done) {
            on_broken();
            return;
        }
        out_sent_ += result.count;
    }
    // Half at least, so that moving the rest costs no more than sending it did.
    if (out_sent_ > out_.size() / 2) {
        out_.erase(0, out_sent_);
        out_sent_ = 0;
    }
}

bool Connection::is_taken_by_peer()
{
    flush();
    if (ended_ || (is_flushed() && peer_has_read_all(fd_))) {
        return true;
    }
    wants_tick_ = true;
    return false;
}

void Connection::half_close()
{
    if (!writing_ended_) {
        writing_ended_ = true;
        stream_->end_writing();
    }
}

void Connection::finish()
{
    finishing_ = true;
    reading_ = true;
}

void Connection::end()
{
    if (!ended_) {
        half_close();
        ended_ = true;
    }
}

void Connection::reset()
{
    const linger no_time{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);
    ended_ = true;
}

void Connection::record(ServerEvent::Kind kind, std::string text)
{
    ServerEvent event;
    event.kind = kind;
    event.connection = id_;
    event.text = std::move(text);
    if (kind == ServerEvent::Kind::request) {
        event.payload = request_.verbatim;
    }
    state_.record(std::move(event));
}

}  // namespace nws::test
