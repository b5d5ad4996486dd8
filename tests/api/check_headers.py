#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# The public headers, each alone, in every way to include them, in every
# language they promise, by every compiler that is here, without a warning.
#
# Usage: check_headers.py INCLUDE-DIRECTORY C-COMPILER C++-COMPILER

import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys

C_STANDARDS = ["c99", "c11", "c17"]
CPP_STANDARDS = ["c++11", "c++14", "c++17", "c++20"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wshadow", "-Wconversion"]

TYPES_BODY = """
struct all_types {
    struct WebSocket client;
    struct WebSocket_CloseResult close_result;
    struct WebSocket_CloseOption close_option;
    struct WebSocket_ErrorResult error_result;
    struct WebSocket_OpenResult open_result;
    struct WebSocket_Header header;
    struct WebSocket_RequestOptions request_options;
    WebSocket unprefixed_client;
    WebSocket_CloseResult unprefixed_close_result;
    WebSocket_CloseOption unprefixed_close_option;
    WebSocket_ErrorResult unprefixed_error_result;
    WebSocket_OpenResult unprefixed_open_result;
    WebSocket_Header unprefixed_header;
    WebSocket_RequestOptions unprefixed_request_options;
    WebSocket_OnOpenCallback on_open;
    WebSocket_OnMessageCallback on_message;
    WebSocket_OnErrorCallback on_error;
    WebSocket_OnCloseCallback on_close;
    WebSocket_ErrCode code;
    OH_Websocket_ErrCode code_by_its_other_name;
};
"""

FUNCTIONS_BODY = TYPES_BODY + """
int use_everything(char *data, size_t length);
int use_everything(char *data, size_t length)
{
    /* What the header includes for its users: signal.h, stdint.h, string.h. */
    volatile sig_atomic_t flag = SIGINT;
    uint32_t size = (uint32_t)strlen(data);
    struct WebSocket_Header header = {"name", "value", NULL};
    struct WebSocket_RequestOptions options = {&header};
    struct WebSocket_CloseOption close_option = {1000, "reason"};
    struct WebSocket *client = OH_WebSocketClient_Constructor(NULL, NULL, NULL, NULL);
    return OH_WebSocketClient_AddHeader(client, header) +
           OH_WebSocketClient_Connect(client, "ws://host", options) +
           OH_WebSocketClient_Send(client, data, length) + OH_WebSocketClient_Close(client, close_option) +
           OH_WebSocketClient_Destroy(client) + (int)size + flag;
}
"""

EXTENSION_BODY = FUNCTIONS_BODY + """
static void on_typed(struct WebSocket *client, NetWebSocket_MessageType type, const char *data, size_t length,
                     void *userData)
{
    NetWebSocket_SendTyped(client, type, data, length);
    NetWebSocket_Ping(client, userData, length);
}
int use_the_extension(struct WebSocket *client);
int use_the_extension(struct WebSocket *client)
{
    NetWebSocket_Options options;
    NetWebSocket_Statistics statistics;
    NetWebSocket_InitOptions(&options);
    (NetWebSocket_InitOptions)(&options);
    options.onTypedMessage = on_typed;
    options.reconnectOn = NET_WEBSOCKET_RECONNECT_ON_LOSS | NET_WEBSOCKET_RECONNECT_ON_GOING;
    statistics.structSize = sizeof statistics;
    NetWebSocket_SetLog(NULL, NET_WEBSOCKET_LOG_NONE, NULL);
    return NetWebSocket_SetOptions(client, &options) + NetWebSocket_GetStatistics(client, &statistics) +
           (int)strlen(NetWebSocket_ErrorName(WEBSOCKET_OK));
}
"""

WRAPPER_BODY = """
int use_the_wrapper(net_websocket::Client &client);
int use_the_wrapper(net_websocket::Client &client)
{
    net_websocket::Client other(std::move(client));
    net_websocket::Options options;
    options.subprotocols = "chat";
    other.on_open([](net_websocket::ClientRef self) { self.send_text("hello").ignore(); });
    other.on_message([](net_websocket::ClientRef, net_websocket::MessageType, std::string_view) {});
    other.on_message_part([](net_websocket::ClientRef, net_websocket::MessageType, std::string_view, bool) {});
    other.on_error([](net_websocket::ClientRef, const net_websocket::Error &error) { error.name(); });
    other.on_close([](net_websocket::ClientRef, const net_websocket::Closed &) {});
    other.on_pong([](net_websocket::ClientRef, std::string_view) {});
    other.on_drained([](net_websocket::ClientRef) {});
    other.on_reconnect([](net_websocket::ClientRef, uint32_t, std::chrono::milliseconds) { return true; });
    const net_websocket::Field fields[] = {{"Cookie", "a=b"}};
    if (!other.set_options(options) || !other.connect("ws://host", fields)) {
        return 1;
    }
    return static_cast<int>(other.last_error().size() + other.subprotocol().size());
}
"""

# As a shim of some binding has them before it includes the header. C99 does not
# allow to repeat a typedef.
TYPEDEFS = """
typedef struct WebSocket WebSocket;
typedef struct WebSocket_OpenResult WebSocket_OpenResult;
typedef struct WebSocket_CloseResult WebSocket_CloseResult;
typedef struct WebSocket_ErrorResult WebSocket_ErrorResult;
typedef struct WebSocket_RequestOptions WebSocket_RequestOptions;
"""


def include_forms(header):
    return [f"<network/netstack/{header}>", f'"network/netstack/{header}"', f'"{header}"']


def sources(standard):
    """Pairs of a name and a translation unit."""
    for header, body in [("net_websocket.h", FUNCTIONS_BODY), ("net_websocket_type.h", TYPES_BODY),
                         ("net_websocket_ext.h", EXTENSION_BODY)]:
        for form in include_forms(header):
            include = f"#include {form}\n"
            yield form, include + include + body
        if standard != "c99":
            yield f"{header} after typedefs", TYPEDEFS + include + TYPEDEFS + body
        if standard.startswith("c++"):
            yield f'{header} in extern "C"', f'extern "C" {{\n{include}}}\n' + body
    if standard in ["c++17", "c++20"]:
        for form in include_forms("net_websocket.hpp"):
            include = f"#include {form}\n"
            yield form, include + include + WRAPPER_BODY
    both = '#include "net_websocket_type.h"\n#include <network/netstack/net_websocket.h>\n'
    yield "both headers", both + FUNCTIONS_BODY
    yield "all headers", "#include <network/netstack/net_websocket_ext.h>\n" + both + EXTENSION_BODY


def compile_one(compiler, language, standard, directory, name, source):
    # The wrapper promises to do without these.
    without = ["-fno-exceptions", "-fno-rtti"] if ".hpp" in name else []
    command = shlex.split(compiler) + [f"-std={standard}", *WARNINGS, *without, "-fsyntax-only", "-I", directory, "-I",
                                       os.path.join(directory, "network", "netstack"), "-x", language, "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    return None if done.returncode == 0 else f"{compiler}, {standard}, {name}:\n{done.stderr}"


def knows(compiler, language, standard):
    command = shlex.split(compiler) + [f"-std={standard}", "-fsyntax-only", "-x", language, "-"]
    return subprocess.run(command, input="int x;\n", capture_output=True, text=True).returncode == 0


def with_others(compiler, others):
    """Each once, also if it goes by two names."""
    compilers = {os.path.realpath(shutil.which(shlex.split(compiler)[-1]) or compiler): compiler}
    for other in others:
        if shutil.which(other):
            compilers.setdefault(os.path.realpath(shutil.which(other)), other)
    return compilers.values()


def main(directory, c_compiler, cpp_compiler):
    jobs = []
    for language, standards, compilers in [
            ("c", C_STANDARDS, with_others(c_compiler, ["gcc", "clang"])),
            ("c++", CPP_STANDARDS, with_others(cpp_compiler, ["g++", "clang++"]))]:
        for compiler in compilers:
            for standard in standards:
                if not knows(compiler, language, standard):
                    sys.exit(f"{compiler} does not work for {standard}")
                jobs += [(compiler, language, standard, directory, *one) for one in sources(standard)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = [failure for failure in pool.map(lambda job: compile_one(*job), jobs) if failure]
    for failure in failures:
        print(failure)
    print(f"{len(jobs)} translation units, {len(failures)} failed")
    return 1 if failures or not jobs else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
