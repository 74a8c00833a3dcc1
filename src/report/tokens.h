/* Tokens: numbers and texts as other programs read them.
 *
 * Every text that leaves mrsim for a program goes through one of these, so none can break out of its quotes.  Bytes
 * that are not UTF-8 become U+FFFD.  Numbers are in the C locale and are the shortest that read back to the same value.
 */
#ifndef MRSIM_REPORT_TOKENS_H
#define MRSIM_REPORT_TOKENS_H
#include <glib.h>
#include <stdbool.h>

enum { NUMBER_SIZE = 32 };
/* "0.1", "1e+22"; "nan", "inf", "-inf": the caller replaces those where its format has no such thing. Returns buffer.
 */
char *token_number(double value, char buffer[NUMBER_SIZE]);
/* Quoted. */
void token_json(GString *out, const char *text);
/* null when not finite. */
void token_json_number(GString *out, double value);
/* RFC 4180: quoted only if it must be. */
void token_csv(GString *out, const char *text);
/* Empty when NAN. */
void token_csv_number(GString *out, double value);
/* Double-quoted string of a gnuplot script: control characters become blanks. */
void token_gnuplot(GString *out, const char *text);
/* Character data of XML; characters that XML cannot hold become U+FFFD. */
void token_xml(GString *out, const char *text);
#endif
