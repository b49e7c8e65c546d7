#!/bin/bash
# A real C xenstored (Debian's, Xen 4.17) as a plain process on a machine without Xen: what the xenstore client is tested against.
#   run.sh RUNDIR [xenstored options]   socket: RUNDIR/socket, pid: RUNDIR/pid; clients: XENSTORED_RUNDIR=RUNDIR
#   run.sh --prepare                    only downloads and builds what is needed; prints the folder that holds libxenstore
# It stays in the foreground and becomes xenstored: ending the process ends it. A "domain" lives while RUNDIR/doms/<domid> exists
# (INTRODUCE makes it); remove the file and send the process SIGUSR2, and @releaseDomain fires.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../debian/fetch.sh"

version=4.17
root=${XDG_CACHE_HOME:-$HOME/.cache}/reconciler/xenstored-$version
libraries=$root/usr/lib/$(uname -m)-linux-gnu
debian_unpack "$root" "xen-utils-$version" "libxenmisc$version" libxenstore4 libxenevtchn1 libxengnttab1 libxencall1 \
  libxendevicemodel1 libxenforeignmemory1 libxentoolcore1 libxentoollog1

# Named by its source, so that a changed shim is built again; renamed into place, so that nobody runs half of it.
shim=$root/xsshim-$(sha256sum "$here/xsshim.c" | cut -c1-12).so
if [ ! -e "$shim" ]; then
  command -v gcc >/dev/null && [ -e /usr/include/stdio.h ] || debian_install gcc libc6-dev
  tmp=$(mktemp "$root/.xsshim-XXXXXX")
  gcc -O1 -Wall -shared -fPIC -o "$tmp" "$here/xsshim.c" -ldl
  chmod 644 "$tmp"; mv "$tmp" "$shim"
fi

if [ "${1:-}" = --prepare ]; then echo "$libraries"; exit; fi
run=$(mkdir -p "$1" && cd "$1" && pwd); shift
mkdir -p "$run/doms"
# A socket left over from a process that was killed would look like a server that is up.
rm -f "$run/socket" "$run/pid"
export LD_LIBRARY_PATH=$libraries XENSTORED_RUNDIR=$run XSSHIM_DOMS=$run/doms
LD_PRELOAD=$shim exec "$root/usr/lib/xen-$version/bin/xenstored" -N -I -F "$run/pid" "$@"
