#!/bin/sh
# From a fresh clone to an answer:
#   ./bootstrap.sh SCENARIO...   installs what is missing, builds in build/, then is mrsim with these arguments
#   ./bootstrap.sh test          the same, then the tests
# What it does is told on stderr; stdout and exit status are mrsim's, and paths are the caller's.
set -eu

root=$(dirname -- "$(readlink -f -- "$0")")
build=$root/build
required="gcc libc6-dev make autoconf automake pkg-config libglib2.0-dev libsqlite3-dev libcsv-dev libcunit1-dev"
setup_failed=69 # EX_UNAVAILABLE; mrsim itself never exits with it

say() { printf 'bootstrap: %s\n' "$*" >&2; }

# The Debian packages, of those given, that are not installed.
missing_of() {
    dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        awk -v wanted="$*" '$2 == "installed" { here[$1] = 1 }
            END { n = split(wanted, name, " "); for (i = 1; i <= n; i++) if (!(name[i] in here)) printf " %s", name[i] }'
}

# Installs the packages given; false when that cannot be done here.
install_packages() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then sudo=
    elif command -v sudo >/dev/null; then sudo=sudo
    else return 1
    fi
    say "installing with apt: $*"
    apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"
    $apt update >&2 </dev/null || say "apt-get update failed; trying with the lists that are here"
    $apt install --no-install-recommends "$@" >&2 </dev/null
}

# Lists of packages are split into words on purpose.
# shellcheck disable=SC2086
install_missing() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: configure tells what is missing
    missing=$(missing_of $required)
    optional=
    # Without gnuplot there are no pictures, but every number; so it is asked for once, before the first build.
    [ -e "$build/Makefile" ] || command -v gnuplot >/dev/null || optional=" gnuplot-nox"
    [ -n "$missing$optional" ] || return 0
    install_packages $missing $optional && return 0
    say "these packages are missing; as root, install them with:"
    printf '    apt-get update && apt-get install --no-install-recommends%s\n' "$missing$optional" >&2
    [ -z "$missing" ] || exit "$setup_failed"
    say "going on without gnuplot: no pictures"
}

# Builds the targets given.  Two at once take turns.
build() {
    flock 9
    cd -- "$root" || return 1
    if ! [ -e configure ] || ! [ -e Makefile.in ] || ! [ -e config.h.in ]; then
        autoreconf --install --force || return 1
    fi
    mkdir -p build && cd build || return 1
    [ -e Makefile ] || ../configure -q || return 1
    make -s -j"$(nproc)" "$@" 9<&-
}

install_missing
targets=mrsim
[ "${1-}" != test ] || targets="mrsim mrsim-tests"
# shellcheck disable=SC2086
(build $targets) 9<"$root/bootstrap.sh" >&2 </dev/null || { say "the build failed"; exit "$setup_failed"; }

[ "${1-}" = test ] || exec "$build/mrsim" "$@"
exec make -s -C "$build" check
