# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0
#
# What tools/test and tools/demo share; they source it.
# shellcheck shell=bash

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
name=$(basename -- "$0")

say() {
    printf '%s: %s\n' "$name" "$*"
}

die() {
    printf '%s: %s\n' "$name" "$*" >&2
    exit 1
}

# quietly WHAT LOG COMMAND...: on a terminal as it is, otherwise the output is
# kept in LOG and its end shown only if the command fails.
quietly() {
    local what=$1 log=$2
    shift 2
    if [[ -t 1 && $what == building* ]]; then
        "$@" || die "failed while $what"
    elif ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 60 "$log" >&2
        die "failed while $what; all of it is in $log"
    fi
}

# configure DIRECTORY OPTION...: sets up what is not, and again if the options
# are others than last time.
configure() {
    local directory=$1 stamp=$1/tools-options log=$1/tools-setup.log
    local -a again=()
    shift
    if [[ -e $directory/build.ninja ]]; then
        [[ $# -eq 0 || (-e $stamp && $(<"$stamp") == "$*") ]] && return
        again=(--reconfigure)
    fi
    mkdir -p "$directory"
    quietly "setting up ${directory##*/}" "$log" meson setup "${again[@]}" "$directory" "$root" "$@"
    echo "$*" >"$stamp"
}

# build DIRECTORY [TARGET...]
build() {
    local directory=$1 start=$SECONDS
    shift
    say "building ${directory##*/}"
    quietly "building ${directory##*/}" "$directory/tools-build.log" meson compile -C "$directory" "$@"
    say "built in $((SECONDS - start)) s"
}
