import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Programs that only tests use, and the Debian package of each. */
const packages = {
  busybox: 'busybox-static',
  chattr: 'e2fsprogs',
  cc: 'gcc libc6-dev',
  containerd: 'containerd',
  crun: 'crun',
  'dbus-daemon': 'dbus',
  dig: 'bind9-dnsutils',
  dnsmasq: 'dnsmasq-base',
  dnsperf: 'dnsperf',
  dockerd: 'docker.io',
  'docker-registry': 'docker-registry',
  firewalld: 'firewalld',
  fish: 'fish',
  ip: 'iproute2',
  iperf3: 'iperf3',
  'iptables-nft': 'iptables',
  man: 'man-db',
  mmdebstrap: 'mmdebstrap',
  'musl-gcc': 'musl-tools',
  mandoc: 'mandoc',
  mariadbd: 'mariadb-server',
  nft: 'nftables',
  exportfs: 'nfs-kernel-server',
  nginx: 'nginx-light',
  nsenter: 'util-linux',
  pg_ctlcluster: 'postgresql',
  podman: 'podman',
  prlimit: 'util-linux',
  readelf: 'binutils',
  openssl: 'openssl',
  runc: 'runc',
  script: 'bsdutils',
  skopeo: 'skopeo',
  socat: 'socat',
  ufw: 'ufw',
  umoci: 'umoci',
  strace: 'strace',
  zsh: 'zsh',
} as const;

export type Program = keyof typeof packages;

/** How to install what is missing; undefined when nothing is. */
export function installLine(programs: readonly Program[]): string | undefined {
  const missing = programs.filter((program) => !isInstalled(program)).map((program) => packages[program]);
  return missing.length === 0 ? undefined : `needs: apt-get install ${missing.join(' ')}`;
}

function isInstalled(program: string): boolean {
  const directories = (process.env.PATH ?? '').split(':');
  return [...directories, '/bin', '/sbin', '/usr/sbin'].some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
