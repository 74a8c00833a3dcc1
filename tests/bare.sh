#!/bin/sh
# Measures "bare": README's commands on a fresh clone in a minbase Debian 12, as root, as a user with sudo, and with neither.
#
#   sudo tests/bare.sh DIRECTORY [SCENARIO]
#
# A long test, not part of `make check`: it needs root, debootstrap, a Debian mirror and about 3 GB.  DIRECTORY/bare is made
# once and kept; each of the three cases gets a copy of it of its own, and of this tree as committed (as it stands where there
# is no git).  The mirror is $MIRROR, or the one of this machine's apt; apt's proxy settings are taken over.
# Prints one line per case and command, and exits 0 when all did what they should.
set -eu
if [ $# -lt 1 ] || [ "$(id -u)" != 0 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
tree=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
place=$(cd "$1" && pwd)
scenario=${2:-scenarios/us-eu-active-active.ini}
failures=0

mirror_of_this_machine() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        grep -E '^(deb |URIs:)' | grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1
}

make_bare() {
    [ -e "$place/bare/etc/debian_version" ] && return 0
    debootstrap --variant=minbase bookworm "$place/bare" "${MIRROR:-$(mirror_of_this_machine)}" >&2
    apt-config dump | grep -E '^Acquire::https?::' >"$place/bare/etc/apt/apt.conf.d/90-of-the-host" || true
    cp -L /etc/resolv.conf "$place/bare/etc/"
    chroot "$place/bare" useradd --create-home --shell /bin/sh person
}

# A machine of its own for the case $1, with the tree in the home of its user $2.
make_machine() {
    machine=$place/$1
    umount "$machine/proc" 2>/dev/null || true
    rm -rf --one-file-system "$machine"
    cp -a "$place/bare" "$machine"
    mount -t proc proc "$machine/proc"
    home=$(chroot "$machine" sh -c "echo ~$2")
    if [ -e "$tree/.git" ]; then
        git clone -q --no-hardlinks "$tree" "$machine$home/mrsim"
        rm -rf "$machine$home/mrsim/.git" # git is not needed
    else
        mkdir "$machine$home/mrsim"
        (cd "$tree" && tar -c --exclude=./build --exclude=./b .) | tar -x -C "$machine$home/mrsim"
    fi
    chroot "$machine" chown -R "$2:$2" "$home/mrsim"
}

# The command $3 as user $2 of the machine $1, from the tree. Sets $status and $seconds; output in files beside the machine.
type_in() {
    began=$(date +%s)
    status=0
    chroot "$place/$1" su - "$2" -c "cd mrsim && $3" >"$place/$1.out" 2>"$place/$1.err" </dev/null || status=$?
    seconds=$(($(date +%s) - began))
}

# Judges what type_in did: $3 is what it was, $4 a condition that must hold.
judge() {
    if eval "$4"; then verdict=good; else
        verdict=BAD
        failures=$((failures + 1))
        tail -n 20 "$place/$1.err" >&2
    fi
    echo "$verdict: $1: $3: exit $status, $seconds s"
}

answers() {
    type_in "$1" "$2" "./bootstrap.sh $scenario"
    judge "$1" "$2" "first run" '[ $status = 0 ] && [ -s "$place/$1.out" ] && ! grep -q bootstrap: "$place/$1.out"'
    type_in "$1" "$2" "./bootstrap.sh $scenario"
    judge "$1" "$2" "second run" '[ $status = 0 ] && [ $seconds -le 5 ] && ! grep -qE "bootstrap:|^ +CC" "$place/$1.err"'
    type_in "$1" "$2" "./bootstrap.sh test"
    judge "$1" "$2" "tests: $(tail -n 1 "$place/$1.out")" '[ $status = 0 ] && tail -n 1 "$place/$1.out" | grep -q " passed, 0 failed$"'
}

let_go() { umount "$place/neither/proc" "$place/root/proc" "$place/sudo/proc" 2>/dev/null || true; }
trap let_go EXIT
make_bare

make_machine neither person
type_in neither person "./bootstrap.sh $scenario"
judge neither person "the apt line" '[ $status != 0 ] && ! [ -s "$place/$1.out" ] && grep -q "apt-get install .*gcc.*libcunit1-dev" "$place/$1.err"'

make_machine root root
answers root root

make_machine sudo person
chroot "$place/sudo" sh -c 'apt-get -q update && apt-get -q -y install --no-install-recommends sudo' >"$place/sudo.err" 2>&1 </dev/null
echo 'person ALL=(ALL) NOPASSWD: ALL' >"$place/sudo/etc/sudoers.d/person"
chroot "$place/sudo" apt-get clean
chroot "$place/sudo" find /var/lib/apt/lists -type f -delete
answers sudo person

exit $((failures > 0))
