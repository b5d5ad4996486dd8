// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// What an application for OpenHarmony has in its native module. This file is as it
// is there: the includes, the struct names without their tags, the URL whose memory
// is gone after Connect, the header field on the stack, Send without waiting for
// OnOpen, Close and at once Destroy.

#include "session.h"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include "hilog/log.h"
#include "network/netstack/net_websocket.h"

namespace {

const unsigned int LOG_DOMAIN_APP = 0x3200;
const char *const LOG_TAG_APP = "Session";

WebSocket *g_client = nullptr;
std::mutex g_mutex;
std::function<void(const std::string &)> g_listener;

void OnOpen(WebSocket *client, WebSocket_OpenResult openResult)
{
    (void)client;
    OH_LOG_Print(LOG_APP, LOG_INFO, LOG_DOMAIN_APP, LOG_TAG_APP, "OnOpen: code %{public}u, reason %{public}s",
                 openResult.code, openResult.reason);
}

void OnMessage(WebSocket *client, char *data, uint32_t length)
{
    (void)client;
    OH_LOG_Print(LOG_APP, LOG_INFO, LOG_DOMAIN_APP, LOG_TAG_APP, "OnMessage: %{public}u bytes: %{private}s",
                 length, data);
    std::lock_guard<std::mutex> lock(g_mutex);
    if (g_listener) {
        g_listener(std::string(data, length));
    }
}

void OnError(WebSocket *client, WebSocket_ErrorResult errorResult)
{
    (void)client;
    OH_LOG_Print(LOG_APP, LOG_ERROR, LOG_DOMAIN_APP, LOG_TAG_APP, "OnError: code %{public}u, %{public}s",
                 errorResult.errorCode, errorResult.errorMessage);
}

void OnClose(WebSocket *client, WebSocket_CloseResult closeResult)
{
    (void)client;
    OH_LOG_Print(LOG_APP, LOG_INFO, LOG_DOMAIN_APP, LOG_TAG_APP,
                 "OnClose: code %{public}u, reason %{public}s", closeResult.code, closeResult.reason);
}

}  // namespace

void SetListener(std::function<void(const std::string &)> listener)
{
    std::lock_guard<std::mutex> lock(g_mutex);
    g_listener = std::move(listener);
}

int StartSession(const std::string &url, const std::string &token)
{
    g_client = OH_WebSocketClient_Constructor(OnOpen, OnMessage, OnError, OnClose);
    if (g_client == nullptr) {
        return WEBSOCKET_CLIENT_NULL;
    }
    std::string credentials = "Bearer " + token;
    WebSocket_Header header;
    header.fieldName = "Authorization";
    header.fieldValue = credentials.c_str();
    header.next = nullptr;
    WebSocket_RequestOptions options;
    options.headers = &header;

    char *copy = strdup(url.c_str());
    int ret = OH_WebSocketClient_Connect(g_client, copy, options);
    free(copy);
    OH_LOG_Print(LOG_APP, LOG_INFO, LOG_DOMAIN_APP, LOG_TAG_APP, "Connect: %{public}d", ret);
    return ret;
}

int Say(const std::string &text)
{
    return OH_WebSocketClient_Send(g_client, const_cast<char *>(text.data()), text.size());
}

int EndSession()
{
    WebSocket_CloseOption closeOption;
    closeOption.code = 0;
    closeOption.reason = "the session is over";
    OH_WebSocketClient_Close(g_client, closeOption);
    int ret = OH_WebSocketClient_Destroy(g_client);
    g_client = nullptr;
    return ret;
}
