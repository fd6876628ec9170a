#!/bin/sh
# Makes the layers of images out of Debian's packages, each once: `base.tar`, and above it one for each set of packages.
#   make-layers.sh DIRECTORY [NAME PACKAGES]…
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
directory=$1
shift
mkdir -p "$directory"
cd "$directory"
exec 9>lock
flock 9

archive() { tar --create --numeric-owner --sort=name --xattrs --xattrs-include='security.*' --file="$2.tar.part" --directory="$1" .; }

if [ ! -e base.tar ]; then
  rm -rf base
  mmdebstrap --quiet --variant=apt --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm base http://deb.debian.org/debian
  archive base base
  mv base.tar.part base.tar
fi

# The packages of "$2" in an overlay above the base, whose upper directory is the layer.
install_above() {
  rm -rf "$1"
  mkdir -p "$1/upper" "$1/work" "$1/merged"
  unshare --mount sh -euc '
    root=$0/merged
    mount -t overlay -o "lowerdir=base,upperdir=$0/upper,workdir=$0/work" overlay "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
    printf "#!/bin/sh\nexit 101\n" >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    mkdir -p "$root/etc/postgresql-common"
    echo "create_main_cluster = false" >"$root/etc/postgresql-common/createcluster.conf"
    chroot "$root" apt-get -qq update
    chroot "$root" apt-get -qq -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Options::=--force-confold install -y --no-install-recommends $1 >/dev/null
    chroot "$root" apt-get clean
    rm -rf "$root/usr/sbin/policy-rc.d" "$root/var/lib/apt/lists"/*_* "$root/var/cache/debconf"/*-old
  ' "$1" "$2"
  # What the overlay marks as removed, layers name; directories that it marks as opaque are new.
  find "$1/upper" -type c | while read -r gone; do
    rm "$gone"
    : >"$(dirname "$gone")/.wh.$(basename "$gone")"
  done
  archive "$1/upper" "$1"
  rm -rf "$1"
  mv "$1.tar.part" "$1.tar"
}

while [ $# -gt 0 ]; do
  [ -e "$1.tar" ] || install_above "$1" "$2"
  shift 2
done
