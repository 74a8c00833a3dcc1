/* Health check on a CloudWatch alarm: a figure that the services of a region publish must not cross a threshold.
 *
 * Once a period the region's CloudWatch makes one datapoint of what was measured in it and sends it to the health
 * check, which stands outside.  It lives in its region and dies with it; what then comes are missing datapoints.  The
 * health check looks at the latest few: enough bad ones are unhealthy; none at all is what `missing` says. */
#include "model/station.h"
#include "model/threshold.h"
#include "model/verdict.h"
#include <math.h>
#include <string.h>
#include "base/poison.h"

enum { MISSING_LAST, MISSING_HEALTHY, MISSING_UNHEALTHY };
enum { MOST_PERIODS = 100 };

typedef struct {
    const Threshold *watch;
    SimTime period, delay;
    gint64 periods, datapoints;
    int missing;
    bool inverted;
} Config;

/* All that was measured until now. */
typedef struct {
    double part, whole; /* counts: part */
    Histogram histogram;
    double scale;
} Sum;

/* CloudWatch in the region. */
typedef struct {
    Entity *judge;
    unsigned patience;
    Selector selector; /* of the threshold, and of the region */
    Sum before;        /* at the beginning of the period */
} Publisher;

/* One per region, at the edge. */
typedef struct {
    Judge judge;
    SimTime period_of[MOST_PERIODS]; /* number of the period that is kept there */
    bool bad[MOST_PERIODS];
    Cell *on;      /* CELL_RATIO: seconds in alarm over seconds measured */
    SimTime noted; /* until then */
} Alarm;

/* ---- periods: the same for all alarms, anywhere in the minutes of the run ---- */

/* The beginning of the first whole one that is measured. */
static SimTime first_period(const Sim *sim, SimTime period)
{
    uint64_t key = key_of(sim->chance, key_of_text("periods of CloudWatch"));
    return sim->measured_from + (SimTime)(unit_of(key) * (double)period);
}

/* The end of period 1, 2, ... */
static SimTime end_of(const Sim *sim, SimTime period, SimTime number)
{
    return first_period(sim, period) + number * period;
}

/* ---- in the region ---- */

static void add_stations(const Sim *sim, const Publisher *publisher, Sum *sum)
{
    for (guint i = 0; i < sim->stations->len; i++) {
        const Station *station = g_ptr_array_index(sim->stations, i);
        double there, used = station_used(sim, station, &there);
        if (!selector_takes(&publisher->selector, station->use->labels))
            continue;
        sum->part += used;
        sum->whole += there;
    }
}

static void add_cells(const Sim *sim, const Publisher *publisher, const Metric *metric, Sum *sum)
{
    for (guint i = 0; i < sheet_cells(sim->sheet); i++) {
        const Cell *cell = sheet_nth(sim->sheet, i);
        if (strcmp(cell->metric, metric->name) != 0 || !selector_takes(&publisher->selector, cell->labels))
            continue;
        if (cell->kind == CELL_COUNT) {
            sum->part += (double)cell->count;
        } else if (cell->kind == CELL_RATIO) {
            sum->part += cell->ratio.part;
            sum->whole += cell->ratio.whole;
        } else if (cell->kind == CELL_DISTRIBUTION) {
            histogram_merge(&sum->histogram, &cell->histogram);
            sum->scale = cell->scale;
        }
    }
}

/* Workers in use are not written down before they are free again. */
static Sum sum_now(const Sim *sim, const Publisher *publisher, const Metric *metric)
{
    Sum sum = {.scale = 1};
    histogram_init(&sum.histogram);
    if (strcmp(metric->name, "busy") == 0)
        add_stations(sim, publisher, &sum);
    else
        add_cells(sim, publisher, metric, &sum);
    return sum;
}

/* NAN: there was nothing to measure. */
static double figure_of(const Histogram *histogram, const char *statistic)
{
    if (strcmp(statistic, "count") == 0)
        return (double)histogram->count;
    if (histogram->count == 0)
        return NAN;
    if (strcmp(statistic, "mean") == 0)
        return histogram_mean(histogram);
    if (strcmp(statistic, "max") == 0)
        return histogram_quantile(histogram, 1);
    double p = 0, place = 0.1;
    for (const char *digit = statistic + 1; *digit; digit++, place /= 10)
        p += (*digit - '0') * place;
    return histogram_quantile(histogram, p);
}

