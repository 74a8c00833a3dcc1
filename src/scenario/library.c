#include "scenario/library.h"
#include "scenario/reader.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char *name, *text;
    gsize length;
} Text;

struct Library {
    bool stored; /* only `texts`; no disk */
    char *models, *scenarios;
    GPtrArray *texts; /* Text *: stored ones, or those read so far */
};

G_DEFINE_QUARK(library - error - quark, library_error)

static void text_free(void *data)
{
    Text *text = data;
    g_free(text->name);
    g_free(text->text);
    g_free(text);
}

static Text *find(const Library *library, const char *name)
{
    for (guint i = 0; i < library->texts->len; i++) {
        Text *text = g_ptr_array_index(library->texts, i);
        if (strcmp(text->name, name) == 0)
            return text;
    }
    return NULL;
}

static void keep(Library *library, const char *name, const char *content, gsize length)
{
    if (find(library, name))
        return;
    Text *text = g_new0(Text, 1);
    *text = (Text){g_strdup(name), g_malloc(length + 1), length};
    memcpy(text->text, content, length);
    text->text[length] = '\0';
    g_ptr_array_add(library->texts, text);
}

/* ---- where shipped data are ---- */

/* A folder counts when it has both kinds of data, so that some other "models" on the way up is not taken for ours. */
static bool take_folder(Library *library, const char *folder)
{
    g_autofree char *models = g_build_filename(folder, "models", NULL),
                    *scenarios = g_build_filename(folder, "scenarios", NULL);
    if (!g_file_test(models, G_FILE_TEST_IS_DIR) || !g_file_test(scenarios, G_FILE_TEST_IS_DIR))
        return false;
    library->models = g_steal_pointer(&models);
    library->scenarios = g_steal_pointer(&scenarios);
    return true;
}

/* Beside the binary: PREFIX/bin/mrsim has PREFIX/share/mrsim; a build folder lies somewhere in the source tree. */
static bool search_from_binary(Library *library)
{
    g_autofree char *binary = g_file_read_link("/proc/self/exe", NULL);
    if (!binary)
        return false;
    g_autofree char *folder = g_path_get_dirname(binary);
    g_autofree char *share = g_build_filename(folder, "..", "share", "mrsim", NULL);
    g_autofree char *installed = g_canonicalize_filename(share, NULL);
    if (take_folder(library, installed))
        return true;
    for (int i = 0; i < 4 && strcmp(folder, "/") != 0; i++) {
        if (take_folder(library, folder))
            return true;
        char *up = g_path_get_dirname(folder);
        g_free(folder);
        folder = up;
    }
    return false;
}

Library *library_on_disk(void)
{
    Library *library = g_new0(Library, 1);
    library->texts = g_ptr_array_new_with_free_func(text_free);
    const char *chosen = g_getenv("MRSIM_DATA_DIR");
    if (chosen && *chosen != '\0') {
        take_folder(library, chosen);
        return library;
    }
    bool found = search_from_binary(library);
#ifdef MRSIM_DATADIR
    found = found || take_folder(library, MRSIM_DATADIR);
#endif
#ifdef MRSIM_SRCDIR
    found = found || take_folder(library, MRSIM_SRCDIR);
#endif
    (void)found;
    return library;
}

Library *library_stored(const char *const *names, const char *const *texts, const gsize *lengths, guint n)
{
    Library *library = g_new0(Library, 1);
    library->stored = true;
    library->texts = g_ptr_array_new_with_free_func(text_free);
    for (guint i = 0; i < n; i++)
        keep(library, names[i], texts[i], lengths[i]);
    return library;
}

void library_free(Library *library)
{
    if (!library)
        return;
    g_ptr_array_unref(library->texts);
    g_free(library->models);
    g_free(library->scenarios);
    g_free(library);
}

const char *library_models(const Library *library)
{
    return library->models;
}
const char *library_scenarios(const Library *library)
{
    return library->scenarios;
}
guint library_used(const Library *library)
{
    return library->texts->len;
}

void library_used_file(const Library *library, guint i, const char **name, const char **text, gsize *length)
{
    const Text *used = g_ptr_array_index(library->texts, i);
    *name = used->name;
    *text = used->text;
    *length = used->length;
}

/* ---- reading ---- */

/* Reads at most one byte more than is allowed, so that a device or a pipe without end costs nothing. */
static char *read_bounded(int file, const char *name, gsize *length, GError **error)
{
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        g_set_error(error, LIBRARY_ERROR, LIBRARY_ERROR_NOT_A_FILE, "%s is a folder, not a file", name);
        return NULL;
    }
    gsize room = 64 << 10, used = 0;
    g_autofree char *text = NULL;
    bool too_big = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > READER_FILE_MOST;
    for (gssize n = 1; n != 0 && !too_big; used += (gsize)n) {
        if (!text || used + 1 >= room) {
            room *= 2;
            text = g_realloc(text, room);
        }
        do
            n = read(file, text + used, room - used - 1);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
            g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "cannot read %s: %s", name,
                        g_strerror(errno));
            return NULL;
        }
        too_big = used + (gsize)n > READER_FILE_MOST;
    }
    if (too_big) {
        g_set_error(error, LIBRARY_ERROR, LIBRARY_ERROR_TOO_BIG, "%s has more than %d MiB", name,
                    READER_FILE_MOST >> 20);
        return NULL;
    }
    text[used] = '\0';
    *length = used;
    return g_steal_pointer(&text);
}

