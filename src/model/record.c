#include "model/record.h"
#include "model/observer.h"
#include "model/verdict.h"
#include <string.h>
#include "base/poison.h"

bool is_record(const Thing *thing)
{
    return strcmp(thing->component->kind, "dns") == 0;
}

/* ---- what is believed ---- */

static bool is_fit(const Record *record, const Alternative *answer)
{
    return record->fit[0] && (answer->region == NO_REGION || record->fit[answer->region + 1]);
}

/* Plain answers are healthy only while their own name servers say so. */
static bool asks_targets(const Record *record)
{
    return record->config->alias && record->config->evaluates;
}

/* Of plain answers; of nested ones it depends on who asks. */
static void believe(Record *record)
{
    for (guint v = 0; v < record->n_editions; v++) {
        Edition *edition = &record->edition[v];
        for (guint i = 0; i < edition->n; i++)
            if (!edition->target[i].record)
                edition->answer[i].healthy =
                    is_fit(record, &edition->answer[i]) && (!asks_targets(record) || edition->target[i].well);
    }
}

/* The edition that is in force at the name server where `asker` asks: the newest that has reached it. */
static Edition *edition_for(Sim *sim, const Record *record, const Entity *asker)
{
    guint v = record->n_editions - 1;
    for (; v > 0; v--) {
        uint64_t key = key_of(key_of(record->me->own_key ^ (uint64_t)DRAW_PROPAGATE << 48, v), asker->own_key);
        if (record->edition[v].accepted + law_time(&record->config->propagation, key) <= sim_now(sim))
            break;
    }
    return &record->edition[v];
}

static bool is_well(Sim *sim, Record *record, const Entity *asker)
{
    const Edition *edition = record_edition(sim, record, asker);
    for (guint i = 0; i < edition->n; i++)
        if (edition->answer[i].healthy)
            return true;
    return false;
}

const Edition *record_edition(Sim *sim, Record *record, const Entity *asker)
{
    Edition *edition = edition_for(sim, record, asker);
    for (guint i = 0; edition->is_nested && i < edition->n; i++)
        if (edition->target[i].record)
            edition->answer[i].healthy = !record->config->evaluates || is_well(sim, edition->target[i].record, asker);
    return edition;
}

/* ---- verdicts ---- */

static void tell_learned(Sim *sim, Entity *me, const Alternative *one, bool healthy)
{
    if (one->region == NO_REGION)
        TELL(sim, me, "learns that %s is %s", one->thing->name, healthy ? "healthy" : "unhealthy");
    else
        TELL(sim, me, "learns that %s@%s is %s", one->thing->name, sim->world->region[one->region].name,
             healthy ? "healthy" : "unhealthy");
}

/* From the health check: about a region, whatever was looked at there; about none: about all answers. */
static void heed_check(Sim *sim, Record *record, const VerdictPort *verdict)
{
    const Edition *newest = &record->edition[record->n_editions - 1];
    record->fit[verdict->region + 1] = verdict->healthy;
    for (guint i = 0; i < newest->n; i++)
        if (!newest->target[i].record && (verdict->region == NO_REGION || newest->answer[i].region == verdict->region))
            tell_learned(sim, record->me, &newest->answer[i], verdict->healthy);
}

static void heed_name_server(Sim *sim, Record *record, const Entity *who, bool healthy)
{
    for (guint v = 0; v < record->n_editions; v++) {
        const Edition *edition = &record->edition[v];
        for (guint i = 0; i < edition->n; i++) {
            if (edition->target[i].name_server != who)
                continue;
            edition->target[i].well = healthy;
            if (v == record->n_editions - 1)
                tell_learned(sim, record->me, &edition->answer[i], healthy);
        }
    }
}

void record_heed(Sim *sim, Record *record, const Call *call)
{
    if (call->caller->thing == record->config->health.thing)
        heed_check(sim, record, &call->verdict);
    else
        heed_name_server(sim, record, call->caller, call->verdict.healthy);
    believe(record);
}

