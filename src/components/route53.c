/* Route 53: the name server of a record.
 *
 * It stands at the anycast edge, near everybody, and survives the loss of any region.  The whole tree of records below
 * a name is decided in one look-up, for all records of a zone are data of one authority.  At each of them a policy
 * picks among the alternatives that count as healthy; where none does, all count as healthy (fail open).  What a record
 * says, and what it believes of health, is in model/record.h.
 *
 * Records are changed at the control plane, which stands in one region, and is gone while that is. */
#include "model/record.h"
#include "base/poison.h"

/* Where AWS has the control plane of Route 53: N, AWS fault isolation boundaries, global services, 2026. */
static const char usual_control_plane[] = "us-east-1";
/* What an alias to a balancer or an accelerator says: D, R53 resource-record-sets-choosing-alias-non-alias. */
#define ALIAS_TTL (60 * SECOND)

typedef struct {
    RecordConfig record;
    SimTime ttl, negative_ttl, table_age;
    const char *control_plane;
} Config;

typedef struct {
    Record record;
    unsigned patience; /* with the name servers of what it answers */
} NameServer;

/* ---- a look-up ---- */

/* What is left to do for it: whose addresses are told.  `from`, `subnet`: whom the answer is for. */
typedef struct {
    uint32_t ask[MOST_ADDRESSES]; /* ids of entities: addresses, or name servers to be asked for theirs */
    const Place *from;
    uint32_t subnet;
    unsigned n : 4, next : 4, n_told : 4, failed : 1;
    unsigned is_server : 8, is_alias : 8; /* bit per `ask` */
} Answering;

typedef struct {
    Call *call;
    Question question;
    GString *story; /* NULL: nobody watches */
} Look;

static void name_alternative(GString *story, const World *world, const Alternative *one)
{
    g_string_append(story, one->thing->name);
    if (one->region != NO_REGION && !is_record(one->thing))
        g_string_append_printf(story, "@%s", world->region[one->region].name);
}

/* "weighted: stable (90 of 100)" */
static void tell_step(const Sim *sim, const Look *look, Record *record, const Edition *edition, const unsigned *chosen,
                      unsigned n, bool open)
{
    GString *story = look->story;
    const char *why = look->question.why->str;
    if (story->len > 0)
        g_string_append_printf(story, "; %s, ", record->me->thing->name);
    g_string_append_printf(story, "%s: ", record->config->policy->name);
    for (unsigned i = 0; i < n; i++) {
        g_string_append(story, i > 0 ? ", " : "");
        name_alternative(story, sim->world, &edition->answer[chosen[i]]);
    }
    if (n == 0)
        g_string_append(story, "nothing");
    if (open || *why)
        g_string_append_printf(story, " (%s%s%s)", open ? "none is healthy, so all count as healthy" : "",
                               open && *why ? "; " : "", why);
}

static unsigned choose(Sim *sim, Look *look, Record *record, const Edition *edition, unsigned chosen[MOST_ADDRESSES])
{
    const RoutingRule *rule = record->config->policy->rule;
    look->question.table_age = ((const Config *)record->me->config)->table_age;
    look->question.chance = call_draw(record->me, look->call, DRAW_PICK);
    unsigned n = rule->choose(sim, &look->question, edition->answer, edition->n, chosen);
    bool open = n == 0 && edition->n > 0;
    if (open) {
        if (look->story)
            g_string_truncate(look->question.why, 0);
        n = rule->choose(sim, &look->question, edition->all, edition->n, chosen);
    }
    if (look->story) {
        tell_step(sim, look, record, edition, chosen, n, open && n > 0);
        g_string_truncate(look->question.why, 0);
    }
    return n;
}

static void add_ask(Answering *answering, const Entity *whom, bool is_server, bool is_alias)
{
    if (answering->n == MOST_ADDRESSES)
        return;
    answering->is_server |= (unsigned)is_server << answering->n;
    answering->is_alias |= (unsigned)is_alias << answering->n;
    answering->ask[answering->n++] = whom->id;
}

