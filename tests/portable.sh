#!/bin/sh
# make check-portable: one scenario, one seed, one answer, whatever compiles it and whatever it runs on.
#   tests/portable.sh [SCENARIO...]       (all that are shipped)     ONLY=WORD: only builds whose name holds it
# Builds mrsim in a temporary folder: here with each compiler and set of flags, also with the processor's fused multiply-add
# and AVX2 hidden from the C library; then for 32 bits, for ARM and for a big-endian machine, with cross compilers and the
# sysroots of tests/sysroot.sh, run by qemu-user. Each runs every scenario with -r 2, and its JSON, with the digest in it, is
# compared byte by byte with that of the first build. Of the foreign ones the unit tests of the lower rooms are run too, and
# a run that they have recorded is verified from their database by the first build.
# What cannot be built or run here is skipped, and what would install it is told. Ends with 0 when something was compared and
# nothing differed. Takes tens of minutes on two cores, so it is not part of `make check`.
set -eu
here=$(cd "${abs_top_srcdir:-$(dirname "$0")/..}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export MRSIM_DB="$work/runs.db" LC_ALL=C.UTF-8
unset MRSIM_DATA_DIR GLIBC_TUNABLES
suites="arena check csv diagnostics quantity real event_list kernel ziggurat law law_exact random streams"
suites="$suites histogram interval selector series sheet study"

n_equal=0
n_different=0
to_install=
row() { # BUILD RESULT
    printf '%-44s %s\n' "$1" "$2"
}
skip() { # BUILD REASON [PACKAGE...]
    row "$1" "skipped: $2"
    shift 2
    for package; do
        case " $to_install " in
        *" $package "*) ;;
        *) to_install="$to_install $package" ;;
        esac
    done
}
fail() { # BUILD REASON
    row "$1" "FAILED: $2"
    n_different=$((n_different + 1))
}

# ---- building and running ----

# build NAME ARGUMENT...: configures in $work/build with these and builds the program, and $targets
build() {
    rm -rf "$work/build"
    mkdir "$work/build"
    name=$1
    shift
    # shellcheck disable=SC2086
    if ! (cd "$work/build" && "$work/tree/configure" -q "$@" && make -s -j2 mrsim $targets) >"$work/log" 2>&1; then
        grep -v '^  [A-Z]' "$work/log" | tail -n 20
        fail "$name" "does not build"
        return 1
    fi
}

# The command, on the machine that it was built for.
launch() {
    case $machine in
    here) "$@" ;;
    loader) "$sysroot/lib/ld-linux.so.2" --library-path "$sysroot/lib/$multiarch:$sysroot/usr/lib/$multiarch" "$@" ;;
    *) "$machine" -L "$sysroot" "$@" ;;
    esac
}

# compare NAME: runs all scenarios; their JSON is that of the first build, or it is told.
compare() {
    n_same=0
    n_runs=0
    for scenario in $scenarios; do
        n_runs=$((n_runs + 1))
        first=$work/first.$(basename "$scenario" .ini).json
        status=0
        launch "$work/build/mrsim" run -r 2 --format json "$scenario" >"$work/json" 2>"$work/err" || status=$?
        case $status in
        0 | 1 | 5) ;; # 1 and 5 are verdicts on objectives
        *)
            cat "$work/err"
            fail "$1" "$scenario: exit status $status"
            continue
            ;;
        esac
        if [ ! -e "$first" ]; then
            mv "$work/json" "$first"
            row "$1" "first: $scenario $(sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p' "$first")"
        elif cmp -s "$first" "$work/json"; then
            n_same=$((n_same + 1))
        else
            diff "$first" "$work/json" | head -n 6
            fail "$1" "$scenario differs"
        fi
    done
    n_equal=$((n_equal + n_same))
    [ "$n_same" -eq 0 ] || row "$1" "$n_same of $n_runs equal"
}

# unfused NAME OBJDUMP COMPILER...: the program has no fused multiply-add; told is whether this compiler would make any.
# They are vfmadd... and the like on x86, fmadd and fmla on ARM, madbr and wfmadb on s390x.
fused='[[:space:]](v?fn?m(add|sub|la|ls)[a-z0-9]*|m[as][de]br?|[vw]fn?m[as][dsx]b)[[:space:]]'
unfused() {
    name=$1
    objdump=$2
    shift 2
    if ! command -v "$objdump" >/dev/null; then
        skip "$name" "no $objdump to look for fused multiply-add with" binutils
        return
    fi
    echo 'double f(double a, double b, double c) { return a * b + c; }' >"$work/fused.c"
    "$@" -ffp-contract=fast -c "$work/fused.c" -o "$work/fused.o" -fno-lto
    would=$("$objdump" -d --no-show-raw-insn "$work/fused.o" | grep -cE "$fused" || :)
    has=$("$objdump" -d --no-show-raw-insn "$work/build/mrsim" | grep -cE "$fused" || :)
    if [ "$has" -gt 0 ]; then
        fail "$name" "$has fused multiply-adds in the program"
    elif [ "$would" -gt 0 ]; then
        row "$name" "no fused multiply-add, which this compiler would make"
    fi
}

