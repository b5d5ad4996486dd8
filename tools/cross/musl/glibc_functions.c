/*
 * Copyright (c) 2026 The net_websocket authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a static libstdc++ and libgcc that were built for glibc want of it and
 * musl does not have.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <link.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

/* There may always be several threads. */
char __libc_single_threaded = 0;

uint32_t arc4random(void)
{
    uint32_t number;
    while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
        if (errno != EINTR) {
            abort();
        }
    }
    return number;
}

/* Static linking finds musl's own. */
__attribute__((weak)) size_t __strftime_l(char *text, size_t size, const char *format, const struct tm *time, locale_t locale)
{
    return strftime_l(text, size, format, time, locale);
}

/* libstdc++ looks for the tables of <ctype.h> inside of a locale. What musl looks
 * at lies before them, and is zero for the locale "C". */
struct locale_of_glibc {
    void *categories[13];
    const unsigned short *classes;
    const int *to_lower;
    const int *to_upper;
    const char *names[13];
};
extern const unsigned short **__ctype_b_loc(void);
extern const int32_t **__ctype_tolower_loc(void);
extern const int32_t **__ctype_toupper_loc(void);

locale_t __newlocale(int categories, const char *name, locale_t base)
{
    static struct locale_of_glibc c;
    (void)categories;
    (void)name;
    (void)base;
    c.to_lower = *__ctype_tolower_loc();
    c.to_upper = *__ctype_toupper_loc();
    c.classes = *__ctype_b_loc();
    return (locale_t)&c;
}

locale_t __duplocale(locale_t locale)
{
    return locale;
}

void __freelocale(locale_t locale)
{
    (void)locale;
}

/* Where the unwinder finds an object's table, by an address in the object. */
struct dl_find_object {
    unsigned long long flags;
    void *map_start;
    void *map_end;
    struct link_map *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

struct wanted {
    uintptr_t address;
    struct dl_find_object *object;
};

static int look_into(struct dl_phdr_info *info, size_t size, void *data)
{
    struct wanted *wanted = data;
    const ElfW(Phdr) *table = NULL;
    const ElfW(Phdr) *code = NULL;

    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        const uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_GNU_EH_FRAME) {
            table = segment;
        } else if (segment->p_type == PT_LOAD && wanted->address - start < segment->p_memsz) {
            code = segment;
        }
    }
    if (code == NULL || table == NULL) {
        return 0;
    }
    wanted->object->map_start = (void *)(info->dlpi_addr + code->p_vaddr);
    wanted->object->map_end = (void *)(info->dlpi_addr + code->p_vaddr + code->p_memsz);
    wanted->object->eh_frame = (void *)(info->dlpi_addr + table->p_vaddr);
    return 1;
}

int _dl_find_object(void *address, struct dl_find_object *object)
{
    struct wanted wanted = {(uintptr_t)address, object};
    object->flags = 0;
    object->link_map = NULL;
    return dl_iterate_phdr(look_into, &wanted) == 1 ? 0 : -1;
}
