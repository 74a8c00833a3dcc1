#include "results/digest_log.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static const char FIRST_WORDS[] = "mrsim digest log ";

GQuark digest_log_error_quark(void)
{
    return g_quark_from_static_string("mrsim-digest-log-error");
}

DigestLog *digest_log_new(void)
{
    DigestLog *log = g_new0(DigestLog, 1);
    log->sets = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(log->sets, NULL);
    log->checkpoints = g_array_new(FALSE, FALSE, sizeof(Checkpoint));
    return log;
}

void digest_log_free(DigestLog *log)
{
    g_free(log->version);
    g_free(log->scenario);
    g_free(log->file);
    g_free(log->texts);
    g_ptr_array_unref(log->sets);
    g_array_unref(log->checkpoints);
    g_free(log);
}

/* ---- writing ---- */

bool digest_log_check(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, DIGEST_LOG_ERROR, DIGEST_LOG_ERROR_NOT_A_FILE, "%s is no file that could be replaced", path);
        return false;
    }
    if (g_access(folder, W_OK) == 0 && g_file_test(folder, G_FILE_TEST_IS_DIR))
        return true;
    int code = errno ? errno : ENOTDIR;
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "cannot write %s: %s", path,
                g_strerror(code));
    return false;
}

/* What is not ASCII stays as it is. */
static void add_text(GString *out, const char *key, const char *text)
{
    char high[129];
    for (int i = 0; i < 128; i++)
        high[i] = (char)(128 + i);
    high[128] = '\0';
    g_autofree char *escaped = g_strescape(text ? text : "", high);
    g_string_append_printf(out, "%s %s\n", key, escaped);
}

bool digest_log_write(const DigestLog *log, const char *path, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s%d\n", FIRST_WORDS, DIGEST_LOG_FORMAT);
    add_text(out, "version", log->version);
    add_text(out, "scenario", log->scenario);
    add_text(out, "file", log->file);
    add_text(out, "texts", log->texts);
    for (guint i = 0; i + 1 < log->sets->len; i++)
        add_text(out, "set", log->sets->pdata[i]);
    g_string_append_printf(out, "seed %" PRIu64 "\nreplications %u\n", log->seed, log->replications);
    for (guint i = 0; i < log->checkpoints->len; i++) {
        const Checkpoint *point = &g_array_index(log->checkpoints, Checkpoint, i);
        g_string_append_printf(out, "%u %" PRIu64 " %" PRId64 " %016" PRIx64 "%s\n", point->replication,
                               point->n_events, point->at_ns, point->digest, point->is_end ? " end" : "");
    }
    g_string_append_printf(out, "end %u\n", log->checkpoints->len);
    return digest_log_check(path, error) && g_file_set_contents(path, out->str, (gssize)out->len, error);
}

/* ---- reading ---- */

static bool parse_checkpoint(const char *line, Checkpoint *point)
{
    enum { REPLICATION, EVENTS, AT, DIGEST, END, MOST_FIELDS };
    g_auto(GStrv) field = g_strsplit(line, " ", -1);
    guint n = g_strv_length(field);
    guint64 replication;
    gint64 at;
    *point = (Checkpoint){.is_end = n == MOST_FIELDS};
    if (n < END || n > MOST_FIELDS || (n == MOST_FIELDS && strcmp(field[END], "end") != 0))
        return false;
    if (!g_ascii_string_to_unsigned(field[REPLICATION], 10, 1, G_MAXUINT, &replication, NULL) ||
        !g_ascii_string_to_unsigned(field[EVENTS], 10, 0, G_MAXUINT64, &point->n_events, NULL) ||
        !g_ascii_string_to_signed(field[AT], 10, G_MININT64, G_MAXINT64, &at, NULL) ||
        !g_ascii_string_to_unsigned(field[DIGEST], 16, 0, G_MAXUINT64, &point->digest, NULL))
        return false;
    point->at_ns = at;
    point->replication = (guint)replication;
    return true;
}

