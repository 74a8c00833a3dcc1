#include "model/metrics.h"
#include "model/ports.h"
#include <string.h>
#include "base/poison.h"

#define COUNT          CELL_COUNT, DIMENSION_COUNT, "count"
#define TIMES          CELL_DISTRIBUTION, DIMENSION_DURATION, "s"
#define PER_FAULT      CELL_SAMPLES, DIMENSION_DURATION, "s"
#define SHARE_OF(kind) kind, DIMENSION_SHARE, "ratio"

/* The same words as of the label `why`. */
const char *const why_names[N_WHYS] = {"none",        "timeout",         "refused",   "throttled",
                                       "error",       "no-answer",       "empty-dns", "bad-gateway",
                                       "unavailable", "gateway-timeout", "conflict"};

const Metric metrics[] = {
    {"alarm.on", SHARE_OF(CELL_RATIO), "health_check region", true,
     "Share of the time in which an alarm was on: its figure had crossed its threshold in enough periods."},
    {"attempts.per_request", CELL_RATIO, DIMENSION_COUNT, "ratio", "clients", true,
     "Attempts made per request of a user: what retries add."},
    {"availability", SHARE_OF(CELL_RATIO), "clients op", false,
     "Answered requests of those that were answered or failed."},
    {"balancer.requests", COUNT, "balancer region zone", true,
     "Requests that a balancer sent to the targets of a zone."},
    {"busy", SHARE_OF(CELL_RATIO), "database region service", true, "Time-weighted share of the workers in use."},
    {"commits.blocked.time", CELL_SAMPLES, DIMENSION_DURATION, "s", "database", true,
     "How long a commit waited because every secondary was further behind than the limit; only commits that waited."},
    {"connections.broken", COUNT, "clients", true, "Open connections that were lost."},
    {"connections.opened", COUNT, "clients", true, "Connections that users opened."},
    {"control.refused", COUNT, "action", true, "Times that a control plane would not do what an action asked."},
    {"control.time", CELL_SAMPLES, DIMENSION_DURATION, "s", "action", true,
     "From the instant at which an action was due until a control plane accepted it."},
    {"detection.false", COUNT, "accelerator balancer health_check region", true,
     "Verdicts of \"unhealthy\" without a fault."},
    {"detection.time", PER_FAULT, "accelerator balancer fault health_check region", true,
     "From the beginning of a fault until a health check, an accelerator or a balancer has told its verdict."},
    {"dns.lookups", COUNT, "clients dns outcome", true,
     "Look-ups by what came of them: hit, miss (of a resolver), empty, failed; stub, runtime: the user's own machine "
     "or "
     "program remembered."},
    {"failover.clients", PER_FAULT, "clients fault", true,
     "The same as failover.time, for each population on its own."},
    {"failover.half", PER_FAULT, "fault", true,
     "From the beginning of a fault until half of the affected users are answered again."},
    {"failover.time", PER_FAULT, "fault", true,
     "From the beginning of a fault until 99 % of the affected users are answered again."},
    {"flows.opened", COUNT, "accelerator region", false,
     "Connections of users that an accelerator joined to an endpoint of a region."},
    {"flows.stuck", COUNT, "accelerator region", true,
     "Of these, those over which a user asked after the edges had learned that the endpoint is unhealthy: nobody "
     "moves them."},
    {"latency", TIMES, "clients op region", true, "From click to answer, retries included; answered requests only."},
    {"oversold", COUNT, "database", true,
     "Units of items that were acknowledged to buyers beyond the stock, where writes are conditional."},
    {"queue.length", CELL_DISTRIBUTION, DIMENSION_COUNT, "count", "database region service", true,
     "Requests found waiting by one that arrives."},
    {"queue.refused", COUNT, "database region service", true, "Requests refused because the queue was full."},
    {"readback.stale", SHARE_OF(CELL_RATIO), "clients", true,
     "Reads of what the user has just written that saw something older than an acknowledged write."},
    {"readers.lag", TIMES, "database region", true,
     "From the commit of a write until a reader beside a region's storage shows it."},
    {"reads.stale", SHARE_OF(CELL_RATIO), "clients database region", true,
     "Reads that saw something older than an acknowledged write."},
    {"reads.staleness", TIMES, "clients database region", true, "How old what a stale read saw was."},
    {"recovery.time", PER_FAULT, "fault phase", true,
     "The phases of a recovery, which add up to failover.time: detect, decide, promote, route."},
    {"replication.alarm", SHARE_OF(CELL_RATIO), "database to", true,
     "Share of the time in which another region lacked something that was acknowledged longer ago than `lag-alarm`."},
    {"replication.backlog", CELL_DISTRIBUTION, DIMENSION_COUNT, "count", "database to", true,
     "Changes received and not yet applied, as found by one that is received; only where applying takes time."},
    {"replication.drain", PER_FAULT, "database to", true,
     "From the first change after a log was cut off until all that was received is applied; only where applying takes "
     "time."},
    {"replication.lag", TIMES, "database from to", true, "From the commit of a write until another region can see it."},
    {"requests.answered", COUNT, "clients op region", false, "Requests that were answered, by the region that did."},
    {"requests.failed", COUNT, "clients op why", true, "Requests that failed after the last attempt, and why."},
    {"requests.in_flight", COUNT, "clients", true, "Requests that were under way at the end."},
    {"requests.issued", COUNT, "clients op", false, "What users wanted; attempts are not counted."},
    {"routing.not_fastest", SHARE_OF(CELL_RATIO), "clients", true,
     "Answered requests that another region, to which the entry can lead too, would have had a shorter way for."},
    {"routing.share", SHARE_OF(CELL_SHARE), "clients region", false,
     "Share of the answered requests that a region answered."},
    {"routing.stale", SHARE_OF(CELL_RATIO), "clients connection", true,
     "Attempts sent to a region after it was declared unhealthy, or after the name had ceased to answer with it."},
    {"rpo.time", PER_FAULT, "database fault", true,
     "How old the oldest write that a failover lost was when the fault began."},
    {"sessions.lost", COUNT, "clients", true, "Times that a user had to log in again: his session was not known."},
    {"sessions.violations", SHARE_OF(CELL_RATIO), "clients database promise region", true,
     "Reads that found something older than what the same user had written (read-your-writes) or found before "
     "(monotonic-reads)."},
    {"standby.time", CELL_SAMPLES, DIMENSION_DURATION, "s", "database region", true,
     "From the first check that an instance did not answer until another one stood in for it in its region."},
    {"switchover.time", CELL_SAMPLES, DIMENSION_DURATION, "s", "database", true,
     "From the instant at which a switchover was accepted until the new writer accepts writes; never: it was given "
     "up."},
    {"throttled", COUNT, "database region", true,
     "Requests that a partition refused because its capacity was used up."},
    {"writer.missing", CELL_SAMPLES, DIMENSION_DURATION, "s", "awaits database region", true,
     "From the first to the last write that a lost writer did not answer, where nobody had taken its place by the end, "
     "or "
     "nobody may."},
    {"writes.acknowledged", COUNT, "database region", false, "Writes that were acknowledged to the asker."},
    {"writes.conflicts", COUNT, "database", true,
     "Pairs of writes of an item of which neither knew the other: one of each is overwritten."},
    {"writes.divergent", COUNT, "database", true,
     "Writes accepted on both sides of a split; a part of the other classes."},
    {"writes.durable", COUNT, "database", false,
     "Acknowledged writes that every replica has got as the newest of their item."},
    {"writes.in_flight", COUNT, "database", true, "Acknowledged writes that were still on their way at the end."},
    {"writes.lost", COUNT, "database region", true,
     "Acknowledged writes that are gone for good, by the region that had acknowledged them."},
    {"writes.overwritten", COUNT, "database region", true,
     "Acknowledged writes undone by a concurrent one elsewhere, by the region that had acknowledged them."},
    {"writes.partial", COUNT, "database", true,
     "Acknowledged writes that some replica lacks at the end, and nothing brings them there."},
    {"writes.refused", COUNT, "database", true,
     "Attempts at a write that were refused because the item was being written in another region; most are tried "
     "again."},
    {"writes.sold_out", COUNT, "database", true,
     "Conditional writes that were not made, because nothing was left by what the replica that was asked held."},
    {"writes.stranded", COUNT, "database", true, "Acknowledged writes that wait in a failed region at the end."},
    {"writes.superseded", COUNT, "database", false,
     "Acknowledged writes that a later one, which knew them, replaced before every replica had them."},
    {"writes.unanswered", COUNT, "awaits database region", true,
     "Writes that were sent meanwhile (writer.missing) to the lost writer and came to nothing."},
    {"writes.waited", COUNT, "database", true, "Acknowledged writes that waited in a failed region and came through."},
    {.name = NULL},
};

