include $(sort $(wildcard $(BR2_EXTERNAL_NET_WEBSOCKET_PATH)/package/*/*.mk))
