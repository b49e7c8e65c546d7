#!/usr/bin/env bash
# The whole line on real parts: an API server on this machine, a Xen host in QEMU, the operator as a process here, the agent
# in dom0; both with the service accounts, and so the rights, that the chart gives them.
#
#   lab.sh start [FOLDER]            starts all of it and prints how to reach it
#   lab.sh stop [FOLDER]             ends all of it and removes the folder
#   lab.sh operator start|stop|kill [FOLDER]
#   lab.sh agent start|ensure|stop|kill|kill-pod [FOLDER]
#                                    ensure: starts it unless it runs
#   lab.sh second start|cut [FOLDER] boots a second Xen host with an agent of its own, lab-host-2; cuts its power
#
# FOLDER holds all state: kube/ (kube.sh), xen/ and xen2/ (host.sh), operator.log. The agent's log is /var/log/reconciler-agent.log in
# dom0, its probes are on port 8081 there. It runs in a cgroup of its own, as in a pod; kill-pod kills whatever is in that
# cgroup, as a container runtime does. The operator and the agent are those of `make publish`. With JIT_LISTS=FOLDER, what their
# JITs have compiled is in operator*.txt and agent.txt there once the lab has stopped.
# GUESTS=pv (host.sh): the host is for PV guests alone, and faster.
set -euo pipefail
LAB_NAME=lab
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
published=$here/../../artifacts/publish/linux-x64
NODE=lab-host
AGENT_JIT=/var/log/reconciler-jit.txt

usage() { sed -n '2,16p' "$0" >&2; exit 2; }
case ${1:-} in
start | stop) command=$1 folder=${2:-$LAB_CACHE/lab} ;;
operator | agent | second) [ $# -ge 2 ] || usage; command=$1-$2 folder=${3:-$LAB_CACHE/lab} ;;
*) usage ;;
esac
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
xen=$folder/xen
host() { local what=$1; shift; "$here/xen-host/host.sh" "$what" "$xen" "$@"; }

# What makes the runtime add to a file what its JIT compiles.
list_jit() { echo "DOTNET_JitDisasmSummary=1 DOTNET_JitStdOutFile=$1"; }
list_operator_jit=() list_agent_jit=
if [ -n "${JIT_LISTS:-}" ]; then
  read -ra list_operator_jit <<<"$(list_jit "$JIT_LISTS/operator-$(basename "$folder").txt")"
  list_agent_jit=$(list_jit $AGENT_JIT)
fi

# As the kubelet does: an operator that ends by itself, because it has lost its lease for example, is started again.
operator_start() {
  setsid bash -c 'trap "kill \$operator 2>/dev/null; wait \$operator; exit" TERM
    while :; do "$@" & operator=$!; wait $operator; sleep 1 & operator=$!; wait $operator; done' \
    keeper env "${list_operator_jit[@]}" "$published/reconciler-operator" --kubeconfig "$folder/kube/reconciler-operator.kubeconfig" --health-port 0 \
    --leader-elect --webhook-port "$(cat "$folder/webhook-port")" --webhook-host 127.0.0.1 --drain-guard-image reconciler-operator:lab \
    </dev/null >>"$folder/operator.log" 2>&1 &
  echo $! >"$folder/operator.pid"
}
operator_end() { # operator_end SECONDS: a SIGTERM, and a SIGKILL after SECONDS
  end "$folder/operator.pid" "$folder" "$1"
}

# Of the webhooks the one that a drain needs: what else they say the operator says in the status, which is what the tests look at. This
# server can't reach a Service.
keep_drain_webhook() {
  local kube=("$1" --kubeconfig "$folder/kube/kubeconfig")
  "${kube[@]}" get validatingwebhookconfiguration reconciler -o json | python3 -c '
import json, sys
configuration = json.load(sys.stdin)
[drain] = [webhook for webhook in configuration["webhooks"] if webhook["name"].startswith("pods.eviction.")]
drain["clientConfig"] = {"url": "https://127.0.0.1:" + sys.argv[1] + drain["clientConfig"]["service"]["path"]}
configuration["webhooks"] = [drain]
json.dump(configuration, sys.stdout)' "$(cat "$folder/webhook-port")" | "${kube[@]}" replace -f - >/dev/null
}