static void add_answer(Sim *sim, Look *look, Record *record, const Alternative *one, const Target *target)
{
    Answering *answering = LOCALS(look->call, Answering);
    const Config *config = record->me->config;
    bool alias = config->record.alias;
    look->call->dns.ttl = MIN(look->call->dns.ttl, alias ? ALIAS_TTL : config->ttl);
    if (target->name_server) {
        add_ask(answering, target->name_server, true, alias);
        return;
    }
    guint n;
    uint32_t drawn[MOST_ADDRESSES];
    Entity *const *door = doors_in(sim, one->thing, one->region, &n);
    uint32_t n_drawn = draw_apart(call_draw(record->me, look->call, DRAW_TARGET), n, MOST_ADDRESSES, drawn);
    for (uint32_t i = 0; i < n_drawn; i++)
        add_ask(answering, door[drawn[i]], false, alias);
}

/* Down the tree, to whom it is that answers. */
static void descend(Sim *sim, Look *look, Record *record)
{
    unsigned chosen[MOST_ADDRESSES];
    const Edition *edition = record_edition(sim, record, look->call->caller);
    unsigned n = choose(sim, look, record, edition, chosen);
    for (unsigned i = 0; i < n; i++) {
        const Target *target = &edition->target[chosen[i]];
        if (target->record)
            descend(sim, look, target->record);
        else
            add_answer(sim, look, record, &edition->answer[chosen[i]], target);
    }
}

static void tell_asker(Sim *sim, Entity *me, Call *call)
{
    const Answering *answering = LOCALS(call, Answering);
    unsigned n = answering->n_told;
    bool failed = n == 0 && answering->failed;
    if (n < MOST_ADDRESSES)
        call->dns.address[n] = NO_ADDRESS;
    if (n == 0) {
        call->dns.ttl = ((const Config *)me->config)->negative_ttl;
        TELL(sim, me, failed ? "cannot find an address for %s" : "has no address for %s", call->caller->name);
    }
    call_answer(sim, call, failed ? OUTCOME_ERROR : OUTCOME_OK);
}

static void take(Call *call, Answering *answering, const Call *reply)
{
    unsigned i = answering->next - 1;
    if (reply->outcome != OUTCOME_OK) {
        answering->failed = 1;
        return;
    }
    if (answering->is_alias >> i & 1)
        call->dns.ttl = MIN(call->dns.ttl, reply->dns.ttl);
    for (unsigned a = 0; a < MOST_ADDRESSES && reply->dns.address[a] != NO_ADDRESS; a++)
        if (answering->n_told < MOST_ADDRESSES)
            call->dns.address[answering->n_told++] = reply->dns.address[a];
}

/* One after the other, so that the addresses come in the order of the policy. */
static void collect(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Answering *answering = LOCALS(call, Answering);
    if (reply)
        take(call, answering, reply);
    while (answering->next < answering->n && answering->n_told < MOST_ADDRESSES) {
        unsigned i = answering->next++;
        Entity *whom = sim_entity(sim, answering->ask[i]);
        if (answering->is_server >> i & 1) {
            Call *question = call_new(sim, me, call, whom, PORT_DNS, collect);
            question->dns =
                (DnsPort){.name = whom->thing->index, .on_behalf = answering->from, .subnet = answering->subnet};
            call_is_nth(question, i);
            call_send(sim, question, ((const NameServer *)me->state)->patience);
            return;
        }
        call->dns.address[answering->n_told++] = whom->id;
    }
    tell_asker(sim, me, call);
}

static void answer(Sim *sim, Entity *me, Call *call)
{
    const Place *from = call->dns.on_behalf ? call->dns.on_behalf : call->caller->place;
    Look look = {.call = call, .question = {.from = from, .subnet = call->dns.subnet}};
    g_autoptr(GString) story = NULL, why = NULL;
    if (G_UNLIKELY(sim_is_watched(sim))) {
        look.story = story = g_string_new(NULL);
        look.question.why = why = g_string_new(NULL);
    }
    *LOCALS(call, Answering) = (Answering){.from = from, .subnet = call->dns.subnet};
    call->dns.ttl = SIMTIME_NEVER;
    descend(sim, &look, me->state);
    if (look.story)
        DECIDE(sim, me, call, "%s; to %s", look.story->str, call->caller->name);
    collect(sim, me, call, NULL);
}

