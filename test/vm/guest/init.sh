#!/bin/busybox sh
# The first process on the disk: what a system manager would mount, then the tests as its child, then the end.
# Linux gives words of its command line as variables of the environment: `cgroups=v2` (v2, v1 or none), `part=0`, `manager=systemd`.
export PATH=/usr/sbin:/usr/bin HOME=/root
if [ "$manager" = systemd ]; then
  # The real one, over several boots.
  [ -e /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
  mkdir -p /etc/systemd/system/multi-user.target.wants
  cp /tscompose/test/vm/guest/boots.service /etc/systemd/system
  ln -sf ../boots.service /etc/systemd/system/multi-user.target.wants
  exec /usr/lib/systemd/systemd
fi
mkdir -p /dev/pts /dev/shm
mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
ln -sf /proc/self/fd /dev/fd
case $cgroups in
v2)
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  ;;
v1)
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for controllers in cpu,cpuacct cpuset memory pids devices freezer blkio; do
    mkdir "/sys/fs/cgroup/$controllers"
    mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$controllers"
  done
  ;;
esac
ip link set lo up
busybox hostname virtual-machine
cd /tscompose || exit
node -- test/vm/guest/suite.js
echo "vm: exit status $?"
busybox poweroff -f
