#!/bin/sh
# Records what Docker and Podman keep of one image, each with two drivers, and containerd, for engine-stores.test.ts. They
# pull it from a registry of this script, which runs in namespaces of its own. Needs root, and docker.io podman containerd
# docker-registry skopeo.
#   record-engine-stores.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ "${1-}" = inside ] || {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  node --import=tsx "$here/recorded-image.ts" "$work/layout"
  cd "$work"
  unshare --mount --net --pid --fork --mount-proc --propagation private "$here/record-engine-stores.sh" inside
  exit
}

mount -t tmpfs tmpfs /run
mkdir /run/docker /run/registry
ip link set lo up
cat >/run/registry.yml <<'E2'
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: /run/registry } }
http: { addr: '127.0.0.1:5000' }
E2
docker-registry serve /run/registry.yml 2>/dev/null &
registry=$!
image=127.0.0.1:5000/team/app:1
until skopeo copy -q --dest-tls-verify=false --insecure-policy oci:layout:1 "docker://$image" 2>/dev/null; do kill -0 $registry; sleep 0.1; done

# record NAME ROOT DIRECTORY…: without whiteouts, which only root can make, and without what is not read.
record() {
  name=$1
  cd "$2"
  shift 2
  find "$@" ! -type c ! -name '*.lock' ! -name link ! -name lower ! -name committed ! -path '*/l/*' ! -path '*/distribution/*' |
    tar --create --gzip --sort=name --owner=0 --group=0 --mode=u+rwX --mtime=@0 --no-recursion --files-from=- \
      --file="$here/recorded/$name.tar.gz"
  cd ..
}

for driver in overlay2 vfs; do
  dockerd --data-root "$PWD/docker" --exec-root /run/docker --pidfile /run/docker.pid -H unix:///run/docker.sock \
    --iptables=false --ip6tables=false --bridge=none --ip-forward=false -s $driver >docker.log 2>&1 &
  daemon=$!
  until docker -H unix:///run/docker.sock pull -q $image 2>/dev/null; do kill -0 $daemon; sleep 0.1; done
  kill $daemon
  wait $daemon || :
  record docker-$driver docker image $driver
  rm -rf docker
done
for driver in overlay vfs; do
  podman --root "$PWD/podman" --runroot /run/podman-$driver --storage-driver $driver pull -q --tls-verify=false $image
  umount podman/overlay 2>/dev/null || :
  record podman-$driver podman $driver $driver-images $driver-layers
  rm -rf podman
done

# With the namespace of Docker, and enough names for a tree of several levels in the database.
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >containerd.toml
containerd -c containerd.toml -a /run/containerd.sock --root "$PWD/containerd" --state /run/containerd >containerd.log 2>&1 &
daemon=$!
until ctr -a /run/containerd.sock -n moby images pull --plain-http $image >/dev/null 2>&1; do kill -0 $daemon; sleep 0.1; done
ctr -a /run/containerd.sock -n moby images tag $image $(seq -f 127.0.0.1:5000/team/other:%g 400) >/dev/null
kill $daemon
wait $daemon || :
record containerd containerd io.containerd.metadata.v1.bolt io.containerd.content.v1.content/blobs
