/* What a bare model of a scenario must know to be the same queue of delays: who is where, how often they ask, and what
 * every delay was in one replication of mrsim, as quantiles. bench/peers/simpy_pipeline.py reads it, so a difference
 * between the two in mean latency is one of the models, not of their inputs.
 *
 *   city,NAME,REGION,requests/s,users,resolvers      where its users go, and how many they are
 *   region,NAME,instances,workers of each
 *   number,idle,SECONDS                               and: ttl, hold, extenders, workers of the database, mean latency
 *   law,WHICH,NAME,q1,...,q256                        milliseconds; means of 256 equally likely parts */
#include "bench.h"
#include "model/watcher.h"
#include "tests/lab.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS = 256 };

typedef struct {
    GHashTable *law; /* "trip,europe@DE-BERLIN" -> GArray of double, milliseconds */
    GHashTable *goes_to;
    GHashTable *n_requests;
    uint64_t n_measured;
    double latency;
} Laws;

static void add(Laws *laws, const char *which, const char *name, SimTime duration)
{
    g_autofree char *key = g_strdup_printf("%s,%s", which, name);
    GArray *values = g_hash_table_lookup(laws->law, key);
    if (!values) {
        values = g_array_new(FALSE, FALSE, sizeof(double));
        g_hash_table_insert(laws->law, g_steal_pointer(&key), values);
    }
    double ms = (double)duration * 1e-6;
    g_array_append_val(values, ms);
}

static const char *region_of(const Sim *sim, const Entity *entity)
{
    return sim->world->region[entity->region].name;
}

static void leaves(Sim *sim, Laws *laws, const Call *call)
{
    const char *role = call->caller->ops->role;
    SimTime trip = 2 * call->leg - call->access;
    if (strcmp(role, "users") == 0 && call->port == PORT_HTTP) {
        add(laws, "access", call->caller->name, call->access);
        add(laws, "trip", call->caller->name, trip);
        const char *before = g_hash_table_lookup(laws->goes_to, call->caller->name);
        CHECK(!before || strcmp(before, region_of(sim, call->callee)) == 0);
        g_hash_table_insert(laws->goes_to, (char *)call->caller->name, (char *)region_of(sim, call->callee));
    } else if (strcmp(role, "resolver") == 0) {
        g_autofree char *city = g_strndup(call->caller->name, strcspn(call->caller->name, "/"));
        add(laws, "authority", city, trip);
    } else if (strcmp(role, "balancer") == 0 && call->port == PORT_HTTP) {
        add(laws, "forward", region_of(sim, call->caller), trip);
    } else if (strcmp(role, "instance") == 0 && call->port == PORT_STORE) {
        add(laws, "store", region_of(sim, call->caller), trip);
    }
}

/* At an end that decides something, or after which only the answer leaves. */
static void works(Laws *laws, const Call *call, SimTime duration)
{
    if (call->port == PORT_STORE)
        add(laws, call->store.op == OP_WRITE ? "write" : "read", "", duration);
    else if (call->port == PORT_HTTP)
        add(laws, "work", "", duration);
}

static void note(Sim *sim, void *whose, Moment moment, const Call *call, SimTime duration)
{
    Laws *laws = whose;
    if (moment == MOMENT_LEAVES) {
        leaves(sim, laws, call);
    } else if (moment == MOMENT_PAUSES || (moment == MOMENT_ANSWERS && duration > 0)) {
        works(laws, call, duration);
    } else if (moment == MOMENT_FREED && bench_is_request(call)) {
        uint64_t *n = g_hash_table_lookup(laws->n_requests, call->callee->name);
        if (!n)
            g_hash_table_insert(laws->n_requests, (char *)call->callee->name, n = g_new0(uint64_t, 1));
        ++*n;
        if (!sim_measuring(sim, call->sent_at))
            return;
        laws->n_measured++;
        laws->latency += simtime_seconds(sim_now(sim) - call->sent_at);
    }
}

/* ---- printing ---- */

static int by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_law(const char *key, GArray *values)
{
    g_array_sort(values, by_value);
    printf("law,%s", key);
    for (guint part = 0; part < PARTS; part++) {
        guint from = (guint)((guint64)part * values->len / PARTS);
        guint to = MAX(from + 1, (guint)((guint64)(part + 1) * values->len / PARTS));
        double sum = 0;
        for (guint i = from; i < to; i++)
            sum += g_array_index(values, double, i);
        printf(",%.6f", sum / (to - from));
    }
    putchar('\n');
}

