/* What happens in a stretch of a run, line by line. */
#include "report/json.h"
#include "report/page.h"
#include "report/report.h"
#include <inttypes.h>
#include <string.h>

enum { INSTANT_END = 20, ENTITY_COLUMN = 22, TEXT_INDENT = 26 };

void report_happening_text(FILE *out, const Happening *happening, const ReportLook *look)
{
    Page page;
    char instant[32];
    int64_t size = ABS(happening->at_ns);
    page_open(&page, out, look);
    g_snprintf(instant, sizeof instant, "%s%" PRId64 ".%09" PRId64 " s", happening->at_ns < 0 ? "-" : "",
               size / 1000000000, size % 1000000000);
    if (happening->is_event)
        page_style(&page, STYLE_FAINT);
    page_right(&page, INSTANT_END, instant);
    page_at(&page, ENTITY_COLUMN);
    g_autofree char *text = g_strdup_printf("%s %s", happening->entity, happening->text);
    page_wrap(&page, TEXT_INDENT, text);
    page_close(&page);
}

void report_happening_jsonl(FILE *out, const Happening *happening)
{
    g_autoptr(GString) line = g_string_new("{");
    json_text_member(line, "type", happening->is_event ? "event" : "said");
    g_string_append_printf(line, "\"event\": %" PRIu64 ", \"at_ns\": %" PRId64 ", ", happening->event,
                           happening->at_ns);
    json_text_member(line, "entity", happening->entity);
    json_text_member(line, "text", happening->text);
    g_string_truncate(line, line->len - strlen(", "));
    g_string_append(line, "}\n");
    fwrite(line->str, 1, line->len, out);
}
