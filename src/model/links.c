#include "model/links.h"
#include "base/check.h"
#include "kernel/random.h"
#include <string.h>
#include "base/poison.h"

enum { MOST_CARRIERS = 4, MOST_PACES = 64 };
/* Linux gives up an established connection after so many (tcp_retries2), and waits at most so long for each
 * (TCP_RTO_MAX); a connection that is being opened has no round trip to go by: RFC 6298, 2.1. */
enum { MOST_RETRIES = 15 };
static const SimTime longest_timer = 120 * SECOND, opening_timer = SECOND;
enum { DRAW_LOSS = 1, DRAW_ADDED, DRAW_HOP, DRAW_SIGN };

/* What leaves one end, or (a hub's attachment) arrives there. */
typedef struct {
    SimTime free_at;    /* when it has sent all it was given */
    guint n_cuts;       /* under way */
    SimTime changed_at; /* cut, or whole again */
} Lane;

typedef struct {
    const Link *of;
    Lane *out, *in;     /* per end; in: NULL unless a hub's */
    guint n_cut;        /* lanes that are cut */
    SimTime noticed_at; /* cut: given up from then on */
    SimTime back_at;    /* whole: used from then on */
    uint64_t n_losses;  /* how often it was cut */
    uint64_t key;
} Carrier;

typedef struct {
    guint n;
    struct {
        const Thing *fault;
        LinkPace pace;
    } active[MOST_PACES];
    LinkPace now, before;
    SimTime changed_at;
} Pace;

struct Link {
    const Thing *thing;
    const LinkConfig *config;
    guint n_ends, n_own, n_carriers;
    Carrier *own;
    struct {
        Carrier *is;
        bool turned;          /* its first end is the link's second */
    } carrier[MOST_CARRIERS]; /* the one preferred first */
    Pace pace[2];             /* of what leaves the first end; of the rest */
};

struct Links {
    const World *world;
    guint n;
    Link **link;
};

static const LinkConfig *config_of(const Thing *link)
{
    return link->config;
}

/* ---- before anything runs ---- */

static bool is_link(const Thing *thing)
{
    return strcmp(thing->component->kind, "link") == 0;
}

bool link_is_private(const Thing *link)
{
    return strcmp(link->component->name, "link") != 0;
}

GPtrArray *links_of(const World *world)
{
    GPtrArray *links = g_ptr_array_new();
    for (guint i = 0; i < world->n_things; i++)
        if (is_link(world->thing[i]))
            g_ptr_array_add(links, (gpointer)world->thing[i]);
    return links;
}

bool links_are_private(const World *world)
{
    for (guint i = 0; i < world->n_things; i++)
        if (is_link(world->thing[i]) && link_is_private(world->thing[i]))
            return true;
    return false;
}

static bool means(const char *said, LinkEnd end)
{
    return said && (strcmp(said, end.name) == 0 || (end.country && strcmp(said, end.country) == 0));
}

/* Which of its ends this is; -1: none. */
static int end_of(const World *world, const LinkConfig *config, LinkEnd end)
{
    for (guint i = 0; i < config->attachments.n; i++)
        if (means(world->region[config->attachments.region[i]].name, end))
            return (int)i;
    return -1;
}

static bool joins(const World *world, const LinkConfig *config, LinkEnd from, LinkEnd to, LinkWay *way)
{
    if (config->attachments.n > 0) {
        int a = end_of(world, config, from), b = end_of(world, config, to);
        *way = (LinkWay){.from = (uint8_t)a, .to = (uint8_t)b};
        return a >= 0 && b >= 0 && a != b;
    }
    bool forth = means(config->from, from) && means(config->to, to);
    bool back = !config->one_way && means(config->from, to) && means(config->to, from);
    *way = (LinkWay){.from = !forth, .to = forth};
    return forth || back;
}

bool link_joins(const World *world, const Thing *link, LinkEnd from, LinkEnd to)
{
    LinkWay way;
    return joins(world, config_of(link), from, to, &way);
}

static bool stands_in(const GPtrArray *links, const Thing *link)
{
    for (guint i = 0; i < links->len; i++)
        if (config_of(g_ptr_array_index(links, i))->backup.thing == link)
            return true;
    return false;
}

const Thing *links_find(const World *world, const GPtrArray *links, LinkEnd from, LinkEnd to, bool private)
{
    for (guint i = links->len; i-- > 0;) {
        const Thing *link = g_ptr_array_index(links, i);
        if (link_is_private(link) == private && link_joins(world, link, from, to) &&
            !(private && stands_in(links, link)))
            return link;
    }
    return NULL;
}

/* ---- making ---- */

static Lane *lanes_new(Arena *arena, guint n)
{
    return arena_many(arena, Lane, n);
}

