/* Parameters: the parameter table of a component, as people read it.
 *
 * The same table is shown by `mrsim describe KIND/NAME` and stands, generated, in the pages of docs/models/ between the
 * lines
 * `<!-- parameters KIND/NAME -->` and `<!-- end -->`; a test compares them. */
#ifndef MRSIM_CLI_PARAMETERS_H
#define MRSIM_CLI_PARAMETERS_H
#include "model/component.h"
#include <glib.h>

/* "duration", "one of: a, b", "list of services", ... (transfer full) */
char *parameter_type(const Param *param);
/* "60s", "required", "none". */
const char *parameter_default(const Param *param);
/* "0s to 7d", "at least 1", or "" where everything goes. (transfer full) */
char *parameter_bounds(const Param *param);

/* The table in 80 columns. */
void describe_component_text(const Component *component, GString *text);
/* The table in Markdown, without the lines around it. */
void describe_component_markdown(const Component *component, GString *text);
#endif
