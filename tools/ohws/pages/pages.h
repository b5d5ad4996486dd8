// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: the manual and the shells' completions, written from the model of the
// command line. Pure.

#pragma once

#include <string>

#include "description.h"

namespace nws::ohws {

// ohws.1, in roff.
std::string manual(const Description &description, const std::string &version);

std::string bash_completion(const Description &description);
std::string zsh_completion(const Description &description);
std::string fish_completion(const Description &description);

}  // namespace nws::ohws
