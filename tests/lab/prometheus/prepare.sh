#!/bin/bash
# Debian's promtool, unpacked into the user's cache, not installed: no daemon comes with it. Prints its path.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../debian/fetch.sh"

root=${XDG_CACHE_HOME:-$HOME/.cache}/reconciler/prometheus
debian_unpack "$root" prometheus
echo "$root/usr/bin/promtool"