static bool parse_head(DigestLog *log, const char *key, char *text)
{
    const struct {
        const char *key;
        char **field;
    } texts[] = {
        {"version", &log->version}, {"scenario", &log->scenario}, {"file", &log->file}, {"texts", &log->texts}};
    guint64 number;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (strcmp(key, texts[i].key) == 0) {
            g_free(*texts[i].field);
            *texts[i].field = g_strcompress(text);
            return true;
        }
    if (strcmp(key, "set") == 0) {
        g_ptr_array_insert(log->sets, (gint)log->sets->len - 1, g_strcompress(text));
        return true;
    }
    if (strcmp(key, "seed") == 0)
        return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &log->seed, NULL);
    if (strcmp(key, "replications") != 0 || !g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &number, NULL))
        return false;
    log->replications = (guint)number;
    return true;
}

static bool parse_line(DigestLog *log, char *line)
{
    Checkpoint point;
    if (g_ascii_isdigit(*line)) {
        bool good = parse_checkpoint(line, &point);
        g_array_append_val(log->checkpoints, point);
        return good;
    }
    char *blank = strchr(line, ' ');
    if (!blank)
        return false;
    *blank = '\0';
    return parse_head(log, line, blank + 1);
}

/* Lines behind the first up to the closing one. */
static bool parse_lines(DigestLog *log, char **line, const char *path, GError **error)
{
    guint number = 2;
    for (; *line && !g_str_has_prefix(*line, "end "); line++, number++) {
        if (**line == '\0' && !line[1])
            break; /* behind the last newline */
        /* A line that was cut off is as bad as one that is missing. */
        if (!line[1] || !parse_line(log, *line)) {
            g_set_error(error, DIGEST_LOG_ERROR, line[1] ? DIGEST_LOG_ERROR_FORMAT : DIGEST_LOG_ERROR_TRUNCATED,
                        line[1] ? "%s:%u: this is no line of a digest log" : "%s:%u: the log breaks off here", path,
                        number);
            return false;
        }
    }
    g_autofree char *end = g_strdup_printf("end %u", log->checkpoints->len);
    bool whole = *line && strcmp(*line, end) == 0 && log->version && log->scenario && log->file && log->texts;
    if (!whole)
        g_set_error(error, DIGEST_LOG_ERROR, DIGEST_LOG_ERROR_TRUNCATED,
                    "%s:%u: something is missing: a digest log ends in a line that counts its checkpoints", path,
                    number);
    return whole;
}

DigestLog *digest_log_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, error))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *first = g_strdup_printf("%s%d", FIRST_WORDS, DIGEST_LOG_FORMAT);
    if (strlen(text) != length || !g_str_has_prefix(text, FIRST_WORDS)) {
        g_set_error(error, DIGEST_LOG_ERROR, DIGEST_LOG_ERROR_FORMAT,
                    "%s is no digest log; mrsim run --digest-log "
                    "writes them",
                    path);
        return NULL;
    }
    if (strcmp(lines[0], first) != 0) {
        g_set_error(error, DIGEST_LOG_ERROR, DIGEST_LOG_ERROR_FORMAT,
                    "%s is a digest log of another format (%s); this mrsim reads '%s'", path, lines[0], first);
        return NULL;
    }
    g_autoptr(DigestLog) log = digest_log_new();
    return parse_lines(log, lines + 1, path, error) ? g_steal_pointer(&log) : NULL;
}

/* ---- comparing ---- */

static const Checkpoint *point_at(const DigestLog *log, guint i)
{
    return i < log->checkpoints->len ? &g_array_index(log->checkpoints, Checkpoint, i) : NULL;
}

bool digest_logs_part(const DigestLog *a, const DigestLog *b, Parting *parting)
{
    *parting = (Parting){0};
    for (guint i = 0; point_at(a, i) || point_at(b, i); i++) {
        const Checkpoint *mine = point_at(a, i), *other = point_at(b, i);
        guint replication = MIN(mine ? mine->replication : G_MAXUINT, other ? other->replication : G_MAXUINT);
        bool equal = mine && other && mine->replication == other->replication && mine->n_events == other->n_events &&
                     mine->at_ns == other->at_ns && mine->digest == other->digest && mine->is_end == other->is_end;
        if (equal) {
            parting->before = mine->is_end ? NULL : mine;
            continue;
        }
        parting->replication = replication;
        parting->a = mine && mine->replication == replication ? mine : NULL;
        parting->b = other && other->replication == replication ? other : NULL;
        return true;
    }
    return false;
}
