#!/usr/bin/env bash
# Builds a Xen host that runs in QEMU without hardware virtualisation, from Debian's packages alone, and prints the folder
# of its image:
#
#   xen             the hypervisor, an ELF as `qemu -kernel` takes it
#   vmlinux-dom0    Debian's generic kernel (the cloud kernel can't be a dom0), an ELF
#   dom0.cpio       dom0's root file system: the Xen toolstack, busybox, sshd, and guests to start in /guest
#   tools.img       a disk with QEMU, LVM and more for dom0, at /opt/tools there (disk-tools.sh)
#   srv.img         an empty file system of 4 GiB, sparse, for /srv in dom0; each running host has a copy
#   id_dom0[.pub]   the key that logs in to dom0
#   ram.zst         that host a moment after its boot, to resume from (host.sh); ram-pv.zst: that of GUESTS=pv
#   qemu            a newer QEMU than the machine's, for hosts of PV guests; absent where it can't be had
#
# The folder is named after everything that goes into it, so a changed file or package makes a new image. Answers at once
# when it is there. Safe to interrupt, and to run from several places at a time. Nothing but the programs that this script
# itself calls is installed on the machine; packages are unpacked in the user's cache.
set -euo pipefail
LAB_NAME=xen-host
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
. "$here/disk-tools.sh"

XEN=4.17
base=$LAB_CACHE/xen-host
unpacked=$base/unpacked

# python3-minimal has no json.
need_packages qemu-system-x86 openssh-client cpio binutils kmod xz-utils lz4 zstd e2fsprogs python3
PATH=$PATH:/usr/sbin:/sbin # depmod and modprobe, for whoever is not root

#------------------------------------------------------------------------------------------------------------- packages ---
toolstack="xen-hypervisor-$XEN-amd64 xen-utils-$XEN xen-utils-common xenstore-utils libxenmisc$XEN libxencall1
  libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4 libxentoolcore1
  libxentoollog1"
newer_qemu=pool/main/q/qemu/qemu-system-x86_10.0.2+ds-2+deb13u1~bpo12+1_amd64.deb
newer_qemu_sha256=4a6b1856c8b0d7df4ff8e70249e12c473ccf8d516aadb4ae14d3d938faed0c65
# What the toolstack, its hotplug scripts and a self-contained .NET program need at run time.
userland="libc6 libgcc-s1 libstdc++6 libssl3 zlib1g libzstd1 liblzma5 libuuid1 libext2fs2 libcom-err2 libncurses6 libtinfo6
  libyajl2 bash busybox-static iproute2 libelf1 libbsd0 libmd0 libmnl0 libcap2 libbpf1 libdb5.3 libxtables12 libselinux1
  libpcre2-8-0 libtirpc3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1 dropbear-bin libtomcrypt1
  libtommath1 libcrypt1 libgmp10"

# A script and a folder of its own: a changed file of dom0 does not build the kernel again.
guest_kernel=$(bash "$here/../guest-kernel/prepare.sh")

