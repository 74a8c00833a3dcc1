#!/bin/sh
# The programs and the table of `make bench`, with a hundredth of the work: everything runs, and both event lists take the
# same events in the same order (the digests; bench/table.awk compares them).  How fast it is, is not looked at.
set -eu
cd "$abs_top_builddir"
if ! printed=$(BENCH_QUICK=1 "$abs_top_srcdir/bench/bench.sh" 2>&1); then
    echo "$printed"
    exit 1
fi
for row in '^10 pending ' '^100,000 ' '^as a scenario ' '^no outage ' '^Two replications'; do
    echo "$printed" | grep -q "$row" || { echo "no row '$row' in the table of bench/bench.sh:"; echo "$printed"; exit 1; }
done
if echo "$printed" | grep -q appended; then
    echo "a quick run of bench/bench.sh went into the history"
    exit 1
fi
# What a bare model of the scenario is made of.
./mrsim-bench laws us-eu-active-active virginia-lost.enabled=no scenario.duration=1m scenario.warm-up=0s >bench-laws.csv
for law in work read write access authority forward store; do
    grep -q "^law,$law," bench-laws.csv || { echo "no '$law' among the delays of mrsim-bench laws:"; cut -c1-60 bench-laws.csv; exit 1; }
done
rm -f bench-laws.csv
