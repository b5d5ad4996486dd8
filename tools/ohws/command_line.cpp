// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "command_line.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "help_text.h"

namespace nws::ohws {

namespace {

constexpr double kWeek = 7.0 * 24 * 60 * 60;
constexpr uint64_t kLargestMessage = UINT32_MAX;
constexpr size_t kLongestReason = 123;  // RFC 6455 5.5

// What the URL argument is, wherever it stands.
const char kUrl[] = "ws://, wss:// or ws+unix:///path/to.sock:/path; with no scheme, ws://";

std::string not_seconds(const std::string &text)
{
    char *end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool is_number = !text.empty() && *end == '\0' && std::isfinite(value);
    return is_number && value >= 0 && value <= kWeek ? "" : "not a number of seconds up to a week: " + text;
}

std::string no_close_code(const std::string &text)
{
    char *end = nullptr;
    const unsigned long code = std::strtoul(text.c_str(), &end, 10);
    const bool is_number = !text.empty() && text[0] >= '0' && text[0] <= '9' && *end == '\0';
    const bool may_be_sent =
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    return is_number && may_be_sent ? "" : "not a close code that may be sent: " + text;
}

// Also for a value that begins with a blank or is empty.
HeaderField parse_header(const std::string &text)
{
    const size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0) {
        throw CLI::ValidationError("--header", "a header field is written 'Name: value', not " + text);
    }
    const size_t value = text.find_first_not_of(" \t", colon + 1);
    return {text.substr(0, colon), value == std::string::npos ? "" : text.substr(value)};
}

// An option whose words are fixed: they are its value's name, too.
template <typename Value>
CLI::Option *add_choice(CLI::App &app, const std::string &name, Value &out,
                        const std::map<std::string, Value> &values, const std::string &value_name,
                        const std::string &description)
{
    return app
        .add_option_function<std::string>(
            name, [&out, values](const std::string &text) { out = values.at(text); }, description)
        ->check([values](const std::string &text) {
            return values.count(text) > 0 ? "" : "unknown value " + text;
        })
        ->type_name(value_name);
}

CLI::Option *add_seconds(CLI::App &app, const std::string &name, double &out, const std::string &description)
{
    return app.add_option(name, out, description)->check(not_seconds)->type_name("SECONDS");
}

CLI::Option *add_positive_seconds(CLI::App &app, const std::string &name, double &out,
                                  const std::string &description)
{
    return add_seconds(app, name, out, description)->check([](const std::string &text) {
        return std::strtod(text.c_str(), nullptr) > 0 ? "" : "must be more than 0";
    });
}

CLI::Option *add_count(CLI::App &app, const std::string &name, uint64_t &out, uint64_t most,
                       const std::string &description)
{
    return app.add_option(name, out, description)
        ->check(CLI::Range(uint64_t{1}, most).description(""))
        ->type_name("NUMBER");
}

}  // namespace

const std::vector<Note> &CommandLine::notes()
{
    static const std::vector<Note> notes = {
        {"Lines and messages",
         {{"",
           "Each line of standard input is sent as a message, each message received is printed as a "
           "line. End of input or Ctrl-C closes the connection properly; a second Ctrl-C does not "
           "wait for that."},
          {"",
           "A line goes out as text if it is UTF-8 without NUL bytes, else as binary; an empty line "
           "sends nothing. With --hex or --base64 what the line stands for goes out as binary. "
           "--text and --binary win over both. A received message that holds anything but printable "
           "UTF-8, tabs and line ends is printed as 0x and its bytes in hex."},
          {"",
           "On a terminal lines can be edited, as ~/.editrc says, and come back with the up arrow, "
           "also in later runs. A line that begins with a blank is not kept."}}},
        {"JSON",
         {{"",
           "With --json each line of standard output is an object with \"event\" and \"time\" "
           "(RFC 3339, UTC). The events: open, message (with \"type\", text or binary, and \"data\", "
           "or \"base64\" if it is binary), pong, reconnect, error, close. bench prints an object "
           "for each size, check one in all."}}},
        {"Certificates",
         {{"",
           "For wss:// the server's certificate is checked against the system's trusted ones, or "
           "those of --ca. What the library's environment variables say, NET_WEBSOCKET_*, "
           "SSL_CERT_FILE, http_proxy and the like, holds where no option says otherwise."}}},
        {"Environment",
         {{"NO_COLOR", "if set and not empty, no colours, but for --color=always"},
          {"XDG_STATE_HOME", "the history is ohws/history there (default: ~/.local/state)"}}},
        {"Exit status",
         {{"0",
           "the connection was closed, by either side, with 1000, 1001, no code or that of "
           "--close-code; bench and check: all went well"},
          {"1",
           "connection lost, closed with another code; a line could not be sent, or a message not be "
           "printed; ping or close of check failed, or bench"},
          {"2", "a mistake in the command line"},
          {"3", "the server was not reached: name, TCP, proxy, no answer in time"},
          {"4", "TLS failed: the server's certificate is not trusted, or something else is wrong with it"},
          {"5", "the server refused the upgrade to WebSocket, or answered it wrongly"}}},
    };
    return notes;
}

