#!/bin/sh
# make validate: every experiment in full size, and whether docs/validation.md still shows what it prints.
#   tests/validate.sh PROGRAM          MRSIM_UPDATE=1: the page is written anew
# One to two minutes on two cores.  The program's exit status is that of the figures; a page that shows others is a failure too.
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
if ! cmp -s "$page" "$work/page"; then
    if [ -n "${MRSIM_UPDATE-}" ]; then
        cat "$work/page" >"$page"
        echo "written: docs/validation.md"
    else
        echo "docs/validation.md shows other figures; write it anew with: MRSIM_UPDATE=1 make validate"
        [ "$status" -ne 0 ] || status=1
    fi
fi
exit "$status"
