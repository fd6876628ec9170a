import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Programs that only tests use, and the Debian package of each. */
const packages = {
  busybox: 'busybox-static',
  chattr: 'e2fsprogs',
  cc: 'gcc libc6-dev',
  crun: 'crun',
  'docker-registry': 'docker-registry',
  fish: 'fish',
  ip: 'iproute2',
  man: 'man-db',
  mandoc: 'mandoc',
  mariadbd: 'mariadb-server',
  nginx: 'nginx-light',
  nsenter: 'util-linux',
  pg_ctlcluster: 'postgresql',
  prlimit: 'util-linux',
  readelf: 'binutils',
  openssl: 'openssl',
  runc: 'runc',
  script: 'bsdutils',
  skopeo: 'skopeo',
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
