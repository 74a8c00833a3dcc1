#include "base/arena.h"

#include "base/check.h"
#include <stdlib.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define ONE_BLOCK_PER_OBJECT 1
#else
#define ONE_BLOCK_PER_OBJECT 0
#endif

enum { CACHE_LINE = 64, FIRST_CHUNK = 64 * 1024, LARGEST_CHUNK = 4 * 1024 * 1024 };

struct Arena {
    GPtrArray *blocks; /* what free() gets back, in the order taken */
    char *next;        /* free part of the newest chunk */
    gsize n_left;
    gsize chunk_size;
};

Arena *arena_new(void)
{
    Arena *arena = g_new0(Arena, 1);
    arena->blocks = g_ptr_array_new_with_free_func(free);
    arena->chunk_size = FIRST_CHUNK;
    return arena;
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    g_ptr_array_unref(arena->blocks);
    g_free(arena);
}

/* A zeroed block of its own, on a cache line. */
static void *block_new(Arena *arena, gsize size)
{
    char *block = calloc(1, size + CACHE_LINE);
    if (!block)
        g_error("out of memory: %" G_GSIZE_FORMAT " bytes", size);
    g_ptr_array_add(arena->blocks, block);
    return block + (CACHE_LINE - (guintptr)block % CACHE_LINE) % CACHE_LINE;
}

/* As small as can be, so that the byte behind the object is one that the checker guards. */
static void *object_new(Arena *arena, gsize size)
{
    void *object = size % CACHE_LINE == 0 ? aligned_alloc(CACHE_LINE, MAX(size, CACHE_LINE)) : malloc(size);
    if (!object)
        g_error("out of memory: %" G_GSIZE_FORMAT " bytes", size);
    memset(object, 0, size);
    g_ptr_array_add(arena->blocks, object);
    return object;
}

static void *carve(Arena *arena, gsize size)
{
    gsize alignment = size % CACHE_LINE == 0 ? CACHE_LINE : 16;
    gsize padding = (alignment - (guintptr)arena->next % alignment) % alignment;
    if (padding + size > arena->n_left) {
        if (size > arena->chunk_size / 4)
            return block_new(arena, size); /* the chunk goes on serving small ones */
        arena->next = block_new(arena, arena->chunk_size);
        arena->n_left = arena->chunk_size;
        arena->chunk_size = MIN(2 * arena->chunk_size, (gsize)LARGEST_CHUNK);
        padding = 0;
    }
    void *object = arena->next + padding;
    arena->next += padding + size;
    arena->n_left -= padding + size;
    return object;
}

void *arena_take(Arena *arena, gsize size)
{
    CHECK(size <= G_MAXSSIZE / 2);
    return ONE_BLOCK_PER_OBJECT ? object_new(arena, size) : carve(arena, MAX(size, 1));
}

char *arena_text(Arena *arena, const char *text)
{
    if (!text)
        return NULL;
    gsize size = strlen(text) + 1;
    return memcpy(arena_take(arena, size), text, size);
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return arena_text(arena, text);
}
