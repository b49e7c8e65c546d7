#!/usr/bin/env bash
# The whole line on real parts: an API server on this machine, a Xen host in QEMU, the operator as a process here, the agent
# in dom0.
#
#   lab.sh start [FOLDER]            starts all of it and prints how to reach it
#   lab.sh stop [FOLDER]             ends all of it and removes the folder
#   lab.sh operator start|stop|kill [FOLDER]
#   lab.sh agent start|stop|kill [FOLDER]
#
# FOLDER holds all state: kube/ (kube.sh), xen/ (host.sh), operator.log. The agent's log is /var/log/reconciler-agent.log in
# dom0. The operator and the agent are those of `make publish`.
set -euo pipefail
LAB_NAME=lab
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
published=$here/../../artifacts/publish/linux-x64
NODE=lab-host

usage() { sed -n '2,13p' "$0" >&2; exit 2; }
case ${1:-} in
start | stop) command=$1 folder=${2:-$LAB_CACHE/lab} ;;
operator | agent) [ $# -ge 2 ] || usage; command=$1-$2 folder=${3:-$LAB_CACHE/lab} ;;
*) usage ;;
esac
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
host() { local what=$1; shift; "$here/xen-host/host.sh" "$what" "$folder/xen" "$@"; }

operator_start() {
  setsid "$published/reconciler-operator" --kubeconfig "$folder/kube/reconciler-operator.kubeconfig" --health-port 0 \
    </dev/null >>"$folder/operator.log" 2>&1 &
  echo $! >"$folder/operator.pid"
}
operator_end() { # operator_end SECONDS: a SIGTERM, and a SIGKILL after SECONDS
  end "$folder/operator.pid" "$folder" "$1"
}

agent_start() {
  host exec 'exec </dev/null >>/var/log/reconciler-agent.log 2>&1
    setsid /usr/local/bin/reconciler-agent --kubeconfig /etc/reconciler/reconciler-agent.kubeconfig --node-name '$NODE' \
      --boot-directory /guest & echo $! >/run/reconciler-agent.pid'
}
agent_signal() { # agent_signal SIGNAL: and waits until the process is gone
  host exec "pid=\$(cat /run/reconciler-agent.pid) && kill -$1 \$pid && while [ -d /proc/\$pid ]; do sleep 0.1; done"
}

start() {
  running "$folder/operator.pid" "$folder" && die "already running in $folder; '$0 stop' ends it"
  [ -x "$published/reconciler-operator" ] && [ -x "$published/reconciler-agent" ] || die "there is no $published: make publish"
  local paths
  paths=$(bash "$here/kube/prepare.sh")
  eval "$paths"
  say "starting the API server and the Xen host"
  "$here/kube/kube.sh" start "$folder/kube" &
  host resume
  wait $! || die "no API server"
  # shellcheck disable=SC2154 # set by the eval of prepare.sh
  kube() { "$kubectl" --kubeconfig "$folder/kube/kubeconfig" "$@" >/dev/null; }
  # API servers before 1.25 don't know x-kubernetes-validations: they drop it, if kubectl is told not to insist.
  kube apply --validate=false -f "$here/../../crds" -f "$here/../../charts/reconciler/rbac" -f "$here/kube/rbac.yaml"
  kube wait --for=condition=Established --timeout=60s crd/domains.xen.reconciler.dev crd/xenhosts.xen.reconciler.dev
  say "starting the operator and the agent"
  operator_start
  host put "$published/reconciler-agent" /usr/local/bin
  host put "$folder/kube/reconciler-agent.kubeconfig" /etc/reconciler
  agent_start
  local deadline=$((SECONDS + 120))
  until "$kubectl" --kubeconfig "$folder/kube/kubeconfig" get xenhost $NODE >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { host exec 'tail -n 20 /var/log/reconciler-agent.log' >&2; die "the agent has not made its XenHost"; }
    sleep 0.2
  done
  cat <<EOF
The lab is running:
  export KUBECONFIG=$folder/kube/kubeconfig PATH=$(dirname "$kubectl"):\$PATH
  kubectl get xenhosts,domains -A
dom0 of the Xen host (xl list, xl console NAME, /var/log/reconciler-agent.log, /var/log/xen/guest-NAME.log):
  $(host ssh)
console of Xen and dom0:  $folder/xen/console.log
log of the operator:      $folder/operator.log
In dom0 are a kernel and a RAM disk for guests: /guest/vmlinux, /guest/guest.cpio. 'make lab-stop' ends it all.
EOF
}

stop() {
  operator_end 10
  host destroy
  "$here/kube/kube.sh" destroy "$folder/kube"
  rm -rf "$folder"
}

case $command in
start) start ;;
stop) stop ;;
operator-start) operator_start ;;
operator-stop) operator_end 30 ;;
operator-kill) operator_end 0 ;;
agent-start) agent_start ;;
agent-stop) agent_signal TERM ;;
agent-kill) agent_signal KILL ;;
*) usage ;;
esac
