#!/bin/sh
# make bench: how fast mrsim is, beside SimPy and ns-3 where they are installed.
#   bench/bench.sh [GROUP...]        hold mm1 pipeline cores (all of them)
# from a build directory with mrsim-bench in it. Every program is run once in each round, one after the other, on one
# core, so that whatever slows the machine down for a while slows all of them; ratios are taken within a round.
#   BENCH_ROUNDS=N         rounds (5: about three minutes)
#   BENCH_QUICK=1          a hundredth of the work, without peers and without history: does it run at all?
#   BENCH_HISTORY=FILE     where a line is appended ($XDG_STATE_HOME/mrsim/bench.jsonl); "": nowhere
#   BENCH_COMPILER=TEXT    with what mrsim was compiled, for the record
#   BENCH_PYTHON=PROGRAM   a Python with SimPy (/usr/bin/python3)
#   MRSIM_UPDATE=1         docs/performance.md shows what this run printed
# The verdicts do not change the exit status: it is 0 when everything ran.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C abs_top_srcdir="${here%/bench}"
rounds=${BENCH_ROUNDS:-5}
quick=${BENCH_QUICK:-}
python=${BENCH_PYTHON:-/usr/bin/python3}
compiler=${BENCH_COMPILER:-unknown compiler}
[ -n "$quick" ] && rounds=${BENCH_ROUNDS:-1}
case $rounds in
'' | *[!0-9]* | 0*) echo "BENCH_ROUNDS=$rounds: a number from 1 on" >&2; exit 2 ;;
esac
[ -x ./mrsim-bench ] || { echo "bench.sh: no mrsim-bench here; run it by: make bench" >&2; exit 2; }
groups=" ${*:-hold mm1 pipeline cores} "
for group in $groups; do
    case $group in
    hold | mm1 | pipeline | cores) ;;
    *) echo "bench.sh: no group '$group': hold, mm1, pipeline, cores" >&2; exit 2 ;;
    esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# ---- which peers there are ----

simpy= ns3=
if [ -n "$quick" ]; then
    :
elif "$python" -c 'import simpy' 2>/dev/null; then
    simpy=$("$python" -c 'import sys, simpy; print("SimPy", simpy.__version__ + ", Python", sys.version.split()[0])')
else
    echo "skipped: SimPy, which $python does not have (Debian package python3-simpy3)"
fi
# ns-3 is under the GPL: a program of its own, linked here and now and with nothing of mrsim.
source=$here/peers/ns3_kernel.cc
if [ -n "$quick" ]; then
    :
elif [ ns3_kernel -nt "$source" ] ||
    ${CXX:-g++} -O2 -std=c++17 "$source" -lns3-core -o ns3_kernel 2>"$work/ns3.log"; then
    ns3=yes
else
    echo "skipped: ns-3, whose headers or library ${CXX:-g++} does not find (Debian packages libns3-dev and g++)"
fi

# ---- one core, where that can be asked for: the last one allowed, since interrupts prefer the first ----

pin=
if command -v taskset >/dev/null 2>&1; then
    core=$(taskset -cp $$ 2>/dev/null | sed 's/.*[:,-] *//')
    if [ -n "$core" ] && taskset -c "$core" true 2>/dev/null; then
        pin="taskset -c $core"
    fi
fi

busy=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo 0)

# ---- measuring: a line "round name rate=... name=value ..." in $work/measured for each run ----

round=1
# measure NAME PROGRAM...: a failure of ours ends it all, one of a peer is told and that peer left out.
measure() {
    name=$1
    shift
    if ! line=$("$@" 2>"$work/err"); then
        case $name in
        *.ours*) echo "bench.sh: failed: $*" >&2; cat "$work/err" >&2; exit 1 ;;
        *) [ "$round" -gt 1 ] || echo "skipped: $name, which failed: $(tail -n 1 "$work/err")" ;;
        esac
        return 0
    fi
    echo "$round $name $line" >>"$work/measured"
}
# Less work when it need not be right.
n() {
    if [ -n "$quick" ]; then echo "${1%e*}e$((${1#*e} - 2))"; else echo "$1"; fi
}
in_simpy() {
    [ -z "$simpy" ] || measure "$@"
}
in_ns3() {
    [ -z "$ns3" ] || measure "$@"
}
kernel_py=$here/peers/simpy_kernel.py
pipeline_py=$here/peers/simpy_pipeline.py
best=PriorityQueueScheduler

