#!/usr/bin/env bash
# Builds the kernel of the lab's guests from Debian's kernel source and prints the file: a plain ELF (vmlinux) that libxl
# boots as PV and as PVH guest. Under emulation it boots in a fifth of the time of Debian's own kernels, in a third of the memory.
#
# The file is in a folder named after what goes into it: `config`, the patch, this script, the versions of source and
# compiler. Answers at once when it is there; two to four minutes on two cores when not. Safe to interrupt, and to run from
# several places at a time.
set -euo pipefail
LAB_NAME=guest-kernel
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

LINUX=6.1
base=$LAB_CACHE/guest-kernel

versions() { apt-cache policy "linux-source-$LINUX" gcc-12 | grep -E '^[^ ]|Candidate:'; }
# Said anew each time: package lists that turn out to be too old are fetched by whoever needs a package first, here or in another lab.
place() {
  local key
  key=$({ cat "$here/prepare.sh" "$here/config" "$here/refuse-close.patch" && versions; } | sha256sum | cut -c1-16)
  echo "$base/$key"
}
# A machine that has never looked has no package lists.
[[ $(versions) == *"Candidate: "[0-9]* ]] || debian_update
kernel=$(place)/vmlinux
[ -e "$kernel" ] && { touch "$kernel"; echo "$kernel"; exit; }
only_one "$base/lock"
kernel=$(place)/vmlinux
[ -e "$kernel" ] && { echo "$kernel"; exit; }
rm -rf "$base"/work.* # of a run that was interrupted
for old in "$base"/*/; do
  [ -n "$(find "$old/vmlinux" -mmin -1440 2>/dev/null)" ] || rm -rf "$old"
done
need_packages gcc-12 libc6-dev make flex bison bc libelf-dev patch xz-utils
work=$(mktemp -d "$base/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

say "fetching Debian's source of Linux $LINUX (139 MB, once)"
debian_unpack "$work/package" "linux-source-$LINUX"
say "unpacking it"
source=$work/source
mkdir "$source"
# Two thirds of it are drivers, documents and processors that this kernel has not; their Kconfig files have to be there.
tar xJf "$work/package/usr/src/linux-source-$LINUX.tar.xz" -C "$source" --strip-components=1 \
  --exclude='*/Documentation/*.rst' --exclude='*/Documentation/*.yaml' --exclude='*/sound/*.[ch]' \
  --exclude='*/drivers/gpu/*.[ch]' --exclude='*/drivers/media/*.[ch]' --exclude='*/drivers/staging/*.[ch]' \
  --exclude='*/drivers/net/ethernet/*.[ch]' --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/drivers/infiniband/*.[ch]' \
  --exclude='*/drivers/scsi/*.[ch]' --exclude='*/tools/testing' --exclude='*/tools/perf'
rm -rf "$work/package"
patch -s -d "$source" -p1 <"$here/refuse-close.patch"

say "building it (2 to 4 minutes on two cores, once)"
kernel_make() { make -s -C "$source" ARCH=x86 CC=gcc-12 HOSTCC=gcc-12 KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=lab "$@" >&2; }
kernel_make KCONFIG_ALLCONFIG="$here/config" allnoconfig
# kconfig drops what it does not know or what lacks something, and says nothing.
grep '^CONFIG_' "$here/config" | while read -r option; do
  grep -xF "$option" "$source/.config" >/dev/null || die "Linux $LINUX has not taken $option"
done
kernel_make -j"$(nproc)" vmlinux
mkdir "$work/done"
strip --strip-all -o "$work/done/vmlinux" "$source/vmlinux"
place=$(place)
mv "$work/done" "$place"
echo "$place/vmlinux"
