#include "model/recovery.h"
#include "model/metrics.h"
#include <math.h>
#include <string.h>
#include "base/poison.h"

enum { MOST_WINDOWS = 8640 }; /* a day of 10 s windows: a fault that lasts longer is watched that long */
enum { NEVER = -1 };

typedef struct {
    uint32_t answered, ended;
} Window;

/* A judge's first word on a fault, or the last that it found of a region. */
typedef struct Finding Finding;
struct Finding {
    Finding *next;
    const Thing *judge;
    int region;
    SimTime found_at, told_at;
};

/* One fault as it happened: windows of the affected users' requests per population. */
typedef struct {
    FaultSeen seen;
    guint nth;    /* of all that have begun */
    uint64_t bit; /* in UserMark.affected, until a later fault needs it */
    bool over;
    guint n_windows;
    Window *window;                               /* population × n_windows */
    Finding *verdict;                             /* the first of each judge, the latest first */
    SimTime detected_at, decided_at, promoted_at; /* of the last promotion; NEVER: none */
} FaultWatch;

typedef struct {
    const Thing *clients;
    const Reach *reach;
} Door;

typedef struct {
    UserMark *user;
    guint n;
} Users;

struct Recovery {
    Sim *sim;
    GArray *doors;                             /* Door, per population */
    GArray *users;                             /* Users */
    GPtrArray *faults;                         /* FaultWatch *, all that have begun, in order */
    GPtrArray *under_way;                      /* those that are not over, in order */
    FaultWatch *with_bit[MOST_FAULTS_AT_ONCE]; /* whose bit it is; NULL: never used */
    GArray **dark_since;                       /* per region: SimTime, when it was lost, in order */
    GPtrArray *zones_dark;                     /* FaultSeen *, of single zones, in order */
    Finding *found;                            /* what judges find and have not told yet, or have told */
    bool may_promote;                          /* some database can get another writer */
};

/* Some database tells phases of recoveries. */
static bool may_promote(const World *world)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Component *component = world->thing[i]->component;
        if (strcmp(component->kind, "database") == 0 && component->metrics &&
            g_strv_contains(component->metrics, "recovery.time"))
            return true;
    }
    return false;
}

Recovery *recovery_new(Sim *sim)
{
    Recovery *recovery = arena_one(sim->arena, Recovery);
    recovery->sim = sim;
    recovery->may_promote = may_promote(sim->world);
    recovery->doors = g_array_new(FALSE, FALSE, sizeof(Door));
    recovery->users = g_array_new(FALSE, FALSE, sizeof(Users));
    recovery->faults = g_ptr_array_new();
    recovery->under_way = g_ptr_array_new();
    recovery->zones_dark = g_ptr_array_new();
    recovery->dark_since = arena_many(sim->arena, GArray *, sim->world->n_regions);
    for (guint i = 0; i < sim->world->n_regions; i++)
        recovery->dark_since[i] = g_array_new(FALSE, FALSE, sizeof(SimTime));
    return recovery;
}

void recovery_free(Recovery *recovery)
{
    g_array_free(recovery->doors, TRUE);
    g_array_free(recovery->users, TRUE);
    g_ptr_array_free(recovery->faults, TRUE);
    g_ptr_array_free(recovery->under_way, TRUE);
    g_ptr_array_free(recovery->zones_dark, TRUE);
    for (guint i = 0; i < recovery->sim->world->n_regions; i++)
        g_array_free(recovery->dark_since[i], TRUE);
}

void recovery_population(Recovery *recovery, const Thing *clients, const Reach *reach)
{
    Door door = {clients, reach};
    g_array_append_val(recovery->doors, door);
}

void recovery_users(Recovery *recovery, UserMark *users, guint n)
{
    Users more = {users, n};
    g_array_append_val(recovery->users, more);
}

/* ---- requests ---- */

/* The windows of every fault under way that this user is affected by. */
void recovery_count(Recovery *recovery, uint32_t population, const UserMark *user, SimTime issued_at, bool answered)
{
    for (uint64_t left = user->affected; left; left &= left - 1) {
        FaultWatch *watch = recovery->with_bit[__builtin_ctzll(left)];
        if (issued_at < watch->seen.begins)
            continue;
        guint64 n = (guint64)((issued_at - watch->seen.begins) / FAILOVER_WINDOW);
        if (n >= watch->n_windows)
            continue;
        Window *window = &watch->window[population * watch->n_windows + n];
        window->ended++;
        window->answered += answered;
    }
}

/* ---- faults ---- */

