#include "report/page.h"
#include <string.h>

static const struct {
    const char *text, *ascii;
} replacements[] = {
    {"→", "->"}, {"×", "x"},  {"−", "-"}, {"–", "-"}, {"—", "-"},  {"±", "+-"}, {"≤", "<="}, {"≥", ">="},
    {"·", "|"},  {"…", ".."}, {"✓", "+"}, {"✗", "x"}, {"▁", "_"},  {"▂", "."},  {"▃", ":"},  {"▄", "-"},
    {"▅", "="},  {"▆", "+"},  {"▇", "#"}, {"’", "'"}, {"“", "\""}, {"”", "\""},
};

static void add_ascii(GString *out, const char *character, gsize length)
{
    if (length == 1) {
        g_string_append_c(out, *character);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(replacements); i++) {
        if (strlen(replacements[i].text) == length && memcmp(replacements[i].text, character, length) == 0) {
            g_string_append(out, replacements[i].ascii);
            return;
        }
    }
    g_autofree char *alone = g_strndup(character, length);
    g_autofree char *plain = g_str_to_ascii(alone, "C");
    g_string_append(out, plain);
}

/* As this page can show it. (transfer full) */
static char *shown(const Page *page, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_new(NULL);
    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        gsize length = (gsize)(g_utf8_next_char(c) - c);
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            g_string_append_c(out, ' ');
        else if (page->look->ascii)
            add_ascii(out, c, length);
        else
            g_string_append_len(out, c, (gssize)length);
    }
    return g_string_free(out, FALSE);
}

static guint character_width(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    return g_unichar_iswide(character) ? 2 : 1;
}

static guint text_width(const char *text)
{
    guint width = 0;
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        width += character_width(g_utf8_get_char(c));
    return width;
}

/* The longest beginning of `text` (as shown) that takes at most `width` columns. */
static const char *cut_at(const char *text, guint width)
{
    guint used = 0;
    const char *c = text;
    for (; *c; c = g_utf8_next_char(c)) {
        used += character_width(g_utf8_get_char(c));
        if (used > width)
            break;
    }
    return c;
}

void page_open(Page *page, FILE *out, const ReportLook *look)
{
    *page = (Page){.out = out, .look = look, .line = g_string_new(NULL)};
}

void page_close(Page *page)
{
    if (page->column)
        page_line(page);
    g_string_free(page->line, TRUE);
    page->line = NULL;
}

guint page_width(const Page *page, const char *text)
{
    g_autofree char *plain = shown(page, text);
    return text_width(plain);
}

void page_style(Page *page, Style style)
{
    static const char *const codes[] = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[33m", "\033[2m"};
    if (!page->look->colour || (style == STYLE_PLAIN && !page->styled))
        return;
    g_string_append(page->line, codes[style]);
    page->styled = style != STYLE_PLAIN;
}

/* `text` as shown. */
static void add_fitting(Page *page, const char *text, guint width)
{
    width = MIN(width, PAGE_WIDTH - page->column);
    guint needed = text_width(text);
    if (needed <= width) {
        g_string_append(page->line, text);
        page->column += needed;
        return;
    }
    const char *ellipsis = page->look->ascii ? ".." : "…";
    guint tail = MIN(text_width(ellipsis), width);
    const char *end = cut_at(text, width - tail);
    g_autofree char *head = g_strndup(text, (gsize)(end - text));
    g_string_append(page->line, head);
    g_string_append_len(page->line, ellipsis, page->look->ascii ? (gssize)tail : tail ? -1 : 0);
    page->column += text_width(head) + tail;
}

void page_fit(Page *page, const char *text, guint width)
{
    g_autofree char *plain = shown(page, text);
    add_fitting(page, plain, width);
}

void page_put(Page *page, const char *text)
{
    page_fit(page, text, PAGE_WIDTH);
}

void page_print(Page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    page_put(page, text);
}

void page_at(Page *page, guint column)
{
    guint to = MIN(MAX(column, page->column + (page->column > 0)), PAGE_WIDTH);
    for (; page->column < to; page->column++)
        g_string_append_c(page->line, ' ');
}

void page_right(Page *page, guint end, const char *text)
{
    guint width = page_width(page, text);
    page_at(page, end > width ? end - width : 0);
    page_put(page, text);
}

void page_line(Page *page)
{
    page_style(page, STYLE_PLAIN);
    while (page->line->len && page->line->str[page->line->len - 1] == ' ')
        g_string_truncate(page->line, page->line->len - 1);
    g_string_append_c(page->line, '\n');
    fwrite(page->line->str, 1, page->line->len, page->out);
    g_string_truncate(page->line, 0);
    page->column = 0;
}

void page_wrap(Page *page, guint indent, const char *text)
{
    g_autofree char *plain = shown(page, text);
    g_auto(GStrv) words = g_strsplit(plain, " ", -1);
    bool first = true;
    for (guint i = 0; words[i]; i++) {
        guint width = text_width(words[i]);
        if (width == 0)
            continue;
        if (!first && page->column + 1 + width > PAGE_WIDTH) {
            page_line(page);
            page_at(page, indent);
        } else if (!first) {
            page_at(page, page->column + 1);
        }
        add_fitting(page, words[i], PAGE_WIDTH);
        first = false;
    }
    page_line(page);
}
