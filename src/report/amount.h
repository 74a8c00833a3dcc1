/* Amount: figures of the results as people read them: three significant digits, always a unit.
 *
 * Base units in ("s", "ratio", "count", "1/s", "B", "USD"), text out: "24.1 ms", "99.95 %", "never" for INFINITY, a
 * dash for NAN. */
#ifndef MRSIM_REPORT_AMOUNT_H
#define MRSIM_REPORT_AMOUNT_H
#include "results/results.h"
#include <glib.h>

enum {
    AMOUNT_SIZE = 64,
    AMOUNT_INTERVAL_WIDTH = 16, /* of a difference, if fewer decimals can keep it so narrow */
};
/* Each returns buffer. */
char *amount_text(double value, const char *unit, char buffer[AMOUNT_SIZE]);
/* "[129, 133]" in the unit that amount_text chose for `value`, with digits enough to tell the ends apart; "" without an
 * interval. */
char *amount_interval(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE]);
/* "±0.04" in that unit; "" without an interval. */
char *amount_half_width(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE]);
/* A difference of two figures with its sign, shares in percentage points ("+3.17 pp"), and its interval in the same
 * unit:
 * "[−34.9, −34.2]"; "exact" when it has no width, "" when there is none. */
void amount_difference(double difference, double low, double high, const char *unit, char text[AMOUNT_SIZE],
                       char interval[AMOUNT_SIZE]);
/* What to pass as unit: "times" for those ratios that are no shares of a whole (attempts.per_request), else `unit`. */
const char *amount_unit(const char *metric, const char *unit);
/* "1 h", "90 s": a length of time that was set, not measured: all its digits. */
char *amount_span(double seconds, char buffer[AMOUNT_SIZE]);
/* "00:20:00" */
char *amount_clock(double seconds, char buffer[AMOUNT_SIZE]);
/* "250 ms" from "250ms": a quantity as written, with a blank before its unit. */
char *amount_written(const char *quantity, char buffer[AMOUNT_SIZE]);
/* The target of an objective, as the scenario writes it: "250 ms". */
char *amount_target(const ResultObjective *objective, char buffer[AMOUNT_SIZE]);
#endif
