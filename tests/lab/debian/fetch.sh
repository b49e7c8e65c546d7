# Debian packages, downloaded and unpacked once into the user's cache. Source it:
#   . tests/lab/debian/fetch.sh
#   debian_unpack DIR PACKAGE...    unpacks the packages into DIR (no maintainer scripts run)
#   debian_unpack_file DIR PATH SHA256   the same with one package that apt's lists don't lead to: its path on the mirror that apt uses
#   debian_install PACKAGE...       installs them on this machine, as root or with sudo
# Safe to interrupt and to run several times at once: one runs, the others wait; a package counts as unpacked only when it
# is, whole; downloads are renamed into place when they are complete.
DEBIAN_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/reconciler/debian
DEBIAN_DEBS=$DEBIAN_CACHE/debs

debian_say() { echo "debian: $*" >&2; }

debian_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else debian_say "need root (or sudo) for: $*"; return 1; fi
}

# The package lists are fetched only when they are not there or do not lead to a package any more.
debian_update() { debian_say "apt-get update"; debian_root apt-get -q update >&2; }

debian_download() { # PACKAGE -> path of its .deb on stdout
  local package=$1 tmp deb version
  # Of the version that apt offers now; a file name has %3a where an epoch has its colon.
  version=$(apt-cache policy "$package" 2>/dev/null | sed -n 's/^  Candidate: //p')
  deb=$(find "$DEBIAN_DEBS" -maxdepth 1 -name "${package}_${version//:/%3a}_*.deb" | head -1)
  if [ -z "$deb" ]; then
    tmp=$(mktemp -d "$DEBIAN_DEBS/.tmp-XXXXXX")
    debian_say "download $package"
    # As the unprivileged user _apt, apt can't write below a private home directory: it is told to stay who it is.
    (cd "$tmp" && { apt-get -q -o APT::Sandbox::User=root download "$package" >&2 ||
      { debian_update && apt-get -q -o APT::Sandbox::User=root download "$package" >&2; }; }) || { rm -rf "$tmp"; return 1; }
    deb=$DEBIAN_DEBS/$(basename "$tmp"/*.deb)
    mv "$tmp"/*.deb "$deb"; rm -rf "$tmp"
  fi
  echo "$deb"
}

debian_unpack() { # DIR PACKAGE...
  local dir=$1 package deb; shift
  mkdir -p "$dir" "$DEBIAN_DEBS"
  local missing=
  for package; do [ -e "$dir/.unpacked/$package" ] || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  (
    flock 9
    rm -rf "$DEBIAN_DEBS"/.tmp-* # of a run that was interrupted: nobody else is here now
    mkdir -p "$dir/.unpacked"
    for package in $missing; do
      [ -e "$dir/.unpacked/$package" ] && continue
      deb=$(debian_download "$package") || { debian_say "cannot download $package"; exit 1; }
      dpkg -x "$deb" "$dir" || { rm -f "$deb"; debian_say "$deb was damaged and is removed; run again"; exit 1; }
      touch "$dir/.unpacked/$package"
    done
  ) 9>"$DEBIAN_CACHE/.lock"
}

debian_unpack_file() { # DIR PATH SHA256
  local dir=$1 path=$2 sum=$3 mirror deb
  deb=$DEBIAN_DEBS/$(basename "$path")
  [ -e "$dir/.unpacked" ] && return
  (
    flock 9
    if [ ! -e "$deb" ]; then
      debian_say "download $(basename "$path")"
      mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Component: main' 'Created-By: Packages' | head -1)
      /usr/lib/apt/apt-helper -q -o APT::Sandbox::User=root download-file "${mirror%/}/$path" "$deb.part" "SHA256:$sum" >&2 ||
        { rm -f "$deb.part"*; exit 1; }
      mv "$deb.part" "$deb"
    fi
    mkdir -p "$dir"
    dpkg -x "$deb" "$dir" && touch "$dir/.unpacked"
  ) 9>"$DEBIAN_CACHE/.lock"
}

debian_install() { # PACKAGE...
  mkdir -p "$DEBIAN_CACHE"
  (
    flock 9
    debian_say "install $*"
    export DEBIAN_FRONTEND=noninteractive
    debian_root apt-get -q install -y --no-install-recommends "$@" >&2 ||
      { debian_update && debian_root apt-get -q install -y --no-install-recommends "$@" >&2; }
  ) 9>"$DEBIAN_CACHE/.lock"
}