static void mark_users(const Recovery *recovery, const FaultWatch *watch)
{
    for (guint i = 0; i < recovery->users->len; i++) {
        const Users *users = &g_array_index(recovery->users, Users, i);
        UserMark *user = users->user;
        for (guint n = users->n; n > 0; n--, user++) {
            bool affected = watch->seen.region == NO_REGION || user->served_by == watch->seen.region;
            user->affected = (user->affected & ~watch->bit) | (affected ? watch->bit : 0);
        }
    }
}

/* One that was never used; else that of the fault that is over and began first: its requests have long ended. */
static guint take_bit(const Recovery *recovery)
{
    guint oldest = MOST_FAULTS_AT_ONCE;
    for (guint i = 0; i < MOST_FAULTS_AT_ONCE; i++) {
        const FaultWatch *watch = recovery->with_bit[i];
        if (!watch)
            return i;
        bool older = oldest == MOST_FAULTS_AT_ONCE || watch->nth < recovery->with_bit[oldest]->nth;
        if (watch->over && older)
            oldest = i;
    }
    CHECK(oldest < MOST_FAULTS_AT_ONCE);
    return oldest;
}

/* With everything in it. */
static bool takes_region(const FaultSeen *fault)
{
    return fault->region != NO_REGION && !fault->one_zone && !fault->one_thing;
}

void observe_fault(Sim *sim, const FaultSeen *fault)
{
    Recovery *recovery = recovery_of(sim->observer);
    FaultWatch *watch = arena_one(sim->arena, FaultWatch);
    guint bit = take_bit(recovery);
    watch->seen = *fault;
    watch->nth = recovery->faults->len;
    watch->bit = 1ull << bit;
    watch->detected_at = watch->decided_at = watch->promoted_at = NEVER;
    recovery->with_bit[bit] = watch;
    SimTime until = MIN(fault->ends, sim->horizon);
    watch->n_windows = (guint)CLAMP((until - fault->begins) / FAILOVER_WINDOW, (SimTime)0, (SimTime)MOST_WINDOWS);
    watch->window = arena_many(sim->arena, Window, recovery->doors->len * watch->n_windows);
    g_ptr_array_add(recovery->faults, watch);
    g_ptr_array_add(recovery->under_way, watch);
    if (fault->one_zone)
        g_ptr_array_add(recovery->zones_dark, &watch->seen);
    else if (takes_region(fault))
        g_array_append_val(recovery->dark_since[fault->region], fault->begins);
    mark_users(recovery, watch);
}

void observe_fault_over(Sim *sim, const Thing *thing)
{
    GPtrArray *under_way = recovery_of(sim->observer)->under_way;
    for (guint i = under_way->len; i-- > 0;) {
        FaultWatch *watch = g_ptr_array_index(under_way, i);
        if (watch->seen.thing != thing)
            continue;
        watch->over = true;
        g_ptr_array_remove_index(under_way, i);
    }
}

/* The watch of the fault under way in this region, the latest first; NULL: none, or only of zones. */
static FaultWatch *watch_of(const Recovery *recovery, int region)
{
    for (guint i = recovery->under_way->len; i-- > 0;) {
        FaultWatch *watch = g_ptr_array_index(recovery->under_way, i);
        if ((watch->seen.region == region && !watch->seen.one_zone) || watch->seen.region == NO_REGION)
            return watch;
    }
    return NULL;
}

SimTime observer_fault_began(const Observer *observer, int region, const Thing **fault)
{
    const FaultWatch *watch = watch_of(recovery_of(observer), region);
    if (!watch)
        return -1;
    *fault = watch->seen.thing;
    return watch->seen.begins;
}

bool observer_is_dark(const Observer *observer, int region)
{
    const GPtrArray *under_way = recovery_of(observer)->under_way;
    for (guint i = 0; i < under_way->len; i++) {
        const FaultWatch *watch = g_ptr_array_index(under_way, i);
        if (watch->seen.region == region && takes_region(&watch->seen))
            return true;
    }
    return false;
}

SimTime observer_went_dark(const Observer *observer, int region, SimTime since)
{
    const GArray *times = recovery_of(observer)->dark_since[region];
    guint low = 0, high = times->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(times, SimTime, middle) >= since)
            high = middle;
        else
            low = middle + 1;
    }
    return low < times->len ? g_array_index(times, SimTime, low) : SIMTIME_NEVER;
}

SimTime observer_place_went_dark(const Observer *observer, const Place *place, SimTime since)
{
    const GPtrArray *zones_dark = recovery_of(observer)->zones_dark;
    int region = place_region(place), zone = place_zone(place);
    SimTime first = observer_went_dark(observer, region, since);
    for (guint i = 0; i < zones_dark->len; i++) {
        const FaultSeen *seen = g_ptr_array_index(zones_dark, i);
        if (seen->region == region && seen->zone == zone && seen->begins >= since)
            return MIN(first, seen->begins);
    }
    return MIN(first, network_died(place, since)); /* who is lost alone is in no list */
}

