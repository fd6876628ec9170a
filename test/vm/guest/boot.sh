#!/bin/busybox sh
# The first process of the virtual machine, in the initramfs: modules, then the disk.
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs devtmpfs /dev
while read -r module; do
  $busybox insmod "/modules/$module" || echo "vm: $module could not be loaded"
done </modules/order
$busybox mount /dev/vda /root
$busybox mount /dev/vdb /root/tscompose
for directory in proc sys dev; do
  $busybox mount --move "/$directory" "/root/$directory"
done
exec $busybox switch_root /root /tscompose/test/vm/guest/init.sh