/* Of the period that ends now; the next one begins. */
static double figure_of_period(const Sim *sim, Publisher *publisher, const Threshold *watch)
{
    Sum now = sum_now(sim, publisher, watch->metric), *before = &publisher->before;
    double figure = NAN;
    if (watch->metric->kind == CELL_DISTRIBUTION) {
        Histogram period;
        histogram_init(&period);
        histogram_merge(&period, &now.histogram);
        histogram_subtract(&period, &before->histogram);
        figure = figure_of(&period, watch->statistic);
        if (strcmp(watch->statistic, "count") != 0)
            figure *= now.scale;
        histogram_clear(&period);
    } else if (watch->metric->kind == CELL_COUNT) {
        figure = now.part - before->part;
    } else if (now.whole > before->whole) {
        figure = (now.part - before->part) / (now.whole - before->whole);
    }
    histogram_clear(&before->histogram);
    *before = now;
    return figure;
}

typedef struct {
    SimTime number; /* of the period that is going on */
    bool whole;     /* it was there from its beginning */
} Going;

static void published(Sim *sim, Entity *me, Call *call, Call *reply)
{
    (void)sim;
    (void)me;
    (void)call;
    (void)reply;
}

static void publish(Sim *sim, Entity *me, SimTime number)
{
    Publisher *publisher = me->state;
    const Config *config = me->config;
    double figure = figure_of_period(sim, publisher, config->watch);
    if (isnan(figure)) {
        TELL(sim, me, "has no datapoint of period %d: nothing to measure", (int)number);
        return;
    }
    bool crossed = threshold_crossed(config->watch, figure);
    TELL(sim, me, "publishes period %d: %.6g, %s (%s)", (int)number, figure, crossed ? "bad" : "good",
         config->watch->text);
    Call *call = call_new(sim, me, NULL, publisher->judge, PORT_VERDICT, published);
    call->verdict = (VerdictPort){.about = me, .epoch = (uint32_t)number, .healthy = !crossed};
    call_send(sim, call, publisher->patience);
}

static void period_ends(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    const Config *config = me->config;
    Going *going = LOCALS(loop, Going);
    (void)reply;
    if (going->whole)
        publish(sim, me, going->number);
    else
        figure_of_period(sim, me->state, config->watch);
    *going = (Going){.number = going->number + 1, .whole = true};
    call_wait(sim, loop, end_of(sim, config->period, going->number) - sim_now(sim), period_ends);
}

/* What came before the first whole period, or before its region was back, is in no datapoint. */
static void publisher_start(Sim *sim, Entity *me)
{
    const Config *config = me->config;
    SimTime number = 0;
    if (sim_now(sim) >= end_of(sim, config->period, 0))
        number = 1 + (sim_now(sim) - end_of(sim, config->period, 0)) / config->period;
    Call *loop = call_begin(sim, me, me->own_key);
    *LOCALS(loop, Going) = (Going){.number = number};
    call_wait(sim, loop, end_of(sim, config->period, number) - sim_now(sim), period_ends);
}

static const Ops publisher_ops = {.role = "cloudwatch", .start = publisher_start};

/* ---- the health check ---- */

static bool finds_healthy(Sim *sim, const Entity *me, SimTime number)
{
    const Alarm *alarm = me->state;
    const Config *config = me->config;
    guint n_known = 0, n_bad = 0;
    for (SimTime period = MAX(1, number - config->periods + 1); period <= number; period++) {
        guint i = (guint)(period % MOST_PERIODS);
        n_known += alarm->period_of[i] == period;
        n_bad += alarm->period_of[i] == period && alarm->bad[i];
    }
    TELL(sim, me, "has %u datapoints of the last %d periods, %u bad; %d bad ones make it unhealthy%s", n_known,
         (int)config->periods, n_bad, (int)config->datapoints, n_known == 0 ? "; all are missing" : "");
    if (n_known > 0)
        return n_bad < config->datapoints;
    bool last = alarm->judge.healthy != config->inverted;
    return config->missing == MISSING_LAST ? last : config->missing == MISSING_HEALTHY;
}