static Link *link_new(Arena *arena, const Thing *thing, uint64_t chance)
{
    const LinkConfig *config = config_of(thing);
    Link *link = arena_one(arena, Link);
    *link = (Link){.thing = thing, .config = config};
    bool hub = config->attachments.n > 0;
    link->n_ends = hub ? config->attachments.n : 2;
    link->n_own = MAX(1, (guint)config->tunnels);
    link->own = arena_many(arena, Carrier, link->n_own);
    for (guint i = 0; i < link->n_own; i++)
        link->own[i] = (Carrier){.of = link,
                                 .out = lanes_new(arena, link->n_ends),
                                 .in = hub ? lanes_new(arena, link->n_ends) : NULL,
                                 .key = key_nth(key_of(chance, thing->key), i)};
    for (guint i = 0; i < G_N_ELEMENTS(link->pace); i++)
        link->pace[i].now = link->pace[i].before = (LinkPace){.factor = 1};
    return link;
}

bool link_is_struck(const World *world, const Thing *link)
{
    for (guint i = 0; i < world->n_things; i++) {
        const Component *component = world->thing[i]->component;
        if (strcmp(component->kind, "fault") != 0)
            continue;
        for (const Param *param = component->params; param && param->name; param++) {
            const Reference *to = (const void *)((const char *)world->thing[i]->config + param->offset);
            if (param->type == PARAM_REFERENCE && to->thing == link)
                return true;
        }
    }
    return false;
}

/* A plain link that only says a distance is nothing on the way. */
static bool says_more(const World *world, const Thing *link)
{
    const LinkConfig *config = config_of(link);
    return link_is_private(link) || config->jitter.kind != LAW_NONE || config->loss > 0 || config->bandwidth > 0 ||
           link_is_struck(world, link);
}

static Link *find(const Links *links, const Thing *thing)
{
    for (guint i = 0; i < links->n; i++)
        if (links->link[i]->thing == thing)
            return links->link[i];
    return NULL;
}

static void add_carriers(Link *link, Link *from)
{
    bool turned = from != link && strcmp(from->config->from, link->config->from) != 0;
    for (guint i = 0; i < from->n_own; i++) {
        CHECK(link->n_carriers < MOST_CARRIERS);
        link->carrier[link->n_carriers].is = &from->own[i];
        link->carrier[link->n_carriers++].turned = turned;
    }
}

Links *links_new(Arena *arena, const World *world, uint64_t chance)
{
    Links *links = arena_one(arena, Links);
    g_autoptr(GPtrArray) all = links_of(world);
    *links = (Links){.world = world, .link = arena_many(arena, Link *, all->len)};
    for (guint i = 0; i < all->len; i++)
        if (says_more(world, g_ptr_array_index(all, i)))
            links->link[links->n++] = link_new(arena, g_ptr_array_index(all, i), chance);
    for (guint i = 0; i < links->n; i++) {
        Link *link = links->link[i], *backup = find(links, link->config->backup.thing);
        add_carriers(link, link);
        if (backup)
            add_carriers(link, backup);
    }
    return links;
}

bool links_any(const Links *links)
{
    return links->n > 0;
}

LinkWay links_way(const Links *links, const Thing *link, LinkEnd from, LinkEnd to)
{
    LinkWay way = {.link = NULL};
    Link *found = link ? find(links, link) : NULL;
    if (!found || !joins(links->world, found->config, from, to, &way))
        return (LinkWay){.link = NULL};
    way.link = found;
    return way;
}

/* ---- carriers ---- */

static bool is_used(const Carrier *carrier, SimTime now)
{
    return carrier->n_cut > 0 ? now < carrier->noticed_at : now >= carrier->back_at;
}

/* What routers take now; LINK_LOST: they have given up all there are. */
static uint8_t chosen(const Link *link, SimTime now)
{
    for (guint i = 0; i < link->n_carriers; i++)
        if (is_used(link->carrier[i].is, now))
            return (uint8_t)i;
    return LINK_LOST;
}

/* The way as a carrier that may be another link's sees it. */
static LinkWay way_on(const LinkWay *way, uint8_t carrier)
{
    return way->link->carrier[carrier].turned ? (LinkWay){way->link, way->to, way->from} : *way;
}

bool link_held(const LinkWay *way, uint8_t carrier, SimTime since)
{
    if (carrier == LINK_LOST)
        return false;
    const Lane *lane = &way->link->carrier[carrier].is->out[way_on(way, carrier).from];
    return lane->n_cuts == 0 && lane->changed_at <= since;
}

const char *link_stands_in(const LinkWay *way, uint8_t carrier)
{
    return carrier == 0 || carrier == LINK_LOST ? NULL : way->link->carrier[carrier].is->of->thing->name;
}