POD=/sys/fs/cgroup/reconciler-agent
agent_install() {
  host put "$published/reconciler-agent" /usr/local/bin
  host put "$folder/kube/reconciler-agent.kubeconfig" /etc/reconciler
}
agent_start() {
  host exec 'exec </dev/null >>/var/log/reconciler-agent.log 2>&1
    mkdir -p '$POD'
    (echo 0 >'$POD'/cgroup.procs
      exec env '"$list_agent_jit"' RECONCILER_FAIL_POINT=/run/reconciler-fail-point setsid /usr/local/bin/reconciler-agent --kubeconfig /etc/reconciler/reconciler-agent.kubeconfig --node-name '$NODE' \
        --boot-directory /guest --disk-directory /srv --disk-directory /dev/lab --disk-directory /dev/disks --adopt old-web --health-port 8081) & echo $! >/run/reconciler-agent.pid'
}
agent_signal() { # agent_signal SIGNAL: and waits until the process is gone
  host exec "pid=\$(cat /run/reconciler-agent.pid) && kill -$1 \$pid && while [ -d /proc/\$pid ]; do sleep 0.1; done"
}

agent_kill_pod() {
  host exec "echo 1 >$POD/cgroup.kill; while grep -q 'populated 1' $POD/cgroup.events; do sleep 0.1; done"
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
  "$here/kube/kube.sh" install "$folder/kube" --set webhook.enabled=true
  free_port >"$folder/webhook-port"
  # shellcheck disable=SC2154 # set by the eval of prepare.sh
  keep_drain_webhook "$kubectl"
  say "starting the operator and the agent"
  operator_start
  agent_install
  agent_start
  local deadline=$((SECONDS + 120))
  until "$kubectl" --kubeconfig "$folder/kube/kubeconfig" get xenhost $NODE >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { host exec 'tail -n 20 /var/log/reconciler-agent.log' >&2; die "the agent has not made its XenHost"; }
    sleep 0.2
  done
  cat <<EOF
The lab is running:
  export KUBECONFIG=$folder/kube/kubeconfig PATH=$(dirname "$kubectl"):\$PATH
  kubectl get xenhosts,domains,vbds,vifs -A
dom0 of the Xen host (xl list, xl console NAME, /var/log/reconciler-agent.log, /var/log/xen/guest-NAME.log):
  $(host ssh)
console of Xen and dom0:  $folder/xen/console.log
log of the operator:      $folder/operator.log
In dom0 are a kernel and a RAM disk for guests: /guest/vmlinux, /guest/guest.cpio. 'make lab-stop' ends it all.
EOF
}

# Booted, not resumed: a boot of its own, of a machine of its own.
second_start() {
  host start
  agent_install
  agent_start
}

stop() {
  operator_end 10
  [ -z "${JIT_LISTS:-}" ] || host exec "cat $AGENT_JIT" >>"$JIT_LISTS/agent.txt" || true # the second time, to be safe, there is no host any more
  host destroy
  [ ! -e "$folder/xen2" ] || xen=$folder/xen2 host destroy
  "$here/kube/kube.sh" destroy "$folder/kube"
  rm -rf "$folder"
}

case $command in second-*) xen=$folder/xen2 NODE=lab-host-2 ;; esac
case $command in
start) start ;;
stop) stop ;;
operator-start) operator_start ;;
operator-stop) operator_end 30 ;;
operator-kill) operator_end 0 ;;
second-start) second_start ;;
second-cut) host stop ;;
agent-start) agent_start ;;
agent-ensure) host exec 'kill -0 $(cat /run/reconciler-agent.pid) 2>/dev/null' || agent_start ;;
agent-stop) agent_signal TERM ;;
agent-kill) agent_signal KILL ;;
agent-kill-pod) agent_kill_pod ;;
*) usage ;;
esac
