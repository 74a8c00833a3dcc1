/* Page: lines of at most 80 columns on a terminal.
 *
 * A line is put together from the left; columns count from 0 and are those of the display (wide characters take two,
 * combining ones none).  Nothing passes column 80: what does not fit is cut and ends in an ellipsis.  In ASCII look
 * every character is replaced before it is measured, so tables stay straight.  Control characters from a scenario
 * become blanks. */
#ifndef MRSIM_REPORT_PAGE_H
#define MRSIM_REPORT_PAGE_H
#include "report/report.h"

enum { PAGE_WIDTH = 80 };

typedef enum { STYLE_PLAIN, STYLE_BOLD, STYLE_GOOD, STYLE_BAD, STYLE_DOUBT, STYLE_FAINT } Style;

typedef struct {
    FILE *out;
    const ReportLook *look;
    GString *line;
    guint column;
    bool styled;
} Page;

void page_open(Page *page, FILE *out, const ReportLook *look);
void page_close(Page *page);

/* Columns that `text` would take on this page. */
guint page_width(const Page *page, const char *text);
void page_style(Page *page, Style style);
void page_put(Page *page, const char *text);
void page_print(Page *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Goes on at `column`; one blank on when the line is there already. */
void page_at(Page *page, guint column);
/* At most `width` columns of text. */
void page_fit(Page *page, const char *text, guint width);
/* Ends just before column `end`, or as near as there is room. */
void page_right(Page *page, guint end, const char *text);
void page_line(Page *page);
/* Words from the present column on, as many lines as needed; later lines begin at `indent`. Ends the line. */
void page_wrap(Page *page, guint indent, const char *text);
#endif