/* The hold timer starts anew with every sign of life; the last one came up to a keepalive ago. */
static void lose(Carrier *carrier, SimTime now)
{
    const LinkConfig *config = carrier->of->config;
    bool used = now >= carrier->back_at;
    double since =
        unit_of(key_nth(key_of(carrier->key, DRAW_SIGN), (uint32_t)carrier->n_losses++)) * (double)config->keepalive;
    carrier->noticed_at = !used ? now : config->hold == 0 ? SIMTIME_NEVER : now + config->hold - (SimTime)since;
}

static void mend(Carrier *carrier, SimTime now)
{
    carrier->back_at = now >= carrier->noticed_at ? now + carrier->of->config->restore : now;
}

static void cut_lane(Carrier *carrier, Lane *lane, bool up, SimTime now)
{
    CHECK(!up || lane->n_cuts > 0);
    bool was_cut = lane->n_cuts > 0;
    lane->n_cuts += up ? -1u : 1;
    if ((lane->n_cuts > 0) == was_cut)
        return;
    lane->changed_at = now;
    carrier->n_cut += up ? -1u : 1;
    if (!up && carrier->n_cut == 1)
        lose(carrier, now);
    else if (up && carrier->n_cut == 0)
        mend(carrier, now);
}

void links_cut(Links *links, const Thing *thing, guint tunnels, bool one_way, bool up, SimTime now)
{
    const Link *link = find(links, thing);
    CHECK(link);
    guint n = tunnels == 0 ? link->n_own : MIN(tunnels, link->n_own);
    for (guint i = 0; i < n; i++)
        for (guint end = 0; end < (one_way ? 1 : link->n_ends); end++)
            cut_lane(&link->own[i], &link->own[i].out[end], up, now);
}

/* ---- slower ---- */

static LinkPace sum_of(const Pace *pace)
{
    LinkPace sum = {.factor = 1};
    for (guint i = 0; i < pace->n; i++) {
        sum.factor *= pace->active[i].pace.factor;
        sum.added += pace->active[i].pace.added;
        sum.loss = 1 - (1 - sum.loss) * (1 - pace->active[i].pace.loss);
    }
    return sum;
}

static void forget(Pace *pace, const Thing *fault)
{
    guint kept = 0;
    for (guint i = 0; i < pace->n; i++)
        if (pace->active[i].fault != fault)
            pace->active[kept++] = pace->active[i];
    CHECK(kept + 1 == pace->n);
    pace->n = kept;
}

static void change_pace(Pace *pace, const Thing *fault, const LinkPace *by, SimTime now)
{
    if (by) {
        CHECK(pace->n < MOST_PACES);
        pace->active[pace->n].fault = fault;
        pace->active[pace->n++].pace = *by;
    } else {
        forget(pace, fault);
    }
    if (now > pace->changed_at)
        pace->before = pace->now;
    pace->now = sum_of(pace);
    pace->changed_at = now;
}

void links_slow(Links *links, const Thing *thing, const Thing *fault, const LinkPace *by, bool one_way, SimTime now)
{
    Link *link = find(links, thing);
    CHECK(link);
    for (guint i = 0; i < (one_way ? 1 : G_N_ELEMENTS(link->pace)); i++)
        change_pace(&link->pace[i], fault, by, now);
}

static const Pace *pace_from(const Link *link, guint end)
{
    return &link->pace[end != 0];
}

static double median_of(const Law *law)
{
    double median = law->kind == LAW_NONE ? 0 : law_quantile(law, 0.5);
    return median == median ? median : law_mean(law);
}

double link_typical(const LinkWay *way, double trip, SimTime at)
{
    const LinkConfig *config = way->link->config;
    double half = (trip + median_of(&config->jitter) + median_of(&config->hop)) / 2, sum = 0;
    const guint ends[] = {way->from, way->to};
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        const Pace *pace = pace_from(way->link, ends[i]);
        const LinkPace *then = at >= pace->changed_at ? &pace->now : &pace->before;
        sum += half * then->factor + (double)then->added;
    }
    return sum;
}

/* ---- lines ---- */

static SimTime sending_time(double bandwidth, uint32_t bytes)
{
    return bandwidth > 0 ? (SimTime)((double)bytes * (double)SECOND / bandwidth + 0.5) : 0;
}

/* It is through the line when it and all before it are. */
static SimTime stand_in_line(Lane *lane, SimTime sending, SimTime now)
{
    lane->free_at = MAX(lane->free_at, now) + sending;
    return lane->free_at - now;
}

/* Packets of a message follow each other through both attachments of a hub: it is through when the busier one is. */
static SimTime through(const LinkWay *way, uint8_t carrier, SimTime sending, SimTime now)
{
    const Carrier *taken = way->link->carrier[carrier].is;
    LinkWay ends = way_on(way, carrier);
    SimTime out = stand_in_line(&taken->out[ends.from], sending, now),
            in = taken->in ? stand_in_line(&taken->in[ends.to], sending, now) : 0;
    return MAX(out, in);
}

