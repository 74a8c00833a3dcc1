#include "kernel/event_wheel.h"

#include "base/check.h"
#include "base/poison.h"

enum { CHUNK_EVENTS = 10, SMALLEST_POOL = 512, CACHE_LINE = 64, NO_CHUNK = UINT32_MAX, FEW = WHEEL_FRONT / 2 };

struct WheelChunk {
    SimTime at[CHUNK_EVENTS];
    uint32_t what[CHUNK_EVENTS];
    uint32_t next;
    uint32_t n;
};
_Static_assert(sizeof(WheelChunk) == 128, "two cache lines");

void event_wheel_init(EventWheel *wheel)
{
    *wheel = (EventWheel){.first_free = NO_CHUNK};
}

void event_wheel_clear(EventWheel *wheel)
{
    free(wheel->chunk);
    event_wheel_init(wheel);
}

/* ---- chunks ---- */

static G_GNUC_NO_INLINE void grow(EventWheel *wheel)
{
    uint32_t had = wheel->n_chunks, n = had ? 2 * had : SMALLEST_POOL;
    CHECK(n < UINT32_C(1) << 30);
    WheelChunk *chunk = aligned_alloc(CACHE_LINE, n * sizeof *chunk);
    CHECK(chunk != NULL);
    if (had)
        memcpy(chunk, wheel->chunk, had * sizeof *chunk);
    for (uint32_t i = n; i-- > had;) {
        chunk[i].next = wheel->first_free;
        wheel->first_free = i;
    }
    free(wheel->chunk);
    wheel->chunk = chunk;
    wheel->n_chunks = n;
}

/* To be seen to before an event is dealt, and not in the midst of it: there it would cost every event its registers. */
static inline bool has_free_chunk(const EventWheel *wheel)
{
    return G_LIKELY(wheel->first_free != NO_CHUNK);
}

static inline uint32_t take_chunk(EventWheel *wheel)
{
    uint32_t taken = wheel->first_free;
    WheelChunk *chunk = &wheel->chunk[taken];
    wheel->first_free = chunk->next;
    chunk->n = 0;
    chunk->next = NO_CHUNK;
    return taken;
}

static inline void give_back(EventWheel *wheel, uint32_t number)
{
    wheel->chunk[number].next = wheel->first_free;
    wheel->first_free = number;
}

/* ---- slots ---- */

/* Needs a free chunk. */
static inline void deal(EventWheel *wheel, SimTime at, uint32_t what)
{
    uint64_t differs = (uint64_t)(at ^ wheel->base);
    unsigned level = (63u - (unsigned)__builtin_clzll(differs | 1)) / WHEEL_DIGIT_BITS;
    unsigned digit = (unsigned)((uint64_t)at >> level * WHEEL_DIGIT_BITS) & (WHEEL_DIGITS - 1);
    WheelSlot *slot = &wheel->slot[level][digit];
    if (slot->n++ == 0) {
        wheel->occupied[level] |= UINT64_C(1) << digit;
        wheel->levels |= 1u << level;
        slot->first = slot->last = take_chunk(wheel);
    } else if (wheel->chunk[slot->last].n == CHUNK_EVENTS) {
        uint32_t fresh = take_chunk(wheel);
        wheel->chunk[slot->last].next = fresh;
        slot->last = fresh;
    }
    WheelChunk *chunk = &wheel->chunk[slot->last];
    chunk->at[chunk->n] = at;
    chunk->what[chunk->n++] = what;
}

/* An emptied slot; its level may be empty then. */
static void mark_empty(EventWheel *wheel, unsigned level, unsigned digit)
{
    wheel->occupied[level] &= ~(UINT64_C(1) << digit);
    if (!wheel->occupied[level])
        wheel->levels &= ~(1u << level);
}

/* ---- the front ---- */

/* Behind those of its time: these are pushed later. */
static inline void into_front(EventWheel *wheel, SimTime at, uint32_t what)
{
    FrontEvent *first = wheel->front, *hole = first + wheel->n_front++;
    for (; hole > first && hole[-1].at <= at; hole--)
        hole[0] = hole[-1];
    *hole = (FrontEvent){at, what};
}

/* Too many for a sorted array: they go to the levels below, which are empty, soonest first. */
static G_GNUC_NO_INLINE void spill(EventWheel *wheel)
{
    wheel->front_end = wheel->base;
    for (uint32_t i = wheel->n_front; i-- > 0;) {
        if (!has_free_chunk(wheel))
            grow(wheel);
        deal(wheel, wheel->front[i].at, wheel->front[i].what);
    }
    wheel->n_front = 0;
}

static G_GNUC_NO_INLINE void push_with_room_made(EventWheel *wheel, SimTime at, uint32_t what)
{
    if (at < wheel->front_end)
        spill(wheel);
    if (!has_free_chunk(wheel))
        grow(wheel);
    deal(wheel, at, what);
}

/* Apart, so that what goes to the front saves no registers for it. */
static G_GNUC_NO_INLINE void push_behind(EventWheel *wheel, SimTime at, uint32_t what)
{
    if (G_LIKELY(at >= wheel->front_end) && has_free_chunk(wheel))
        deal(wheel, at, what);
    else
        push_with_room_made(wheel, at, what);
}

