#!/bin/sh
# The house style, as far as a script can tell.  Prints file:line of every offender, and what to do instead.
set -eu
cd "${abs_top_srcdir:-$(dirname "$0")/..}"
failed=0

LC_ALL=C awk '
function offend(line, message) { print file ":" line ": " message; offences++ }
function ban(word, instead) { banned[word] = instead }
BEGIN {
    most_lines = 700; most_function_lines = 70; most_columns = 120
    ban("strcpy", "g_strlcpy or g_strdup"); ban("strcat", "GString or g_strconcat"); ban("strncpy", "g_strlcpy")
    ban("sprintf", "g_snprintf or g_strdup_printf"); ban("vsprintf", "g_vsnprintf"); ban("gets", "fgets")
    ban("strtok", "g_strsplit"); ban("atoi", "base/quantity.h"); ban("atof", "base/quantity.h")
    ban("system", "g_spawn_sync with an argument vector"); ban("popen", "g_spawn_async_with_pipes with an argument vector")
    ban("g_spawn_command_line_sync", "g_spawn_sync with an argument vector")
    ban("g_spawn_command_line_async", "g_spawn_async with an argument vector")
    ban("g_return_if_fail", "CHECK of base/check.h"); ban("g_return_val_if_fail", "CHECK of base/check.h")
    ban("assert", "CHECK of base/check.h"); ban("g_assert", "CHECK of base/check.h")
    ban("g_warning", "a diagnostic or GError for mistakes of users, CHECK for ours")
    ban("g_critical", "a diagnostic or GError for mistakes of users, CHECK for ours")
}
# The code of a line: without what is in quotes and in comments.
function code_of(line, at) {
    gsub(/\\["\\\047]/, "", line); gsub(/\047"\047/, "0", line); gsub(/"[^"]*"/, "\"\"", line)
    if (in_comment) {
        if (!(at = index(line, "*/"))) return ""
        line = substr(line, at + 2); in_comment = 0
    }
    sub(/\/\/.*/, "", line)
    while (at = index(line, "/*")) {
        rest = substr(line, at + 2); line = substr(line, 1, at - 1)
        if (!index(rest, "*/")) { in_comment = 1; return line }
        line = line " " substr(rest, index(rest, "*/") + 2)
    }
    return line
}
function close_file() {
    if (file != "" && n_lines > most_lines) offend(n_lines, "a file has at most " most_lines " lines; divide it")
}
FNR == 1 { close_file(); file = FILENAME; in_comment = 0; body = 0 }
{ n_lines = FNR; raw = $0; code = code_of($0) }
raw ~ /\t/ { offend(FNR, "a tab; indent with four blanks") }
raw ~ /[ \t]$/ { offend(FNR, "blanks at the end of the line") }
{ columns = raw; gsub(/[\200-\277]/, "", columns) } # characters, not bytes
length(columns) > most_columns { offend(FNR, length(columns) " columns; at most " most_columns) }
code ~ /^\{/ { body = FNR }
code ~ /^\}/ {
    if (body && FNR - body + 1 > most_function_lines)
        offend(body, "a function of " (FNR - body + 1) " lines; at most " most_function_lines)
    body = 0
}
{
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ ]*\(/)) {
        word = substr(code, RSTART, RLENGTH - 1); sub(/ +$/, "", word); code = substr(code, RSTART + RLENGTH)
        if (word in banned) offend(FNR, word " is banned; use " banned[word])
    }
}
END { close_file(); exit offences > 0 }' src/*/*.[ch] tests/*.[ch] bench/*.[ch] || failed=1

# Nothing is left for later.
if grep -snwE 'TODO|FIXME|XXX' -r src scenarios models plots docs tests bench --include='*.[ch]' --include='*.ini' --include='*.md' \
    --include='*.gp' --include='*.1'; then
    echo "left for later: do it, or write an issue"
    failed=1
fi

# What the lists of Makefile.am do not name is not built, installed or shipped.
for file in src/*/*.[ch] tests/*.[ch] bench/* bench/peers/* scenarios/* models/* plots/* docs/* docs/*/*; do
    [ -f "$file" ] || continue
    grep -qF -- "$file" Makefile.am || { echo "$file:1: not in the lists of Makefile.am"; failed=1; }
done
exit "$failed"
