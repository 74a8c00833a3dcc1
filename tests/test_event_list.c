/* EventList: the order of (time, pushing): wheel and heap, against each other and against a list that is kept sorted.
 */
#include "kernel/event_list.h"
#include "tests/dice.h"
#include "tests/expect.h"

static const EventListKind kinds[] = {EVENT_LIST_WHEEL, EVENT_LIST_HEAP};
static const char *const kind_names[] = {"wheel", "heap"};

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

static bool next_is_the_same(EventList *list, GArray *sorted, SimTime until)
{
    SimTime at = -1;
    uint32_t what = UINT32_MAX;
    bool any = event_list_pop(list, until, &at, &what);
    if (sorted->len == 0 || g_array_index(sorted, Pending, 0).at > until)
        return !any;
    Pending expected = g_array_index(sorted, Pending, 0);
    g_array_remove_index(sorted, 0);
    return any && at == expected.at && what == expected.what;
}

/* Times fall on few instants (seed 1: on one) or far apart; waxing and waning, so that it is emptied now and then. */
static uint64_t differences(EventListKind kind, uint64_t seed)
{
    EventList list;
    event_list_init(&list, kind);
    g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(Pending));
    uint64_t state = seed, wrong = 0;
    SimTime now = 0;
    uint64_t spread = seed < 4 ? 1 + 100 * (seed - 1) : UINT64_C(1) << (6 * (seed - 3));
    for (int i = 0; i < 60000; i++) {
        if (dice_below(&state, 100) < (i / 5000 % 2 ? 40u : 60u)) {
            Pending event = {now + (SimTime)dice_below(&state, spread), (uint32_t)dice_below(&state, 1 << 24)};
            event_list_push(&list, event.at, event.what);
            insert_sorted(sorted, event);
        } else {
            SimTime next = sorted->len ? g_array_index(sorted, Pending, 0).at : now;
            wrong += next > now && !next_is_the_same(&list, sorted, next - 1); /* not yet */
            wrong += !next_is_the_same(&list, sorted, next);
            now = next;
        }
        wrong += event_list_length(&list) != sorted->len;
    }
    while (sorted->len)
        wrong += !next_is_the_same(&list, sorted, SIMTIME_NEVER);
    wrong += !next_is_the_same(&list, sorted, SIMTIME_NEVER);
    event_list_clear(&list);
    return wrong;
}

static void it_pops_what_a_sorted_list_pops(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        for (uint64_t seed = 1; seed <= 9; seed++)
            EXPECT(differences(kinds[i], seed) == 0, "%s, seed %d", kind_names[i], (int)seed);
}

/* Increments of every length from 1 ns to years, up to a million pending: too many for a sorted list. */
static void wheel_and_heap_pop_the_same(void)
{
    for (uint64_t seed = 1; seed <= 4; seed++) {
        EventList wheel, heap;
        event_list_init(&wheel, EVENT_LIST_WHEEL);
        event_list_init(&heap, EVENT_LIST_HEAP);
        uint64_t state = seed, wrong = 0;
        SimTime now = 0, at_wheel = 0, at_heap = 0;
        uint32_t from_wheel = 0, from_heap = 0, most = seed == 4 ? 1000000 : 1000;
        for (uint32_t i = 0; i < 400000 + most; i++) {
            if (event_list_length(&heap) < most && dice_below(&state, 3) > 0) {
                SimTime at = now + (SimTime)(dice(&state) >> (8 + dice_below(&state, 56)));
                event_list_push(&wheel, at, i & 0xffffff);
                event_list_push(&heap, at, i & 0xffffff);
            } else {
                SimTime until = now + (SimTime)(dice(&state) >> (8 + dice_below(&state, 56)));
                bool any = event_list_pop(&heap, until, &at_heap, &from_heap);
                wrong += event_list_pop(&wheel, until, &at_wheel, &from_wheel) != any;
                wrong += at_wheel != at_heap || from_wheel != from_heap;
                now = any ? at_heap : until;
                if (now > SIMTIME_NEVER / 2)
                    break;
            }
        }
        while (event_list_pop(&heap, SIMTIME_NEVER, &at_heap, &from_heap)) {
            wrong += !event_list_pop(&wheel, SIMTIME_NEVER, &at_wheel, &from_wheel);
            wrong += at_wheel != at_heap || from_wheel != from_heap;
        }
        EXPECT(wrong == 0, "seed %d: %d differences", (int)seed, (int)wrong);
        EXPECT_INT(event_list_length(&wheel), 0);
        event_list_clear(&wheel);
        event_list_clear(&heap);
    }
}

