#include "base/csv.h"
#include "scenario/values.h"
#include <math.h>
#include <string.h>

/* ---- the forms: which arguments a law has ---- */

typedef enum { NEEDS_VALUE, NEEDS_POSITIVE, NEEDS_ANY, NEEDS_NUMBER, NEEDS_NUMBER_OR_0, NEEDS_ITEMS } Need;
typedef struct {
    const char *name, *form;
    bool in_order; /* its arguments have one reading, so they need no names */
    guint n;
    struct {
        const char *name;
        Need need;
    } argument[2];
} Form;

static const Form forms[] = {
    {"uniform", "uniform(1ms, 3ms)", true, 2, {{"low", NEEDS_ANY}, {"high", NEEDS_ANY}}},
    {"exponential", "exponential(mean=5ms)", false, 1, {{"mean", NEEDS_POSITIVE}}},
    {"normal", "normal(mean=5ms, sd=1ms)", false, 2, {{"mean", NEEDS_ANY}, {"sd", NEEDS_VALUE}}},
    {"lognormal", "lognormal(p50=8ms, p99=40ms)", false, 2, {{"p50", NEEDS_POSITIVE}, {"p99", NEEDS_POSITIVE}}},
    {"gamma", "gamma(mean=5ms, cv=0.5)", false, 2, {{"mean", NEEDS_POSITIVE}, {"cv", NEEDS_NUMBER}}},
    {"weibull", "weibull(scale=5ms, shape=0.7)", false, 2, {{"scale", NEEDS_POSITIVE}, {"shape", NEEDS_NUMBER}}},
    {"pareto", "pareto(min=5ms, shape=1.5)", false, 2, {{"min", NEEDS_POSITIVE}, {"shape", NEEDS_NUMBER}}},
    {"zipf", "zipf(1M, 0.9)", true, 2, {{"items", NEEDS_ITEMS}, {"exponent", NEEDS_NUMBER_OR_0}}},
};
static const char *const law_names[] = {"uniform", "exponential", "normal",  "lognormal", "gamma", "weibull",
                                        "pareto",  "zipf",        "mixture", "empirical", NULL};
static const char *const later_laws[] = {"daily", "replay", "table"};

/* ---- arguments ---- */

typedef struct {
    const char *name; /* NULL: none was written */
    Spot name_spot;
    Slice value;
} Argument;

static Argument argument_of(Loader *loader, Slice item)
{
    Argument argument = {.value = item};
    const char *text = item.value->text + item.from;
    const char *sign = memchr(text, '=', item.length), *open = memchr(text, '(', item.length);
    if (!sign || *text == '"' || (open && open < sign))
        return argument;
    guint length = (guint)(sign - text);
    while (length > 0 && g_ascii_isspace(text[length - 1]))
        length--;
    guint after = (guint)(sign - text) + 1;
    while (after < item.length && g_ascii_isspace(text[after]))
        after++;
    Slice name = {item.value, item.from, length};
    argument.name = slice_text(loader, name);
    argument.name_spot = slice_spot(name);
    argument.value = (Slice){item.value, item.from + after, item.length - after};
    return argument;
}

/* What stands between the parentheses, as arguments. NULL: told. */
static GArray *arguments_of(const Reading *reading, Slice law, guint open)
{
    const char *text = law.value->text + law.from;
    if (text[law.length - 1] != ')') {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(law), "bad-quantity", "nothing may follow the ')' of a law");
        return NULL;
    }
    GArray *arguments = g_array_new(FALSE, FALSE, sizeof(Argument));
    Slice inner = {law.value, law.from + open + 1, law.length - open - 2};
    g_autoptr(GArray) items = slice_list(reading, inner);
    for (guint i = 0; items && i < items->len; i++) {
        Argument argument = argument_of(reading->loader, g_array_index(items, Slice, i));
        g_array_append_val(arguments, argument);
    }
    if (items)
        return arguments;
    g_array_unref(arguments);
    return NULL;
}

static bool number_is_good(const Reading *reading, Slice slice, Need need, double value)
{
    const char *wanted = NULL;
    if ((need == NEEDS_POSITIVE || need == NEEDS_NUMBER) && !(value > 0))
        wanted = "more than 0";
    else if ((need == NEEDS_VALUE || need == NEEDS_NUMBER_OR_0) && !(value >= 0))
        wanted = "at least 0";
    else if (need == NEEDS_ITEMS && !(value >= 1 && value <= UINT32_MAX && value == floor(value)))
        wanted = "a whole number from 1 to 4294967295";
    if (wanted)
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "this must be %s", wanted);
    return !wanted;
}