# ---- on this machine ----

# native COMPILER FLAGS
native() {
    name="$1 $2"
    is_wanted "$name" || [ ! -e "$work/first" ] || return 0
    if ! command -v "$1" >/dev/null; then
        skip "$name" "no $1" "$1"
        return
    fi
    case $2 in
    *-flto*)
        echo 'int main(void) { return 0; }' >"$work/lto.c"
        # shellcheck disable=SC2086
        if ! "$1" $2 "$work/lto.c" -o "$work/lto" 2>/dev/null; then
            skip "$name" "$1 does not link with -flto here" "$([ "$1" = clang ] && echo lld llvm || echo binutils)"
            return
        fi
        ;;
    esac
    machine=here
    targets=
    if ! build "$name" --disable-tests CC="$1" CFLAGS="$2"; then
        [ -e "$work/first" ] || exit 1 # there is nothing to compare with
        return 0
    fi
    compare "$name"
    # shellcheck disable=SC2086
    unfused "$name" objdump "$1" $2
    if [ -n "$without_fma" ]; then
        export GLIBC_TUNABLES="$without_fma"
        compare "$name, no FMA"
        unset GLIBC_TUNABLES
    fi
    [ -e "$work/first" ] || mv "$work/build" "$work/first"
}

# ---- on others ----

# foreign ARCHITECTURE GNU-NAME MULTIARCH-NAME QEMU FLAGS
foreign() {
    architecture=$1
    gnu=$2
    multiarch=$3
    machine=$4
    name="$gnu-gcc $5"
    is_wanted "$name" || return 0
    if ! command -v "$gnu-gcc" >/dev/null; then
        skip "$name" "no cross compiler" "gcc-$gnu"
        return
    fi
    if ! sysroot=$("$here/tests/sysroot.sh" "$architecture"); then
        skip "$name" "no sysroot"
        return
    fi
    if [ "$architecture" = i386 ] && "$sysroot/lib/ld-linux.so.2" --version >/dev/null 2>&1; then
        machine=loader # this processor understands it as it is
    elif ! command -v "$machine" >/dev/null; then
        skip "$name" "no $machine" qemu-user
        return
    fi
    PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$multiarch/pkgconfig:$sysroot/usr/share/pkgconfig
    PKG_CONFIG_SYSROOT_DIR=$sysroot
    export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
    targets=mrsim-tests
    built=yes
    build "$name" --enable-werror --host="$gnu" PKG_CONFIG=pkg-config CC="$gnu-gcc --sysroot=$sysroot" CFLAGS="$5" ||
        built=no
    unset PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
    [ "$built" = yes ] || return 0
    compare "$name"
    if "$work/first/mrsim" verify last >"$work/log" 2>&1; then
        row "$name" "its last record verified by the first build"
    else
        cat "$work/log"
        fail "$name" "its last record is not verified by the first build"
    fi
    # shellcheck disable=SC2086
    unfused "$name" "$gnu-objdump" "$gnu-gcc" $5
    # shellcheck disable=SC2086
    if (cd "$work/build" && launch ./mrsim-tests $suites) >"$work/log" 2>&1; then
        row "$name" "unit tests of the lower rooms: $(tail -n 1 "$work/log")"
    else
        cat "$work/log"
        fail "$name" "unit tests of the lower rooms"
    fi
}

# ---- all of it ----

is_wanted() {
    case $1 in
    *"${ONLY-}"*) return 0 ;;
    esac
    return 1
}

mkdir "$work/tree"
(cd "$here" && tar cf - --exclude=./build --exclude=./.git --exclude=./autom4te.cache .) | tar xf - -C "$work/tree"
(cd "$work/tree" && rm -f config.status Makefile config.h && autoreconf --install --force >"$work/log" 2>&1) ||
    { cat "$work/log" >&2; exit 1; }
[ $# -gt 0 ] || set -- "$here"/scenarios/*.ini
scenarios=
for scenario; do
    case $scenario in
    "$here"/scenarios/*) scenario=$(basename "$scenario" .ini) ;;
    esac
    scenarios="$scenarios $scenario"
done

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
    echo "$without_fma changes no bit of this C library's exp, pow and log here: rows without FMA are left out"
    without_fma=
else
    echo "$without_fma changes bits of the C library's exp, pow and log here, as it must to show anything"
fi

for compiler in gcc clang; do
    for flags in -O2 -O0 -O3 '-O3 -march=native' '-O2 -flto'; do
        native "$compiler" "$flags"
    done
done
foreign i386 i686-linux-gnu i386-linux-gnu qemu-i386 '-O2 -msse2 -mfpmath=sse'
foreign arm64 aarch64-linux-gnu aarch64-linux-gnu qemu-aarch64 -O2
foreign s390x s390x-linux-gnu s390x-linux-gnu qemu-s390x -O2

[ -z "$to_install" ] || echo "what was skipped for want of programs: apt-get install$to_install"
echo "$n_equal equal, $n_different different or failed"
[ "$n_different" -eq 0 ] && [ "$n_equal" -gt 0 ]
