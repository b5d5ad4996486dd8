// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The application's own interface to its WebSocket: on OpenHarmony called by the
// functions that it exports to ArkTS, here by main.cpp.

#pragma once

#include <functional>
#include <string>

// Of a message, on the library's thread. On OpenHarmony this hands it to ArkTS.
void SetListener(std::function<void(const std::string &)> listener);

int StartSession(const std::string &url, const std::string &token);
int Say(const std::string &text);
int EndSession();
