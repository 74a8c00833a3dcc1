#include "results/happening.h"
#include <inttypes.h>

Happening *happening_copy(const Happening *happening)
{
    Happening *copy = g_new(Happening, 1);
    *copy = *happening;
    copy->entity = g_strdup(happening->entity);
    copy->text = g_strdup(happening->text);
    return copy;
}

void happening_free(gpointer data)
{
    Happening *happening = data;
    g_free(happening->entity);
    g_free(happening->text);
    g_free(happening);
}

char *happening_to_line(const Happening *event)
{
    return g_strdup_printf("%" PRIu64 "\t%" PRId64 "\t%016" PRIx64 "\t%s\t%s", event->event, event->at_ns,
                           event->digest, event->entity, event->text);
}

Happening *happening_of_line(const char *line)
{
    enum { EVENT, AT, DIGEST, ENTITY, TEXT, N_FIELDS };
    g_auto(GStrv) field = g_strsplit(line, "\t", N_FIELDS);
    Happening read = {.is_event = true};
    gint64 at;
    if (g_strv_length(field) != N_FIELDS ||
        !g_ascii_string_to_unsigned(field[EVENT], 10, 1, G_MAXUINT64, &read.event, NULL) ||
        !g_ascii_string_to_signed(field[AT], 10, G_MININT64, G_MAXINT64, &at, NULL) ||
        !g_ascii_string_to_unsigned(field[DIGEST], 16, 0, G_MAXUINT64, &read.digest, NULL))
        return NULL;
    read.at_ns = at;
    read.entity = field[ENTITY];
    read.text = field[TEXT];
    return happening_copy(&read);
}