/* ---- the control plane ---- */

typedef struct {
    Entity *name_server;
    unsigned patience;
} ControlPlane;

static void handed_over(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)me;
    call_answer(sim, call, (Outcome)reply->outcome);
}

static void plane_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    const ControlPlane *plane = me->state;
    (void)reply;
    CHECK(call->port == PORT_CONTROL && call->control.what == CONTROL_RECORD);
    Call *change = call_new(sim, me, call, plane->name_server, PORT_CONTROL, handed_over);
    change->control = call->control;
    call_send(sim, change, plane->patience);
}

static const Ops plane_ops = {.role = "control plane", .asked = plane_asked};

/* ---- the name server ---- */

static void asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Record *record = me->state;
    (void)reply;
    if (call->port == PORT_DNS) {
        answer(sim, me, call);
        return;
    }
    if (call->port == PORT_CONTROL)
        record_edit(sim, record, &call->control);
    else
        record_heed(sim, record, call);
    call_answer(sim, call, OUTCOME_OK);
}

static const Ops ops = {.role = "name server", .start = record_start, .asked = asked};

/* ---- building ---- */

static void build_control_plane(Sim *sim, const Thing *thing, Entity *name_server)
{
    const char *said = ((const Config *)thing->config)->control_plane, *where = said ? said : usual_control_plane;
    int region = world_region(sim->world, where);
    const Place *place = region >= 0 && region < (int)sim->world->n_running
                             ? network_region(sim->network, region, WHOLE_REGION)
                             : network_checker(sim->network, where);
    Entity *me = entity_new(sim, thing, &plane_ops, place, sizeof(ControlPlane), "/control-plane");
    *(ControlPlane *)me->state = (ControlPlane){name_server, call_patience(sim, 10 * SECOND)};
    entity_controls(sim, me, NO_REGION);
}

static void build(Sim *sim, const Thing *thing)
{
    Entity *me = entity_new(sim, thing, &ops, network_edge(sim->network), sizeof(NameServer), "");
    record_init(sim, me);
    ((NameServer *)me->state)->patience = call_patience(sim, 2 * SECOND);
    entity_open(sim, me);
    build_control_plane(sim, thing, me);
}

static void connect(Sim *sim, const Thing *thing)
{
    guint n;
    record_connect(sim, doors_in(sim, thing, ANYWHERE, &n)[0]);
}

/* ---- what is asked of a scenario ---- */

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    const RecordConfig *config = thing->config;
    guint n_nested = 0;
    for (guint i = 0; i < config->answers.n; i++)
        n_nested += is_record(config->answers.item[i].to.thing);
    bool only_nested = n_nested == config->answers.n;
    if (is_said(complaints, "ttl") && config->alias)
        complain(complaints, "ttl", "ttl-on-alias",
                 "an alias has no TTL of its own: what it says may be kept for 60 s; leave 'ttl' out, or write ttl = "
                 "default where an earlier file gives it");
    else if (is_said(complaints, "ttl") && only_nested)
        complain(complaints, "ttl", "ttl-on-alias",
                 "every answer is a record with a TTL of its own, so this one is never used; leave 'ttl' out, or write "
                 "ttl = default where an earlier file gives it");
    if (config->health.thing && only_nested)
        complain(complaints, "health", "contradictory-settings",
                 "a health check judges answers by the region they stand in, and every answer here is a record of its "
                 "own; say 'health' in [dns %s]",
                 config->answers.item[0].to.thing->name);
    record_check(thing, &config->answers, world, complaints);
}

