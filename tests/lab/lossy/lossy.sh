#!/usr/bin/env bash
# A network that loses packets: a namespace whose only way to this machine leads through another, which drops some of what it forwards,
# in each direction, at random. Real loss under real TCP, by nftables: it needs neither netem nor anything of the root namespace but one
# interface and one rule.
#
#   lossy.sh start FOLDER PORT PERCENT   PORT of this machine's loopback is 10.0.2.2:PORT there; PERCENT is less than 100
#   lossy.sh dropped FOLDER              packets lost and packets forwarded so far
#   lossy.sh stop FOLDER                 removes all of it, and whatever runs there loses its network
#
# FOLDER holds the name of the namespace (file netns): ip netns exec "$(cat FOLDER/netns)" PROGRAM.
set -euo pipefail
LAB_NAME=lossy
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
[ $# -ge 2 ] || { sed -n "2,12p" "$0" >&2; exit 2; }
command=$1
[ "$command" = start ] && mkdir -p "$2"
[ -d "$2" ] || exit 0
dir=$(cd "$2" && pwd)
shift 2

rules() { # rules PERCENT: one table, replaced as a whole
  ip netns exec "$router" nft -f - <<EOF
table inet lossy {}
flush table inet lossy
table inet lossy {
  counter lost {}
  counter forwarded {}
  chain forward {
    type filter hook forward priority 0
    numgen random mod 100 < $1 counter name lost drop
    counter name forwarded
  }
}
EOF
}

names() {
  inside=$(cat "$dir/netns")
  router=$inside-way
  table=reconciler_$inside
}

start() { # start PORT PERCENT
  need_packages iproute2 nftables
  stop
  # At most 15 characters for an interface, and unlike those of another run.
  echo "lossy$((RANDOM % 10000))" >"$dir/netns"
  names
  ip netns add "$inside"
  ip netns add "$router"
  ip link add "$inside" type veth peer name outer netns "$router"
  ip -n "$router" link add inner type veth peer name eth0 netns "$inside"
  # The server's certificate names 10.0.2.2 (kube.sh).
  ip address add 10.0.2.2/30 dev "$inside"
  ip link set "$inside" up
  ip -n "$router" address add 10.0.2.1/30 dev outer
  ip -n "$router" address add 10.0.3.1/30 dev inner
  ip -n "$router" link set outer up
  ip -n "$router" link set inner up
  ip -n "$inside" address add 10.0.3.2/30 dev eth0
  ip -n "$inside" link set lo up
  ip -n "$inside" link set eth0 up
  ip -n "$inside" route add default via 10.0.3.1
  ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1
  ip route add 10.0.3.0/30 via 10.0.2.1 dev "$inside"
  sysctl -q -w "net.ipv4.conf.$inside.route_localnet=1"
  nft -f - <<EOF
table ip $table {
  chain prerouting {
    type nat hook prerouting priority dstnat
    iifname "$inside" ip daddr 10.0.2.2 tcp dport $1 dnat to 127.0.0.1
  }
}
EOF
  rules "$2"
}

stop() {
  [ -e "$dir/netns" ] || return 0
  names
  nft delete table ip "$table" 2>/dev/null || true
  ip link delete "$inside" 2>/dev/null || true
  ip netns delete "$inside" 2>/dev/null || true
  ip netns delete "$router" 2>/dev/null || true
  rm -f "$dir/netns"
}

case $command in
start) start "$@" ;;
dropped) names; ip netns exec "$router" nft list counters table inet lossy | awk '/counter/ { name = $2 } /packets/ { print name, $2 }' ;;
stop) stop ;;
*) die "no such command: $command" ;;
esac
