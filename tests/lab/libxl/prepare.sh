#!/bin/bash
# Debian's real libxenlight 4.17 and a stand-in for the hypervisor, for contract tests on a machine without Xen.
# Prints two lines: the folder that holds the libraries (LD_LIBRARY_PATH), and the stub (LD_PRELOAD).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../debian/fetch.sh"

version=4.17
root=${XDG_CACHE_HOME:-$HOME/.cache}/reconciler/libxl-$version
debian_unpack "$root" "libxenmisc$version" libxenstore4 libxenevtchn1 libxengnttab1 libxencall1 libxenhypfs1 \
  libxendevicemodel1 libxenforeignmemory1 libxentoolcore1 libxentoollog1 libyajl2

# Named by its source, so that a changed stub is built again; renamed into place, so that nobody loads half of it.
stub=$root/xlstub-$(sha256sum "$here/xlstub.c" | cut -c1-12).so
if [ ! -e "$stub" ]; then
  command -v gcc >/dev/null && [ -e /usr/include/stdio.h ] || debian_install gcc libc6-dev
  tmp=$(mktemp "$root/.xlstub-XXXXXX")
  gcc -O1 -Wall -Wno-unused-parameter -shared -fPIC -o "$tmp" "$here/xlstub.c"
  chmod 644 "$tmp"; mv "$tmp" "$stub"
fi
echo "$root/usr/lib/x86_64-linux-gnu"
echo "$stub"