const std::vector<Paragraph> &CommandLine::examples()
{
    static const std::vector<Paragraph> examples = {
        {"ohws wss://example.org/chat", "a conversation on the terminal"},
        {"echo hello | ohws --max-messages 1 --wait 5 wss://example.org/echo",
         "sends a message, and waits up to 5 seconds for one answer"},
        {"ohws --json --reconnect --wait 604800 wss://example.org/feed </dev/null | jq .data",
         "what a server sends within a week, whatever happens to the connection"},
        {"ohws check --ca authority.pem wss://localhost:8443/", "what a connection to it looks like"},
        {"ohws bench --size 64,4096 --connections 8 ws://localhost:8080/echo", "how fast an echo server is"},
    };
    return examples;
}

CommandLine::CommandLine(Options &options) : options_(options), app_("Talks to a WebSocket server.", "ohws")
{
    app_.set_version_flag("-V,--version", "ohws (net_websocket) " OHWS_VERSION, "show the version and exit")
        ->group("Other");
    app_.require_subcommand(0, 1);
    bench_ =
        app_.add_subcommand("bench", "Measures an echo server: messages a second, and how long they take.");
    check_ = app_.add_subcommand("check", "Connects, and tells how each stage went and how long it took.");
    add_url(app_);
    add_talk();
    for (CLI::App *subcommand : {bench_, check_}) {
        add_url(*subcommand);
    }
    add_bench();
    add_check();
    for (CLI::App *app : {&app_, bench_, check_}) {
        add_connection(*app);
        add_tls(*app);
        add_output(*app);
        app->set_help_flag("-h,--help", "show this and exit")->group("Other");
        app->formatter_fn(
            [](const CLI::App *of, const std::string &, CLI::AppFormatMode) { return help_text(*of); });
    }
}

void CommandLine::add_url(CLI::App &app)
{
    app.add_option("URL", options_.connection.url, kUrl);
}

void CommandLine::add_talk()
{
    TalkOptions &talk = options_.talk;
    const std::string group = "Messages";
    const auto grouped = [&](CLI::Option *option) { return option->group(group); };
    CLI::Option *text = grouped(app_.add_flag_callback(
        "--text", [&talk] { talk.send_as = SendAs::text; }, "send text only; other lines are not sent"));
    grouped(app_.add_flag_callback(
                "--binary", [&talk] { talk.send_as = SendAs::binary; }, "send binary only"))
        ->excludes(text);
    CLI::Option *hex = grouped(app_.add_flag_callback(
        "--hex", [&talk] { talk.notation = Notation::hex; },
        "lines are hex digits, sent as the bytes they stand for; messages are printed as hex digits"));
    grouped(app_.add_flag_callback(
                "--base64", [&talk] { talk.notation = Notation::base64; }, "the same with base64"))
        ->excludes(hex);
    grouped(add_seconds(app_, "-w,--wait", talk.wait,
                        "after end of input stay connected that long, or until the server closes "
                        "(default: 0)"));
    grouped(add_count(app_, "--max-messages", talk.max_messages, UINT64_MAX,
                      "close when so many messages have been received"));
    grouped(add_positive_seconds(app_, "--ping", talk.ping,
                                 "send a ping that often; --verbose and --json tell of the answers"));
    grouped(app_.add_flag("--reconnect{4294967295}", talk.reconnect_attempts,
                          "connect anew when the connection is lost or cannot be made, after growing "
                          "delays, and send what was not sent yet; with =NUMBER, so many times in a row "
                          "at most"))
        ->type_name("NUMBER");
    grouped(app_.add_option("--close-code", talk.close_code, "close with this code (default: 1000)"))
        ->check(no_close_code)
        ->type_name("CODE");
    grouped(app_.add_option("--close-reason", talk.close_reason, "close with this reason"))
        ->check([](const std::string &reason) {
            return reason.size() <= kLongestReason ? "" : "a reason has 123 bytes at most";
        })
        ->type_name("TEXT");
    grouped(app_.add_flag("!--no-history", talk.history, "neither read nor keep the history of lines"));
}

