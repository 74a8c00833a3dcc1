/* Where users were sent, why requests failed, and what a recovery waited for. */
#include "report/amount.h"
#include "report/blocks.h"
#include <math.h>
#include <string.h>

enum { REASONS_MOST = 6 };

/* ---- Routing ---- */

static double lookups_of(const Results *results, const char *outcome)
{
    g_autofree char *labels = g_strdup_printf("outcome=%s", outcome);
    double value = block_value(results, "dns.lookups", "", labels);
    return isnan(value) ? 0 : value;
}

/* "look-ups 12.3 k: known to the machine 61.2 %, asked for 38.8 %".  An empty answer was looked up too and is counted
 * twice. */
static void lookup_line(Page *page, const Results *results)
{
    static const struct {
        const char *outcome, *name;
    } ways[] = {{"stub", "known to the machine"}, {"runtime", "to the program"},
                {"hit", "to the resolver"},       {"miss", "asked for"},
                {"empty", "no address"},          {"failed", "failed"}};
    enum { N_ANSWERED = 4 };
    char text[AMOUNT_SIZE];
    double all = 0;
    for (gsize i = 0; i < N_ANSWERED; i++)
        all += lookups_of(results, ways[i].outcome);
    if (!(all > 0))
        return;
    g_autoptr(GString) line = g_string_new("look-ups ");
    g_string_append(line, amount_text(all, "count", text));
    const char *before = ":";
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        double n = lookups_of(results, ways[i].outcome);
        if (!(n > 0))
            continue;
        g_string_append_printf(line, "%s %s %s", before, ways[i].name, amount_text(n / all, "ratio", text));
        before = ",";
    }
    page_at(page, 2);
    page_wrap(page, 4, line->str);
}

static void connection_line(Page *page, const Results *results)
{
    char opened[AMOUNT_SIZE], broken[AMOUNT_SIZE];
    double n = block_value(results, "connections.opened", "", "");
    if (!(n > 0))
        return;
    amount_text(n, "count", opened);
    amount_text(block_value(results, "connections.broken", "", ""), "count", broken);
    page_print(page, "  connections opened %s, broken %s", opened, broken);
    page_line(page);
}

void block_routing(Page *page, const Results *results)
{
    double slow = block_value(results, "routing.not_fastest", "", ""),
           stale = block_value(results, "routing.stale", "", "");
    char text[AMOUNT_SIZE];
    if (!(slow > 0) && !(stale > 0) && !(lookups_of(results, "empty") > 0) && !(lookups_of(results, "failed") > 0))
        return;
    page_style(page, STYLE_BOLD);
    page_put(page, "ROUTING");
    page_style(page, STYLE_PLAIN);
    if (results->replications > 1)
        page_put(page, "  counts are means of a replication");
    page_line(page);
    g_autoptr(GString) line = g_string_new(NULL);
    if (!isnan(slow))
        g_string_append_printf(line, "answered by another than their fastest region %s",
                               amount_text(slow, "ratio", text));
    if (stale > 0)
        g_string_append_printf(line, "%ssent where users were told not to go any more %s", line->len ? " · " : "",
                               amount_text(stale, "ratio", text));
    page_at(page, 2);
    page_wrap(page, 4, line->str);
    lookup_line(page, results);
    connection_line(page, results);
    page_line(page);
}

/* ---- Failures ---- */

typedef struct {
    const char *why;
    double n;
} Reason;

static int by_number(gconstpointer a, gconstpointer b)
{
    const Reason *one = a, *other = b;
    return one->n > other->n ? -1 : one->n < other->n ? 1 : strcmp(one->why, other->why);
}

static const char *words_for(const char *why)
{
    static const char *const words[][2] = {
        {"error", "500 error"},
        {"bad-gateway", "502 bad gateway"},
        {"unavailable", "503 unavailable"},
        {"gateway-timeout", "504 gateway time-out"},
        {"timeout", "time-out"},
        {"throttled", "429 throttled"},
        {"empty-dns", "no address"},
        {"no-answer", "no answer of a name server"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i][0], why) == 0)
            return words[i][1];
    return why;
}

void block_failures(Page *page, const Results *results)
{
    g_autoptr(GPtrArray) whys = block_names(results, "requests.failed", "", "why");
    g_autoptr(GArray) reasons = g_array_new(FALSE, FALSE, sizeof(Reason));
    char text[AMOUNT_SIZE];
    double all = 0;
    for (guint i = 0; i < whys->len; i++) {
        g_autofree char *labels = g_strdup_printf("why=%s", (char *)whys->pdata[i]);
        Reason reason = {whys->pdata[i], block_value(results, "requests.failed", "", labels)};
        if (reason.n > 0) {
            g_array_append_val(reasons, reason);
            all += reason.n;
        }
    }
    if (reasons->len == 0)
        return;
    g_array_sort(reasons, by_number);
    g_autoptr(GString) line = g_string_new("failed:");
    for (guint i = 0; i < reasons->len && i < REASONS_MOST; i++) {
        const Reason *reason = &g_array_index(reasons, Reason, i);
        g_string_append_printf(line, "%s %s %s", i ? "," : "", words_for(reason->why),
                               amount_text(reason->n / all, "ratio", text));
    }
    page_at(page, 2);
    page_wrap(page, 4, line->str);
}

/* ---- Recovery ---- */

static double phase_of(const Results *results, const char *fault, const char *phase)
{
    g_autofree char *labels = g_strdup_printf("fault=%s,phase=%s", fault, phase);
    return block_value(results, "recovery.time", "", labels);
}

static void phase_line(Page *page, const Results *results, const char *fault, double total)
{
    static const char *const phases[] = {"detect", "decide", "promote", "route"};
    char text[AMOUNT_SIZE];
    double sum = 0;
    g_autoptr(GString) line = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(phases); i++) {
        double time = phase_of(results, fault, phases[i]);
        if (!isfinite(time))
            continue;
        sum += time;
        if (time > 0)
            g_string_append_printf(line, "%s%s %s", line->len ? " + " : "", amount_text(time, "s", text), phases[i]);
    }
    /* Of several replications some may never have come back: then the means are of different ones. */
    if (!isfinite(total) || line->len == 0 || fabs(sum - total) > 1e-6 * total)
        return;
    page_print(page, "    of these %s", line->str);
    page_line(page);
}

/* Populations whose doors differ are back at different times. */
static void door_line(Page *page, const Results *results, const char *fault, double total)
{
    g_autoptr(GPtrArray) clients = block_names(results, "failover.clients", "mean", "clients");
    if (clients->len == 0)
        clients = block_names(results, "failover.clients", "", "clients");
    char text[AMOUNT_SIZE];
    g_autoptr(GString) line = g_string_new(NULL);
    guint n = 0;
    bool differ = false;
    for (guint i = 0; i < clients->len; i++) {
        g_autofree char *labels = g_strdup_printf("clients=%s,fault=%s", (char *)clients->pdata[i], fault);
        double back = block_value(results, "failover.clients", "", labels);
        if (isnan(back))
            continue;
        differ |= back != total;
        g_string_append_printf(line, "%s%s %s", n++ ? ", " : "", (char *)clients->pdata[i],
                               amount_text(back, "s", text));
    }
    if (n < 2 || !differ)
        return;
    page_at(page, 4);
    page_wrap(page, 6, line->str);
}

void block_recovery(Page *page, const Results *results, const char *fault)
{
    g_autofree char *labels = g_strdup_printf("fault=%s", fault);
    double total = block_value(results, "failover.time", "", labels);
    phase_line(page, results, fault, total);
    door_line(page, results, fault, total);
}