# A machine that has never looked has no package lists.
apt-cache policy linux-image-amd64 | grep 'Candidate: [^(]' >/dev/null || debian_update
key=$({
  echo "$guest_kernel"
  cat "$here/prepare.sh" "$here/host.sh" "$here/disk-tools.sh"
  (cd "$here/files" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
  # shellcheck disable=SC2086 # a list of words
  apt-cache policy $toolstack $userland $tool_packages linux-image-amd64 | grep -E '^[^ ]|Candidate:'
  qemu-system-x86_64 --version
} | sha256sum | cut -c1-16)
image=$base/images/$key
[ -e "$image/complete" ] && { touch "$image/complete"; echo "$image"; exit; }
only_one "$base/lock"
[ -e "$image/complete" ] && { echo "$image"; exit; }
# What an interrupted run or an earlier state of these files has left; what was used in the last day may still be in use.
for old in "$base"/work.*; do
  [ ! -d "$old/host" ] || "$here/host.sh" destroy "$old/host"
  rm -rf "$old"
done
for old in "$base"/images/*; do
  [ -n "$(find "$old/complete" -mmin -1440 2>/dev/null)" ] || rm -rf "$old"
done
work=$(mktemp -d "$base/work.XXXXXX")
trap '[ ! -d "$work/host" ] || "$here/host.sh" destroy "$work/host"; rm -rf "$work"' EXIT
out=$work/out
mkdir "$out"

# The metapackage names the kernel.
dom0_kernel=$(apt-cache show linux-image-amd64 2>/dev/null | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -1)
[ -n "$dom0_kernel" ] || die "apt knows no linux-image-amd64: this lab is made from Debian 12 amd64"

say "fetching and unpacking Debian packages (100 MB, once)"
# A newer version has a folder of its own, so that nothing of the older one shines through.
tree() { # tree NAME PACKAGE...: unpacks the packages and sets the variable NAME to where they are
  local name=$1 dir
  shift
  dir=$unpacked/$name-$(apt-cache policy "$@" | grep -E '^[^ ]|Candidate:' | sha256sum | cut -c1-12)
  debian_unpack "$dir" "$@"
  printf -v "$name" '%s' "$dir"
}
# shellcheck disable=SC2086
tree xen $toolstack
# shellcheck disable=SC2086
tree debian $userland
# shellcheck disable=SC2086
tree tools $tool_packages
tree dom0_tree "$dom0_kernel"
dom0_version=${dom0_kernel#linux-image-}

#--------------------------------------------------------------------------------------------------------------- kernel ---
say "building the image"
# Xen's dom0 builder takes the plain ELF inside a bzImage; taking it out here saves many seconds of emulated decompression at
# each boot. Offsets: Documentation/x86/boot.rst, payload_offset and payload_length.
elf_of_bzimage() { # elf_of_bzimage BZIMAGE OUT
  python3 - "$1" "$2" <<'PY'
import struct, subprocess, sys
image = open(sys.argv[1], 'rb').read()
start = (image[0x1f1] + 1) * 512 + struct.unpack_from('<I', image, 0x248)[0]
payload = image[start:start + struct.unpack_from('<I', image, 0x24c)[0]]
tools = {b'\xfd7zXZ': 'xz', b'\x28\xb5\x2f\xfd': 'zstd', b'\x1f\x8b': 'gzip', b'\x02\x21\x4c\x18': 'lz4'}
tool = next(name for magic, name in tools.items() if payload.startswith(magic))
if tool in ('zstd', 'lz4'):
    payload = payload[:-4]  # the build appends the unpacked size for formats that don't carry it
elf = subprocess.run([tool, '-dc'], input=payload, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
assert elf[:4] == b'\x7fELF', 'no ELF inside ' + sys.argv[1]
open(sys.argv[2], 'wb').write(elf)
PY
  strip --strip-debug "$2" 2>/dev/null || true
}
zcat "$xen/boot/xen-$XEN-amd64.gz" >"$out/xen"
elf_of_bzimage "$dom0_tree/boot/vmlinuz-$dom0_version" "$out/vmlinux-dom0"

modules() { # modules TREE VERSION ROOT MODULE...: copies the modules and what they need into ROOT, with their load order
  local tree=$1 version=$2 root=$3 file
  shift 3
  [ -e "$tree/lib/modules/$version/modules.dep.bin" ] || depmod -b "$tree" "$version"
  mkdir -p "$root/lib/modules"
  for module in "$@"; do modprobe -d "$tree" -S "$version" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'; done |
    awk '!seen[$0]++' | while read -r file; do
      cp "$file" "$root/lib/modules/"
      basename "$file" >>"$root/lib/modules/order"
    done
}
archive() { (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$2"; } # archive ROOT OUT

#---------------------------------------------------------------------------------------------------------------- guest ---
guest=$work/guest
mkdir -p "$guest"/{bin,sbin,dev,proc,sys,tmp,mnt}
cp "$debian/bin/busybox" "$guest/bin/busybox"
install -m755 "$here/files/guest-init" "$guest/init"
install -m755 "$here/files/guest-poweroff" "$guest/sbin/poweroff"
install -m755 "$here/files/guest-reboot" "$guest/sbin/reboot"
install -m755 "$here/files/guest-run" "$here/files/guest-uevent" "$guest/bin/"
archive "$guest" "$work/guest.cpio"

#----------------------------------------------------------------------------------------------------------------- dom0 ---
root=$work/dom0
mkdir -p "$root"/{usr/{bin,sbin,lib/x86_64-linux-gnu,lib64},etc/dropbear,dev,proc,sys,run,tmp,root/.ssh,mnt,guest} \
  "$root"/var/{lib/xen,lib/xenstored,log/xen,tmp}
ln -s usr/bin "$root/bin"
ln -s usr/sbin "$root/sbin"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"
ln -s ../run "$root/var/run"
ln -s ../run/lock "$root/var/lock"
for tree in "$debian" "$xen"; do
  for dir in bin sbin lib lib64 usr/bin usr/sbin usr/lib; do
    [ -d "$tree/$dir" ] || continue
    mkdir -p "$root/$dir"
    tar c -C "$tree/$dir" --exclude='*.a' --exclude='./python3*' --exclude='./valgrind' --exclude='gconv' --exclude='./locale' \
      --exclude='audit' --exclude='./x86_64-linux-gnu/perl*' --exclude='xen-shim' --exclude='./engines-3' \
      --exclude=oxenstored --exclude=xenalyze --exclude='xentrace*' --exclude='xencov*' --exclude='./debug' . |
      tar x -C "$root/$dir" --no-same-owner --keep-directory-symlink
  done
done
cp -a --no-preserve=ownership "$xen/etc/xen" "$root/etc/"
rm -rf "$root/usr/lib/xen-$XEN/lib/python" "$root"/usr/bin/{bashbug,localedef,iconv,clear_console,locale,pldd,sotruss,ldd}
# Debian's xl and its like are wrappers that look for the running Xen's version: the programs themselves take their place.
for program in "$root/usr/lib/xen-$XEN/bin/"*; do
  program=${program##*/}
  rm -f "$root/usr/sbin/$program" "$root/usr/bin/$program"
  ln -s "../lib/xen-$XEN/bin/$program" "$root/usr/sbin/$program"