void CommandLine::add_bench()
{
    BenchOptions &bench = options_.bench;
    const std::string group = "Benchmark";
    bench_
        ->add_option("-s,--size", bench.sizes,
                     "size of the messages (default: 64); several with commas between them: one after "
                     "the other")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(uint64_t{0}, kLargestMessage).description(""))
        ->type_name("BYTES")
        ->group(group);
    CLI::Option *messages = add_count(*bench_, "-n,--messages", bench.messages, UINT64_MAX,
                                      "how many in all, for each size (default: 10000)");
    messages->group(group);
    add_positive_seconds(*bench_, "-d,--duration", bench.duration,
                         "instead of a number: how long, for each size")
        ->excludes(messages)
        ->group(group);
    add_count(*bench_, "-c,--connections", bench.connections, 10000, "at the same time (default: 1)")
        ->group(group);
    add_count(*bench_, "--window", bench.window, 1u << 20,
              "messages under way on each connection (default: 1, which measures the round trip; more "
              "measure throughput)")
        ->group(group);
    bench_->add_flag("--text", bench.text, "send text instead of binary")->group(group);
    add_positive_seconds(*bench_, "--stall", bench.stall,
                         "give up when nothing comes back for so long (default: 10)")
        ->group(group);
}

void CommandLine::add_check()
{
    check_
        ->add_flag("--certificates", options_.check.certificates,
                   "print the certificates themselves, too (PEM)")
        ->group("Check");
}

void CommandLine::add_connection(CLI::App &app)
{
    ConnectionOptions &connection = options_.connection;
    const std::string group = "Connection";
    app.add_option_function<std::vector<std::string>>(
           "-H,--header",
           [&connection](const std::vector<std::string> &fields) {
               for (const std::string &field : fields) {
                   connection.headers.push_back(parse_header(field));
               }
           },
           "add a header field to the request; may be repeated")
        ->allow_extra_args(false)
        ->type_name("'NAME: VALUE'")
        ->group(group);
    app.add_option("--subprotocol", connection.subprotocols,
                   "offer this subprotocol; may be repeated, the first is liked best")
        ->allow_extra_args(false)
        ->type_name("NAME")
        ->group(group);
    app.add_option("--proxy", connection.proxy, "go through this proxy, http:// or socks5://; none: straight")
        ->type_name("URL")
        ->group(group);
    add_positive_seconds(app, "--connect-timeout", connection.connect_timeout,
                         "give up when not connected by then (default: 20)")
        ->group(group);
    app.add_flag("--compress", connection.compress, "offer compression (permessage-deflate)")->group(group);
}

void CommandLine::add_tls(CLI::App &app)
{
    ConnectionOptions &connection = options_.connection;
    const std::string group = "TLS";
    app.add_option("--ca", connection.authorities,
                   "trust these authorities only: PEM file, or a directory of them")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--cert", connection.certificate, "show the server this certificate, with its chain (PEM)")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--key", connection.private_key,
                   "its private key (PEM); not needed if it is in the same file")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--pin", connection.pins,
                   "accept this public key only: sha256// and the base64 of its SHA-256; may be repeated")
        ->allow_extra_args(false)
        ->type_name("PIN")
        ->group(group);
    app.add_option("--server-name", connection.server_name,
                   "the name to ask for (SNI) and to expect in the certificate, instead of the URL's")
        ->type_name("NAME")
        ->group(group);
    app.add_flag("-k,--insecure", connection.insecure, "do not check the server's certificate")->group(group);
}

void CommandLine::add_output(CLI::App &app)
{
    OutputOptions &output = options_.output;
    const std::string group = "Output";
    app.add_flag("--json", output.json, "print a JSON object a line")->group(group);
    add_choice<Colour>(app, "--color", output.colour,
                       {{"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}},
                       "auto|always|never",
                       "colours; auto, the default: on a terminal, unless NO_COLOR is set")
        ->group(group);
    if (&app == &app_) {
        app.add_flag("-t,--timestamps", output.timestamps, "print the time before each message")
            ->group(group);
    }
    // A check tells everything as it is.
    if (&app != check_) {
        app.add_flag("-v,--verbose", output.verbose, "tell on standard error how it goes")->group(group);
    }
}

CommandLine::Outcome CommandLine::parse(int argc, char **argv)
{
    try {
        app_.parse(argc, argv);
        options_.subcommand = bench_->parsed()   ? Subcommand::bench
                              : check_->parsed() ? Subcommand::check
                                                 : Subcommand::talk;
        if (options_.connection.url.empty()) {
            throw CLI::RequiredError("URL");
        }
        return Outcome::run;
    } catch (const CLI::CallForHelp &) {
        std::fputs(app_.help().c_str(), stdout);
        return Outcome::shown;
    } catch (const CLI::CallForVersion &version) {
        std::puts(version.what());
        return Outcome::shown;
    } catch (const CLI::ParseError &error) {
        std::fprintf(stderr, "ohws: %s\nTry ohws --help.\n", error.what());
        return Outcome::mistake;
    }
}

}  // namespace nws::ohws
