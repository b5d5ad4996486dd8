// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: how an object is written as one line of JSON. Pure.

#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace nws::ohws {

// Members stay in the order in which they were set.
using Json = nlohmann::ordered_json;

// Bytes that are no UTF-8 become U+FFFD.
inline std::string json_line(const Json &object)
{
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nws::ohws
