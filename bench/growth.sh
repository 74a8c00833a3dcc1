#!/bin/sh
# make growth, make growth-long: what a request costs as the scenario grows.
#   bench/growth.sh growth|growth-long PROGRAM
# Every point is run once in each round, one after the other, and the median of the rounds is given: whatever slows the
# machine for a while slows all points.  Writes growth.tsv and, where gnuplot is installed, growth.svg into this folder.
#   GROWTH_ROUNDS=N        rounds (quick 2, long 3); 0: the table of what growth.measured holds
#   GROWTH_ADD=1           more rounds for the growth.measured that is there
#   MRSIM_UPDATE=1         docs/growth.tsv, docs/pictures/growth.svg and the table of docs/performance.md show this run
# Fails when a request costs more than 1.1 times as much in the longest run as in the shortest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
docs=${here%/bench}/docs
export LC_ALL=C
kind=$1 program=$2
case $kind in
growth) rounds=${GROWTH_ROUNDS:-2} ;;
growth-long) rounds=${GROWTH_ROUNDS:-3} ;;
*) echo "growth.sh: growth or growth-long" >&2; exit 2 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

pin=
if command -v taskset >/dev/null 2>&1; then
    core=$(taskset -cp $$ 2>/dev/null | sed 's/.*[:,-] *//')
    [ -z "$core" ] || ! taskset -c "$core" true 2>/dev/null || pin="taskset -c $core"
fi

# ---- the points: axis, value, measured requests, in how many rounds at most ----

points() {
    if [ "$kind" = growth ]; then
        quick=2e5
        for n in 1e5 1e6 3e6; do echo "requests $n $n 9"; done
        for n in 1e3 1e4; do echo "rate $n 5e5 9"; done
        for n in 10 100 1000; do echo "instances $n 5e5 9"; done
    else
        quick=1e6
        for n in 1e5 1e6 1e7; do echo "requests $n $n 9"; done
        echo "requests 1e8 1e8 1"
        for n in 1e2 1e3 1e4 1e5; do echo "rate $n 1e6 9"; done
        for n in 10 100 1000 10000; do echo "instances $n 1e6 9"; done
    fi
    for n in 2 4 8 16 32; do echo "regions $n $quick 9"; done
    for n in 1 10 100 1000; do echo "populations $n $quick 9"; done
    for n in 1 10 100 1000; do echo "services $n $quick 9"; done
}

round=1
[ -n "${GROWTH_ADD-}" ] || [ "$rounds" -eq 0 ] || : >growth.measured
while [ "$round" -le "$rounds" ]; do
    points >"$work/points"
    while read -r axis value requests most; do
        [ "$round" -le "$most" ] || continue
        [ ! -t 2 ] || printf '\r%-40s' "round $round: $axis $value" >&2
        $pin "$program" "$axis" "$value" "$requests" >>growth.measured </dev/null
    done <"$work/points"
    round=$((round + 1))
done
[ ! -t 2 ] || printf '\r%-40s\r' '' >&2

# ---- medians ----

# In the order of the axes, as points names them, and of their values.
awk '{ print index("requests rate instances regions populations services", substr($1, 6)), substr($2, 7) + 0, $0 }' \
    growth.measured | sort -s -k1,1n -k2,2g | cut -d" " -f3- >"$work/sorted"

machine=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
{
    echo "# make $kind: ${machine:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) cores"
    awk '
    { delete word; for (i = 1; i <= NF; i++) { split($i, pair, "="); word[pair[1]] = pair[2] }
      key = word["axis"] "\t" word["value"]
      if (!(key in n)) { order[++n_keys] = key; axis[key] = word["axis"] }
      k = ++n[key]; ns[key, k] = word["ns_per_request"] + 0; other[key, k] = word["start_and_end_s"] + 0
      last[key] = word["rate"] "\t" word["requests"]; events[key] = word["events_per_request"]
      memory[key] = word["in_flight"] "\t" word["built_kib"] "\t" word["peak_kib"] }
    function median(of, key, count,   i, j, t, v) {
        for (i = 1; i <= count; i++) v[i] = of[key, i]
        for (i = 2; i <= count; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
        least = v[1]; most = v[count]
        return count % 2 ? v[(count + 1) / 2] : (v[count / 2] + v[count / 2 + 1]) / 2
    }
    END {
        print "# axis\tvalue\trequests_per_s\trequests\tns_per_request\tleast\tmost\tevents_per_request\tns_per_event" \
            "\tstart_and_end_s\tin_flight\tbuilt_kib\tpeak_kib\trounds"
        for (i = 1; i <= n_keys; i++) {
            key = order[i]; m = median(ns, key, n[key]); low = least; high = most
            if (i > 1 && axis[key] != axis[order[i - 1]]) print "\n"
            printf "%s\t%s\t%.0f\t%.0f\t%.0f\t%s\t%.0f\t%.3f\t%s\t%d\n", key, last[key], m, low, high, events[key],
                m / events[key], median(other, key, n[key]), memory[key], n[key]
        }
    }' "$work/sorted"
} >growth.tsv

awk -F '\t' '
    /^#/ || NF < 2 { next }
    !heading++ { printf "%-12s %9s %10s %8s %13s %8s %9s %7s %9s %9s %9s\n", "axis", "value", "rate", "ns/req", "least-most",
        "ev/req", "ns/event", "ends", "in flight", "built", "peak" }
    { if (axis != $1 && axis) print ""; axis = $1
      printf "%-12s %9s %8s/s %8s %13s %8.2f %9s %6.2fs %9s %5.0f MiB %5.0f MiB\n", $1, $2, $3, $5, $6 "-" $7, $8, $9, $10,
        $11, $12 / 1024, $13 / 1024 }' growth.tsv >"$work/table"
cat "$work/table"

awk -F '\t' '$1 == "requests" { if (!first) { first = $5; from = $2 } last = $5; to = $2 }
    END { ratio = last / first; kept = ratio <= 1.1
          printf "\ncost per request at %s over at %s requests: %.3f (at most 1.1: %s)\n", to, from, ratio,
              kept ? "met" : "missed"; exit !kept }' growth.tsv >"$work/verdict" || status=1
cat "$work/verdict"

# ---- the picture ----

if command -v gnuplot >/dev/null 2>&1; then
    LC_ALL=C.UTF-8 gnuplot --default-settings "$here/growth.gp"
else
    echo "growth.svg is not drawn: no gnuplot"
fi

if [ -n "${MRSIM_UPDATE-}" ]; then
    cp growth.tsv "$docs/growth.tsv"
    [ ! -e growth.svg ] || cp growth.svg "$docs/pictures/growth.svg"
    awk -v table="$work/table" -v verdict="$work/verdict" -v kind="$kind" '
        /^<!-- make growth-long -->$/ {
            print; print "```text"
            while ((getline line < table) > 0) print line
            while ((getline line < verdict) > 0) print line
            print "```"; inside = 1; found = 1
        }
        /^<!-- end of make growth-long -->$/ { inside = 0 }
        !inside && !/^<!-- make growth-long -->$/
        END { exit !found }' "$docs/performance.md" >"$work/page"
    cat "$work/page" >"$docs/performance.md"
    echo "written: docs/growth.tsv, docs/pictures/growth.svg, docs/performance.md"
fi
exit "${status:-0}"