done
for applet in $("$debian/bin/busybox" --list); do
  [ -e "$root/usr/bin/$applet" ] || [ -e "$root/usr/sbin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
done
modules "$dom0_tree" "$dom0_version" "$root" xen-privcmd xenfs xen-evtchn xen-gntdev xen-gntalloc xen-netback xen-blkback \
  bridge tun loop virtio_pci virtio_net virtio_blk ext4 isofs dm-mod dm-thin-pool dm-snapshot \
  nf_tables nft_meta_bridge nft_reject_bridge nft_limit 8021q dummy
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd" # busybox: under emulation bash costs a tenth of a second a command
echo 'root::0:0:99999:7:::' >"$root/etc/shadow"
echo 'root:x:0:' >"$root/etc/group"
echo /bin/sh >"$root/etc/shells"
echo dom0 >"$root/etc/hostname"
echo '127.0.0.1 localhost dom0' >"$root/etc/hosts"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'autoballoon="off"\nlockfile="/run/lock/xl"\n' >"$root/etc/xen/xl.conf"
cp "$here"/files/guests/* "$root/guest/"
cp "$guest_kernel" "$root/guest/vmlinux"
cp "$work/guest.cpio" "$root/guest/guest.cpio"
install -m755 "$here/files/dom0-init" "$root/init"
install -m755 "$here/files/guest-exec" "$here/files/console-wait" "$root/usr/bin/"
ssh-keygen -q -t ed25519 -N '' -f "$out/id_dom0" -C reconciler-lab
cp "$out/id_dom0.pub" "$root/root/.ssh/authorized_keys"
chmod 700 "$root/root" "$root/root/.ssh"
chmod 600 "$root/root/.ssh/authorized_keys"
LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/dropbearkey" -t ed25519 \
  -f "$root/etc/dropbear/dropbear_ed25519_host_key" >/dev/null 2>&1
tools_disk "$tools" "$root" "$out/tools.img"
# No journal: the disk of a host lives as long as the host.
mke2fs -q -t ext4 -O ^has_journal -m 0 -E root_owner=0:0,lazy_itable_init=0 -N 16384 "$out/srv.img" 4G >/dev/null
archive "$root" "$out/dom0.cpio"

#----------------------------------------------------------------------------------------------------------------- qemu ---
# Of the distribution's backports; for its data it takes what the installed one has.
newer=$unpacked/$(basename "$newer_qemu" .deb)
if debian_unpack_file "$newer" "$newer_qemu" "$newer_qemu_sha256" && "$newer/usr/bin/qemu-system-x86_64" --version >/dev/null; then
  cp "$newer/usr/bin/qemu-system-x86_64" "$out/qemu"
else
  say "no newer QEMU: hosts of PV guests take twice the time. To try again: rm -r $image"
fi

#------------------------------------------------------------------------------------------------------------ snapshots ---
say "booting the host once for each kind, to resume from there"
for GUESTS in all pv; do
  export GUESTS
  IMAGE=$out "$here/host.sh" start "$work/host" >&2 || { tail -n 40 "$work/host/console.log" >&2; die "the host does not boot"; }
  IMAGE=$out "$here/host.sh" snapshot "$work/host" >&2
done

touch "$out/complete"
mkdir -p "$base/images"
mv "$out" "$image"
echo "$image"