/* ---- who noticed ---- */

static bool detects(const Thing *judge)
{
    static const char *const kinds[] = {"accelerator", "balancer", "health-check", NULL};
    return g_strv_contains(kinds, judge->component->kind);
}

/* detection.time and detection.false name a judge by its kind. */
static const char *label_of(const Thing *judge)
{
    return strcmp(judge->component->kind, "health-check") == 0 ? "health_check" : judge->component->kind;
}

static Finding *find(Finding *first, const Thing *judge, int region)
{
    while (first && (first->judge != judge || first->region != region))
        first = first->next;
    return first;
}

void observe_found(Sim *sim, const Thing *judge, int region)
{
    Recovery *recovery = recovery_of(sim->observer);
    Finding *finding = find(recovery->found, judge, region);
    if (!finding) {
        finding = arena_one(sim->arena, Finding);
        *finding = (Finding){.next = recovery->found, .judge = judge, .region = region};
        recovery->found = finding;
    }
    finding->found_at = sim_now(sim);
}

/* The fault under way that this verdict is about: of its region, the first; else one that may affect everybody. */
static FaultWatch *noticed(const Recovery *recovery, int region)
{
    FaultWatch *of_all = NULL;
    for (guint i = 0; i < recovery->under_way->len; i++) {
        FaultWatch *watch = g_ptr_array_index(recovery->under_way, i);
        if (watch->seen.region == region)
            return watch;
        if (watch->seen.region == NO_REGION && !of_all)
            of_all = watch;
    }
    return of_all;
}

static void add_verdict(Recovery *recovery, FaultWatch *watch, const Thing *judge, int region)
{
    SimTime now = sim_now(recovery->sim);
    if (find(watch->verdict, judge, region))
        return;
    const Finding *found = find(recovery->found, judge, region);
    Finding *verdict = arena_one(recovery->sim->arena, Finding);
    *verdict = (Finding){.next = watch->verdict,
                         .judge = judge,
                         .region = region,
                         .found_at = found ? MAX(found->found_at, watch->seen.begins) : now,
                         .told_at = now};
    watch->verdict = verdict;
}

void recovery_verdict(Recovery *recovery, const Thing *judge, int region)
{
    Sim *sim = recovery->sim;
    const char *where = sim->world->region[region].name, *label = label_of(judge);
    FaultWatch *watch = noticed(recovery, region);
    if (watch)
        add_verdict(recovery, watch, judge, region);
    if (!detects(judge))
        return;
    if (watch && sim_measuring(sim, watch->seen.begins))
        cell_sample(sheet_cell(sim->sheet, CELL_SAMPLES, "detection.time", "fault", watch->seen.thing->name, label,
                               judge->name, "region", where, NULL),
                    simtime_seconds(sim_now(sim) - watch->seen.begins));
    else if (!watch && sim_measuring(sim, sim_now(sim)))
        cell_count(sheet_cell(sim->sheet, CELL_COUNT, "detection.false", label, judge->name, "region", where, NULL));
}

/* A fault that came and went unnoticed, though somebody watched.  The loss of a zone need not be noticed by who
 * watches the region. */
static void sample_unnoticed(const Recovery *recovery, const FaultWatch *watch)
{
    const World *world = recovery->sim->world;
    if (watch->verdict || !watch->over || watch->seen.region == NO_REGION || watch->seen.one_zone)
        return;
    for (guint i = 0; i < world->n_things; i++) {
        const Thing *thing = world->thing[i];
        if (strcmp(thing->component->kind, "health-check") == 0 && thing->runs_in[watch->seen.region])
            cell_sample(sheet_cell(recovery->sim->sheet, CELL_SAMPLES, "detection.time", "fault",
                                   watch->seen.thing->name, "health_check", thing->name, "region",
                                   world->region[watch->seen.region].name, NULL),
                        INFINITY);
    }
}

void observe_promotion(Sim *sim, int region, SimTime detected, SimTime decided, SimTime promoted)
{
    FaultWatch *watch = watch_of(recovery_of(sim->observer), region);
    if (!watch)
        return;
    /* what was noticed or decided before was about an earlier one */
    watch->detected_at = MAX(detected, watch->seen.begins);
    watch->decided_at = MAX(decided, watch->detected_at);
    watch->promoted_at = MAX(promoted, watch->decided_at);
}

/* ---- at the end ---- */

/* From the fault to the first of two windows in a row with at least this share answered, of populations first .. last;
 * SIMTIME_NEVER: not while it lasted; NEVER: nobody was affected. */
