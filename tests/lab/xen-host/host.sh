#!/usr/bin/env bash
# Runs the Xen host that prepare.sh builds, in QEMU's software emulation, all state of the running host in one folder.
#
#   host.sh start FOLDER             boots it; returns when dom0 is ready (10 s)
#   host.sh resume FOLDER            the same from the image's snapshot (2 s)
#   host.sh snapshot FOLDER          makes the running host the image's snapshot, and stops it
#   host.sh exec FOLDER COMMAND...   runs COMMAND in dom0's shell: its standard input, output, error and exit code
#   host.sh put FOLDER FILE... DIR   copies files or folders from here into the folder DIR of dom0
#   host.sh get FOLDER FILE... DIR   copies files or folders of dom0 into the folder DIR here
#   host.sh ssh FOLDER               prints the command that logs in to dom0
#   host.sh stop FOLDER              ends it, as a power cut does
#   host.sh destroy FOLDER           stop, then removes the folder
#
# dom0 has a file system of 4 GiB at /srv and an empty disk of 4 GiB, /dev/vdc, for a volume group; both are the host's own and
# sparse files in FOLDER. FOLDER/console.log is what Xen, dom0's kernel and its init have said. From dom0 this machine's
# loopback is 10.0.2.2.
# IMAGE names the folder of an image; without it prepare.sh is asked. GUESTS=pv: a host of PV guests alone, whose CPU can do no
# more, in half of the time; all (the default) are PV and PVH.
set -euo pipefail
umask 077 # keys and tokens are in the folder
LAB_NAME=xen-host
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

# MiB. Of these dom0 has 1024: saving a guest of 192 into dom0's RAM disk needs more than 768. The rest is the guests'.
MEMORY=3072 DOM0_MEMORY=1024
# With two, dom0 gets through its work in half the time, and one PVH guest in 17 ends in a triple fault with the state of Xen itself
# in its registers: QEMU's emulation of SVM is not safe against another CPU's interrupts.
CPUS=1
# A model that Xen and .NET can live with: under emulation SMAP and SMEP fault in Xen's bounce frames, RDTSCP makes Xen
# crash its PVH guests, and .NET wants SSE4.2 and POPCNT.
CPU=qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16,+lahf_lm
QEMU=qemu-system-x86_64
# QEMU is Debian 12's, 7.2. With 10.0 (backports) .NET and xl take half of the CPU time, but its SVM takes the read of any control
# register for one of CR0, which Xen intercepts: a PVH guest reads 0 from CR2 and is lost at its first page fault. And with FSGSBASE
# no switch between threads of dom0 needs a call into Xen.
GUESTS=${GUESTS:-all}
case $GUESTS in
all) CPU=$CPU,+svm,+npt SNAPSHOT=ram.zst ;;
pv) CPU=$CPU,-svm,+fsgsbase SNAPSHOT=ram-pv.zst ;;
*) echo "GUESTS=$GUESTS: all or pv" >&2; exit 2 ;;
esac