void event_wheel_push(EventWheel *wheel, SimTime at, uint32_t what)
{
    CHECK(at >= wheel->base);
    wheel->n_events++;
    if (at < wheel->front_end && G_LIKELY(wheel->n_front < WHEEL_FRONT))
        into_front(wheel, at, what);
    else
        push_behind(wheel, at, what);
}

/* ---- opening ---- */

static SimTime soonest_in(const EventWheel *wheel, const WheelSlot *slot)
{
    SimTime soonest = SIMTIME_NEVER;
    for (uint32_t number = slot->first; number != NO_CHUNK; number = wheel->chunk[number].next) {
        const WheelChunk *chunk = &wheel->chunk[number];
        for (unsigned i = 0; i < chunk->n; i++)
            soonest = chunk->at[i] < soonest ? chunk->at[i] : soonest;
    }
    return soonest;
}

/* A chunk, in order, to the front, which is empty.  Every two events are compared, without a jump that
 * depends on their times: those of a sort are mispredicted once an event, which takes longer than all comparisons. */
static inline void rank_in(EventWheel *wheel, const WheelChunk *chunk)
{
    unsigned n = chunk->n, n_after[CHUNK_EVENTS];
    for (unsigned i = 0; i < n; i++) {
        SimTime at = chunk->at[i];
        unsigned n_sooner = 0;
        for (unsigned j = 0; j < i; j++) {
            bool is_sooner = chunk->at[j] <= at;
            n_after[j] += is_sooner;
            n_sooner += is_sooner;
        }
        n_after[i] = i - n_sooner;
    }
    for (unsigned i = 0; i < n; i++)
        wheel->front[n_after[i]] = (FrontEvent){chunk->at[i], chunk->what[i]};
    wheel->n_front = n;
}

/* All of a slot, in order, to the front, which is empty. */
static inline void sort_in(EventWheel *wheel, WheelSlot slot)
{
    if (slot.n <= CHUNK_EVENTS) {
        rank_in(wheel, &wheel->chunk[slot.first]);
        give_back(wheel, slot.first);
        return;
    }
    for (uint32_t number = slot.first; number != NO_CHUNK;) {
        const WheelChunk *chunk = &wheel->chunk[number];
        uint32_t next = chunk->next;
        for (unsigned i = 0; i < chunk->n; i++)
            into_front(wheel, chunk->at[i], chunk->what[i]);
        give_back(wheel, number);
        number = next;
    }
}

/* All of a slot, in order, to the levels below. The pool may grow meanwhile, and move. */
static inline void deal_out(EventWheel *wheel, WheelSlot slot)
{
    for (uint32_t number = slot.first; number != NO_CHUNK;) {
        for (unsigned i = 0; i < wheel->chunk[number].n; i++) {
            if (!has_free_chunk(wheel))
                grow(wheel);
            deal(wheel, wheel->chunk[number].at[i], wheel->chunk[number].what[i]);
        }
        uint32_t next = wheel->chunk[number].next;
        give_back(wheel, number);
        number = next;
    }
}

/* One instant: its events are taken to the front a few at a time, in order; those that are pushed for it meanwhile go
 * behind the rest. */
static bool open_instant(EventWheel *wheel, unsigned digit, SimTime until)
{
    WheelSlot *slot = &wheel->slot[0][digit];
    uint32_t number = slot->first;
    WheelChunk *chunk = &wheel->chunk[number];
    if (chunk->at[0] > until)
        return false;
    wheel->base = wheel->front_end = chunk->at[0];
    for (unsigned i = chunk->n; i-- > 0;)
        wheel->front[wheel->n_front++] = (FrontEvent){chunk->at[i], chunk->what[i]};
    slot->n -= wheel->n_front;
    slot->first = chunk->next;
    give_back(wheel, number);
    if (slot->n == 0)
        mark_empty(wheel, 0, digit);
    return true;
}

bool event_wheel_open(EventWheel *wheel, SimTime until)
{
    while (wheel->levels) {
        unsigned level = (unsigned)__builtin_ctz(wheel->levels);
        unsigned digit = (unsigned)__builtin_ctzll(wheel->occupied[level]);
        if (level == 0)
            return open_instant(wheel, digit, until);
        unsigned shift = level * WHEEL_DIGIT_BITS;
        SimTime width = (SimTime)(UINT64_C(1) << shift);
        uint64_t above = shift + WHEEL_DIGIT_BITS < 64 ? (uint64_t)wheel->base >> (shift + WHEEL_DIGIT_BITS) : 0;
        SimTime begin = (SimTime)((above << WHEEL_DIGIT_BITS | digit) << shift);
        if (begin > until)
            return false;
        WheelSlot slot = wheel->slot[level][digit];
        bool few = slot.n <= FEW;
        SimTime base = few ? begin : soonest_in(wheel, &slot);
        if (base > until)
            return false;
        wheel->slot[level][digit].n = 0;
        mark_empty(wheel, level, digit);
        wheel->base = base;
        if (few) {
            wheel->front_end = begin > SIMTIME_NEVER - width ? SIMTIME_NEVER : begin + width;
            sort_in(wheel, slot);
            return true;
        }
        wheel->front_end = base;
        deal_out(wheel, slot);
    }
    return false;
}