static SimTime back_after(const FaultWatch *watch, guint first, guint last, double share)
{
    guint n_good = 0;
    guint64 n_ended = 0;
    for (guint w = 0; w < watch->n_windows; w++) {
        guint64 answered = 0, ended = 0;
        for (guint i = first; i <= last; i++) {
            answered += watch->window[i * watch->n_windows + w].answered;
            ended += watch->window[i * watch->n_windows + w].ended;
        }
        n_ended += ended;
        n_good = ended > 0 && (double)answered >= share * (double)ended ? n_good + 1 : 0;
        if (n_good == 2)
            return (SimTime)(w - 1) * FAILOVER_WINDOW;
    }
    return n_ended > 0 ? SIMTIME_NEVER : NEVER;
}

static void sample(const Recovery *recovery, const FaultWatch *watch, const char *metric, const char *label,
                   const char *value, SimTime duration)
{
    if (duration != NEVER)
        cell_sample(sheet_cell(recovery->sim->sheet, CELL_SAMPLES, metric, "fault", watch->seen.thing->name, label,
                               value, NULL),
                    duration == SIMTIME_NEVER ? INFINITY : simtime_seconds(duration));
}

static bool is_affected(const FaultWatch *watch, guint population)
{
    for (guint w = 0; w < watch->n_windows; w++)
        if (watch->window[population * watch->n_windows + w].ended > 0)
            return true;
    return false;
}

/* The first word by which users of this door were sent elsewhere; NULL: there was none. */
static const Finding *first_word(const FaultWatch *watch, const Reach *reach)
{
    const Finding *first = NULL;
    for (const Finding *one = watch->verdict; one; one = one->next)
        if (reach->thing[one->judge->index] && (!first || one->told_at <= first->told_at))
            first = one;
    return first;
}

/* What they waited for: see recovery.h. */
static const Finding *binding_word(const Recovery *recovery, const FaultWatch *watch, SimTime back_at)
{
    const Finding *binding = NULL;
    for (guint i = 0; i < recovery->doors->len; i++) {
        if (!is_affected(watch, i))
            continue;
        const Finding *first = first_word(watch, g_array_index(recovery->doors, Door, i).reach);
        if (first && first->told_at <= back_at && (!binding || first->told_at > binding->told_at))
            binding = first;
    }
    return binding;
}

typedef struct {
    SimTime detect, decide, promote;
} Phases;

static Phases phases_of(const Recovery *recovery, const FaultWatch *watch, SimTime back_at)
{
    SimTime begins = watch->seen.begins;
    const Finding *word = binding_word(recovery, watch, back_at);
    bool promoted = watch->promoted_at != NEVER && watch->promoted_at <= back_at;
    if (promoted && (!word || watch->promoted_at >= word->told_at))
        return (Phases){watch->detected_at - begins, watch->decided_at - watch->detected_at,
                        watch->promoted_at - watch->decided_at};
    if (word)
        return (Phases){word->found_at - begins, word->told_at - word->found_at, 0};
    return (Phases){0, 0, 0};
}

static void sample_phases(const Recovery *recovery, const FaultWatch *watch, SimTime back)
{
    bool is_back = back != SIMTIME_NEVER && back != NEVER;
    SimTime until = is_back ? watch->seen.begins + back : SIMTIME_NEVER;
    Phases phases = phases_of(recovery, watch, until);
    SimTime ready = phases.detect + phases.decide + phases.promote;
    if (!is_back && ready == 0)
        return;
    sample(recovery, watch, "recovery.time", "phase", "detect", phases.detect);
    sample(recovery, watch, "recovery.time", "phase", "decide", phases.decide);
    if (recovery->may_promote)
        sample(recovery, watch, "recovery.time", "phase", "promote", phases.promote);
    if (!is_back)
        return;
    SimTime route = back - ready;
    sample(recovery, watch, "recovery.time", "phase", "route", route);
    CHECK(phases.detect >= 0 && phases.decide >= 0 && phases.promote >= 0 && route >= 0);
}

void recovery_finish(Recovery *recovery)
{
    guint n = recovery->doors->len;
    for (guint i = 0; i < recovery->faults->len; i++) {
        const FaultWatch *watch = g_ptr_array_index(recovery->faults, i);
        if (!sim_measuring(recovery->sim, watch->seen.begins) || n == 0)
            continue;
        SimTime back = back_after(watch, 0, n - 1, 0.99);
        sample(recovery, watch, "failover.time", NULL, NULL, back);
        sample(recovery, watch, "failover.half", NULL, NULL, back_after(watch, 0, n - 1, 0.5));
        for (guint j = 0; j < n; j++)
            sample(recovery, watch, "failover.clients", "clients",
                   g_array_index(recovery->doors, Door, j).clients->name, back_after(watch, j, j, 0.99));
        sample_phases(recovery, watch, back);
        sample_unnoticed(recovery, watch);
    }
}