static guint count_entities(const Sim *sim, const char *role, const char *prefix, int region)
{
    guint n = 0;
    for (guint i = 0; i < sim->entities->len; i++) {
        const Entity *entity = g_ptr_array_index(sim->entities, i);
        n += strcmp(entity->ops->role, role) == 0 && g_str_has_prefix(entity->name, prefix) &&
             (region == NO_REGION || entity->region == region);
    }
    return n;
}

/* A parameter of a thing, as its component holds it. */
static const void *value_of(const Thing *thing, int region, const char *name)
{
    for (const Param *param = thing->component->params; param->name; param++)
        if (strcmp(param->name, name) == 0)
            return (const char *)thing_config(thing, region) + param->offset;
    CHECK(!"a parameter of this name");
    return NULL;
}

static const Thing *first_of_kind(const World *world, const char *kind)
{
    for (guint i = 0; i < world->n_things; i++)
        if (strcmp(world->thing[i]->component->kind, kind) == 0)
            return world->thing[i];
    CHECK(!"a thing of this kind");
    return NULL;
}

static double seconds_of(const Thing *thing, const char *name)
{
    return simtime_seconds(*(const SimTime *)value_of(thing, ANYWHERE, name));
}

static void print_cities(const Sim *sim, const Laws *laws)
{
    for (guint i = 0; i < sim->entities->len; i++) {
        const Entity *city = g_ptr_array_index(sim->entities, i);
        const uint64_t *n = g_hash_table_lookup(laws->n_requests, city->name);
        if (!n || strcmp(city->ops->role, "users") != 0)
            continue;
        double rate = (double)*n / simtime_seconds(sim->horizon);
        g_autofree char *resolvers = g_strdup_printf("%s/", city->name);
        printf("city,%s,%s,%.9g,%.0f,%u\n", city->name, (char *)g_hash_table_lookup(laws->goes_to, city->name), rate,
               MAX(1, rate * seconds_of(city->thing, "think")), count_entities(sim, "resolver", resolvers, NO_REGION));
    }
}

static void print_numbers(const Sim *sim, const Laws *laws)
{
    const World *world = sim->world;
    const Thing *users = first_of_kind(world, "clients"), *service = first_of_kind(world, "service");
    for (guint i = 0; i < world->n_running; i++)
        printf("region,%s,%u,%" G_GINT64_FORMAT "\n", world->region[i].name,
               count_entities(sim, "instance", "", (int)i), *(const gint64 *)value_of(service, (int)i, "workers"));
    printf("number,idle,%g\n", seconds_of(users, "idle"));
    printf("number,hold,%g\n", law_mean(value_of(users, ANYWHERE, "ttl-hold")) * 1e-9);
    printf("number,extenders,%g\n", *(const double *)value_of(users, ANYWHERE, "ttl-extenders"));
    static const double of_tls[] = {0, 2, 1}; /* none, 1.2, 1.3 */
    printf("number,handshake,%g\n", (double)*(const gint64 *)value_of(users, ANYWHERE, "handshake") +
                                        of_tls[*(const int *)value_of(users, ANYWHERE, "tls")]);
    printf("number,timeout,%g\n", seconds_of(users, "timeout"));
    printf("number,writes,%g\n", ((const Mix *)value_of(users, ANYWHERE, "mix"))->share[1]);
    printf("number,ttl,%g\n", seconds_of(first_of_kind(world, "dns"), "ttl"));
    printf("number,db-workers,%g\n",
           (double)*(const gint64 *)value_of(first_of_kind(world, "database"), ANYWHERE, "workers"));
    printf("number,mean-ms,%.6f\n", laws->latency / (double)laws->n_measured * 1e3);
}

static void print_laws(const Laws *laws)
{
    GList *keys = g_list_sort(g_hash_table_get_keys(laws->law), (GCompareFunc)strcmp);
    for (GList *key = keys; key; key = key->next)
        print_law(key->data, g_hash_table_lookup(laws->law, key->data));
    g_list_free(keys);
}

int bench_laws(const char *name, const char *const *sets)
{
    g_auto(Lab) lab = lab_open(name, sets);
    Laws laws = {
        .law = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref),
        .goes_to = g_hash_table_new(g_str_hash, g_str_equal),
        .n_requests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free),
    };
    Watcher watcher = {.whose = &laws, .moment = note};
    Sim *sim = sim_new(lab.scenario->world, 1, 1);
    sim->watcher = &watcher;
    CHECK(sim_run(sim, NULL));
    print_numbers(sim, &laws);
    print_cities(sim, &laws);
    print_laws(&laws);
    sim_free(sim);
    g_hash_table_unref(laws.law);
    g_hash_table_unref(laws.goes_to);
    g_hash_table_unref(laws.n_requests);
    return 0;
}