static SimTime sending_on(const LinkWay *way, uint8_t carrier, uint32_t bytes)
{
    return sending_time(way->link->carrier[carrier].is->of->config->bandwidth, bytes);
}

SimTime link_queue(const LinkWay *way, uint32_t bytes, SimTime now, uint8_t *carrier)
{
    *carrier = chosen(way->link, now);
    if (*carrier == LINK_LOST)
        return 0;
    SimTime sending = sending_on(way, *carrier, bytes);
    return through(way, *carrier, sending, now) - sending;
}

/* ---- loss ---- */

/* A copy is sent again when its timer runs out, which doubles each time (RFC 6298, 5.5). */
static SimTime lost_time(double loss, SimTime timer, uint64_t key, bool *arrives)
{
    SimTime sum = 0;
    for (uint32_t i = 0; unit_of(key_nth(key, i)) < loss; i++) {
        if (i == MOST_RETRIES)
            *arrives = false;
        if (!*arrives)
            return sum;
        sum += timer;
        timer = MIN(2 * timer, longest_timer);
    }
    return sum;
}

typedef struct {
    const Message *message;
    const Carrier *carrier;
    SimTime there, back; /* one way each */
    const LinkPace *pace_there, *pace_back;
} Journey;

static double loss_of(const Journey *journey, bool back)
{
    return 1 - (1 - journey->carrier->of->config->loss) * (1 - (back ? journey->pace_back : journey->pace_there)->loss);
}

/* The i-th message of a handshake, or its answer.  An established connection knows its round trip: Linux waits that and
 * so long as `retransmit` says (tcp_set_rto). */
static SimTime lost_on_the_way(const Journey *journey, uint32_t i, bool back, bool *arrives)
{
    const Message *message = journey->message;
    double loss = loss_of(journey, back);
    if (loss <= 0)
        return 0;
    SimTime retransmit = journey->carrier->of->config->retransmit;
    SimTime timer =
        message->opens && i == 0 ? MAX(opening_timer, retransmit) : journey->there + journey->back + retransmit;
    uint64_t key = key_of(key_of(message->key, DRAW_LOSS), 4 * i + (back ? 1 : 0) + (message->answer ? 2 : 0));
    if (message->datagram) {
        *arrives = *arrives && unit_of(key_nth(key, 0)) >= loss;
        return 0;
    }
    return lost_time(loss, timer, key, arrives);
}

static SimTime lost_in_all(const Journey *journey, bool *arrives)
{
    SimTime sum = 0;
    for (uint32_t i = 0; i < journey->message->n; i++) {
        sum += lost_on_the_way(journey, i, false, arrives);
        if (i + 1u < journey->message->n)
            sum += lost_on_the_way(journey, i, true, arrives);
    }
    return sum;
}

/* ---- a message ---- */

static SimTime trip_of(const LinkConfig *config, const Message *message)
{
    SimTime trip = config->rtt.kind != LAW_NONE ? law_time(&config->rtt, message->key) : message->trip;
    if (config->jitter.kind != LAW_NONE)
        trip += law_time(&config->jitter, key_of(message->key, DRAW_ADDED));
    if (config->hop.kind != LAW_NONE)
        trip += law_time(&config->hop, key_of(message->key, DRAW_HOP));
    return trip;
}

static SimTime paced(SimTime way, const LinkPace *pace)
{
    return (pace->factor == 1 ? way : (SimTime)((double)way * pace->factor)) + pace->added;
}

SimTime link_carry(const LinkWay *way, const Message *message, uint8_t *carrier)
{
    uint8_t now_used = chosen(way->link, message->now);
    bool kept = message->queued && *carrier == now_used;
    *carrier = now_used;
    if (now_used == LINK_LOST)
        return (message->trip + message->access) / 2;
    Journey journey = {.message = message, .carrier = way->link->carrier[now_used].is};
    const Link *of = journey.carrier->of;
    LinkWay ends = way_on(way, now_used);
    SimTime half = (trip_of(of->config, message) + message->access) / 2;
    journey.pace_there = &pace_from(of, ends.from)->now;
    journey.pace_back = &pace_from(of, ends.to)->now;
    journey.there = paced(half, journey.pace_there);
    journey.back = paced(half, journey.pace_back);
    bool arrives = true;
    SimTime sending = sending_on(way, now_used, message->bytes);
    SimTime sum = (kept ? sending : through(way, now_used, sending, message->now)) + lost_in_all(&journey, &arrives);
    if (!arrives)
        *carrier = LINK_LOST;
    return sum + message->n * journey.there + (message->n - 1) * journey.back;
}