static bool argument_value(const Reading *reading, Slice slice, Dimension dimension, Need need, double *value)
{
    bool number = need == NEEDS_NUMBER || need == NEEDS_NUMBER_OR_0 || need == NEEDS_ITEMS;
    return quantity_read(reading, slice, number ? DIMENSION_COUNT : dimension, value) &&
           number_is_good(reading, slice, need, *value);
}

/* The bounds that every law takes. */
typedef struct {
    double low, high;
} Cut;

static bool take_cut(const Reading *reading, const Argument *argument, Dimension dimension, Cut *cut)
{
    bool low = strcmp(argument->name, "min") == 0;
    return argument_value(reading, argument->value, dimension, NEEDS_ANY, low ? &cut->low : &cut->high);
}

static bool is_cut(const Argument *argument)
{
    return argument->name && (strcmp(argument->name, "min") == 0 || strcmp(argument->name, "max") == 0);
}

/* Index of the argument in the form, or -1: told. */
static int place_in_form(const Reading *reading, const Form *form, const Argument *argument, guint position)
{
    if (!argument->name && form->in_order && position < form->n)
        return (int)position;
    if (!argument->name) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(argument->value), "unnamed-argument",
             "which one is this? write the names: %s", form->form);
        return -1;
    }
    for (guint i = 0; i < form->n; i++)
        if (strcmp(form->argument[i].name, argument->name) == 0)
            return (int)i;
    const char *names[] = {form->argument[0].name, form->n > 1 ? form->argument[1].name : "min", "min", "max", NULL};
    const char *meant = did_you_mean(reading->loader, argument->name, names);
    tell(reading->loader, SEVERITY_ERROR, argument->name_spot, "unknown-argument", "%s has no argument '%s'%s%s",
         form->name, argument->name, *meant ? meant : "; write ", *meant ? "" : form->form);
    return -1;
}

/* Fills value[] and cut; false: told. */
static bool fill_form(const Reading *reading, Slice slice, const Form *form, GArray *arguments, Dimension dimension,
                      double *value, Cut *cut)
{
    bool given[2] = {false, false}, good = true;
    for (guint i = 0; i < arguments->len; i++) {
        const Argument *argument = &g_array_index(arguments, Argument, i);
        bool own = argument->name && strcmp(form->argument[0].name, argument->name) == 0; /* pareto(min=) */
        if (is_cut(argument) && !own) {
            good = take_cut(reading, argument, dimension, cut) && good;
            continue;
        }
        int k = place_in_form(reading, form, argument, i);
        if (k >= 0 && given[k]) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(argument->value), "duplicate-key",
                 "'%s' given twice in %s", form->argument[k].name, form->name);
            k = -1;
        }
        good = k >= 0 && argument_value(reading, argument->value, dimension, form->argument[k].need, &value[k]) && good;
        if (k >= 0)
            given[k] = true;
    }
    for (guint k = 0; good && k < form->n; k++)
        if (!given[k]) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "missing-key", "%s needs %s; write %s", form->name,
                 form->argument[k].name, form->form);
            good = false;
        }
    return good;
}

/* ---- making ---- */

static bool tell_order(const Reading *reading, Slice slice, const char *less, const char *more)
{
    tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "%s must not be above %s", less, more);
    return false;
}

static bool make(const Reading *reading, Slice slice, const Form *form, const double *value, Law *law)
{
    if (strcmp(form->name, "uniform") == 0 && value[0] > value[1])
        return tell_order(reading, slice, "low", "high");
    if (strcmp(form->name, "lognormal") == 0 && value[0] > value[1])
        return tell_order(reading, slice, "p50", "p99");
    switch (form - forms) {
    case 0:
        *law = law_uniform(value[0], value[1]);
        break;
    case 1:
        *law = law_exponential(value[0]);
        break;
    case 2:
        *law = law_normal(value[0], value[1]);
        break;
    case 3:
        *law = law_lognormal(value[0], value[1]);
        break;
    case 4:
        *law = law_gamma(value[0], value[1]);
        break;
    case 5:
        *law = law_weibull(value[0], value[1]);
        break;
    case 6:
        *law = law_pareto(value[0], value[1]);
        break;
    default:
        *law = law_zipf(value[0], value[1]);
        break;
    }
    return true;
}

