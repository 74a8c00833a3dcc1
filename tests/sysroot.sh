#!/bin/sh
# A sysroot of another processor: Debian's libraries and headers for it, unpacked in a folder of one's own.
#   tests/sysroot.sh i386|arm64|s390x     prints the folder; ends with 1, and says why, when it cannot be made
# Nothing is installed, and root is not needed: apt-get works in an apt root of its own, for that architecture alone, with
# this machine's sources and keys, and dpkg -x unpacks what it downloads: about 29 MB, 130 MB when unpacked. It is kept, in
# $MRSIM_SYSROOTS or ${XDG_CACHE_HOME:-~/.cache}/mrsim-sysroots, so this happens once; remove it there to have it anew.
set -eu
architecture=$1
packages="libc6-dev libglib2.0-dev libsqlite3-dev libcsv-dev libcunit1-dev"
keys=/usr/share/keyrings/debian-archive-keyring.gpg

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo "no apt-get and dpkg here: this is not a Debian" >&2
    exit 1
fi
# shellcheck source=/dev/null
release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
kept=${MRSIM_SYSROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/mrsim-sysroots}
root=$kept/${release:=bookworm}-$architecture
if [ -d "$root" ]; then
    echo "$root"
    exit 0
fi

mkdir -p "$kept"
work=$(mktemp -d "$kept/unfinished.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
: >"$work/status"

# Where this machine has its Debian from: the release and its updates, no other archives. The $(...) are apt-get's.
# shellcheck disable=SC2016
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$release" -v options="$([ -e "$keys" ] && echo "[signed-by=$keys] ")" '
        $3 == "main" && ($2 == release || $2 == release "-updates" || $2 == release "-security") && !seen[$0]++ {
            print "deb " options $0
            found = 1
        }
        END { if (!found) print "deb " options "http://deb.debian.org/debian " release " main" }' >"$work/sources.list"
cat >"$work/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "30";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
CONF
in_there() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -c "$work/apt.conf" "$@" >>"$work/log" 2>&1 </dev/null
}

# An archive that fails to update is no harm as long as the others have the packages, which are words here.
in_there update || :
# shellcheck disable=SC2086
if ! in_there --download-only install $packages; then
    grep -E '^[EW]: ' "$work/log" | head -n 5 >&2
    echo "no packages for $architecture: no network, or an archive without this architecture" >&2
    exit 1
fi
for package in "$work"/cache/archives/*.deb; do
    dpkg -x "$package" "$work/root"
done
# Links to absolute paths would lead out of the folder.
find "$work/root" -type l -lname '/*' | while read -r link; do
    ln -sfnr "$work/root$(readlink "$link")" "$link"
done
[ -d "$root" ] || mv "$work/root" "$root" # another run may have been faster
echo "$root"
