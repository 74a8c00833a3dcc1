/* Quantities as people write them: "250ms", "3GiB", "99.95 %", "300/s", "10 Gbit/s", "1M".
 *
 * A number without its unit is an error (only counts have none).  Values come back in the base unit of their dimension:
 * nanoseconds for durations, 0..1 for shares, per second for rates, bytes, bytes per second, plain numbers for counts
 * (whole or not: who wants whole ones looks). */
#ifndef MRSIM_BASE_QUANTITY_H
#define MRSIM_BASE_QUANTITY_H
#include <glib.h>
#include <stdbool.h>

typedef enum {
    DIMENSION_NONE,
    DIMENSION_COUNT,     /* 6, 10k, 1M, 2G */
    DIMENSION_DURATION,  /* ns us ms s m h d -> nanoseconds */
    DIMENSION_SHARE,     /* % -> 0..1 */
    DIMENSION_RATE,      /* 60/s 5k/min 1/h -> per second */
    DIMENSION_SIZE,      /* B kB MB GB TB KiB MiB GiB TiB -> bytes */
    DIMENSION_BANDWIDTH, /* bit/s kbit/s Mbit/s Gbit/s B/s kB/s MB/s GB/s -> bytes per second */
    DIMENSION_TIMES,     /* 5x -> 5 */
    DIMENSION_MONEY,     /* 3 USD -> USD */
    DIMENSION_DRIFT,     /* ns/s us/s ms/s s/s -> seconds per second */
} Dimension;

typedef enum {
    QUANTITY_OK,
    QUANTITY_BAD,             /* not a number at all: slug bad-quantity */
    QUANTITY_MISSING_UNIT,    /* slug missing-unit */
    QUANTITY_UNKNOWN_UNIT,    /* slug bad-quantity: unit not of any dimension */
    QUANTITY_WRONG_DIMENSION, /* a good quantity of another dimension: slug wrong-dimension */
    QUANTITY_COMMA,           /* "0,5s": decimal point, not comma: slug bad-quantity */
} QuantityResult;

/* Reads the whole of `text` (blanks around allowed, a blank before the unit allowed) as a quantity of `wanted`.  With
 * DIMENSION_NONE any dimension is taken.  *value and *found (may be NULL) are set when the result is OK or
 * WRONG_DIMENSION. */
QuantityResult quantity_parse(const char *text, Dimension wanted, double *value, Dimension *found);
const char *dimension_name(Dimension dimension);    /* "duration", "share", ... */
const char *dimension_example(Dimension dimension); /* "250ms or 1.5s" for messages */
/* A value in the form people write, three significant digits: "24.1 ms", "99.95 %" (shares keep more near 100 %),
 * "60 /s".  Writes into `buffer` and returns it. */
char *quantity_format(double value, Dimension dimension, char *buffer, gsize size);
/* The exact form that quantity_parse reads back to the same value ("90s", "250ms", "6"): for defaults and differing
 * settings. */
char *quantity_exact(double value, Dimension dimension, char *buffer, gsize size);
#endif
