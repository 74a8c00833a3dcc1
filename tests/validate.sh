#!/bin/sh
# make validate: every experiment in full size; its table goes into docs/validation.md.
#   tests/validate.sh PROGRAM
# Figures are the same on every machine, so a page that changes was out of date: git diff shows by what.  The exit status
# is the program's: whether every figure has passed.
set -eu
page=$(cd "${abs_top_srcdir:-$(dirname "$0")/..}" && pwd)/docs/validation.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

status=0
{ "$1" || echo $? >"$work/status"; } | tee "$work/printed"
[ ! -e "$work/status" ] || status=$(cat "$work/status")

awk -v printed="$work/printed" '
    /^<!-- make validate -->$/ {
        print; print "```text"
        while ((getline line < printed) > 0) { sub(/ +$/, "", line); print line }
        print "```"; inside = 1; found = 1
    }
    /^<!-- end -->$/ { inside = 0 }
    !inside && !/^<!-- make validate -->$/
    END { exit !found }' "$page" >"$work/page" || { echo "docs/validation.md has no place for the figures" >&2; exit 1; }
if cmp -s "$page" "$work/page"; then
    echo "docs/validation.md shows these figures"
elif [ -w "$page" ] && cp "$work/page" "$page"; then
    echo "docs/validation.md showed other figures; it shows these now"
else
    echo "docs/validation.md shows other figures, and cannot be written"
fi
exit "$status"
