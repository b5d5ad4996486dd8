// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0

#include "progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "console.h"

namespace nws::ohws {

namespace {

constexpr size_t kWidth = 40;

}  // namespace

ProgressBar::ProgressBar(std::string label, bool wanted)
    : label_(std::move(label)), shown_(wanted && isatty(STDERR_FILENO) == 1)
{
}

// Leaves nothing behind.
ProgressBar::~ProgressBar()
{
    if (!latest_.empty()) {
        write_all(STDERR_FILENO, "\r\033[K");
    }
}

void ProgressBar::show(double done)
{
    if (!shown_) {
        return;
    }
    done = std::clamp(done, 0.0, 1.0);
    const auto filled = static_cast<size_t>(done * kWidth);
    char percent[16];
    std::snprintf(percent, sizeof percent, " %3d %%", static_cast<int>(done * 100));
    const std::string bar =
        label_ + " [" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "]" + percent;
    if (bar != latest_) {
        latest_ = bar;
        write_all(STDERR_FILENO, "\r" + bar);
    }
}

}  // namespace nws::ohws
