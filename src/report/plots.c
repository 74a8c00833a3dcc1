/* Pictures as files: data and script first, then gnuplot, then the check: only a whole SVG gets its name. */
#include "report/picture.h"
#include "report/report.h"
#include "report/tokens.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_QUARK(mrsim - plot - error, plot_error)

static const struct {
    const char *name;
    bool (*make)(Picture *picture, Runs runs);
} pictures[] = {{"latency", picture_latency}, {"failover", picture_failover}, {"lag", picture_lag}};

static char *path_of(const char *folder, const char *name, const char *ending)
{
    g_autofree char *file = g_strconcat(name, ending, NULL);
    return g_build_filename(folder, file, NULL);
}

static bool write_file(const char *path, const GString *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents(path, text->str, (gssize)text->len, &cause))
        return true;
    g_set_error(error, PLOT_ERROR, PLOT_ERROR_WRITE, "%s", cause->message);
    return false;
}

/* ---- The SVG ---- */

/* Puts `text` in place of what stands in the first element `tag`, which gnuplot writes without attributes. */
static void replace_element(GString *svg, const char *tag, const char *text)
{
    g_autofree char *opening = g_strdup_printf("<%s>", tag), *closing = g_strdup_printf("</%s>", tag);
    g_autoptr(GString) safe = g_string_new(NULL);
    const char *from = strstr(svg->str, opening), *to = from ? strstr(from, closing) : NULL;
    token_xml(safe, text);
    if (!to)
        return;
    gsize start = (gsize)(from - svg->str) + strlen(opening);
    g_string_erase(svg, (gssize)start, (gssize)(to - svg->str) - (gssize)start);
    g_string_insert(svg, (gssize)start, safe->str);
}

static bool is_well_formed(const GString *svg)
{
    static const GMarkupParser nothing = {0};
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&nothing, G_MARKUP_TREAT_CDATA_AS_TEXT, NULL, NULL);
    return strstr(svg->str, "<svg") && g_markup_parse_context_parse(context, svg->str, (gssize)svg->len, NULL) &&
           g_markup_parse_context_end_parse(context, NULL);
}

/* Takes what gnuplot wrote to `raw`, checks it and gives it its words and its name. */
static bool adopt(const char *raw, const char *path, const Picture *picture, GError **error)
{
    g_autofree char *content = NULL;
    gsize length;
    if (!g_file_get_contents(raw, &content, &length, NULL) || length == 0) {
        g_set_error(error, PLOT_ERROR, PLOT_ERROR_GNUPLOT, "gnuplot wrote nothing for '%s'", path);
        return false;
    }
    g_autoptr(GString) svg = g_string_new_len(content, (gssize)length);
    replace_element(svg, "title", picture->title);
    replace_element(svg, "desc", picture->description);
    if (!is_well_formed(svg)) {
        g_set_error(error, PLOT_ERROR, PLOT_ERROR_GNUPLOT, "what gnuplot wrote for '%s' is not a whole SVG", path);
        return false;
    }
    return write_file(path, svg, error);
}

/* ---- gnuplot ---- */

static char *first_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        if (*g_strstrip(lines[i]))
            return g_strdup(lines[i]);
    return g_strdup("it does not say why");
}

static bool run_gnuplot(const char *gnuplot, const char *folder, const char *name, GError **error)
{
    g_autofree char *script = g_strconcat(name, ".gp", NULL);
    g_autofree char *target = g_strdup_printf("picture=\"%s.svg.new\"", name);
    const char *const arguments[] = {gnuplot, "--default-settings", "-e", target, script, NULL};
    g_autofree char *complaint = NULL;
    g_autoptr(GError) cause = NULL;
    int status;
    if (!g_spawn_sync(folder, (char **)arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &complaint,
                      &status, &cause)) {
        g_set_error(error, PLOT_ERROR, PLOT_ERROR_NO_GNUPLOT, "gnuplot cannot be started: %s", cause->message);
        return false;
    }
    if (g_spawn_check_wait_status(status, NULL))
        return true;
    g_autofree char *why = first_line(complaint);
    g_set_error(error, PLOT_ERROR, PLOT_ERROR_GNUPLOT, "gnuplot failed on '%s' in '%s': %s", script, folder, why);
    return false;
}