/* The alarm itself, whatever the health check makes of it. */
static void note_time(const Sim *sim, const Entity *me)
{
    Alarm *alarm = me->state;
    const Config *config = me->config;
    SimTime from = MAX(alarm->noted, sim->measured_from), until = MIN(sim_now(sim), sim->horizon);
    bool on = alarm->judge.healthy == config->inverted;
    alarm->noted = sim_now(sim);
    if (until > from)
        cell_ratio(alarm->on, on ? simtime_seconds(until - from) : 0, simtime_seconds(until - from));
}

static void look(Sim *sim, Entity *me, Call *loop, Call *reply)
{
    Alarm *alarm = me->state;
    const Config *config = me->config;
    Going *going = LOCALS(loop, Going);
    (void)reply;
    note_time(sim, me);
    judge_finds(sim, me, &alarm->judge, finds_healthy(sim, me, going->number) != config->inverted, NULL);
    going->number++;
    call_wait(sim, loop, config->period, look);
}

static void alarm_start(Sim *sim, Entity *me)
{
    const Config *config = me->config;
    Call *loop = call_begin(sim, me, me->own_key);
    *LOCALS(loop, Going) = (Going){.number = 1};
    call_wait(sim, loop, end_of(sim, config->period, 1) + config->delay - sim_now(sim), look);
}

static void alarm_asked(Sim *sim, Entity *me, Call *call, Call *reply)
{
    Alarm *alarm = me->state;
    (void)reply;
    if (!call->verdict.about) {
        judge_hears(sim, me, &alarm->judge, call);
        return;
    }
    guint i = call->verdict.epoch % MOST_PERIODS;
    alarm->period_of[i] = call->verdict.epoch;
    alarm->bad[i] = !call->verdict.healthy;
    call_answer(sim, call, OUTCOME_OK);
}

/* The run may go on after the horizon, while what is under way is drained. */
static void alarm_finish(Sim *sim, Entity *me)
{
    note_time(sim, me);
}

static const Ops alarm_ops = {.role = "alarm", .start = alarm_start, .asked = alarm_asked, .finish = alarm_finish};

/* ---- building ---- */

/* The label that says where a figure is published. */
static const char *place_label(const Metric *metric)
{
    return metric_has_label(metric, "region") ? "region" : metric_has_label(metric, "to") ? "to" : NULL;
}

static void clear_histogram(gpointer publisher)
{
    histogram_clear(&((Publisher *)publisher)->before.histogram);
}

static void build_region(Sim *sim, const Thing *thing, int region)
{
    const Config *config = thing->config_at[region];
    const char *name = sim->world->region[region].name;
    g_autofree char *part = g_strdup_printf("@%s", name);
    g_autofree char *published_by = g_strdup_printf("@%s/cloudwatch", name);
    Entity *me = entity_new(sim, thing, &alarm_ops, network_edge(sim->network), sizeof(Alarm), part);
    me->config = config;
    judge_init(sim, &((Alarm *)me->state)->judge, thing, region, !config->inverted);
    ((Alarm *)me->state)->on =
        sheet_cell(sim->sheet, CELL_RATIO, "alarm.on", "health_check", thing->name, "region", name, NULL);
    entity_open(sim, me);
    Entity *there = entity_new(sim, thing, &publisher_ops, network_region(sim->network, region, WHOLE_REGION),
                               sizeof(Publisher), published_by);
    Publisher *publisher = there->state;
    publisher->judge = me;
    publisher->patience = call_patience(sim, 10 * SECOND);
    publisher->selector = config->watch->selector;
    selector_set(&publisher->selector, place_label(config->watch->metric), name);
    histogram_init(&publisher->before.histogram);
    sim_at_end(sim, clear_histogram, publisher);
}

static void build(Sim *sim, const Thing *thing)
{
    for (guint region = 0; region < sim->world->n_running; region++)
        if (thing->runs_in[region])
            build_region(sim, thing, (int)region);
}

/* ---- rules ---- */

