/* Labels: "clients=europe,op=read" taken apart, and the columns that they make in a table. */
#ifndef MRSIM_REPORT_LABELS_H
#define MRSIM_REPORT_LABELS_H
#include <glib.h>

typedef struct {
    char *key, *value;
} Label;
/* In the order of the text; a selector's "op!=read" has the key "op!". (transfer full: GPtrArray of Label) */
GPtrArray *labels_split(const char *labels);

/* Every key of some labels once, sorted: so that columns do not depend on the order of the rows. `keys` is made when
 * NULL. (transfer full: GPtrArray of char *) */
GPtrArray *labels_add_keys(GPtrArray *keys, const char *labels);
/* "clients,op," of a header, "europe,read," of a row: CSV with a comma behind each. */
void labels_csv_header(GString *out, const GPtrArray *keys);
void labels_csv_row(GString *out, const GPtrArray *keys, const char *labels);
#endif
