#!/bin/sh
# The documents hold: examples print what they show, excerpts stand in the source, links, paths and anchors lead
# somewhere, every shipped scenario is spoken of.  MRSIM_UPDATE=1 tests/docs.sh writes outputs and pictures anew.
#
#   ```console          "$ COMMAND" is run, what follows it is what it prints (stdout and stderr)
#   ```ini NAME.ini     is a file of that name for the examples of its page
#   ```c src/FILE       is an excerpt: these lines stand in that file, in this order, without others between
#
# Other blocks are left alone.  ./bootstrap.sh in an example is mrsim (tests/bare.sh checks that it is).
set -u
here=$(cd "${abs_top_srcdir:-$(dirname "$0")/..}" && pwd)
mrsim=${MRSIM:-$here/build/mrsim}
[ -x "$mrsim" ] || { echo "docs.sh: no program at $mrsim"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export HOME="$work" XDG_DATA_HOME="$work/data" MRSIM_DB="$work/mrsim.db" LC_ALL=C.UTF-8 TZ=UTC
unset MRSIM_DATA_DIR NO_COLOR
failed=0
fail() {
    echo "$*"
    failed=1
}
cd "$here" || exit 1
pages=$(ls README.md docs/*.md docs/models/*.md models/*.md)

# ---- examples ----
mrsim() { "$mrsim" "$@"; }

run() { # COMMAND, in a folder that looks like the tree
    command=$1
    case $command in './bootstrap.sh '*) command="mrsim ${command#./bootstrap.sh }" ;; esac
    (cd "$work/tree" && eval "$command") 2>&1 </dev/null
}

anew() { # PAGE: the page with its outputs made anew
    inside=text
    while IFS= read -r line; do
        case $inside:$line in
        text:'```console') inside=console ;;
        text:'```ini '*.ini) inside=$work/tree/$(basename "${line#'```ini '}") && : >"$inside" ;;
        text:'```'*) inside=block ;;
        text:*) ;;
        *:'```') inside=text ;;
        console:'$ '*)
            printf '%s\n' "$line"
            run "${line#'$ '}"
            continue
            ;;
        console:*) continue ;;
        block:*) ;;
        *) printf '%s\n' "$line" >>"$inside" ;;
        esac
        printf '%s\n' "$line"
    done <"$1"
}

for page in $pages; do
    grep -q '^```console$' "$page" || continue
    rm -rf "$work/tree" && mkdir "$work/tree"
    ln -s "$here/scenarios" "$here/models" "$work/tree"
    anew "$page" >"$work/page"
    cmp -s "$page" "$work/page" && continue
    if [ -n "${MRSIM_UPDATE-}" ]; then
        cp "$work/page" "$page" && echo "written: $page"
    else
        diff -u "$page" "$work/page"
        fail "$page: examples print something else; if that is right: MRSIM_UPDATE=1 tests/docs.sh"
    fi
done

# ---- pictures: compared only with the gnuplot that drew them, Debian 12's ----
draw() { # PICTURE of docs/pictures
    fresh=$work/pictures/${1##*/}
    [ -s "$fresh" ] || { fail "$1: the first run of README.md draws no such picture, nor bench/growth.gp"; return; }
    cmp -s "$1" "$fresh" && return
    if [ -n "${MRSIM_UPDATE-}" ]; then
        cp "$fresh" "$1" && echo "written: $1"
    else
        fail "$1: looks otherwise now; if that is right: MRSIM_UPDATE=1 tests/docs.sh"
    fi
}
if [ "$(gnuplot --version 2>/dev/null)" = 'gnuplot 5.4 patchlevel 4' ]; then
    mrsim plot 1 -o "$work/pictures" >/dev/null 2>&1
    cp docs/growth.tsv "$work/pictures"
    (cd "$work/pictures" && LC_ALL=C.UTF-8 gnuplot --default-settings "$here/bench/growth.gp" 2>/dev/null)
    for picture in docs/pictures/*.svg; do
        draw "$picture"
    done
fi

# ---- excerpts, links, paths ----
# shellcheck disable=SC2086 # words
LC_ALL=C awk '
function offend(message) { print FILENAME ":" FNR ": " message; offences++ }
function exists(path) { return system("test -e \"" path "\"") == 0 }
function folder(path) { return path ~ /\// ? substr(path, 1, match(path, /[^\/]*$/) - 1) : "" }
function whole(path, text, line) {
    while ((getline line <path) > 0) text = text line "\n"
    close(path)
    return text
}
# As GitHub makes them: lower case, blanks to hyphens, the rest of punctuation gone.
function anchor_of(heading) {
    heading = tolower(heading); gsub(/[^a-z0-9 _\200-\377-]/, "", heading); gsub(/ /, "-", heading)
    return heading
}
function has_anchor(path, anchor, line, fenced, found) {
    while ((getline line <path) > 0) {
        if (line ~ /^```/) fenced = !fenced
        if (!fenced && line ~ /^#+ /) { sub(/^#+ /, "", line); if (anchor_of(line) == anchor) found = 1 }
    }
    close(path)
    return found
}
function check_link(target, anchor, at) {
    if (target ~ /^[a-z]+:/) return
    if (at = index(target, "#")) { anchor = substr(target, at + 1); target = substr(target, 1, at - 1) }
    target = target == "" ? FILENAME : folder(FILENAME) target
    if (!exists(target)) offend("no such file: " target)
    else if (anchor != "" && target ~ /\.md$/ && !has_anchor(target, anchor)) offend("no heading #" anchor " in " target)
}
FNR == 1 { fenced = 0 }
/^```/ {
    if (fenced && excerpt != "" && !index(whole(source), excerpt)) offend("this excerpt does not stand in " source)
    fenced = !fenced; excerpt = ""; source = ""
    if (fenced && $1 == "```c" && NF > 1) source = $2
    next
}
fenced { if (source != "") excerpt = excerpt $0 "\n"; next }
{
    for (rest = $0; match(rest, /\]\([^)]*\)/);) {
        found = substr(rest, RSTART + 2, RLENGTH - 3); rest = substr(rest, RSTART + RLENGTH)
        check_link(found)
    }
    for (rest = $0; match(rest, /`(src|tests|scenarios|models|docs|plots)\/[A-Za-z0-9_.\/-]*`/);) {
        found = substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH)
        if (!exists(found)) offend("no such file: " found)
    }
}
END { exit offences > 0 }' $pages || failed=1

# ---- the largest room has a map, and every file is on it ----
for file in src/model/*.[ch]; do
    name=$(basename "${file%.[ch]}")
    grep -q -- "^| .*\`$name[ \`]" docs/architecture.md || fail "$file: not in the table 'Inside the model' of docs/architecture.md"
done

# ---- every shipped scenario is spoken of ----
for scenario in scenarios/*.ini; do
    name=$(basename "$scenario" .ini)
    # shellcheck disable=SC2086 # words
    grep -qF -- "$name" $pages || fail "$scenario: no document speaks of it"
done
exit "$failed"
