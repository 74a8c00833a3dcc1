/* What became of the data: how far copies were behind, what reads saw, what was promised to sessions and buyers, and
 * the fate of writes.  Each line stands only where there is something of its kind. */
#include "report/amount.h"
#include "report/blocks.h"
#include "stats/selector.h"
#include <math.h>
#include <string.h>

enum { ROWS_MOST = 16 };

/* ---- Lag ---- */

static const char *const lag_statistics[] = {"p50", "p99", "max", NULL};

/* "us-east-1 → eu-central-1".  NULL: not a figure of one direction. (transfer full) */
static char *direction(const char *labels)
{
    char from[256], to[256];
    if (!label_value(labels, "from", from, sizeof from) || !label_value(labels, "to", to, sizeof to))
        return NULL;
    return g_strdup_printf("%s → %s", from, to);
}

/* Above the directions of each database, where there are several. */
static void database_row(Page *page, const char *labels, char shown[256])
{
    char database[256];
    if (!label_value(labels, "database", database, sizeof database) || strcmp(database, shown) == 0)
        return;
    g_strlcpy(shown, database, sizeof database);
    page_put(page, "  ");
    page_fit(page, database, BLOCK_NAMES_END - 2);
    page_line(page);
}

static void lag_heading(Page *page)
{
    static const char *const columns[] = {"p50", "p99", "max", NULL};
    block_heading(page, "REPLICATION LAG", columns);
}

static guint lag_rows(Page *page, const Results *results)
{
    g_autoptr(GPtrArray) databases = block_names(results, "replication.lag", "p50", "database");
    char shown[256] = "";
    guint n = 0, n_left = 0;
    for (guint i = 0; i < results->figures->len; i++) {
        const ResultFigure *figure = results->figures->pdata[i];
        if (strcmp(figure->metric, "replication.lag") != 0 || strcmp(figure->statistic, "p50") != 0)
            continue;
        g_autofree char *name = direction(figure->labels);
        if (!name)
            continue;
        if (n == 0)
            lag_heading(page);
        n_left += n >= ROWS_MOST && !page->look->full;
        if (n++ >= ROWS_MOST && !page->look->full)
            continue;
        if (databases->len > 1)
            database_row(page, figure->labels, shown);
        block_row(page, results, "replication.lag", figure->labels, lag_statistics, databases->len > 1 ? 4 : 2, name);
    }
    if (n_left) {
        page_print(page, "  … %u more: --full", n_left);
        page_line(page);
    }
    return n;
}

/* Instances beside a region's storage: from the commit too, so that those of the writer's region show what they add. */
static guint reader_rows(Page *page, const Results *results, bool headed)
{
    g_autoptr(GPtrArray) regions = block_names(results, "readers.lag", "p50", "region");
    for (guint i = 0; i < regions->len; i++) {
        g_autofree char *labels = g_strdup_printf("region=%s", (char *)regions->pdata[i]),
                        *name = g_strdup_printf("readers in %s", (char *)regions->pdata[i]);
        if (!headed)
            lag_heading(page);
        headed = true;
        block_row(page, results, "readers.lag", labels, lag_statistics, 2, name);
    }
    return regions->len;
}

/* ---- Single figures ---- */

/* Returns whether there was anything to show. */
static bool share_row(Page *page, double share, guint indent, const char *name)
{
    char text[AMOUNT_SIZE];
    if (isnan(share))
        return false;
    page_at(page, indent);
    page_put(page, name);
    page_right(page, BLOCK_FIRST_END, amount_text(share, "ratio", text));
    page_line(page);
    return true;
}

/* Of the copy that was too far behind for longest. */
static double alarm_share(const Results *results)
{
    g_autoptr(GPtrArray) copies = block_names(results, "replication.alarm", "", "to");
    double most = NAN;
    for (guint i = 0; i < copies->len; i++) {
        g_autofree char *labels = g_strdup_printf("to=%s", (char *)copies->pdata[i]);
        most = fmax(most, block_value(results, "replication.alarm", "", labels));
    }
    return most;
}

static bool is_promised(const Results *results, const char *metric)
{
    for (guint i = 0; i < results->objectives->len; i++)
        if (strcmp(((const ResultObjective *)results->objectives->pdata[i])->name, metric) == 0)
            return true;
    return false;
}

/* Of users whose services keep sessions, or where somebody wants to know. */
static bool sessions(Page *page, const Results *results)
{
    char text[AMOUNT_SIZE];
    double lost = block_value(results, "sessions.lost", "", "");
    if (isnan(lost) && !is_promised(results, "sessions.violations"))
        return false;
    share_row(page, block_value(results, "sessions.violations", "", "promise=read-your-writes"), 4,
              "older than own writes");
    share_row(page, block_value(results, "sessions.violations", "", "promise=monotonic-reads"), 4,
              "older than earlier reads");
    if (lost > 0) {
        page_print(page, "  users had to log in again %s times", amount_text(lost, "count", text));
        page_line(page);
    }
    return true;
}