/* Bounds that a law never meets would mean drawing for ever; that is a mistake, not a law. */
static bool cut_law(const Reading *reading, Slice slice, Cut cut, Law *law)
{
    const Param *param = reading->param;
    if (cut.low > cut.high)
        return tell_order(reading, slice, "min", "max");
    double low = MAX(cut.low, param->least), high = MIN(cut.high, upper_bound(param));
    double least = law_quantile(law, 0.001), most = law_quantile(law, 0.999);
    if (low > high || least > high || most < low) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range",
             "this law lies outside of what '%s' may be", param->name);
        return false;
    }
    *law = law_bounded(*law, low, high);
    return true;
}

/* ---- mixtures ---- */

static bool read_mixture(const Reading *reading, Slice slice, GArray *arguments, Dimension dimension, Cut *cut,
                         Law *law)
{
    Loader *loader = reading->loader;
    Reading inner = *reading;
    g_autoptr(GArray) laws = g_array_new(FALSE, FALSE, sizeof(Law));
    g_autoptr(GArray) shares = g_array_new(FALSE, FALSE, sizeof(double));
    double sum = 0;
    bool good = inner.nested++ < NESTED_MOST;
    if (!good)
        tell(loader, SEVERITY_ERROR, slice_spot(slice), "out-of-range", "mixtures nest at most %d deep", NESTED_MOST);
    for (guint i = 0; inner.nested <= NESTED_MOST && i < arguments->len; i++) {
        const Argument *argument = &g_array_index(arguments, Argument, i);
        if (is_cut(argument)) {
            good = take_cut(reading, argument, dimension, cut) && good;
            continue;
        }
        Slice quantity, part_slice;
        double share;
        Law part;
        if (!leading_quantity(argument->value, &quantity, &part_slice) || part_slice.length == 0) {
            tell(loader, SEVERITY_ERROR, slice_spot(argument->value), "bad-list",
                 "each part has a share: mixture(70%% LAW, 30%% LAW)");
            good = false;
            continue;
        }
        bool part_good = quantity_read(reading, quantity, DIMENSION_SHARE, &share) &&
                         number_is_good(reading, quantity, NEEDS_VALUE, share) &&
                         law_read(&inner, part_slice, dimension, &part);
        good = good && part_good;
        if (!part_good)
            continue;
        sum += share;
        g_array_append_val(laws, part);
        g_array_append_val(shares, share);
    }
    char buffer[64];
    if (good && fabs(sum - 1) > 1e-9) {
        tell(loader, SEVERITY_ERROR, slice_spot(slice), "shares-not-100",
             "the shares of this mixture add up to %s, not to 100%%",
             quantity_exact(round(sum * 1e9) / 1e9, DIMENSION_SHARE, buffer, sizeof buffer));
        good = false;
    }
    if (good)
        *law = law_mixture(loader->arena, (const Law *)(void *)laws->data, (const double *)(void *)shares->data,
                           laws->len);
    return good;
}

/* ---- measured values ---- */

typedef struct {
    const Argument *file, *column, *unit;
} Table;

static bool sort_table(const Reading *reading, Slice slice, GArray *arguments, Dimension dimension, Table *table,
                       Cut *cut)
{
    static const char *const names[] = {"column", "unit", "min", "max", NULL};
    bool good = true;
    for (guint i = 0; i < arguments->len; i++) {
        const Argument *argument = &g_array_index(arguments, Argument, i);
        const Argument **place = !argument->name && i == 0                                 ? &table->file
                                 : argument->name && strcmp(argument->name, "column") == 0 ? &table->column
                                 : argument->name && strcmp(argument->name, "unit") == 0   ? &table->unit
                                                                                           : NULL;
        if (place) {
            *place = argument;
        } else if (is_cut(argument)) {
            good = take_cut(reading, argument, dimension, cut) && good;
        } else if (argument->name) {
            tell(reading->loader, SEVERITY_ERROR, argument->name_spot, "unknown-argument",
                 "empirical has no argument '%s'%s", argument->name,
                 did_you_mean(reading->loader, argument->name, names));
            good = false;
        } else {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(argument->value), "unnamed-argument",
                 "which one is this? write the names: empirical(times.csv, column=ms, unit=ms)");
            good = false;
        }
    }
    if (good && !table->file) {
        tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "missing-key",
             "empirical needs a file; write empirical(times.csv, column=ms, unit=ms)");
        good = false;
    }
    return good;
}

