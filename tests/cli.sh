#!/bin/sh
# The command line from outside: exit status, what goes to stdout and what to stderr, files, signals.
# The program is $MRSIM (else build/mrsim); nothing is written outside a temporary folder.  Last line: N passed, N failed.
# shellcheck disable=SC2016 # eval expands what stands in single quotes
set -u
here=$(cd "${abs_top_srcdir:-$(dirname "$0")/..}" && pwd)
mrsim=${MRSIM:-$here/build/mrsim}
small=$here/tests/cli/small.ini
[ -x "$mrsim" ] || { echo "cli.sh: there is no program $mrsim; name it in MRSIM" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/home" "$work/data"
export HOME="$work/home" XDG_DATA_HOME="$work/data" LC_ALL=C.UTF-8
unset MRSIM_DB MRSIM_DATA_DIR NO_COLOR POSIXLY_CORRECT
database=$work/data/mrsim/mrsim.db
out=$work/out
err=$work/err
passed=0
failed=0

# check TITLE COMMAND...: the command holds.
check() {
    title=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok: $title"
    else
        failed=$((failed + 1))
        echo "not ok: $title"
        echo "    wanted: $*; exit status $status"
        sed 's/^/    stderr: /' "$err" | head -n 5
    fi
}
run() { # runs mrsim, keeps its streams and exit status
    "$mrsim" "$@" >"$out" 2>"$err" </dev/null
    status=$?
}
exits() { [ "$status" -eq "$1" ]; }
silent() { [ ! -s "$1" ]; }
says() { grep -q -e "$2" "$1"; }
never_says() { ! grep -q -e "$2" "$1"; }
lines() { [ "$(wc -l <"$2")" -eq "$1" ]; }
# exits_silently STATUS: with nothing on stdout, and something on stderr
exits_silently() { exits "$1" && silent "$out" && [ -s "$err" ]; }
ascii_only() { [ -s "$1" ] && ! LC_ALL=C grep -q '[^ -~]' "$1"; }
narrow() { [ -s "$1" ] && LC_ALL=C awk '{ gsub(/[\200-\277]/, ""); if (length($0) > 80) exit 1 }' "$1"; }

# ---- help and misuse ----
run --help
check "--help answers on stdout" exits 0
check "--help says nothing on stderr" silent "$err"
check "--help fits 80 columns" narrow "$out"
run --version
check "--version" says "$out" '^mrsim [0-9]'
for command in run compare check describe explain list plot verify trace help; do
    run "$command" --help
    check "$command --help" exits 0
done
run
check "nothing at all is misuse" exits_silently 2
for misuse in "run" "run -z x.ini" "run --sed 3 x.ini" "run --se 3 x.ini" "run -r0 x.ini" "run -r x.ini" "run -rx x.ini" \
    "run --format xml x.ini" "run --anyway x.ini" "check -r3 x.ini" "compare a.ini" "verify" "list stars" "run a.ini b.ini" \
    "comapre a.ini b.ini" "help nothing" "explain nothing-of-the-kind"; do
    # shellcheck disable=SC2086 # words
    run $misuse
    check "misuse: $misuse" exits_silently 2
    check "... in two lines, the second says where help is" eval 'lines 2 "$err" && says "$err" "^Try .mrsim.* --help"'
done
run run --sed 3 x.ini
check "a mistyped option is recognised" says "$err" "did you mean '--seed'"
run comapre a.ini b.ini
check "a mistyped command is recognised" says "$err" "did you mean 'compare'"
run run a.ini b.ini
check "several files lead to compare" says "$err" "mrsim compare"

# ---- a run ----
cat "$small" >"$work/small.ini"
run "$work/small.ini" -r2
check "met: exit 0" exits 0
check "the answer stands on stdout" says "$out" "a small shop"
check "stderr is empty without a terminal" silent "$err"
check "the screen fits 80 columns" narrow "$out"
check "the run is recorded in XDG_DATA_HOME" test -s "$database"
cp "$out" "$work/first"
run "$work/small.ini" -r2
check "same seed, same bytes" cmp -s "$out" "$work/first"
run -j1 run -r2 "$work/small.ini"
check "one thread, options before the command: same bytes" cmp -s "$out" "$work/first"
run "$work/small.ini" -qr2
check "--quiet is shorter" eval 'exits 0 && [ "$(wc -l <"$out")" -lt "$(wc -l <"$work/first")" ]'
run "$work/small.ini" -r2 --full
check "--full is longer" eval 'exits 0 && [ "$(wc -l <"$out")" -gt "$(wc -l <"$work/first")" ]'
run "$work/small.ini" -r2 --set 'objectives.latency.p50 <= 1us'
check "missed: exit 1" exits 1
run "$work/small.ini" -r2 --set 'objectives.failover.time <= 1m'
check "not shown: exit 5" exits 5
run "$work/small.ini" -r2 -s2
check "another seed, other numbers" eval 'exits 0 && ! cmp -s "$out" "$work/first"'
(cd "$work" && "$mrsim" small.ini -r1 >"$out" 2>"$err")
check "a file of the folder one stands in" says "$out" "a small shop"
# shellcheck disable=SC2002 # a pipe is the point
cat "$work/small.ini" | "$mrsim" /dev/stdin -r1 >"$out" 2>"$err"
check "a pipe as file" says "$out" "a small shop"
"$mrsim" "$work/small.ini" -r2 >"$out" 2>"$err" <&-
check "with stdin closed" cmp -s "$out" "$work/first"

# ---- JSON and CSV ----
run "$work/small.ini" -r2 --format json
check "JSON begins with its version" says "$out" '"format_version": 1'
cp "$out" "$work/json"
LC_ALL=C "$mrsim" "$work/small.ini" -r2 --format=json >"$out" 2>"$err"
check "JSON does not depend on the locale" cmp -s "$out" "$work/json"
if command -v python3 >/dev/null; then
    check "JSON is one document" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out"
fi
run "$work/small.ini" -r2 --format csv
check "CSV" eval 'exits 0 && says "$out" "latency"'

# ---- what cannot be read ----
run "$work/nothing.ini"
check "a missing file: exit 4" eval 'exits_silently 4 && says "$err" "nothing.ini: No such file"'
run "$work"
check "a folder as file: exit 4" exits_silently 4
run us-eu-active-actve
check "no shipped scenario of that name: exit 4, with a suggestion" eval 'exits_silently 4 && says "$err" "us-eu-active-active"'
head -c 4096 "$mrsim" >"$work/binary.ini"
run "$work/binary.ini"
check "binary rubbish: exit 3" exits_silently 3
sed 's/^ttl.*//; s/^policy/polcy/; s/2m/2/' "$small" >"$work/wrong.ini"
run "$work/wrong.ini" --db "$work/untouched.db" -o "$work/untouched"
check "a wrong scenario: exit 3" exits_silently 3
check "... all mistakes in one pass" eval 'says "$err" "unknown-key" && says "$err" "missing-unit"'
check "... in the form that editors jump to" says "$err" "^$work/wrong.ini:[0-9]*:[0-9]*: error: "
check "... and nothing written" eval '[ ! -e "$work/untouched.db" ] && [ ! -e "$work/untouched" ]'
run "$work/small.ini" --set door.tl=3s
check "a wrong --set: exit 3" eval 'exits_silently 3 && says "$err" "^--set:1:"'

# ---- check ----
run check "$work/small.ini" "$small"
check "check names the good ones on stdout" eval 'exits 0 && lines 2 "$out"'
run check "$work/small.ini" "$work/wrong.ini" "$work/small.ini"
check "check goes on after a wrong one: exit 3" eval 'exits 3 && lines 2 "$out"'
run check "$work/nothing.ini" "$work/wrong.ini"
check "what cannot be read weighs more: exit 4" exits 4

# ---- what takes too much ----
run check "$small"
check "check says what a replication takes" says "$out" ': ok; a replication is about [0-9]* requests, .* s and [0-9.]* MB$'
cat >"$work/over.ini" <<'END'
# Each region serves its own users.  When one is lost the other cannot serve all, and nobody is refused.
[scenario]
extends  = small.ini
duration = 20m
warm-up  = 0s
[clients americans]
places  = 50% US, 50% DE
rate    = 5k/s
[dns door]
ttl = 5s
[service shop]
servers = 10
work    = 25ms
queue   = 1G
calls   = default
[database carts]
enabled = no
[fault virginia-lost]
use    = outage
target = us-east-1
at     = 1m
for    = 15m
END
cat >"$work/large.ini" <<'END'
[scenario]
extends = small.ini
[clients americans]
rate  = 1M/s
think = 10m
END
# The limit must hold the program itself: not under a checker, which reserves terabytes of addresses.
if (ulimit -v 300000 && "$mrsim" --version >/dev/null) 2>/dev/null; then
    (ulimit -v 300000 && "$mrsim" "$work/large.ini" -r2 -j2 --db "$work/large.db" -o "$work/large") >"$out" 2>"$err" </dev/null
    status=$?
    check "more memory than there is: exit 3 before the start" eval 'exits_silently 3 && says "$err" "needs about .* GB of memory, and .* MB are free"'
    check "... says what for" says "$err" '600 million users (rate × think) and the resolvers of clients americans'
    check "... and nothing is written" eval '[ ! -e "$work/large.db" ] && [ ! -e "$work/large" ]'
    (ulimit -v 300000 && "$mrsim" compare "$work/small.ini" "$work/large.ini" --anyway -r1) >"$out" 2>"$err" </dev/null
    status=$?
    check "so does compare" eval 'exits_silently 3 && says "$err" "^mrsim: large: this needs"'
    (ulimit -v 300000 && "$mrsim" "$work/over.ini" -r1 --db "$work/over.db") >"$out" 2>"$err" </dev/null
    status=$?
    check "a queue outgrows memory: exit 3, no figures" eval 'exits_silently 3 && says "$err" "the run was given up"'
    check "... says which" says "$err" '^mrsim: arrival rate exceeds capacity at service shop in eu-central-1: .* came and .* were served'
    run verify last --db "$work/over.db"
    check "... and nothing is recorded" exits 4
fi
run "$work/small.ini" --set scenario.duration=3650d --set americans.rate=10k/s
check "more events than can be counted: exit 3" eval 'exits_silently 3 && says "$err" "mrsim counts to .* million million"'
run "$work/small.ini" --set americans.rate=10M/s --set americans.think=1d
check "more users than can be numbered: exit 3" eval 'exits_silently 3 && says "$err" "rate × think makes 8.64e+11 users"'
timeout -s INT 2 "$mrsim" "$work/small.ini" -r4 -j2 --set scenario.duration=365d >"$out" 2>"$err" </dev/null
status=$?
check "what takes long says so before it starts" says "$err" '^mrsim: note: this takes about .* on 2 cores (.* requests); shorter: --set scenario.duration='

# ---- what cannot be written ----
if [ -c /dev/full ]; then
    "$mrsim" "$work/small.ini" -r1 >/dev/full 2>"$err" </dev/null
    status=$?
    check "stdout full: exit 4 with a message" eval 'exits 4 && says "$err" "No space left"'
    "$mrsim" --help >/dev/full 2>"$err" </dev/null
    status=$?
    check "also for --help" exits 4
fi
"$mrsim" "$work/small.ini" -r1 >&- 2>"$err" </dev/null
status=$?
check "stdout closed: exit 4 with a message" eval 'exits 4 && [ -s "$err" ]'
"$mrsim" "$work/small.ini" -r2 >"$out" 2>&- </dev/null
status=$?
check "stderr closed: the answer all the same" eval 'exits 0 && cmp -s "$out" "$work/first"'
"$mrsim" "$work/small.ini" -r1 --full --format csv 2>"$err" </dev/null | head -n 1 >"$out"
check "a reader that goes early is no mistake" silent "$err"
: >"$work/file"
XDG_DATA_HOME=$work/file "$mrsim" "$work/small.ini" -r2 >"$out" 2>"$err" </dev/null
status=$?
check "the usual database cannot be made: a note" eval 'exits 0 && says "$err" "note: .*not be recorded"'
check "... and the same answer" cmp -s "$out" "$work/first"
HOME=/nowhere/at/all XDG_DATA_HOME='' "$mrsim" "$work/small.ini" -r2 >"$out" 2>"$err" </dev/null
status=$?
check "no HOME: a note, and the same answer" eval 'exits 0 && cmp -s "$out" "$work/first"'
run "$work/small.ini" -r1 --db "$work/file/x.db"
check "an explicit --db that cannot be made: exit 4, nothing simulated" exits_silently 4
MRSIM_DB=$work/file/x.db "$mrsim" "$work/small.ini" -r1 >"$out" 2>"$err" </dev/null
status=$?
check "so too with MRSIM_DB" exits_silently 4
run "$work/small.ini" -r1 --db "$work"
check "a folder as database: exit 4" exits_silently 4
head -c 8192 "$mrsim" >"$work/corrupt.db"
cp "$work/corrupt.db" "$work/corrupt.copy"
run "$work/small.ini" -r1 --db "$work/corrupt.db"
check "a corrupt database: exit 4" exits_silently 4
check "... and untouched" cmp -s "$work/corrupt.db" "$work/corrupt.copy"
if base64 -d "$here/tests/cli/foreign.db.gz.b64" 2>/dev/null | gzip -dc >"$work/foreign.db" 2>/dev/null; then
    cp "$work/foreign.db" "$work/foreign.copy"
    run "$work/small.ini" -r1 --db "$work/foreign.db"
    check "a foreign database: exit 4" exits_silently 4
    check "... and untouched" cmp -s "$work/foreign.db" "$work/foreign.copy"
fi
run "$work/small.ini" -r1 -o "$work/file/pictures"
check "a folder that cannot be made: exit 4, nothing simulated" exits_silently 4

# ---- recorded runs ----
run "$work/small.ini" -r2 --db "$work/own.db"
run verify last --db "$work/own.db"
check "verify: equal is exit 0" eval 'exits 0 && says "$out" "^equal"'
sed -i 's/rate *= 5/rate = 6/' "$work/small.ini"
run verify 1 --db "$work/own.db"
check "verify reads the stored text, not the changed file" exits 0
cat "$small" >"$work/small.ini"
run "$work/small.ini" -r2 --set americans.rate=6/s --db "$work/own.db"
run verify last --db "$work/own.db"
check "verify repeats --set too" exits 0
run verify 99 --db "$work/own.db"
check "verify: no such run is exit 4" exits_silently 4
run verify last --db "$work/none.db"
check "verify: no database is exit 4" eval 'exits_silently 4 && [ ! -e "$work/none.db" ]'
run plot --db "$work/own.db" -o "$work/pictures" latency
check "plot without a run is misuse" exits_silently 2
if command -v gnuplot >/dev/null; then
    run plot last -o "$work/pictures" --db "$work/own.db"
    check "plot writes pictures" eval 'exits 0 && ls "$work/pictures"/*.svg >/dev/null'
    run "$work/small.ini" -r2 -o "$work/more"
    check "-o writes pictures, their data and scripts" eval 'exits 0 && ls "$work/more"/*.svg "$work/more"/*.tsv "$work/more"/*.gp >/dev/null'
    check "... and the answer is the same" cmp -s "$out" "$work/first"
fi
mkdir "$work/bin"
PATH=$work/bin "$mrsim" "$work/small.ini" -r2 -o "$work/without" >"$out" 2>"$err" </dev/null
status=$?
check "without gnuplot: a note, and the numbers" eval 'exits 0 && cmp -s "$out" "$work/first" && says "$err" "gnuplot"'

# ---- compare ----
printf '[scenario]\ntitle = one region\nextends = small.ini\nregions = us-east-1\n' >"$work/one.ini"
run compare "$work/small.ini" "$work/one.ini" -r2
check "compare: exit 0" exits 0
check "... names what differs" says "$out" "scenario.regions"
check "... fits 80 columns" narrow "$out"
run compare "$work/small.ini" "$work/small.ini" -r2 --fail-if-worse
check "a design is not worse than itself" exits 0
printf '[scenario]\nextends = small.ini\n[service shop]\nwork = exponential(mean=50ms)\n' >"$work/slow.ini"
run compare "$work/small.ini" "$work/slow.ini" -r3 --fail-if-worse
check "--fail-if-worse: exit 1" exits 1
run compare "$work/small.ini" "$work/one.ini" -r2 --format json
check "compare in JSON" eval 'exits 0 && says "$out" "format_version"'
printf '[scenario]\nextends = small.ini\n[clients americans]\nrate = 9/s\n' >"$work/other.ini"
run compare "$work/small.ini" "$work/other.ini" -r2
check "another workload is refused by name" eval 'exits_silently 2 && says "$err" "americans.rate"'
run compare "$work/small.ini" "$work/other.ini" -r2 --anyway
check "... unless --anyway" exits 0

# ---- trace ----
run trace "$small" --request 3
check "trace --request: exit 0, 80 columns" eval 'exits 0 && narrow "$out" && says "$out" "^Request 3: user" && silent "$err"'
check "... its sums are the whole" says "$out" "^in all .* 100.0 % .* 100.0 %$"
cp "$out" "$work/story"
LC_ALL=C "$mrsim" trace "$small" --request 3 >"$out" 2>"$err" </dev/null
check "... ASCII where the locale is" ascii_only "$out"
run trace "$small" --request 3 --population americans --replication 1 --seed 1
check "... the same by name" cmp -s "$out" "$work/story"
run trace "$small" --request 3 --replication 2
check "... another in another replication" eval 'exits 0 && ! cmp -s "$out" "$work/story"'
run trace "$small" --request 3 --format jsonl
check "... as JSON Lines, the last is the total" eval 'exits 0 && tail -n 1 "$out" | grep -q "\"type\": \"total\""'
if command -v python3 >/dev/null; then
    check "... each an object, and they add up" python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
leaves = [o for o in lines if o["type"] == "span" and not o["beside"] and o["kind"] not in ("call", "note")]
sys.exit(sum(o["duration_ns"] for o in leaves) != lines[-1]["duration_ns"])' "$out"
fi
run trace "$small" --request slowest
check "trace --request slowest" eval 'exits 0 && says "$out" "^Request [0-9]*: user"'
run trace "$small" --request failed
check "trace --request failed, where none is: exit 2" eval 'exits_silently 2 && says "$err" "no request is failed"'
run trace "$small" --request failed --set americans.timeout=5ms
check "... where some are" eval 'exits 0 && says "$out" "^Failed after"'
run trace "$small" --request 1000000
check "a request that never comes: exit 2, says how many there are" eval 'exits_silently 2 && says "$err" "there are [0-9]* from"'
run trace "$small" --request 3 --population europeans
check "clients that are not there" eval 'exits_silently 2 && says "$err" "there are: americans"'
run trace "$small" --around 30s --window 4s
check "trace --around" eval 'exits 0 && narrow "$out" && says "$out" "^ *30\." && says "$out" "issues request [0-9]"'
cp "$out" "$work/moment"
for words in "00:00:30" "0m30s" "29s1000ms"; do
    run trace "$small" --around "$words" --window 3.5s500ms
    check "... $words is the same" cmp -s "$out" "$work/moment"
done
run trace "$small" --around 30s --window 60s
check "... many lines are cut, and counted" eval 'says "$out" "more lines; all of them: --full" && [ "$(wc -l <"$out")" -lt 2100 ]'
run trace "$small" --around 30s --window 60s --full --format jsonl
check "... --full has them all" eval 'says "$out" "\"left_out\": 0}" && [ "$(wc -l <"$out")" -gt 1100 ]'
run trace "$small" --around -10s --window 1us
check "... in the warm-up" exits 0
run trace "$small" --write 3
check "trace --write: exit 0, 80 columns" eval 'exits 0 && narrow "$out" && says "$out" "^Write 3: item" && says "$out" "^For request [0-9]* of americans" && silent "$err"'
check "... it ends" eval 'tail -n 1 "$out" | grep -q "every replica has it"'
run trace "$small" --write 3 --format jsonl
check "... as JSON Lines, the last is the total" eval 'exits 0 && tail -n 1 "$out" | grep -q "\"type\": \"total\".*\"write\": 3"'
run trace "$small" --write superseded --set americans.rate=50/s
check "trace --write superseded" eval 'exits 0 && says "$out" "^Superseded by write [0-9]* of"'
run trace "$small" --write lost
check "trace --write lost, where none is: exit 2" eval 'exits_silently 2 && says "$err" "no write is lost"'
run trace "$small" --write 1000000
check "a write that never comes: exit 2, says how many there are" eval 'exits_silently 2 && says "$err" "seed 1 [0-9]* are acknowledged"'
run trace "$small" --writes all
check "trace --writes all: a line each, 80 columns" eval 'exits 0 && narrow "$out" && says "$out" "^ *1  *[0-9]*  carts@" && says "$out" "writes were acknowledged"'
LC_ALL=C "$mrsim" trace "$small" --writes all >"$out" 2>"$err" </dev/null
check "... ASCII where the locale is" ascii_only "$out"
run trace "$small" --writes lost
check "trace --writes lost, where none is: exit 0, says so" eval 'exits 0 && says "$out" "^0 of [0-9]* acknowledged writes: lost"'
run trace "$small" --writes all --format jsonl --set americans.rate=50/s
check "... many are cut, and counted" eval 'exits 0 && lines 1001 "$out" && tail -n 1 "$out" | grep -q "\"left_out\": [1-9]"'
run trace "$small" --writes all --full --format jsonl --set americans.rate=50/s
check "... --full has them all" eval 'says "$out" "\"left_out\": 0," && [ "$(wc -l <"$out")" -gt 1010 ]'
if command -v python3 >/dev/null; then
    check "... each an object, numbered without a gap" python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
sys.exit([o["write"] for o in lines[:-1]] != list(range(1, lines[-1]["acknowledged"] + 1)))' "$out"
fi
run trace "$small" --events 100..103
check "trace --events: a line each" eval 'exits 0 && lines 4 "$out"'
run trace "$small" --events 99999999..99999999
check "... there are not so many" exits_silently 2
for misuse in "" "--request 0" "--request x" "--request 1 --around 1s" "--around never" "--around 5" "--around 3h" \
    "--around lost.start" "--around 1s --window x" "--request 1 --window 1s" "--around 1s --population americans" \
    "--write 0" "--write all" "--write x" "--writes 3" "--writes x" "--write 1 --writes lost" "--write 1 --window 1s" \
    "--events 5..4" "--events 5" "--events 1..2 --format jsonl" "--request 1 --by-a x" "--request 1 $small" "--diff"; do
    # shellcheck disable=SC2086 # words
    run trace "$small" $misuse
    check "misuse: trace FILE $misuse" exits_silently 2
done
run trace "$work/wrong.ini" --request 1
check "a wrong scenario: exit 3" exits_silently 3
run trace "$work/nothing.ini" --request 1
check "a missing one: exit 4" exits_silently 4

# ---- digest logs ----
run "$work/small.ini" -r2 --digest-log "$work/a.log"
check "--digest-log: the same answer" eval 'exits 0 && cmp -s "$out" "$work/first"'
check "... with a first and a last line" eval 'head -n 1 "$work/a.log" | grep -q "^mrsim digest log 1$" && tail -n 1 "$work/a.log" | grep -q "^end "'
run "$work/small.ini" -r2 -j1 --digest-log "$work/b.log"
check "... with one thread: the same log" cmp -s "$work/a.log" "$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "logs that agree: exit 0" eval 'exits 0 && says "$out" "^equal"'
run "$work/small.ini" -r2 --set 'shop.work=exponential(mean=5.000001ms)' --digest-log "$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "a nanosecond: exit 1, and the event" eval 'exits 1 && narrow "$out" && says "$out" "^The first event that differs is number [0-9]" && says "$out" "Before it, in both"'
check "... and what differs" says "$out" "They differ in: settings"
cp "$out" "$work/parted"
run trace --diff "$work/a.log" "$work/b.log" --by-a "$mrsim" --by-b "$mrsim"
check "the same, told by the programs that are named" cmp -s "$out" "$work/parted"
run trace --diff "$work/a.log" "$work/b.log" --by-b "$work/nothing"
check "... which must be there: exit 4" exits 4
run trace --diff "$work/a.log" "$work/b.log" --by-b true
check "... and tell events: exit 4" eval 'exits 4 && says "$err" "--by-b\|does not repeat\|something else"'
run "$work/small.ini" -r2 -s2 --digest-log "$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "another seed: said first" eval 'exits 1 && says "$out" "They differ in: seed" && says "$out" "^The first event that differs is number"'
run "$work/small.ini" -r1 --digest-log "$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "fewer replications: exit 1" eval 'exits 1 && says "$out" "nothing of replication 2"'
sed 's/^1 \([0-9]* [-0-9]*\) [0-9a-f]*/1 \1 0123456789abcdef/; s/^version .*/version 9.9.9/' "$work/a.log" >"$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "a log of another build: exit 4, and how to name it" eval 'exits 4 && says "$err" "--by-b"'
head -c 150 "$work/a.log" >"$work/b.log"
run trace --diff "$work/a.log" "$work/b.log"
check "half a log: exit 4" exits_silently 4
run trace --diff "$work/a.log" "$small"
check "no log at all: exit 4" eval 'exits_silently 4 && says "$err" "no digest log"'
run trace --diff "$work/a.log" "$work/nothing.log"
check "no file at all: exit 4" exits_silently 4
for unwritable in "$work" "$work/file/x.log" /dev/null; do
    run "$work/small.ini" -r1 --digest-log "$unwritable"
    check "a log cannot be written to $unwritable: exit 4, nothing simulated" exits_silently 4
done

# ---- describe, explain, list ----
run describe
check "describe" eval 'exits 0 && says "$out" route53 && narrow "$out"'
run describe dns
check "describe KIND" eval 'exits 0 && says "$out" Source && narrow "$out"'
run describe "$work/small.ini"
check "describe FILE" eval 'exits 0 && says "$out" "ttl"'
run explain
check "explain" eval 'exits 0 && narrow "$out"'
for word in latency.p99 failover.time unknown-key spof-database RPO ttl "last writer wins"; do
    run explain "$word"
    check "explain $word" eval 'exits 0 && narrow "$out"'
done
run explain unknown-kye
check "explain: a suggestion" says "$err" "unknown-key"
run list
check "list" eval 'exits 0 && says "$out" us-eu-active-active && says "$out" eu-central-1 && narrow "$out"'
check "list: every scenario has a subject" never_says "$out" '^more:'

# ---- looks ----
LC_ALL=C "$mrsim" "$work/small.ini" -r2 >"$out" 2>"$err" </dev/null
check "a locale without UTF-8: pure ASCII" ascii_only "$out"
cp "$out" "$work/ascii"
run "$work/small.ini" -r2 --ascii
check "--ascii: the same" cmp -s "$out" "$work/ascii"
for words in "describe" "describe dns" "explain" "explain latency" "list" "check $work/small.ini" "--help" \
    "compare $work/small.ini $work/one.ini -r1"; do
    # shellcheck disable=SC2086 # words
    run $words --ascii
    check "--ascii: $words" ascii_only "$out"
done
escape=$(printf '\033')
check "no colour without a terminal" never_says "$work/first" "$escape"
run "$work/small.ini" -r2 --color=always
check "--color=always" says "$out" "$escape"
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    TERM=xterm script -qec "$mrsim $work/small.ini -r2" /dev/null </dev/null >"$out" 2>"$err"
    check "colour on a terminal" says "$out" "$escape\\["
    NO_COLOR=1 TERM=xterm script -qec "$mrsim $work/small.ini -r2" /dev/null </dev/null >"$out" 2>"$err"
    check "NO_COLOR is respected" never_says "$out" "$escape\\["
fi

# ---- signals ----
start_long() {
    "$mrsim" "$work/small.ini" -r 100000 -j1 --format json --db "$work/signals.db" >"$out" 2>"$err" </dev/null &
    pid=$!
    sleep 2
}
start_long
kill -INT "$pid"
wait "$pid"
status=$?
check "Ctrl-C: exit 130" exits 130
check "... says how much had finished" says "$err" "of 100000 replications had finished"
check "... and the answer says it was interrupted" says "$out" '"interrupted": true'
finished=$(sed -n 's/^mrsim: interrupted: \([0-9]*\) of .*/\1/p' "$err")
grep -v '"interrupted"' "$out" >"$work/prefix"
run "$work/small.ini" -r "${finished:-1}" --format json
grep -v '"interrupted"' "$out" >"$work/whole"
check "what had finished equals a run of so many" cmp -s "$work/prefix" "$work/whole"
run verify last --db "$work/signals.db"
check "the interrupted run is recorded" exits 0
start_long
kill -TERM "$pid"
wait "$pid"
status=$?
check "SIGTERM: exit 143" exits 143
printf '[scenario]\nextends = small.ini\nduration = 60d\n' >"$work/long.ini"
"$mrsim" trace "$work/long.ini" --around 59d >"$out" 2>"$err" </dev/null &
pid=$!
sleep 1
kill -INT "$pid"
wait "$pid"
status=$?
check "Ctrl-C in a trace: exit 130" exits_silently 130
"$mrsim" "$work/long.ini" -r1 >"$out" 2>"$err" </dev/null &
pid=$!
sleep 1
kill -INT "$pid"
wait "$pid"
status=$?
check "Ctrl-C in the first replication: exit 130, no figures" eval 'exits_silently 130 && says "$err" "no figures"'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
