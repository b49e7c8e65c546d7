# The programs of dom0 for disks and networks: QEMU as disk backend (qdisk), qemu-img, LVM with thin pools, ext4, loop
# devices, nftables. Sourced by prepare.sh. They are on a disk of their own, mounted at /opt/tools: in the RAM disk they would
# be memory of dom0, and be read with the snapshot at every resume.
#
# dom0's shell, busybox, prefers its own applets to programs of the same name, which can less: say /usr/sbin/losetup,
# /usr/sbin/blkid, /usr/sbin/blockdev there.

tool_packages="qemu-system-xen qemu-system-data qemu-utils lvm2 dmsetup thin-provisioning-tools nftables e2fsprogs util-linux mount bridge-utils
  libaio1 libblkid1 libbz2-1.0 libcap-ng0 libdevmapper1.02.1 libdevmapper-event1.02.1 libdw1 libedit2
  libexpat1 libfdt1 libffi8 libfuse3-3 libgcrypt20 libglib2.0-0 libgnutls30 libgpg-error0 libgstreamer1.0-0
  libgstreamer-plugins-base1.0-0 libhogweed6 libidn2-0 libjansson4 libjpeg62-turbo liblz4-1 libmount1 libnettle8 libnftables1
  libnftnl11 libnuma1 libopus0 liborc-0.4-0 libp11-kit0 libpam0g libpixman-1-0 libreadline8 libsasl2-2 libsmartcols1
  libspice-server1 libss2 libsystemd0 libtasn1-6 libudev1 libunistring2 libunwind8 liburing2 libusb-1.0-0"

# Where libxl 4.17 of Debian looks for the QEMU of a disk: /usr/libexec/xen-qemu-system-i386.
tool_programs="libexec/xen-qemu-system-i386 bin/qemu-img sbin/lvm sbin/dmsetup sbin/pdata_tools sbin/nft sbin/mke2fs sbin/e2fsck
  sbin/resize2fs sbin/tune2fs sbin/losetup sbin/blkid sbin/blockdev sbin/wipefs sbin/brctl bin/lsblk bin/flock"

tools_disk() { # tools_disk TREE ROOT OUT: makes the disk OUT of the packages unpacked in TREE, and its links in dom0's ROOT
  local disk=$work/tools program link
  mkdir -p "$disk"
  # shellcheck disable=SC2086 # a list of words
  python3 - "$1" "$2" "$disk" $tool_programs <<'PY'
# Copies the programs, and of the shared libraries those that they need (readelf: nothing is run) and dom0 has not.
import os, shutil, subprocess, sys
tree, root, disk, *programs = sys.argv[1:]
LIBRARIES = 'lib/x86_64-linux-gnu'
def find(path):
    for candidate in (os.path.join(tree, 'usr', path), os.path.join(tree, path)):
        if os.path.exists(candidate):
            return os.path.realpath(candidate)
    sys.exit('no package of the tools disk has ' + path)
def place(path):
    source, target = find(path), os.path.join(disk, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copy(source, target)
    link = os.path.join(root, 'usr', path)
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if os.path.lexists(link):
        os.remove(link)
    os.symlink('/opt/tools/' + path, link)
    for line in subprocess.run(['readelf', '-d', source], capture_output=True, text=True, check=True).stdout.splitlines():
        if '(NEEDED)' in line:
            library = os.path.join(LIBRARIES, line.split('[')[1].rstrip(']'))
            if not os.path.lexists(os.path.join(root, 'usr', library)):
                place(library)
for program in programs:
    place(program)
PY
  # libxl gives every QEMU a VNC option, for which it reads a keyboard map. It looks for its data from where its program is.
  mkdir -p "$disk/share/qemu/keymaps"
  cp "$1/usr/share/qemu/keymaps/en-us" "$disk/share/qemu/keymaps/"
  # Programs that go by several names.
  for link in pvcreate pvremove pvs pvscan pvresize vgcreate vgremove vgs vgscan vgchange vgextend lvcreate lvremove lvs lvscan \
    lvchange lvextend lvresize lvrename lvconvert lvdisplay; do ln -sfn lvm "$2/usr/sbin/$link"; done
  for link in thin_check thin_dump thin_repair; do ln -sfn pdata_tools "$2/usr/sbin/$link"; done
  for link in mkfs.ext2 mkfs.ext4; do ln -sfn mke2fs "$2/usr/sbin/$link"; done
  for link in fsck.ext2 fsck.ext4; do ln -sfn e2fsck "$2/usr/sbin/$link"; done
  cp "$1/etc/mke2fs.conf" "$2/etc/"
  mkdir -p "$2/etc/lvm" "$2/opt/tools" "$2/srv"
  # There is no udev here: LVM makes the nodes itself. And no dmeventd, which grows pools by itself.
  printf '%s\n' 'devices { obtain_device_list_from_udev = 0 external_device_info_source = "none" use_devicesfile = 0 }' \
    'activation { udev_sync = 0 udev_rules = 0 monitoring = 0 }' 'global { event_activation = 0 }' >"$2/etc/lvm/lvm.conf"
  mke2fs -q -t ext4 -O ^has_journal -m 0 -E root_owner=0:0 -d "$disk" "$3" "$(($(du -sm "$disk" | cut -f1) * 5 / 4 + 4))M" >/dev/null
}