/* ---- editions ---- */

static Record *record_of(const Sim *sim, const Thing *thing)
{
    guint n;
    return doors_in(sim, thing, ANYWHERE, &n)[0]->state;
}

/* An accelerator has one address for all of its regions. */
static bool is_at(const Sim *sim, const Item *item, guint region)
{
    guint n;
    Entity *const *door = doors_in(sim, item->to.thing, ANYWHERE, &n);
    if (n > 0 && door[0]->ops->anycast)
        return false;
    return item->to.thing->runs_in[region] && (item->to.region == ANYWHERE || item->to.region == (int)region);
}

/* Where a record stands is where its first answer does. */
static const Place *place_of(const Sim *sim, const Thing *thing, int region)
{
    guint n;
    while (is_record(thing)) {
        const Record *record = record_of(sim, thing);
        if (record->place)
            return record->place;
        const Item *first = &record->config->answers.item[0];
        thing = first->to.thing;
        region = first->to.region;
        for (guint i = 0; i < sim->world->n_running && region == ANYWHERE; i++)
            if (is_at(sim, first, i))
                region = (int)i;
    }
    Entity *const *door = doors_in(sim, thing, region, &n);
    return n > 0 ? door[0]->place : NULL;
}

static void set_alternative(const Sim *sim, Edition *edition, guint i, const Item *item, int region)
{
    const Thing *thing = item->to.thing;
    Record *nested = is_record(thing) ? record_of(sim, thing) : NULL;
    const Place *place = place_of(sim, thing, region);
    edition->answer[i] = (Alternative){.thing = thing,
                                       .place = place,
                                       .region = nested && place ? place_region(place) : region,
                                       .weight = item->quantity,
                                       .traits = nested ? &nested->config->traits : NULL,
                                       .healthy = true};
    edition->all[i] = edition->answer[i];
    edition->target[i] =
        (Target){.record = nested, .name_server = nested ? NULL : name_server_of(sim, thing, region), .well = true};
    edition->is_nested |= nested != NULL;
}

/* The alternatives that an item of the list stands for; only counts them while `edition` has no room yet. */
static guint add_sites(const Sim *sim, const Item *item, Edition *edition, guint at)
{
    guint n = 0;
    for (guint region = 0; region < sim->world->n_running; region++) {
        if (!is_at(sim, item, region))
            continue;
        if (edition->answer)
            set_alternative(sim, edition, at + n, item, (int)region);
        n++;
    }
    if (n > 0 || item->to.thing->component->existence == EXISTS_PER_REGION)
        return n;
    if (edition->answer)
        set_alternative(sim, edition, at, item, NO_REGION);
    return 1;
}

/* Room for one more. */
static void make_room(Sim *sim, Record *record)
{
    if (record->n_editions < record->room)
        return;
    record->room = MAX(2, 2 * record->room);
    Edition *more = arena_many(sim->arena, Edition, record->room);
    for (guint v = 0; v < record->n_editions; v++)
        more[v] = record->edition[v];
    record->edition = more;
}

/* What a name server was last heard to say is kept. */
static bool last_heard(const Record *record, const Entity *name_server)
{
    for (guint v = 0; v < record->n_editions; v++)
        for (guint i = 0; i < record->edition[v].n; i++)
            if (record->edition[v].target[i].name_server == name_server)
                return record->edition[v].target[i].well;
    return true;
}

static Edition *add_edition(Sim *sim, Record *record, const References *answers)
{
    Edition edition = {.accepted = sim_now(sim)};
    for (guint i = 0; i < answers->n; i++)
        edition.n += add_sites(sim, &answers->item[i], &edition, 0);
    edition.answer = arena_many(sim->arena, Alternative, edition.n);
    edition.all = arena_many(sim->arena, Alternative, edition.n);
    edition.target = arena_many(sim->arena, Target, edition.n);
    for (guint i = 0, at = 0; i < answers->n; i++)
        at += add_sites(sim, &answers->item[i], &edition, at);
    for (guint i = 0; i < edition.n; i++)
        edition.target[i].well = last_heard(record, edition.target[i].name_server);
    make_room(sim, record);
    record->edition[record->n_editions] = edition;
    return &record->edition[record->n_editions++];
}

