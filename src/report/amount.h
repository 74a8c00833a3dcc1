/* Amount: figures of the results as people read them: three significant digits, always a unit.
 *
 * Base units in ("s", "ratio", "count", "1/s", "B", "USD"), text out: "24.1 ms", "99.95 %", "never" for INFINITY, a
 * dash for NAN. */
#ifndef MRSIM_REPORT_AMOUNT_H
#define MRSIM_REPORT_AMOUNT_H
#include <glib.h>

enum { AMOUNT_SIZE = 64 };
/* Each returns buffer. */
char *amount_text(double value, const char *unit, char buffer[AMOUNT_SIZE]);
/* "[129, 133]" in the unit that amount_text chose for `value`, with digits enough to tell the ends apart; "" without an
 * interval. */
char *amount_interval(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE]);
/* "±0.04" in that unit; "" without an interval. */
char *amount_half_width(double value, double low, double high, const char *unit, char buffer[AMOUNT_SIZE]);
/* "1 h", "90 s": a length of time that was set, not measured: all its digits. */
char *amount_span(double seconds, char buffer[AMOUNT_SIZE]);
/* "00:20:00" */
char *amount_clock(double seconds, char buffer[AMOUNT_SIZE]);
/* "250 ms" from "250ms": a quantity as written, with a blank before its unit. */
char *amount_written(const char *quantity, char buffer[AMOUNT_SIZE]);
#endif
