/* EventList: the order of (time, pushing), against a list that is kept sorted. */
#include "kernel/event_list.h"
#include "tests/dice.h"
#include "tests/expect.h"

typedef struct {
    SimTime at;
    uint32_t what;
} Pending;

/* Behind all of its own time: the order of pushing, without a number. */
static void insert_sorted(GArray *list, Pending event)
{
    guint low = 0, high = list->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(list, Pending, middle).at <= event.at)
            low = middle + 1;
        else
            high = middle;
    }
    g_array_insert_val(list, low, event);
}

static bool next_is_the_same(EventList *list, GArray *sorted, bool take)
{
    SimTime at = -1;
    uint32_t what = UINT32_MAX;
    bool any = take ? event_list_pop(list, &at, &what) : event_list_peek(list, &at, &what);
    if (sorted->len == 0)
        return !any;
    Pending expected = g_array_index(sorted, Pending, 0);
    if (take)
        g_array_remove_index(sorted, 0);
    return any && at == expected.at && what == expected.what;
}

static void it_pops_what_a_sorted_list_pops(void)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        EventList list;
        event_list_init(&list);
        g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(Pending));
        uint64_t state = seed, wrong = 0;
        SimTime now = 0;
        for (int i = 0; i < 100000; i++) {
            /* many ties: times fall on few instants; waxing and waning, so that it is emptied now and then */
            bool push = dice_below(&state, 100) < (i / 5000 % 2 ? 40 : 60);
            if (push) {
                Pending event = {now + (SimTime)dice_below(&state, 1 + 100 * (seed - 1)),
                                 (uint32_t)dice_below(&state, 1 << 24)};
                event_list_push(&list, event.at, event.what);
                insert_sorted(sorted, event);
            } else {
                now = sorted->len ? g_array_index(sorted, Pending, 0).at : now;
                wrong += !next_is_the_same(&list, sorted, false);
                wrong += !next_is_the_same(&list, sorted, true);
            }
            EXPECT(list.n_events == sorted->len, "seed %d, step %d: %u pending, expected %u", (int)seed, i,
                   list.n_events, sorted->len);
        }
        while (sorted->len)
            wrong += !next_is_the_same(&list, sorted, true);
        wrong += !next_is_the_same(&list, sorted, true);
        EXPECT(wrong == 0, "seed %d: %d differences", (int)seed, (int)wrong);
        event_list_clear(&list);
    }
}

static void equal_times_come_in_the_order_of_pushing(void)
{
    EventList list;
    event_list_init(&list);
    for (uint32_t i = 0; i < 10000; i++)
        event_list_push(&list, i % 3, i);
    SimTime at;
    uint32_t what;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t third = i < 3334 ? 0 : i < 6667 ? 1 : 2, first = third == 0 ? 0 : third == 1 ? 3334 : 6667;
        EXPECT(event_list_pop(&list, &at, &what), "event %u is missing", i);
        EXPECT(at == third && what == 3 * (i - first) + third, "event %u: %u at %d", i, what, (int)at);
    }
    event_list_clear(&list);
}

static void times_may_be_as_far_apart_as_can_be(void)
{
    static const SimTime times[] = {INT64_MAX, 0, INT64_MIN, -1, 1, INT64_MAX - 1, INT64_MIN + 1};
    static const SimTime sorted[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    EventList list;
    event_list_init(&list);
    for (uint32_t i = 0; i < G_N_ELEMENTS(times); i++)
        event_list_push(&list, times[i], (1 << 24) - 1 - i);
    SimTime at = 0;
    uint32_t what = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        EXPECT(event_list_pop(&list, &at, &what), "event %d is missing", (int)i);
        EXPECT_INT(at, sorted[i]);
        EXPECT_INT(times[(1 << 24) - 1 - what], sorted[i]);
    }
    EXPECT(!event_list_pop(&list, &at, &what) && !event_list_peek(&list, &at, &what), "it should be empty");
    event_list_clear(&list);
}

static void memory_is_taken_only_for_a_new_maximum(void)
{
    EventList list;
    event_list_init(&list);
    for (uint32_t i = 0; i < 1000; i++)
        event_list_push(&list, i, i);
    const Event *heap = list.heap;
    SimTime at;
    uint32_t what;
    for (uint32_t i = 0; i < 100000; i++) {
        event_list_pop(&list, &at, &what);
        event_list_push(&list, at + 1000, what);
    }
    EXPECT(list.heap == heap, "the heap moved");
    EXPECT_INT(list.n_events, 1000);
    event_list_clear(&list);
}

void suite_event_list(void);
void suite_event_list(void)
{
    CU_pSuite s = CU_add_suite("event_list", NULL, NULL);
    CU_add_test(s, "it pops what a sorted list pops", it_pops_what_a_sorted_list_pops);
    CU_add_test(s, "equal times come in the order of pushing", equal_times_come_in_the_order_of_pushing);
    CU_add_test(s, "times may be as far apart as can be", times_may_be_as_far_apart_as_can_be);
    CU_add_test(s, "memory is taken only for a new maximum", memory_is_taken_only_for_a_new_maximum);
}
