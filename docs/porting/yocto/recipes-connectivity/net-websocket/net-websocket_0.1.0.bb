# Copyright (c) 2026 The net_websocket authors
# SPDX-License-Identifier: Apache-2.0

SUMMARY = "WebSocket client API of OpenHarmony"
DESCRIPTION = "The functions OH_WebSocketClient_* of OpenHarmony's net_websocket.h for Linux"
HOMEPAGE = "https://example.org/net_websocket"
SECTION = "libs"

LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

# The tarball of `meson dist --include-subprojects`: it is built without network.
SRC_URI = "https://example.org/net_websocket-${PV}.tar.xz"
SRC_URI[sha256sum] = "0000000000000000000000000000000000000000000000000000000000000000"
S = "${WORKDIR}/net_websocket-${PV}"

inherit meson pkgconfig

EXTRA_OEMESON = "-Dtests=disabled -Dexamples=disabled"

# Add "system-libwebsockets" for the distribution's libwebsockets and OpenSSL, and
# "ohws" for the command line client, which needs meta-oe.
PACKAGECONFIG ??= "deflate"
PACKAGECONFIG[deflate] = "-Ddeflate=enabled,-Ddeflate=disabled,zlib"
PACKAGECONFIG[ohws] = "-Dtools=enabled,-Dtools=disabled,cli11 nlohmann-json libedit"
PACKAGECONFIG[system-libwebsockets] = "-Dlibwebsockets=system,-Dlibwebsockets=bundled,libwebsockets openssl"

# What is linked in otherwise.
LICENSE .= "${@bb.utils.contains('PACKAGECONFIG', 'system-libwebsockets', '', ' & MIT & BSD-3-Clause', d)}"

# The SONAME has no version, so the file is what programs load, and no link for
# developers.
SOLIBS = ".so"
FILES_SOLIBSDEV = ""

PACKAGE_BEFORE_PN = "ohws"
FILES:ohws = "${bindir}/ohws ${datadir}/bash-completion ${datadir}/zsh ${datadir}/fish"
FILES:${PN}-dev += "${libdir}/cmake"
RRECOMMENDS:${PN} += "ca-certificates"
