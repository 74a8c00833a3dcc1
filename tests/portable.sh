#!/bin/sh
# One scenario, one seed, one answer: on every compiler, optimisation level and processor.
#   tests/portable.sh [SCENARIO...]       (the shipped ones)
# Builds mrsim with each compiler and each of the flags below in a temporary folder, runs every scenario with -r 2, also
# with the processor's fused multiply-add and AVX2 hidden from the C library, and compares JSON byte by byte; the digest
# is part of it.  Takes some minutes, so it is not part of `make check`.  Ends with 0 when all are equal.
set -eu
here=$(cd "${abs_top_srcdir:-$(dirname "$0")/..}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export MRSIM_DB="$work/runs.db" LC_ALL=C.UTF-8
unset MRSIM_DATA_DIR GLIBC_TUNABLES
[ $# -gt 0 ] || set -- us-eu-single-region us-eu-active-active us-eu-active-passive

# The spelling that glibc 2.36 obeys; with another one (FMA_Usable) it says nothing and changes nothing.
without_fma='glibc.cpu.hwcaps=-FMA,-AVX2'
cat >"$work/libm.c" <<'C'
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
int main(void)
{
    uint64_t sum = 0;
    for (volatile int i = 1; i <= 200000; i++) {
        double values[] = {exp(i * 1e-5), pow(i, 1.7), log(i)};
        uint64_t bits;
        for (int j = 0; j < 3; j++) {
            memcpy(&bits, &values[j], sizeof bits);
            sum = sum * 31 + bits;
        }
    }
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
C
cc -O2 "$work/libm.c" -o "$work/libm" -lm
if [ "$("$work/libm")" = "$(GLIBC_TUNABLES=$without_fma "$work/libm")" ]; then
    echo "note: $without_fma changes no bit of this C library's exp, pow and log here: those rows show nothing"
else
    echo "$without_fma changes bits of the C library's exp, pow and log here, as it must to show anything"
fi

mkdir "$work/tree"
(cd "$here" && tar cf - --exclude=./build --exclude=./.git --exclude=./autom4te.cache .) | tar xf - -C "$work/tree"
(cd "$work/tree" && rm -f config.status Makefile config.h && autoreconf --install --force >"$work/log" 2>&1) ||
    { cat "$work/log" >&2; exit 1; }

n_compared=0
n_different=0
# run NAME SCENARIO: its JSON is that of the first one, or it is told.
run() {
    name=$1
    scenario=$2
    got=$work/json.$(basename "$scenario" .ini)
    status=0
    "$work/build/mrsim" run -r 2 --format json "$scenario" >"$got.new" 2>"$work/err" || status=$?
    case $status in
    0 | 1 | 5) ran=yes ;; # 1 and 5 are verdicts on objectives
    *) ran=no ;;
    esac
    if [ "$ran" = no ]; then
        echo "FAILED: $name, $scenario: exit status $status"
        cat "$work/err"
        n_different=$((n_different + 1))
    elif [ ! -e "$got" ]; then
        mv "$got.new" "$got"
        echo "first: $name, $scenario: $(sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p' "$got")"
    elif cmp -s "$got" "$got.new"; then
        n_compared=$((n_compared + 1))
    else
        echo "DIFFERENT: $name, $scenario"
        diff "$got" "$got.new" | head -n 6
        n_different=$((n_different + 1))
    fi
}

for compiler in gcc clang; do
    if ! command -v "$compiler" >/dev/null; then
        echo "skipped: $compiler is not here"
        continue
    fi
    for flags in -O2 -O0 -O3 '-O3 -march=native' '-O2 -flto'; do
        rm -rf "$work/build"
        mkdir "$work/build"
        if ! (cd "$work/build" && "$work/tree/configure" -q --disable-tests CC="$compiler" CFLAGS="$flags" &&
            make -s -j2 mrsim) >"$work/log" 2>&1; then
            case $flags in
            *-flto*) echo "skipped: $compiler $flags does not link here" ; continue ;;
            esac
            cat "$work/log" >&2
            exit 1
        fi
        for scenario; do
            run "$compiler $flags" "$scenario"
            GLIBC_TUNABLES=$without_fma
            export GLIBC_TUNABLES
            run "$compiler $flags, no FMA" "$scenario"
            unset GLIBC_TUNABLES
        done
        echo "built and compared: $compiler $flags"
    done
done
echo "$n_compared equal, $n_different different"
[ "$n_different" -eq 0 ] && [ "$n_compared" -gt 0 ]
