// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// Owns: standard output and standard error: whole lines, in colours or not,
// around the line that is being edited. Main thread.

#pragma once

#include <string>
#include <string_view>

#include "options.h"

namespace nws::ohws {

class LineEditor;

enum class Paint { none, text, binary, dim, problem, good };

class Console {
public:
    explicit Console(Colour colour);

    // Both ends are a terminal.
    bool interactive() const noexcept { return interactive_; }
    // Its line makes way for others; nullptr: there is none any more.
    void attach(LineEditor *editor) noexcept { editor_ = editor; }

    // False once standard output takes no more. The line ends are added.
    bool out(std::string_view line);
    void err(std::string_view line);

    // For standard output, and for standard error.
    std::string painted(Paint paint, std::string_view text) const;
    std::string painted_err(Paint paint, std::string_view text) const;

private:
    bool write_line(int descriptor, std::string_view line);

    bool interactive_;
    bool colours_;
    bool err_colours_;
    LineEditor *editor_ = nullptr;
};

// False if the descriptor takes no more.
bool write_all(int descriptor, std::string_view bytes) noexcept;

}  // namespace nws::ohws