[ $# -ge 2 ] || { sed -n '2,21p' "$0" >&2; exit 2; }
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
# Sockets are named relative to here: the path of a Unix socket may have no more than 107 characters.
cd "$dir"

alive() { running qemu.pid "$dir"; }

# BatchMode: fail, never ask. The control socket saves the handshake, which is most of a short command's time here.
ssh_options() {
  echo -i "$(cat image)/id_dom0" -p "$(cat port)" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR -o ConnectTimeout=120
}
dom0() {
  # shellcheck disable=SC2046 # a list of words
  ssh $(ssh_options) -o ControlMaster=no -o ControlPath=ssh.sock root@127.0.0.1 "$@"
}
open_control() {
  # Not by ControlMaster=auto: that leaves a process behind which holds the caller's output open.
  # shellcheck disable=SC2046
  ssh $(ssh_options) -M -N -f -o ControlPersist=yes -o ControlPath=ssh.sock root@127.0.0.1 </dev/null >/dev/null 2>&1
}
close_control() { ssh -o ControlPath=ssh.sock -O exit root@127.0.0.1 2>/dev/null || true; }

qemu() { # qemu ARGUMENT...: starts it in the background, in a session of its own
  alive && die "already running in $dir"
  [ -n "${IMAGE:-}" ] || IMAGE=$(bash "$here/prepare.sh")
  echo "$IMAGE" >image
  [ "$GUESTS" != pv ] || [ ! -x "$IMAGE/qemu" ] || QEMU=$IMAGE/qemu
  free_port >port
  [ -e uuid ] || cat /proc/sys/kernel/random/uuid >uuid # the machine's, over all its boots
  rm -f console.log qmp.sock ssh.sock srv.img volumes.img
  cp --sparse=always "$IMAGE/srv.img" srv.img
  truncate -s 4G volumes.img
  setsid "$QEMU" -name "reconciler-lab,debug-threads=off" -M pc -accel tcg,thread=multi,tb-size=1536 -cpu "$CPU" \
    -uuid "$(cat uuid)" -smp $CPUS -m $MEMORY -nodefaults -no-user-config -display none -no-reboot \
    -serial "file:$dir/console.log" -qmp unix:qmp.sock,server=on,wait=off \
    -kernel "$IMAGE/xen" \
    -append "console=com1 com1=115200,8n1 dom0_mem=${DOM0_MEMORY}M,max:${DOM0_MEMORY}M loglvl=all guest_loglvl=warning noreboot bootscrub=0 spec-ctrl=no" \
    -initrd "$IMAGE/vmlinux-dom0 console=hvc0 rdinit=/init quiet mitigations=off,$IMAGE/dom0.cpio" \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$(cat port)-:22" -device virtio-net-pci,netdev=net,romfile= \
    -drive "if=virtio,format=raw,file=$IMAGE/tools.img,read-only=on" \
    -drive "if=virtio,format=raw,file=$dir/srv.img,cache=unsafe,discard=unmap" \
    -drive "if=virtio,format=raw,file=$dir/volumes.img,cache=unsafe,discard=unmap" \
    "$@" </dev/null >qemu.log 2>&1 &
  echo $! >qemu.pid
}

# After a boot and after a resume, in which dom0's clock stood still. Guests get the time of day from Xen, Xen from dom0.
set_up() { dom0 "date -s @$(date +%s) >/dev/null && mount /dev/vdb /srv"; }

until_true() { # until_true SECONDS WHAT COMMAND...: polls until COMMAND succeeds
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    alive || die "QEMU ended while waiting for $what: $(cat qemu.log)"
    [ $SECONDS -lt $deadline ] || die "waited in vain for $what; see $dir/console.log"
    sleep 0.1
  done
}

monitor() { # monitor COMMAND: one command of QEMU's human monitor, by way of QMP
  python3 - "$1" <<'PY'
import json, socket, sys
channel = socket.socket(socket.AF_UNIX)
channel.connect('qmp.sock')
stream = channel.makefile('rw')
stream.readline()
def ask(command, **arguments):
    stream.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
    stream.flush()
    while True:
        answer = json.loads(stream.readline())
        if 'return' in answer or 'error' in answer:
            return answer
ask('qmp_capabilities')
print(ask('human-monitor-command', **{'command-line': sys.argv[1]}).get('return', '').strip())
PY
}

booted() { grep -qsE 'DOM0 READY|\(XEN\) (Panic|Domain 0 .*crashed)' console.log; }
saved() { [[ $(monitor "info migrate") == *"status: completed"* ]]; }
loaded() { [[ $(monitor "info status" 2>/dev/null) =~ paused && ! $(monitor "info status") =~ inmigrate ]]; }

case $command in
start)
  qemu
  until_true 240 "dom0" booted
  grep -q 'DOM0 READY' console.log || die "dom0 did not come up; see $dir/console.log"
  until_true 60 "dom0's sshd" open_control
  set_up
  ;;
resume)
  [ -n "${IMAGE:-}" ] || IMAGE=$(bash "$here/prepare.sh")
  qemu -incoming "exec:zstd -q -dc '$IMAGE/$SNAPSHOT'"
  until_true 120 "the snapshot to load" loaded
  monitor cont >/dev/null
  until_true 60 "dom0's sshd" open_control
  set_up
  ;;
snapshot)
  alive || die "not running"
  dom0 umount /srv # the disk is another one at the next resume
  close_control
  monitor stop >/dev/null
  monitor "migrate_set_parameter max-bandwidth 0" >/dev/null
  monitor "migrate -d \"exec:zstd -q -1 -T0 -f -o '$(cat image)/$SNAPSHOT'\"" >/dev/null
  until_true 180 "the snapshot" saved
  end qemu.pid "$dir" 10
  ;;
exec) dom0 "$@" ;;
put)
  target=${*: -1} arguments=()
  for file in "${@:1:$#-1}"; do file=$(cd "$OLDPWD" && realpath "$file"); arguments+=(-C "$(dirname "$file")" "$(basename "$file")"); done
  tar c "${arguments[@]}" | dom0 "mkdir -p '$target' && tar x -C '$target'"
  ;;
get)
  target=$(cd "$OLDPWD" && mkdir -p "${*: -1}" && cd "${*: -1}" && pwd) arguments=
  for file in "${@:1:$#-1}"; do arguments+=" -C '$(dirname "$file")' '$(basename "$file")'"; done
  dom0 "tar c $arguments" | tar x -C "$target"
  ;;
ssh) echo "ssh $(ssh_options) root@127.0.0.1" ;;
stop | destroy)
  close_control
  end qemu.pid "$dir" 5
  [ "$command" = stop ] || { cd / && rm -rf "$dir"; }
  ;;
*) die "unknown command '$command'" ;;
esac
