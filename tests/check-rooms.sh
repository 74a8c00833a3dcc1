#!/bin/sh
# The rooms of the house (docs/architecture.md): which room may include which.  Prints file:line of every offender.
set -eu
cd "${abs_top_srcdir:-$(dirname "$0")/..}"
LC_ALL=C exec awk '
BEGIN {
    knows["base"] = "base"
    knows["kernel"] = "base kernel"
    knows["stats"] = "base stats"
    knows["model"] = "base kernel stats model"
    knows["components"] = "base kernel stats model" # and not each other: they have no headers
    knows["scenario"] = "base kernel model scenario"
    knows["results"] = "base stats results"
    knows["run"] = "base kernel stats model scenario results run"
    knows["report"] = "base stats results report"
    knows["cli"] = "base kernel stats model scenario results run report cli"
}
function offend(line, message) { print FILENAME ":" line ": " message; offences++ }
function poisoned(file, i, n, part) { # does `file` include base/poison.h, itself or by a header?
    if (seen[file] == root) return 0
    seen[file] = root; n = split(includes[file], part, " ")
    for (i = 1; i <= n; i++)
        if (part[i] == "src/base/poison.h" || poisoned(part[i])) return 1
    return 0
}
FNR == 1 { split(FILENAME, path, "/"); room = path[2]; files[++n_files] = FILENAME }
FNR == 1 && !(room in knows) { offend(1, "there is no room " room) }
FNR == 1 && room == "components" && FILENAME ~ /\.h$/ { offend(1, "components have no headers") }
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\""); n = split(quoted[2], target, "/")
    if (n != 2) offend(FNR, "write the room: #include \"room/" quoted[2] "\"")
    else if (!index(" " knows[room] " ", " " target[1] " ")) offend(FNR, room " must not know " target[1] " (it knows: " knows[room] ")")
    includes[FILENAME] = includes[FILENAME] " src/" quoted[2]
}
/^extern const (Component|Policy) / && FILENAME ~ /\.c$/ && FILENAME != "src/run/registry.c" { offend(FNR, "only src/run/registry.c lists components and policies") }
END {
    for (i = 1; i <= n_files; i++)
        if ((root = files[i]) ~ /^src\/(kernel|model|components)\/.*\.c$/ && !poisoned(root)) {
            print files[i] ":1: this room includes base/poison.h (last), itself or by a header"; offences++
        }
    exit offences > 0
}' src/*/*.[ch]