/* What one unit is in the base unit of the dimension; 0: no such unit. */
static double unit_factor(const char *unit, Dimension dimension)
{
    double factor;
    g_autofree char *one = g_strconcat("1", unit, NULL);
    return quantity_parse(one, dimension, &factor, NULL) == QUANTITY_OK ? factor : 0;
}

/* The unit is what `unit=` says, or what the column's name says: "took_ms", "ms". */
static double column_factor(const Reading *reading, const Table *table, const char *column, Dimension dimension)
{
    Loader *loader = reading->loader;
    const char *underscore = strrchr(column, '_');
    const char *unit = table->unit ? slice_text(loader, table->unit->value) : underscore ? underscore + 1 : column;
    double factor = dimension == DIMENSION_COUNT && !table->unit ? 1 : unit_factor(unit, dimension);
    if (factor > 0)
        return factor;
    Spot spot = table->unit ? slice_spot(table->unit->value)
                            : slice_spot(table->column ? table->column->value : table->file->value);
    if (table->unit)
        tell(loader, SEVERITY_ERROR, spot, "bad-quantity", "'%s' is no unit of a %s", unit, dimension_name(dimension));
    else
        tell(loader, SEVERITY_ERROR, spot, "missing-unit",
             "which unit has column '%s'? write unit=ms, or end its name in _ms", column);
    return 0;
}

static int find_column(const Reading *reading, const Table *table, const Csv *csv)
{
    Loader *loader = reading->loader;
    if (!table->column && csv_columns(csv) == 1)
        return 0;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < csv_columns(csv); i++)
        g_ptr_array_add(names, (gpointer)csv_column_name(csv, i));
    const char *name = table->column ? text_read(loader, table->column->value) : "";
    if (!name)
        return -1;
    int column = csv_column(csv, name);
    if (column < 0 && table->column)
        tell(loader, SEVERITY_ERROR, slice_spot(table->column->value), "unknown-column",
             "the table has no column '%s'%s", name, did_you_mean_of(loader, name, names));
    else if (column < 0)
        tell(loader, SEVERITY_ERROR, slice_spot(table->file->value), "unknown-column",
             "which of its %u columns? write column=%s", csv_columns(csv), csv_column_name(csv, 0));
    return column;
}

static bool read_column(const Reading *reading, const Csv *csv, const char *file, guint column, double factor, Law *law)
{
    guint n = csv_rows(csv);
    double *values = arena_many(reading->loader->arena, double, n);
    bool good = true;
    for (guint row = 0; row < n; row++) {
        double number = 0;
        bool is_number = csv_number(csv, row, column, &number);
        values[row] = number * factor;
        if (is_number && number >= 0 && values[row] <= upper_bound(reading->param))
            continue;
        tell(reading->loader, SEVERITY_ERROR, (Spot){g_intern_string(file), csv_line(csv, row), 1, 0},
             is_number ? "out-of-range" : "bad-csv", is_number ? "%s '%s' is out of range" : "%s: '%s' is no number",
             csv_column_name(csv, column), csv_text(csv, row, column));
        good = false;
    }
    if (good)
        *law = law_empirical(reading->loader->arena, values, n);
    return good;
}

/* The text of the table, from where the scenario's own text came. */
static char *read_table_file(const Reading *reading, const Table *table, char **file, gsize *length)
{
    Loader *loader = reading->loader;
    const char *name = text_read(loader, table->file->value), *said_in = table->file->value.value->file;
    if (!name)
        return NULL;
    g_autoptr(GError) problem = NULL;
    char *text = NULL;
    if (reading->shipped) {
        *file = g_strconcat("models/", name, NULL);
        text = library_read_preset(loader->library, *file, length, &problem);
    } else {
        const char *relative_to = strcmp(said_in, SET_FILE) == 0 ? NULL : said_in;
        text = library_read_path(loader->library, name, relative_to, file, length, &problem);
    }
    if (!text)
        tell(loader, SEVERITY_ERROR, slice_spot(table->file->value),
             g_error_matches(problem, LIBRARY_ERROR, LIBRARY_ERROR_TOO_BIG) ? "file-too-big" : "no-file", "%s",
             problem->message);
    return text;
}

