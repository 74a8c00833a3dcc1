#!/bin/sh
# Writes anew what is generated in docs/: the man page, bash completion, and the parameter tables in the pages of models.
# Usage: tests/update-docs.sh, with the program in $MRSIM or build/mrsim.  The tests compare; this is how to make them equal.
set -eu
cd "${abs_top_srcdir:-$(dirname "$0")/..}"
mrsim=${MRSIM:-build/mrsim}

write() { # FILE COMMAND...: only whole files, and only where something has changed
    file=$1
    shift
    "$@" >"$file.new" || { rm -f "$file.new"; exit 1; }
    if cmp -s "$file" "$file.new"; then rm "$file.new"; else mv "$file.new" "$file" && echo "written: $file"; fi
}

tables() { # PAGE: the page with its tables made anew
    while IFS= read -r line; do
        case $line in
        '<!-- parameters '*' -->')
            echo "$line"
            component=${line#'<!-- parameters '}
            "$mrsim" describe --format markdown "${component%' -->'}" </dev/null
            while IFS= read -r line && [ "$line" != '<!-- end -->' ]; do :; done
            echo '<!-- end -->'
            ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$1"
}

write docs/mrsim.1 "$mrsim" help --format man
write docs/mrsim.bash "$mrsim" help --format bash
for page in docs/*.md docs/models/*.md; do
    [ ! -f "$page" ] || write "$page" tables "$page"
done
