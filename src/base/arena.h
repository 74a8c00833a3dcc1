/* Arena: memory that ends all at once.
 *
 * Everything a loaded scenario or one replication needs is taken from its arena and freed with it; nothing is freed
 * singly.  Memory comes zeroed and aligned for any type (64 bytes where the size is a multiple of 64).  Under
 * AddressSanitizer each object is a malloc of its own, so the checker still sees overruns. */
#ifndef MRSIM_BASE_ARENA_H
#define MRSIM_BASE_ARENA_H
#include <glib.h>

typedef struct Arena Arena;
Arena *arena_new(void);
void arena_free(Arena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arena, arena_free)

void *arena_take(Arena *arena, gsize size);       /* zeroed, never NULL */
char *arena_text(Arena *arena, const char *text); /* a copy; NULL gives NULL */
char *arena_printf(Arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
#define arena_one(arena, Type)     ((Type *)arena_take((arena), sizeof(Type)))
#define arena_many(arena, Type, n) ((Type *)arena_take((arena), sizeof(Type) * (gsize)(n)))
#endif