/* Commits that waited because the others were too far behind. */
static bool blocked(Page *page, const Results *results)
{
    char number[AMOUNT_SIZE], mean[AMOUNT_SIZE], most[AMOUNT_SIZE];
    double n = block_value(results, "commits.blocked.time", "count", "");
    if (!(n > 0))
        return false;
    page_print(page, "  commits blocked by rpo-limit %s, for %s on average, at most %s",
               amount_text(n, "count", number),
               amount_text(block_value(results, "commits.blocked.time", "", ""), "s", mean),
               amount_text(block_value(results, "commits.blocked.time", "max", ""), "s", most));
    page_line(page);
    return true;
}

/* Where writes take a unit of a stock. */
static bool stock(Page *page, const Results *results)
{
    char over[AMOUNT_SIZE], out[AMOUNT_SIZE];
    double oversold = block_value(results, "oversold", "", ""),
           refused = block_value(results, "writes.sold_out", "", "");
    if (isnan(oversold))
        return false;
    page_print(page, "  sold beyond the stock %s", amount_text(oversold, "count", over));
    if (refused > 0)
        page_print(page, " · writes answered \"sold out\" %s", amount_text(refused, "count", out));
    page_line(page);
    return true;
}

/* ---- Fates ---- */

/* "RPO 400 ms, 38 writes lost"; where all were made after the fault, by a writer that went on, "lost 38, none older
 * than the fault". (transfer full) */
static char *loss_words(const Results *results, double lost)
{
    char count[AMOUNT_SIZE], time[AMOUNT_SIZE];
    double rpo = block_value(results, "rpo.time", "", "");
    amount_text(lost, "count", count);
    if (isnan(rpo))
        return g_strdup_printf("lost %s", count);
    if (rpo <= 0)
        return g_strdup_printf("lost %s, none older than the fault", count);
    return g_strdup_printf("RPO %s, %s writes lost", amount_text(rpo, "s", time), count);
}

/* "writes durable 31830 · superseded 4010 · overwritten 966 · lost 0": what became of acknowledged ones, as far as
 * there were any; where some were lost, with how old the oldest of them was. */
static bool fate_of_writes(Page *page, const Results *results)
{
    static const struct {
        const char *metric, *name;
    } fates[] = {{"writes.durable", "durable"},
                 {"writes.superseded", "superseded"},
                 {"writes.overwritten", "overwritten"},
                 {"writes.stranded", "stranded"},
                 {"writes.partial", "partial"}};
    char text[AMOUNT_SIZE];
    double lost = block_value(results, "writes.lost", "", "");
    g_autoptr(GString) line = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fates); i++) {
        double value = block_value(results, fates[i].metric, "", "");
        if (value > 0 || (i == 0 && !isnan(value)))
            g_string_append_printf(line, "%s%s %s", line->len ? " · " : "", fates[i].name,
                                   amount_text(value, "count", text));
    }
    if (!isnan(lost)) {
        g_autofree char *words = loss_words(results, lost > 0 ? lost : 0);
        g_string_append_printf(line, "%s%s", line->len ? " · " : "", lost > 0 ? words : "lost 0");
    }
    double divergent = block_value(results, "writes.divergent", "", "");
    if (divergent > 0)
        g_string_append_printf(line, " · of all these divergent %s", amount_text(divergent, "count", text));
    if (!line->len)
        return false;
    page_put(page, results->replications > 1 ? "  writes (mean) " : "  writes ");
    page_wrap(page, 4, line->str);
    return true;
}

void block_data(Page *page, const Results *results)
{
    static const char *const no_columns[] = {NULL};
    bool any = lag_rows(page, results) > 0;
    double stale = block_value(results, "reads.stale", "", "");
    any |= reader_rows(page, results, any) > 0;
    if (!any && (!isnan(stale) || results_figure(results, "writes.lost", "", "")))
        block_heading(page, "DATA", no_columns);
    any |= share_row(page, alarm_share(results), 2, "time beyond lag-alarm");
    any |= share_row(page, stale, 2, "reads that saw old data");
    any |= sessions(page, results);
    any |= share_row(page, block_value(results, "readback.stale", "", ""), 2, "read-backs that saw old data");
    any |= blocked(page, results);
    any |= stock(page, results);
    any |= fate_of_writes(page, results);
    if (any)
        page_line(page);
}