# In the first two rounds only: what takes long, and has no mark.
twice() {
    [ "$round" -gt 2 ] || "$@"
}
# hold PENDING OURS NS3 SIMPY LONG [constant]: events each; LONG: how to call what takes long
hold() {
    key=hold-$1${6:+-$6}
    measure "$key.ours" $pin ./mrsim-bench hold "$1" "$(n "$2")" ${6-}
    in_ns3 "$key.ns3" $pin ./ns3_kernel $best hold "$1" "$3" ${6-}
    $5 measure "$key.ours-heap" $pin ./mrsim-bench --heap hold "$1" "$(n "$2")" ${6-}
    $5 in_ns3 "$key.ns3-default" $pin ./ns3_kernel MapScheduler hold "$1" "$3" ${6-}
    $5 in_simpy "$key.simpy" $pin "$python" "$kernel_py" hold "$1" "$4" ${6-}
}
group_hold() {
    hold 1e1 1e7 2e6 3e5 ""
    hold 1e3 1e7 2e6 3e5 ""
    hold 1e5 1e7 1e6 3e5 twice
    hold 1e5 1e7 1e6 3e5 twice constant
    [ -n "$quick" ] || hold 1e6 5e6 1e6 3e5 twice
}
group_mm1() {
    measure mm1.ours $pin ./mrsim-bench mm1 "$(n 1e7)"
    in_ns3 mm1.ns3 $pin ./ns3_kernel $best mm1 2e6
    in_simpy mm1.simpy $pin "$python" "$kernel_py" mm1 1e5 store
    measure mm1.ours-heap $pin ./mrsim-bench --heap mm1 "$(n 1e7)"
    in_ns3 mm1.ns3-default $pin ./ns3_kernel MapScheduler mm1 2e6
    in_simpy mm1.simpy-callback $pin "$python" "$kernel_py" mm1 3e5 callback
    measure mm1.ours-scenario $pin ./mrsim-bench replication queue.ini users.rate=90/s \
        scenario.duration="$(seconds 6000)" scenario.warm-up=1s
}
# The SETs of a shorter run when it need not be right.
seconds() {
    if [ -n "$quick" ]; then echo "$(($1 / 100))s"; else echo "$1s"; fi
}
shipped=us-eu-active-active
no_fault=virginia-lost.enabled=no
group_pipeline() {
    length=
    [ -z "$quick" ] || length="scenario.duration=30s"
    if [ "$round" -eq 1 ] && [ -n "$simpy" ]; then
        ./mrsim-bench laws $shipped $no_fault >"$work/laws.csv"
    fi
    [ -n "$quick" ] || measure pipeline.ours $pin ./mrsim-bench replication $shipped
    measure pipeline.ours-no-fault $pin ./mrsim-bench replication $shipped $no_fault $length
    in_simpy pipeline.simpy $pin "$python" "$pipeline_py" "$work/laws.csv" 6e4 process
    [ -n "$quick" ] || measure pipeline.ours-heap $pin ./mrsim-bench --heap replication $shipped
    twice in_simpy pipeline.simpy-timeouts $pin "$python" "$pipeline_py" "$work/laws.csv" 2e4 timeouts
    in_simpy pipeline.simpy-callback $pin "$python" "$pipeline_py" "$work/laws.csv" 6e4 callback
    [ -n "$quick" ] || measure pipeline.ours-busy $pin ./mrsim-bench replication $shipped $no_fault \
        north-america.rate=600/s europe.rate=400/s scenario.warm-up=1m scenario.duration=5m
}
# Four hours instead of one: the clock on the wall has to be looked at for longer.
group_cores() {
    length="scenario.duration=4h"
    [ -z "$quick" ] || length="scenario.duration=30s"
    measure cores.ours ./mrsim-bench cores $shipped $length
}

: >"$work/measured"
while [ "$round" -le "$rounds" ]; do
    [ ! -t 2 ] || printf 'round %d of %d\r' "$round" "$rounds" >&2
    for group in $groups; do
        "group_$group"
    done
    round=$((round + 1))
done

# ---- the table, and the line for the next time ----

cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?')
machine="${cpu:-$(uname -m)}, $cores cores"
version=$(./mrsim --version 2>/dev/null | sed -n '1s/^mrsim *//p')
commit=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
history=${BENCH_HISTORY-${XDG_STATE_HOME:-${HOME:-.}/.local/state}/mrsim/bench.jsonl}
[ -z "$quick" ] || history=
[ -n "$history" ] && [ -r "$history" ] && before=$history || before=/dev/null

report() {
    echo "mrsim ${version:-?} ($commit), $compiler"
    echo "$machine; $(uname -sr); ${pin:+one core each; }$rounds round$([ "$rounds" -eq 1 ] || echo s)"
    ! awk -v busy="$busy" 'BEGIN { exit !(busy > 0.5) }' ||
        echo "note: a load of $busy before the first round: others at work make rates low, and what two cores give wrong"
    [ -z "$simpy" ] || echo "beside $simpy"
    [ -z "$ns3" ] || echo "beside ns-3, $(${CXX:-g++} --version | head -n 1), -O2"
    awk -v machine="$machine" -v compiler="$compiler" -v version="${version:-?}" -v commit="$commit" -v rounds="$rounds" \
        -v date="$(date -u +%Y-%m-%dT%H:%M:%SZ)" -v line_file="$work/line" -f "$here/table.awk" \
        "$before" "$work/measured" || touch "$work/failed"
}
report | tee "$work/printed"
[ ! -e "$work/failed" ] || exit 1

if [ -n "$history" ]; then
    if mkdir -p "$(dirname "$history")" 2>/dev/null && cat "$work/line" 2>/dev/null >>"$history"; then
        echo "appended to $history"
    else
        echo "not remembered: $history cannot be written"
    fi
fi

# ---- the page that shows it ----

page=${here%/bench}/docs/performance.md
if [ -n "${MRSIM_UPDATE-}" ] && [ -z "$quick" ]; then
    command="make bench"
    [ $# -eq 0 ] || command="$command BENCH_GROUPS='$*'"
    [ "$rounds" -eq 5 ] || command="$command BENCH_ROUNDS=$rounds"
    awk -v printed="$work/printed" -v command="$command" '
        /^<!-- make bench -->$/ {
            print; print "```text"; print "$ " command
            while ((getline line < printed) > 0) print line
            print "```"; inside = found = 1
        }
        /^<!-- end of make bench -->$/ { inside = 0 }
        !inside && !/^<!-- make bench -->$/
        END { exit !found }' "$page" >"$work/page" || { echo "$page has no place for the table" >&2; exit 1; }
    cat "$work/page" >"$page"
    echo "written: docs/performance.md"
fi
