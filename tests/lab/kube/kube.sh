#!/usr/bin/env bash
# A real kube-apiserver and etcd on the loopback, all of their state in one folder.
#
#   kube.sh start FOLDER    starts both and returns when the server is ready; on a folder that was used before: with the
#                           same ports, keys and objects
#   kube.sh install FOLDER [ARGUMENT...]
#                           installs the chart of this repository with Helm, into the namespace reconciler-system
#                           (ARGUMENT: of helm install), and writes a kubeconfig for each of its service accounts
#   kube.sh stop FOLDER     stops both and returns when they have ended
#   kube.sh destroy FOLDER  stop, then removes the folder
#
# What a client needs is in the folder: kubeconfig (admin by token), url, ca.crt, admin.crt and admin.key (admin by client
# certificate), tokens.csv (token,user,uid,groups), <user>.token for admin and for visitor, who may do nothing. The server's
# certificate names 127.0.0.1, localhost, and 10.0.2.2: the address under which a machine in QEMU's user networking reaches
# this loopback.
#
# RBAC is on. No kubelet runs what the chart has brought; in its place are, once it is installed, the tokens of its accounts:
# reconciler-operator.kubeconfig and reconciler-agent.kubeconfig, the latter for a machine in QEMU (elsewhere: --server).
# The webhook is left out unless an ARGUMENT says otherwise: this server can't reach a Service.
set -euo pipefail
umask 077 # keys and tokens are in the folder
LAB_NAME=kube
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

[ $# -ge 2 ] || { sed -n '2,19p' "$0" >&2; exit 2; }
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
NAMESPACE=reconciler-system

certificate() { # certificate NAME SUBJECT EXTENSIONS: NAME.crt and NAME.key, signed by the CA of this folder
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "$2" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile <(printf '%s\n' "$3") -out "$1.crt" 2>/dev/null
  rm "$1.csr"
}

kubeconfig() { # kubeconfig FILE HOST TOKEN [NAMESPACE]
  cat >"$1" <<EOF
apiVersion: v1
kind: Config
clusters:
- name: lab
  cluster:
    server: https://$2:$port
    certificate-authority-data: $(base64 -w0 ca.crt)
users:
- name: lab
  user:
    token: $3
contexts:
- name: lab
  context: {cluster: lab, user: lab, namespace: ${4:-default}}
current-context: lab
EOF
  chmod 600 "$1"
}

identities() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -subj "/CN=reconciler lab" -days 3650 -out ca.crt 2>/dev/null
  certificate server "/CN=kube-apiserver" "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:10.0.2.2"
  certificate admin "/O=system:masters/CN=admin" "extendedKeyUsage=clientAuth"
  openssl ecparam -name prime256v1 -genkey -noout -out sa.key
  local user groups
  while read -r user groups; do
    openssl rand -hex 16 >"$user.token"
    echo "$(cat "$user.token"),$user,$user,\"$groups\""
  done >tokens.csv <<EOF
admin system:masters
visitor visitors
EOF
  touch identities
}

launch() { # launch NAME PROGRAM ARGUMENT...: in a session of its own, so that an interrupt of the caller doesn't reach it
  local name=$1
  shift
  setsid "$@" </dev/null >>"$name.log" 2>&1 &
  echo $! >"$name.pid"
}

ready() { # ready NAME URL SECONDS WORD
  local deadline=$((SECONDS + $3))
  until curl -fs --cacert ca.crt --max-time 2 -H "Authorization: Bearer $(cat admin.token)" "$2" >/dev/null 2>&1; do
    running "$1.pid" "$4" || return 1
    [ $SECONDS -lt $deadline ] || die "$1 is not ready after $3 s; its log: $dir/$1.log"
    sleep 0.1
  done
}

start() {
  local paths
  paths=$(bash "$here/prepare.sh")
  eval "$paths"
  command -v curl >/dev/null || need_packages curl
  cd "$dir"
  running apiserver.pid "$dir" && { say "already running in $dir"; return; }
  [ -e identities ] || identities

  local attempt
  for attempt in 1 2 3; do
    # The ports of a folder stay the same from start to start: clients keep what they were told.
    [ -e ports ] || echo "$(free_port) $(free_port) $(free_port)" >ports
    read -r port etcd_port peer_port <ports
    # shellcheck disable=SC2154 # set by the eval of prepare.sh
    launch etcd "$assets/etcd" --data-dir "$dir/etcd" --unsafe-no-fsync --log-level=warn \
      --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
      --listen-peer-urls "http://127.0.0.1:$peer_port"
    launch apiserver "$assets/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" \
      --bind-address=127.0.0.1 --secure-port="$port" --cert-dir="$dir/generated" \
      --tls-cert-file="$dir/server.crt" --tls-private-key-file="$dir/server.key" --client-ca-file="$dir/ca.crt" \
      --service-account-key-file="$dir/sa.key" --service-account-signing-key-file="$dir/sa.key" \
      --service-account-issuer=https://kubernetes.default.svc --token-auth-file="$dir/tokens.csv" \
      --authorization-mode=RBAC --service-cluster-ip-range=10.0.0.0/24 --disable-admission-plugins=ServiceAccount \
      --allow-privileged
    if ready apiserver "https://127.0.0.1:$port/readyz" 120 "$dir"; then
      kubeconfig kubeconfig 127.0.0.1 "$(cat admin.token)"
      echo "https://127.0.0.1:$port" >url
      return
    fi
    # A port may have been taken between the look and the bind; a folder that has been in use can't change its ports.
    say "the server ended at once; its last lines:"
    tail -n 3 apiserver.log etcd.log >&2
    stop
    [ -e url ] || rm -f ports
  done
  die "the server doesn't start; logs in $dir"
}

install() { # install ARGUMENT...
  local paths
  paths=$(bash "$here/prepare.sh")
  eval "$paths"
  # shellcheck disable=SC2154 # set by the eval of prepare.sh
  "$helm" --kubeconfig "$dir/kubeconfig" install reconciler "$here/../../../charts/reconciler" --namespace $NAMESPACE --create-namespace \
    --set webhook.enabled=false "$@" >"$dir/helm.log" 2>&1 || die "helm: $(cat "$dir/helm.log")"
  cd "$dir"
  read -r port _ <ports
  # shellcheck disable=SC2154
  kube() { "$kubectl" --kubeconfig kubeconfig "$@"; }
  kube get crd -o name >/dev/null && kube wait --for=condition=Established --timeout=60s crd --all >/dev/null
  local account address
  while read -r account address; do
    kube -n $NAMESPACE get serviceaccount "$account" >/dev/null 2>&1 || continue # as the values say
    kubeconfig "$account.kubeconfig" "$address" "$(kube -n $NAMESPACE create token "$account" --duration=720h)" $NAMESPACE
  done <<EOF
reconciler-operator 127.0.0.1
reconciler-agent 10.0.2.2
EOF
}

stop() {
  # The server would wait up to a minute for its watches; nothing of it is lost by not waiting.
  end "$dir/apiserver.pid" "$dir" 5
  end "$dir/etcd.pid" "$dir" 10
}

case $command in
start) start ;;
install) install "$@" ;;
stop) stop ;;
destroy) stop && rm -rf "$dir" ;;
*) die "unknown command '$command'" ;;
esac
