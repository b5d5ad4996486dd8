// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: what the user sees: messages on standard output, everything else on
// standard error, a prompt if both ends are a terminal. Main thread.

#pragma once

#include <string>
#include <string_view>

namespace nws::ohws {

class Output {
public:
    Output(bool hex, bool verbose);

    // False once standard output takes no more.
    bool message(std::string_view bytes);
    // Shown with --verbose only.
    void progress(const std::string &text);
    void problem(const std::string &text);
    void prompt();

private:
    void tell(const char *mark, const std::string &text);
    void leave_prompt();

    bool hex_;
    bool verbose_;
    bool interactive_;
    bool prompted_ = false;
};

}  // namespace nws::ohws
