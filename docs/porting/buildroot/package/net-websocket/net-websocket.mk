################################################################################
#
# net-websocket
#
################################################################################

NET_WEBSOCKET_VERSION = 0.1.0
NET_WEBSOCKET_SOURCE = net_websocket-$(NET_WEBSOCKET_VERSION).tar.xz
NET_WEBSOCKET_SITE = https://example.org
NET_WEBSOCKET_LICENSE = Apache-2.0
NET_WEBSOCKET_LICENSE_FILES = LICENSE
NET_WEBSOCKET_INSTALL_STAGING = YES
NET_WEBSOCKET_DEPENDENCIES = host-pkgconf
NET_WEBSOCKET_CONF_OPTS = --wrap-mode=nodownload -Dtests=disabled -Dexamples=disabled

ifeq ($(BR2_PACKAGE_NET_WEBSOCKET_SYSTEM),y)
NET_WEBSOCKET_CONF_OPTS += -Dlibwebsockets=system
NET_WEBSOCKET_DEPENDENCIES += libwebsockets openssl
else
NET_WEBSOCKET_CONF_OPTS += -Dlibwebsockets=bundled
NET_WEBSOCKET_LICENSE += , MIT (libwebsockets), BSD-3-Clause (libwebsockets), \
	Apache-2.0 or GPL-2.0+ (mbedtls)
NET_WEBSOCKET_LICENSE_FILES += \
	subprojects/libwebsockets-4.3.5/LICENSE \
	subprojects/mbedtls-3.6.6/LICENSE
endif

ifeq ($(BR2_PACKAGE_NET_WEBSOCKET_DEFLATE),y)
NET_WEBSOCKET_CONF_OPTS += -Ddeflate=enabled
NET_WEBSOCKET_DEPENDENCIES += zlib
else
NET_WEBSOCKET_CONF_OPTS += -Ddeflate=disabled
endif

ifeq ($(BR2_PACKAGE_NET_WEBSOCKET_OHWS),y)
NET_WEBSOCKET_CONF_OPTS += -Dtools=enabled
NET_WEBSOCKET_DEPENDENCIES += cli11 json-for-modern-cpp libedit
else
NET_WEBSOCKET_CONF_OPTS += -Dtools=disabled
endif

$(eval $(meson-package))
