/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The headers of a libstdc++ that was built for glibc, with musl's C headers:
 * included before everything else. Says what glibc's would say.
 */
#ifdef __cplusplus
#include <features.h>
/* Otherwise a program that is linked statically seems to have one thread. */
#define _GLIBCXX_GTHREAD_USE_WEAK 0
#define __GLIBC_PREREQ(major, minor) 0

#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK

#define __locale_t locale_t

/* The bits of the table of __ctype_b_loc(), which musl has as well. */
#define _ISupper 0x100
#define _ISlower 0x200
#define _ISalpha 0x400
#define _ISdigit 0x800
#define _ISxdigit 0x1000
#define _ISspace 0x2000
#define _ISprint 0x4000
#define _ISgraph 0x8000
#define _ISblank 0x1
#define _IScntrl 0x2
#define _ISpunct 0x4
#define _ISalnum 0x8
#endif
