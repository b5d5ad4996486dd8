/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * As much of OpenHarmony's log as the example calls, on standard error with the
 * prefixes that systemd's journal knows. In the folder that the application's
 * #include names, so that the application need not change.
 */

#ifndef HILOG_LOG_H
#define HILOG_LOG_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef enum { LOG_APP = 0 } LogType;
typedef enum { LOG_DEBUG = 3, LOG_INFO = 4, LOG_WARN = 5, LOG_ERROR = 6, LOG_FATAL = 7 } LogLevel;

/* There "%{public}s" may be shown and "%{private}s" may not; here both are "%s". */
static inline int OH_LOG_Print(LogType type, LogLevel level, unsigned int domain, const char *tag,
                               const char *format, ...)
{
    static const char *const priorities[] = {"<7>", "<6>", "<4>", "<3>", "<2>"};
    char plain[512];
    size_t length = 0;
    for (const char *at = format; *at != '\0' && length < sizeof plain - 1; ++at) {
        plain[length++] = *at;
        if (*at == '%' && at[1] == '{' && strchr(at, '}') != NULL) {
            at = strchr(at, '}');
        }
    }
    plain[length] = '\0';

    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(line, sizeof line, plain, arguments);
    va_end(arguments);
    (void)type;
    (void)domain;
    fprintf(stderr, "%s%s: %s\n", priorities[level - LOG_DEBUG], tag, line);
    return written;
}

#endif /* HILOG_LOG_H */
