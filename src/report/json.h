/* Json: the few forms of JSON that the documents of mrsim are made of.
 *
 * Written by hand: json-glib prints NaN as NaN, which is not JSON, and every number with 17 digits; what is needed
 * instead is this file. A document has one line per key, an array one per element, so that two documents can be
 * compared by eye. */
#ifndef MRSIM_REPORT_JSON_H
#define MRSIM_REPORT_JSON_H
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Members of the document, each a line that ends in a comma. NULL is "". */
void json_text(GString *out, const char *key, const char *text);
void json_number(GString *out, const char *key, double value);
void json_whole(GString *out, const char *key, uint64_t value);
void json_truth(GString *out, const char *key, bool value);
/* An array of the document; `last`: no comma behind it. */
void json_array(GString *out, const char *key, const GPtrArray *items, void (*add)(GString *, const void *), bool last);

/* Members of an element: on its line, each ends in ", ". */
void json_text_member(GString *out, const char *key, const char *text);
void json_number_member(GString *out, const char *key, double value);
/* "labels": {...} */
void json_labels_member(GString *out, const char *labels);
/* "ci_low" and "ci_high", and the end of the element. */
void json_interval_and_end(GString *out, double low, double high);
/* "latency.p99" (transfer full) */
char *json_metric_name(const char *metric, const char *statistic);
#endif