static const Param params[] = {
    {.name = "policy",
     .type = PARAM_POLICY,
     .offset = PARAM_FIELD(Config, record.policy, const Policy *),
     .standard = "simple",
     .choices = "dns",
     .flags = PARAM_EVERYWHERE,
     .help = "How an answer is picked for the resolver that asks.",
     .source = "D, R53 routing-policy"},
    {.name = "ttl",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, ttl, SimTime),
     .standard = "60s",
     .least = 0,
     .most = 1.728e14,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a resolver may keep an answer; an alias has none of its own.",
     .source = "D, R53 resource-record-sets-values-shared: at most 60 s with health checks"},
    {.name = "answers",
     .type = PARAM_REFERENCES,
     .offset = PARAM_FIELD(Config, record.answers, References),
     .choices = "balancer service accelerator dns",
     .quantity = DIMENSION_COUNT,
     .flags = PARAM_EVERYWHERE,
     .help =
         "What it may answer, the primary first; a bare name stands for all its regions; `90 stable` gives a weight."},
    {.name = "health",
     .type = PARAM_REFERENCE,
     .offset = PARAM_FIELD(Config, record.health, Reference),
     .standard = "none",
     .choices = "health-check",
     .flags = PARAM_EVERYWHERE,
     .help = "The health check that takes answers out; none: they always stay in.",
     .source = "D, R53 dns-failover"},
    {.name = "alias",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, record.alias, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: its answers are aliases, told for 60 s; an answer that is a record is one in any case.",
     .source = "D, R53 resource-record-sets-choosing-alias-non-alias"},
    {.name = "evaluate-target-health",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, record.evaluates, bool),
     .standard = "yes",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: an alias to a balancer or a record is healthy only while that is.",
     .source = "assumed: what the console proposes"},
    {.name = "region",
     .type = PARAM_REGION,
     .offset = PARAM_FIELD(Config, record.region, int),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Where it stands for the policy of a record above it; absent: where its first answer does."},
    {.name = "location",
     .type = PARAM_LOCATIONS,
     .offset = PARAM_FIELD(Config, record.traits.locations, Locations),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Whom it is for, when a record of policy geolocation answers with it."},
    {.name = "networks",
     .type = PARAM_SUBNETS,
     .offset = PARAM_FIELD(Config, record.traits.subnets, Subnets),
     .standard = "",
     .choices = "elsewhere",
     .flags = PARAM_EVERYWHERE,
     .help = "Whom it is for, when a record of policy ip-based answers with it."},
    {.name = "bias",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, record.traits.bias, gint64),
     .standard = "0",
     .least = -99,
     .most = 99,
     .flags = PARAM_EVERYWHERE,
     .help = "How near it seems to a record of policy geoproximity: 50 halves its distance, -50 doubles it.",
     .source = "D, R53 routing-policy-geoproximity"},
    {.name = "table-age",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, table_age, SimTime),
     .standard = "7d",
     .most = 8.64e15,
     .flags = PARAM_EVERYWHERE,
     .help = "How far the distances that policy latency goes by lag behind the truth.",
     .source = "D, R53 TutorialTransitionToLBR: conditions \"of the past couple of weeks\"; their middle"},
    {.name = "negative-ttl",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, negative_ttl, SimTime),
     .standard = "900s",
     .least = 0,
     .most = 1.728e14,
     .flags = PARAM_EVERYWHERE,
     .help = "How long a resolver may keep it that there is no answer for it.",
     .source = "D, R53 SOA-NSrecords: TTL of the SOA record"},
    {.name = "control-plane",
     .type = PARAM_PLACE,
     .offset = PARAM_FIELD(Config, control_plane, const char *),
     .standard = "",
     .flags = PARAM_EVERYWHERE,
     .help = "Where changes of it are accepted, unless that region is lost; absent: us-east-1, where AWS has it."},
    {.name = "propagation",
     .type = PARAM_LAW_OF_DURATION,
     .offset = PARAM_FIELD(Config, record.propagation, Law),
     .standard = "uniform(0s, 60s)",
     .most = 3.6e12,
     .flags = PARAM_EVERYWHERE,
     .help = "From an accepted change until the name server knows of it that a resolver asks.",
     .source = "D, R53 several pages: \"generally within 60 seconds\"; the law is assumed"},
    PARAM_END,
};

static const char *const feeds[] = {"dns.lookups", NULL};

const Component route53_component = {
    .kind = "dns",
    .name = "route53",
    .summary = "A record of an authoritative zone with a routing policy and, if it is given one, a health check.",
    .usual = true,
    .existence = EXISTS_ONCE,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .build = build,
    .connect = connect,
};