static bool read_empirical(const Reading *reading, Slice slice, GArray *arguments, Dimension dimension, Cut *cut,
                           Law *law)
{
    Loader *loader = reading->loader;
    Table table = {0};
    if (!sort_table(reading, slice, arguments, dimension, &table, cut))
        return false;
    g_autofree char *file = NULL;
    gsize length;
    g_autofree char *text = read_table_file(reading, &table, &file, &length);
    if (!text)
        return false;
    diagnostics_add_source(loader->diagnostics, file, text, length);
    guint errors = loader_errors(loader);
    g_autoptr(Csv) csv = csv_read(g_intern_string(file), text, length, loader->diagnostics);
    int column = csv ? find_column(reading, &table, csv) : -1;
    double factor = column >= 0 ? column_factor(reading, &table, csv_column_name(csv, (guint)column), dimension) : 0;
    bool good = factor > 0 && read_column(reading, csv, file, (guint)column, factor, law);
    if (!good && loader_errors(loader) > errors)
        tell_also(loader, slice_spot(table.file->value), "%s is read here", file);
    return good;
}

/* ---- the whole ---- */

static bool tell_unknown_law(const Reading *reading, Slice name)
{
    const char *word = slice_text(reading->loader, name);
    for (guint i = 0; i < G_N_ELEMENTS(later_laws); i++)
        if (strcmp(word, later_laws[i]) == 0) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(name), "not-yet", "%s(...) is not in this version", word);
            return false;
        }
    tell(reading->loader, SEVERITY_ERROR, slice_spot(name), "unknown-law", "no law '%s'%s", word,
         did_you_mean(reading->loader, word, law_names));
    return false;
}

static bool read_named(const Reading *reading, Slice slice, guint open, Dimension dimension, Law *law, Cut *cut)
{
    Slice name = {slice.value, slice.from, open};
    while (name.length > 0 && g_ascii_isspace(name.value->text[name.from + name.length - 1]))
        name.length--;
    bool known = false;
    const Form *form = NULL;
    for (guint i = 0; law_names[i]; i++)
        known = known || slice_is(name, law_names[i]);
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (slice_is(name, forms[i].name))
            form = &forms[i];
    if (!known)
        return tell_unknown_law(reading, name);
    g_autoptr(GArray) arguments = arguments_of(reading, slice, open);
    if (!arguments)
        return false;
    if (slice_is(name, "mixture"))
        return read_mixture(reading, slice, arguments, dimension, cut, law);
    if (slice_is(name, "empirical"))
        return read_empirical(reading, slice, arguments, dimension, cut, law);
    double value[2] = {0, 0};
    return fill_form(reading, slice, form, arguments, dimension, value, cut) && make(reading, slice, form, value, law);
}

bool law_read(const Reading *reading, Slice slice, Dimension dimension, Law *law)
{
    Cut cut = {-INFINITY, INFINITY};
    Law read;
    if (!slice_is_balanced(reading->loader, slice))
        return false;
    const char *open = memchr(slice.value->text + slice.from, '(', slice.length);
    if (open) {
        if (!read_named(reading, slice, (guint)(open - slice.value->text) - slice.from, dimension, &read, &cut) ||
            !cut_law(reading, slice, cut, &read))
            return false;
        *law = read;
        return true;
    }
    double value;
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (slice_is(slice, forms[i].name)) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(slice), "bad-quantity", "%s needs its arguments: %s",
                 forms[i].name, forms[i].form);
            return false;
        }
    if (!quantity_read(reading, slice, dimension, &value) || !in_bounds(reading, slice, value, dimension))
        return false;
    *law = law_constant(value);
    return true;
}

/* "1M" items alike, or zipf(1M, 0.9). */
bool items_read(const Reading *reading, Slice slice, Law *law)
{
    Law read;
    Cut cut = {-INFINITY, INFINITY};
    if (!slice_is_balanced(reading->loader, slice))
        return false;
    const char *open = memchr(slice.value->text + slice.from, '(', slice.length);
    if (open) {
        Slice name = {slice.value, slice.from, (guint)(open - slice.value->text) - slice.from};
        if (!slice_is(name, "zipf")) {
            tell(reading->loader, SEVERITY_ERROR, slice_spot(name), "unknown-law",
                 "'%s' is a number of items or zipf(1M, 0.9)", reading->param->name);
            return false;
        }
        if (!read_named(reading, slice, name.length, DIMENSION_COUNT, &read, &cut))
            return false;
        *law = read;
        return true;
    }
    double items;
    if (!quantity_read(reading, slice, DIMENSION_COUNT, &items) || !number_is_good(reading, slice, NEEDS_ITEMS, items))
        return false;
    *law = law_zipf(items, 0);
    return true;
}