/* NULL: none in PATH. Absolute, since it is started in another folder. (transfer full) */
static char *find_gnuplot(void)
{
    g_autofree char *found = g_find_program_in_path("gnuplot");
    return found ? g_canonicalize_filename(found, NULL) : NULL;
}

static bool render(const Picture *picture, const char *gnuplot, const char *folder, GError **error)
{
    g_autofree char *raw = path_of(folder, picture->name, ".svg.new"), *path = path_of(folder, picture->name, ".svg");
    bool good = run_gnuplot(gnuplot, folder, picture->name, error) && adopt(raw, path, picture, error);
    g_remove(raw);
    return good;
}

/* ---- All of it ---- */

static bool wanted(const char *name, const char *const *only)
{
    return !only || g_strv_contains(only, name);
}

static bool check_names(const char *const *only, GError **error)
{
    for (guint i = 0; only && only[i]; i++) {
        bool known = false;
        for (gsize j = 0; j < G_N_ELEMENTS(pictures); j++)
            known = known || strcmp(only[i], pictures[j].name) == 0;
        if (!known) {
            g_set_error(error, PLOT_ERROR, PLOT_ERROR_UNKNOWN,
                        "there is no picture '%s'; there are latency, failover and lag", only[i]);
            return false;
        }
    }
    return true;
}

/* Data and script. An older picture goes: it would belong to other data. */
static bool write_source(const Picture *picture, const char *folder, GError **error)
{
    g_autofree char *data = path_of(folder, picture->name, ".tsv"), *script = path_of(folder, picture->name, ".gp");
    g_autofree char *old = path_of(folder, picture->name, ".svg");
    g_remove(old);
    return write_file(data, picture->data, error) && write_file(script, picture->script, error);
}

/* Names of pictures in one page must differ: of the picture and of what it shows. */
static char *id_of(const char *name, Runs runs)
{
    GString *id = g_string_new("mrsim_");
    g_string_append(id, name);
    for (guint i = 0; i < runs.n; i++) {
        const char *digest = runs.run[i]->digest ? runs.run[i]->digest : "";
        g_string_append_printf(id, "_%.8s", digest);
    }
    for (char *c = id->str; *c; c++)
        if (!g_ascii_isalnum(*c))
            *c = '_';
    return g_string_free(id, FALSE);
}

/* 1: good; 0: no data; -1: error. */
static int make_picture(gsize which, Runs runs, const char *folder, const char *gnuplot, GError **error)
{
    Picture picture;
    int made = 0;
    picture_begin(&picture, pictures[which].name);
    if (pictures[which].make(&picture, runs)) {
        g_autofree char *id = id_of(picture.name, runs);
        picture_finish(&picture, id);
        bool good = write_source(&picture, folder, error) && (!gnuplot || render(&picture, gnuplot, folder, error));
        made = good ? 1 : -1;
    }
    picture_clear(&picture);
    return made;
}

bool report_plots(const Results *const *runs, guint n_runs, const char *folder, const char *const *only, guint *written,
                  GError **error)
{
    g_autofree char *gnuplot = find_gnuplot();
    g_autoptr(GError) first = NULL;
    *written = 0;
    if (!check_names(only, error))
        return false;
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        g_set_error(error, PLOT_ERROR, PLOT_ERROR_WRITE, "folder '%s' cannot be made: %s", folder, g_strerror(errno));
        return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(pictures); i++) {
        if (!wanted(pictures[i].name, only))
            continue;
        int made = make_picture(i, (Runs){runs, n_runs}, folder, gnuplot, first ? NULL : &first);
        *written += made > 0 && gnuplot;
        if (made == 0 && only && !first)
            g_set_error(&first, PLOT_ERROR, PLOT_ERROR_UNKNOWN, "the runs have no data for the picture '%s'",
                        pictures[i].name);
    }
    if (!gnuplot && !first)
        g_set_error(&first, PLOT_ERROR, PLOT_ERROR_NO_GNUPLOT,
                    "no gnuplot here (apt-get install gnuplot-nox): data and scripts are in '%s', draw them there with "
                    "gnuplot NAME.gp",
                    folder);
    if (!first)
        return true;
    g_propagate_error(error, g_steal_pointer(&first));
    return false;
}
