/* Arena: zeroed, aligned, nothing overlaps. */
#include "base/arena.h"
#include "tests/dice.h"
#include "tests/expect.h"
#include <stdbool.h>
#include <string.h>

static bool is_filled(const unsigned char *bytes, gsize size, unsigned char value)
{
    for (gsize i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void memory_is_zeroed_aligned_and_apart(void)
{
    enum { N_OBJECTS = 3000 };
    static unsigned char *object[N_OBJECTS];
    static gsize size[N_OBJECTS];
    uint64_t state = 1;
    g_autoptr(Arena) arena = arena_new();
    for (int i = 0; i < N_OBJECTS; i++) {
        size[i] = dice_below(&state, 100) == 0 ? dice_below(&state, 200000) : dice_below(&state, 300);
        object[i] = arena_take(arena, size[i]);
        guintptr alignment = size[i] && size[i] % 64 == 0 ? 64 : 16;
        EXPECT((guintptr)object[i] % alignment == 0, "object %d of %zu bytes at %p", i, size[i], (void *)object[i]);
        EXPECT(is_filled(object[i], size[i], 0), "object %d of %zu bytes is not zeroed", i, size[i]);
        memset(object[i], i % 251 + 1, size[i]);
    }
    for (int i = 0; i < N_OBJECTS; i++)
        EXPECT(is_filled(object[i], size[i], (unsigned char)(i % 251 + 1)), "object %d was overwritten", i);
}

static void texts_are_copies(void)
{
    g_autoptr(Arena) arena = arena_new();
    char original[] = "shop";
    char *copy = arena_text(arena, original);
    original[0] = 'x';
    EXPECT_TEXT(copy, "shop");
    EXPECT_TEXT(arena_text(arena, ""), "");
    EXPECT(arena_text(arena, NULL) == NULL, "NULL gives NULL");
    const char *printed = arena_printf(arena, "%s@%s/%d", "shop", "us-east-1", 3);
    EXPECT_TEXT(printed, "shop@us-east-1/3");
}

static void types_and_tables_are_taken_by_name(void)
{
    g_autoptr(Arena) arena = arena_new();
    struct {
        double x[3];
    } *one = arena_take(arena, sizeof *one);
    int *many = arena_many(arena, int, 1000);
    int *single = arena_one(arena, int);
    one->x[2] = 1;
    many[999] = 2;
    *single = 3;
    EXPECT_INT(many[0] + many[999] + *single, 5);
    EXPECT_NEAR(one->x[0] + one->x[2], 1, 0);
}

void suite_arena(void);
void suite_arena(void)
{
    CU_pSuite s = CU_add_suite("arena", NULL, NULL);
    CU_add_test(s, "memory is zeroed, aligned and apart", memory_is_zeroed_aligned_and_apart);
    CU_add_test(s, "texts are copies", texts_are_copies);
    CU_add_test(s, "types and tables are taken by name", types_and_tables_are_taken_by_name);
}