static const char *const of_distributions[] = {"p50",   "p90",  "p95", "p99",   "p999",
                                               "p9999", "mean", "max", "count", NULL};
static const char *const of_samples[] = {"p50", "p90", "p95", "p99", "mean", "max", "count", NULL};
static const char *const of_others[] = {NULL};

const char *const *metric_statistics(CellKind kind)
{
    return kind == CELL_DISTRIBUTION ? of_distributions : kind == CELL_SAMPLES ? of_samples : of_others;
}

bool metric_needs_statistic(const Metric *metric)
{
    return metric->kind == CELL_DISTRIBUTION;
}

/* What follows the metric's name in `name`, or NULL when that is not `metric` with a statistic of its kind. */
static const char *statistic_in(const Metric *metric, const char *name)
{
    gsize length = strlen(metric->name);
    if (strncmp(metric->name, name, length) != 0)
        return NULL;
    if (name[length] == '\0')
        return name + length;
    for (const char *const *statistic = metric_statistics(metric->kind); *statistic && name[length] == '.'; statistic++)
        if (strcmp(*statistic, name + length + 1) == 0)
            return name + length + 1;
    return NULL;
}

const Metric *metric_find(const char *name, const char **statistic)
{
    for (const Metric *metric = metrics; metric->name; metric++) {
        const char *found = statistic_in(metric, name);
        if (!found)
            continue;
        if (statistic)
            *statistic = found;
        return metric;
    }
    return NULL;
}

