# Sourced by the scripts of the labs. Set LAB_NAME first: it stands in front of every line that is said.

. "$(dirname "${BASH_SOURCE[0]}")/debian/fetch.sh"

LAB_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/reconciler

# What takes more than two seconds is said, on standard error; `make test` shows these lines.
say() { echo "lab: $LAB_NAME: $*" >&2; }
die() { echo "lab: $LAB_NAME: error: $*" >&2; exit 1; }

# need_packages PACKAGE...: installs the Debian packages that are not there yet.
need_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -x installed >/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  debian_install "${missing[@]}"
}

# npm_unpack NAME VERSION SHA256 FOLDER: unpacks that package of npm into FOLDER/package, with npm or without.
npm_unpack() {
  local archive=$4/package.tar.gz
  if command -v npm >/dev/null; then
    (cd "$4" && npm pack --silent "$1@$2" >/dev/null && mv ./*.tgz "$archive")
  else
    need_packages curl ca-certificates
    curl -fsSL --retry 3 -o "$archive" "https://registry.npmjs.org/$1/-/${1##*/}-$2.tgz"
  fi
  echo "$3  $archive" | sha256sum --check --quiet >&2 || die "the package $1 is not the one that was expected"
  tar xzf "$archive" -C "$4"
}

# only_one FILE: waits until no other process of this user is past this point with the same FILE; released when the script ends.
only_one() {
  mkdir -p "$(dirname "$1")"
  exec {LAB_LOCK}>"$1"
  flock -n "$LAB_LOCK" || { say "waiting for another run that is at the same work"; flock "$LAB_LOCK"; }
}

# running PIDFILE WORD: whether the process of PIDFILE is alive and is still the one that was started (WORD is in its command line).
running() {
  local pid words _
  pid=$(cat "$1" 2>/dev/null) || return 1
  # Empty at the instant at which one program takes the place of another (exec), and for good when the process has ended.
  for _ in 1 2 3 4 5; do
    words=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    [ -z "$words" ] || break
    sleep 0.05
  done
  [[ $words == *"$2"* ]]
}

# end PIDFILE WORD SECONDS: ends that process and waits for its end; kills it after SECONDS, with what it has started where it leads a
# process group.
end() {
  local pid deadline=$((SECONDS + $3))
  running "$1" "$2" || { rm -f "$1"; return 0; }
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || true
  while running "$1" "$2"; do
    [ $SECONDS -lt $deadline ] || kill -9 -- "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
    sleep 0.05
  done
  rm -f "$1"
}

# free_port: a TCP port of the loopback that nobody listens on, below the range that outgoing connections use.
free_port() {
  local p
  while :; do
    p=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }
  done
}
