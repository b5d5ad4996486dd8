#!/usr/bin/env python3
# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# A page as Doxygen wants it:
# - Links to what is in the repository but no page of the site become plain text;
#   those to what is not there stay, and Doxygen complains.
# - Doxygen ends `code` at a single quote, but not ``code``.
# - The word WebSocket is no link to the struct of that name.

import os
import re
import sys

CODE = re.compile(r"(?<!`)(`[^`]+`)(?!`)")
LINK = re.compile(r"(?<!!)\[([^]]+)\]\(([^)#:]+)(#[^)]*)?\)")


def without_link(directory):
    def replacement(match):
        text, path = match.group(1), match.group(2)
        no_page = os.path.exists(os.path.join(directory, path)) and not path.endswith(".md")
        return text if no_page else match.group(0)
    return replacement


def rewrite_words(text):
    parts = CODE.split(text)
    for i, part in enumerate(parts):
        if not part.startswith("`"):
            parts[i] = re.sub(r"\bWebSocket\b", "%WebSocket", part)
        elif "'" in part:
            parts[i] = "`" + part + "`"
    return "".join(parts)


def main():
    with open(sys.argv[1], encoding="utf-8") as page:
        text = page.read()
    directory = os.path.dirname(os.path.abspath(sys.argv[1]))
    # Fenced blocks stay as they are.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    for i, part in enumerate(parts):
        if not part.startswith("```"):
            parts[i] = rewrite_words(LINK.sub(without_link(directory), part))
    sys.stdout.write("".join(parts))


if __name__ == "__main__":
    main()