bool metric_has_label(const Metric *metric, const char *label)
{
    gsize length = strlen(label);
    for (const char *at = metric->labels; (at = strstr(at, label)); at += length)
        if ((at == metric->labels || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

const char *const *label_words(const char *label)
{
    static const char *const outcomes[] = {"hit", "miss", "empty", "failed", "stub", "runtime", NULL};
    static const char *const phases[] = {"detect", "decide", "promote", "route", NULL};
    static const char *const connections[] = {"kept", "new", NULL};
    static const char *const awaited[] = {"nobody", "decision", "promotion", "detection", NULL};
    static const char *const ops[] = {"read", "write", NULL};
    static const char *const whys[] = {"timeout",         "refused",   "throttled",   "error",
                                       "no-answer",       "empty-dns", "bad-gateway", "unavailable",
                                       "gateway-timeout", "conflict",  NULL};
    static const char *const promises[] = {"read-your-writes", "monotonic-reads", NULL};
    static const char *const zones[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
                                        "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z", NULL};
    if (strcmp(label, "op") == 0)
        return ops;
    if (strcmp(label, "zone") == 0)
        return zones;
    if (strcmp(label, "why") == 0)
        return whys;
    if (strcmp(label, "outcome") == 0)
        return outcomes;
    if (strcmp(label, "promise") == 0)
        return promises;
    if (strcmp(label, "connection") == 0)
        return connections;
    if (strcmp(label, "awaits") == 0)
        return awaited;
    return strcmp(label, "phase") == 0 ? phases : NULL;
}

const char *label_kind(const char *label)
{
    static const struct {
        const char *label, *kind;
    } kinds[] = {
        {"accelerator", "accelerator"},   {"action", "action"}, {"balancer", "balancer"}, {"clients", "clients"},
        {"database", "database"},         {"dns", "dns"},       {"fault", "fault"},       {"from", "region"},
        {"health_check", "health-check"}, {"region", "region"}, {"service", "service"},   {"to", "region"}};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].label, label) == 0)
            return kinds[i].kind;
    return NULL;
}