static void equal_times_come_in_the_order_of_pushing(void)
{
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        EventList list;
        event_list_init(&list, kinds[k]);
        for (uint32_t i = 0; i < 10000; i++)
            event_list_push(&list, i % 3, i);
        SimTime at;
        uint32_t what;
        for (uint32_t i = 0; i < 10000; i++) {
            uint32_t third = i < 3334 ? 0 : i < 6667 ? 1 : 2, first = third == 0 ? 0 : third == 1 ? 3334 : 6667;
            EXPECT(event_list_pop(&list, SIMTIME_NEVER, &at, &what), "event %u is missing", i);
            EXPECT(at == third && what == 3 * (i - first) + third, "event %u: %u at %d", i, what, (int)at);
        }
        event_list_clear(&list);
    }
}

/* Those pushed for this very instant while it is being popped come behind the others of it. */
static void an_instant_may_grow_while_it_is_popped(void)
{
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        EventList list;
        event_list_init(&list, kinds[k]);
        SimTime at = 0;
        uint32_t what = 0;
        for (uint32_t i = 0; i < 1000; i++)
            event_list_push(&list, 77777, i);
        for (uint32_t i = 0; i < 5000; i++) {
            EXPECT(event_list_pop(&list, 77777, &at, &what) && what == i, "%s: %u at %u", kind_names[k], what, i);
            if (i < 4000)
                event_list_push(&list, 77777, 1000 + i);
        }
        EXPECT_INT(event_list_length(&list), 0);
        event_list_clear(&list);
    }
}

static void times_may_be_as_far_apart_as_can_be(void)
{
    static const SimTime times[] = {INT64_MAX, 0, 1, INT64_MAX - 1, INT64_MAX, 63, 64, INT64_MAX / 2};
    static const SimTime sorted[] = {0, 1, 63, 64, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX, INT64_MAX};
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        EventList list;
        event_list_init(&list, kinds[k]);
        for (uint32_t i = 0; i < G_N_ELEMENTS(times); i++)
            event_list_push(&list, times[i], (1 << 24) - 1 - i);
        SimTime at = 0;
        uint32_t what = 0;
        for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
            EXPECT(event_list_pop(&list, SIMTIME_NEVER, &at, &what), "event %d is missing", (int)i);
            EXPECT_INT(at, sorted[i]);
            EXPECT_INT(times[(1 << 24) - 1 - what], sorted[i]);
        }
        EXPECT(!event_list_pop(&list, SIMTIME_NEVER, &at, &what), "it should be empty");
        event_list_clear(&list);
    }
}

/* Ten events in 128 bytes; a wheel's slots may be filled in part. */
static void memory_is_taken_only_for_a_new_maximum(void)
{
    EventList list;
    event_list_init(&list, EVENT_LIST_WHEEL);
    uint64_t state = 1;
    SimTime at = 0;
    uint32_t what = 0;
    for (uint32_t i = 0; i < 100000; i++)
        event_list_push(&list, (SimTime)dice_below(&state, 1000000), i);
    for (uint32_t i = 0; i < 3000000; i++) {
        event_list_pop(&list, SIMTIME_NEVER, &at, &what);
        event_list_push(&list, at + (SimTime)dice_below(&state, 2000000), what);
    }
    EXPECT(list.wheel.n_chunks <= 1 << 14, "%u chunks", list.wheel.n_chunks);
    EXPECT_INT(event_list_length(&list), 100000);
    event_list_clear(&list);
}

void suite_event_list(void);
void suite_event_list(void)
{
    CU_pSuite s = CU_add_suite("event_list", NULL, NULL);
    CU_add_test(s, "it pops what a sorted list pops", it_pops_what_a_sorted_list_pops);
    CU_add_test(s, "wheel and heap pop the same", wheel_and_heap_pop_the_same);
    CU_add_test(s, "equal times come in the order of pushing", equal_times_come_in_the_order_of_pushing);
    CU_add_test(s, "an instant may grow while it is popped", an_instant_may_grow_while_it_is_popped);
    CU_add_test(s, "times may be as far apart as can be", times_may_be_as_far_apart_as_can_be);
    CU_add_test(s, "memory is taken only for a new maximum", memory_is_taken_only_for_a_new_maximum);
}