static char *read_disk(Library *library, const char *path, const char *name, gsize *length, GError **error)
{
    int file = g_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) {
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "cannot read %s: %s", name,
                    g_strerror(errno));
        return NULL;
    }
    char *text = read_bounded(file, name, length, error);
    g_close(file, NULL);
    if (text)
        keep(library, name, text, *length);
    return text;
}

static char *read_stored(Library *library, const char *name, gsize *length, GError **error)
{
    const Text *text = find(library, name);
    if (!text) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "%s is not among the files stored with the run", name);
        return NULL;
    }
    *length = text->length;
    char *copy = g_malloc(text->length + 1);
    memcpy(copy, text->text, text->length + 1);
    return copy;
}

/* The path as text, "./" and "x/.." taken out, so that one file has one name however it is reached. */
static char *join(const char *path, const char *relative_to)
{
    g_autofree char *folder = relative_to ? g_path_get_dirname(relative_to) : g_strdup(".");
    g_autofree char *whole = g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
    g_auto(GStrv) parts = g_strsplit(whole, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (guint i = 0; parts[i]; i++) {
        const char *last = kept->len > 0 ? g_ptr_array_index(kept, kept->len - 1) : NULL;
        bool root = i == 0 && *parts[0] == '\0';
        if (root || (*parts[i] != '\0' && strcmp(parts[i], ".") != 0 && strcmp(parts[i], "..") != 0))
            g_ptr_array_add(kept, parts[i]);
        else if (strcmp(parts[i], "..") == 0 && last && *last != '\0' && strcmp(last, "..") != 0)
            g_ptr_array_remove_index(kept, kept->len - 1);
        else if (strcmp(parts[i], "..") == 0)
            g_ptr_array_add(kept, parts[i]);
    }
    if (kept->len == 1 && *whole == '/')
        return g_strdup("/");
    g_ptr_array_add(kept, NULL);
    return g_strjoinv("/", (char **)kept->pdata);
}

char *library_read_path(Library *library, const char *path, const char *relative_to, char **file, gsize *length,
                        GError **error)
{
    g_autofree char *name = join(path, relative_to);
    char *text =
        library->stored ? read_stored(library, name, length, error) : read_disk(library, name, name, length, error);
    if (file)
        *file = g_steal_pointer(&name);
    return text;
}

/* ---- shipped scenarios and presets ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in `folder` that end in ".ini", each with `prefix` before it and without `cut` bytes at its end. */
static char **list_folder(const char *folder, const char *prefix, gsize cut)
{
    GPtrArray *names = g_ptr_array_new();
    GDir *dir = folder ? g_dir_open(folder, 0, NULL) : NULL;
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".ini") && *name != '.')
            g_ptr_array_add(names, g_strdup_printf("%s%.*s", prefix, (int)(strlen(name) - cut), name));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char **library_presets(const Library *library)
{
    if (!library->stored)
        return list_folder(library->models, "models/", 0);
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < library->texts->len; i++) {
        const Text *text = g_ptr_array_index(library->texts, i);
        if (g_str_has_prefix(text->name, "models/") && g_str_has_suffix(text->name, ".ini"))
            g_ptr_array_add(names, g_strdup(text->name));
    }
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char *library_read_preset(Library *library, const char *name, gsize *length, GError **error)
{
    if (library->stored)
        return read_stored(library, name, length, error);
    g_autofree char *path = g_build_filename(library->models, name + strlen("models/"), NULL);
    return read_disk(library, path, name, length, error);
}

char **library_scenario_names(const Library *library)
{
    return list_folder(library->scenarios, "", strlen(".ini"));
}

/* The path of a shipped scenario as it was recorded, or as it lies on the disk. */
static char *shipped_path(const Library *library, const char *name)
{
    g_autofree char *file = g_strconcat(name, ".ini", NULL);
    if (!library->stored)
        return library->scenarios ? g_build_filename(library->scenarios, file, NULL) : NULL;
    for (guint i = 0; i < library->texts->len; i++) {
        const Text *text = g_ptr_array_index(library->texts, i);
        g_autofree char *base = g_path_get_basename(text->name);
        if (strcmp(base, file) == 0)
            return g_strdup(text->name);
    }
    return NULL;
}

static void set_no_such_scenario(const Library *library, const char *name, GError **error)
{
    g_auto(GStrv) names = library_scenario_names(library);
    const char *near = nearest_word(name, (const char *const *)names);
    g_autofree char *meant = near ? g_strdup_printf("; did you mean '%s'?", near)
                                  : g_strdup_printf("; for a file write its path with .ini: '%s.ini'", name);
    g_set_error(error, LIBRARY_ERROR, LIBRARY_ERROR_NO_SUCH_SCENARIO, "no shipped scenario '%s'%s", name, meant);
}

char *library_read(Library *library, const char *name, const char *relative_to, char **file, gsize *length,
                   GError **error)
{
    if (!is_word(name))
        return library_read_path(library, name, relative_to, file, length, error);
    g_autofree char *path = shipped_path(library, name);
    if (path && (library->stored || g_file_test(path, G_FILE_TEST_EXISTS)))
        return library_read_path(library, path, NULL, file, length, error);
    set_no_such_scenario(library, name, error);
    return NULL;
}