/* Asks those name servers for their health that it has not asked before. */
static void subscribe(Sim *sim, Record *record, guint first_edition)
{
    g_autoptr(GHashTable) asked = g_hash_table_new(NULL, NULL);
    for (guint v = 0; asks_targets(record) && v < record->n_editions; v++)
        for (guint i = 0; i < record->edition[v].n; i++) {
            Entity *name_server = record->edition[v].target[i].name_server;
            if (name_server && g_hash_table_add(asked, name_server) && v >= first_edition)
                verdict_subscribe(sim, record->me, name_server, record->patience);
        }
}

/* ---- edits ---- */

static const Edition *made_by(const Record *record, const References *edit)
{
    for (guint v = record->n_editions; v-- > 1;)
        if (record->edition[v].edit == edit && !record->edition[v].back)
            return &record->edition[v];
    return NULL;
}

/* What stood there before the edit stands there again. */
static void restore(Sim *sim, Record *record, guint before)
{
    make_room(sim, record);
    record->edition[record->n_editions] = record->edition[before];
    record->edition[record->n_editions++].accepted = sim_now(sim);
}

static bool answers_with(const Edition *edition, int region)
{
    for (guint i = 0; i < edition->n; i++)
        if (edition->answer[i].region == region)
            return true;
    return false;
}

/* For who looks on: from now on it answers with these regions no more, or does again (a name server that the edit has
 * not reached says the old ones for a while). */
static void show_edit(Sim *sim, const Record *record, const Edition *before, const Edition *now)
{
    for (int region = 0; region < (int)sim->world->n_running; region++)
        if (answers_with(before, region) != answers_with(now, region))
            observe_withdrawn(sim, record->me->thing, region, !answers_with(now, region));
}

void record_edit(Sim *sim, Record *record, const ControlPort *control)
{
    guint before = record->n_editions - 1;
    const Edition *newest = &record->edition[before], *mine = made_by(record, control->answers);
    if ((newest->edit == control->answers && newest->back == !control->on) || (!control->on && !mine))
        return;
    if (control->on)
        add_edition(sim, record, control->answers);
    else
        restore(sim, record, mine->before);
    Edition *edition = &record->edition[record->n_editions - 1];
    edition->edit = control->answers;
    edition->back = !control->on;
    edition->before = before;
    subscribe(sim, record, before + 1);
    believe(record);
    show_edit(sim, record, &record->edition[before], edition);
    TELL(sim, record->me, control->on ? "has other answers (edit %u)" : "has its old answers back (edit %u)",
         before + 1);
}

/* ---- building ---- */

void record_init(Sim *sim, Entity *me)
{
    Record *record = me->state;
    *record = (Record){.me = me, .config = me->config, .patience = call_patience(sim, 10 * SECOND)};
    if (record->config->region != ANYWHERE)
        record->place = network_region(sim->network, record->config->region, WHOLE_REGION);
    record->fit = arena_many(sim->arena, bool, sim->world->n_regions + 1);
    for (guint i = 0; i <= sim->world->n_regions; i++)
        record->fit[i] = true;
}

void record_connect(Sim *sim, Entity *me)
{
    Record *record = me->state;
    add_edition(sim, record, &record->config->answers);
    if (record->config->health.thing)
        record->judge = doors_in(sim, record->config->health.thing, ANYWHERE, &record->n_judges);
}

void record_start(Sim *sim, Entity *me)
{
    Record *record = me->state;
    for (guint i = 0; i < record->n_judges; i++)
        verdict_subscribe(sim, me, record->judge[i], record->patience);
    subscribe(sim, record, 0);
}
