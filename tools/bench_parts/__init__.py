# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