static void check_watch(const Threshold *watch, Complaints *complaints)
{
    const Metric *metric = watch->metric;
    const char *label = place_label(metric);
    bool kind = metric->kind == CELL_COUNT || metric->kind == CELL_RATIO || metric->kind == CELL_DISTRIBUTION;
    if (metric_has_label(metric, "clients"))
        complain(complaints, "watch", "unwatchable-metric",
                 "'%s' is measured where the users are; no service of a region publishes it", metric->name);
    else if (!kind || !label || metric_has_label(metric, "health_check"))
        complain(complaints, "watch", "unwatchable-metric", "no service of a region publishes '%s'", metric->name);
    if (watch->selector.n == SELECTOR_MOST)
        complain(complaints, "watch", "out-of-range", "an alarm names at most %d labels", SELECTOR_MOST - 1);
    for (guint i = 0; label && i < watch->selector.n; i++)
        if (strcmp(watch->selector.term[i].key, label) == 0)
            complain(complaints, "watch", "contradictory-settings",
                     "an alarm reads what its own region publishes, so '%s' is its region already; say where it "
                     "stands with 'regions'",
                     label);
}

static void check_config(const Config *config, Complaints *complaints)
{
    if (config->datapoints > config->periods)
        complain(complaints, "datapoints", "contradictory-settings",
                 "%d datapoints of %d periods: there are not so many", (int)config->datapoints, (int)config->periods);
    check_watch(config->watch, complaints);
}

static void check(const Thing *thing, const World *world, Complaints *complaints)
{
    check_config(thing->config, complaints);
    for (guint region = 0; region < world->n_running; region++)
        if (thing->config_at[region] != thing->config)
            check_config(thing->config_at[region], complaints);
}

static bool bound(const Thing *thing, const World *world, int region, Bound bound, double *value)
{
    const Config *config = thing_config(thing, region);
    guint n = 0;
    for (guint i = 0; i < world->n_running; i++)
        n += thing->runs_in[i];
    if (bound == BOUND_DETECTION && !config->inverted)
        /* A period may be bad though the fault came at its end. */
        *value = simtime_seconds(config->period * (config->datapoints - 1) + config->delay);
    else if (bound == BOUND_PACE)
        *value = n / simtime_seconds(config->period);
    else
        return false;
    return true;
}

static const Param params[] = {
    {.name = "watch",
     .type = PARAM_THRESHOLD,
     .offset = PARAM_FIELD(Config, watch, const Threshold *),
     .help = "What is bad: a figure of a period that crosses this, as an objective names it."},
    {.name = "period",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, period, SimTime),
     .standard = "60s",
     .least = 6e10,
     .most = 8.64e13,
     .help = "How long one datapoint is collected.",
     .source = "P, CFN aws-properties-route53-healthcheck-alarmidentifier: no high-resolution metrics"},
    {.name = "periods",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, periods, gint64),
     .standard = "1",
     .least = 1,
     .most = MOST_PERIODS,
     .help = "How many of the latest periods are looked at (N of \"M of N\").",
     .source = "assumed: the quickest"},
    {.name = "datapoints",
     .type = PARAM_COUNT,
     .offset = PARAM_FIELD(Config, datapoints, gint64),
     .standard = "1",
     .least = 1,
     .most = MOST_PERIODS,
     .help = "How many bad datapoints among them make it unhealthy (M of \"M of N\").",
     .source = "assumed: the quickest"},
    {.name = "missing",
     .type = PARAM_CHOICE,
     .offset = PARAM_FIELD(Config, missing, int),
     .standard = "last",
     .choices = "last healthy unhealthy",
     .help = "What it is when there is no datapoint among them; last: as it was when there was one.",
     .source = "P, CFN aws-properties-route53-healthcheck-healthcheckconfig: LastKnownStatus by default"},
    {.name = "delay",
     .type = PARAM_DURATION,
     .offset = PARAM_FIELD(Config, delay, SimTime),
     .standard = "10s",
     .most = 3.6e12,
     .help = "How long after the end of a period its datapoint is waited for.",
     .source = "assumed"},
    {.name = "inverted",
     .type = PARAM_YES_NO,
     .offset = PARAM_FIELD(Config, inverted, bool),
     .standard = "no",
     .flags = PARAM_EVERYWHERE,
     .help = "yes: it says the opposite of what it finds.",
     .source = "D, R53 health-checks-creating-values: off unless it is asked for"},
    PARAM_END,
};

static const char *const feeds[] = {"alarm.on", "detection.false", "detection.time", NULL};

const Component alarm_check_component = {
    .kind = "health-check",
    .name = "alarm",
    .summary = "A CloudWatch alarm of the region: a figure that must not cross a threshold.",
    .existence = EXISTS_PER_REGION,
    .params = params,
    .metrics = feeds,
    .config_size = sizeof(Config),
    .check = check,
    .bound = bound,
    .build = build,
};
