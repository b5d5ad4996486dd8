// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: docs/conformance.md's part that is made of the table of cases, between
// its two markers.
// Must not know: how a case is run.

#pragma once

#include <string>

namespace nws::test {

// Both return what main() should.
int write_page(const std::string &file);
// Fails if write_page() would change the file.
int check_page(const std::string &file);

}  // namespace nws::test
