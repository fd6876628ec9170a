#!/bin/sh
# Runs the bench beside Docker Compose: starts a daemon whose files are below one directory, in a mount and a network
# namespace of its own, so that it changes no mount, interface or rule of the machine, and measures both in there. Needs
# root, Debian's docker.io, docker-compose and iptables, and for `whole` what its scenario needs; nothing beyond loopback.
#   beside-docker.sh [OPTION OF THE BENCH…]
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
cgroup=tscompose-bench-docker
[ "${1-}" = inside ] || {
  # The layers of the shop come from Debian's mirror, which the namespace does not reach.
  case "$*" in *whole*) true ;; *--only*) false ;; esac && (cd "$repository" && node --import=tsx test/bench/shop-layers.ts)
  directory=$(mktemp -d)
  status=0
  unshare --mount --net --propagation private "$0" inside "$directory" "$@" || status=$?
  rm -rf "$directory"
  # The daemon leaves the cgroup above its containers.
  rmdir /sys/fs/cgroup/$cgroup /sys/fs/cgroup/*/$cgroup 2>/dev/null || :
  exit $status
}
shift
directory=$1
shift
mount -t tmpfs tmpfs /run
ip link set lo up
export DOCKER_HOST="unix://$directory/docker.sock"
dockerd --data-root "$directory/data" --exec-root /run/docker --pidfile /run/docker.pid -H "$DOCKER_HOST" \
  --cgroup-parent=/$cgroup >"$directory/log" 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null && wait $daemon || :' EXIT
# It tells its readiness to nobody but systemd.
until docker info >"$directory/info" 2>&1; do
  kill -0 $daemon 2>/dev/null || { tail -n 5 "$directory/log" >&2; exit 1; }
  sleep 0.1
done
cd "$repository"
node --import=tsx test/bench/bench.ts "$@"
