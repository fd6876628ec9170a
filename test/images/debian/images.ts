import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, digestOf } from '../../vm/download/cache.ts';
import { type MadeManifest, makeLayout } from '../make-layout.ts';
import { directory, file, link, type Member } from '../tar/archive.ts';

type DebianImage = {
  readonly packages: string;
  /** What the official image has beside the packages. */
  readonly members: () => readonly Member[];
  readonly config: Readonly<Record<string, unknown>>;
};

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ENTRYPOINT = 'usr/local/bin/docker-entrypoint.sh';

const entrypoint = (name: string, path = ENTRYPOINT): Member =>
  file(path, readFileSync(new URL(`entrypoints/${name}.sh`, import.meta.url), 'latin1'), { mode: 0o755 });

/** Images with the programs of Debian 12; what else is in them, and their configuration, is that of Docker's official images. */
const IMAGES = {
  'postgres:15': {
    packages: 'postgresql-15',
    members: () => [
      entrypoint('postgres'),
      directory('docker-entrypoint-initdb.d'),
      directory('var/lib/postgresql/data', { mode: 0o1777, uid: 100, gid: 102 }),
    ],
    config: {
      Env: [
        `PATH=${PATH}:/usr/lib/postgresql/15/bin`,
        'LANG=C.UTF-8',
        'PG_MAJOR=15',
        'PGDATA=/var/lib/postgresql/data',
      ],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      ExposedPorts: { '5432/tcp': {} },
      Volumes: { '/var/lib/postgresql/data': {} },
      StopSignal: 'SIGINT',
    },
  },
  'redis:7': {
    packages: 'redis-server',
    members: () => [entrypoint('redis'), directory('data', { uid: 100, gid: 101 })],
    config: {
      Env: [`PATH=${PATH}`],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server'],
      ExposedPorts: { '6379/tcp': {} },
      Volumes: { '/data': {} },
      WorkingDir: '/data',
    },
  },
  'nginx:1': {
    packages: 'nginx-light',
    members: () => [
      entrypoint('nginx', 'docker-entrypoint.sh'),
      directory('docker-entrypoint.d'),
      link('var/log/nginx/access.log', '/dev/stdout'),
      link('var/log/nginx/error.log', '/dev/stderr'),
      file('etc/nginx/conf.d/default.conf', 'server { listen 80; root /usr/share/nginx/html; }\n'),
      file('etc/nginx/sites-enabled/.wh.default'),
      file('usr/share/nginx/html/index.html', '<h1>Welcome to nginx!</h1>\n'),
    ],
    config: {
      Env: [`PATH=${PATH}`],
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['nginx', '-g', 'daemon off;'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  },
  'python:3': {
    packages: 'python3 python3-redis python3-psycopg2 python3-pymysql',
    members: () => [link('usr/local/bin/python', '/usr/bin/python3')],
    config: { Env: [`PATH=${PATH}`, 'LANG=C.UTF-8'], Cmd: ['python3'] },
  },
  'node:18': {
    packages: 'nodejs node-pg node-redis',
    members: () => [link('usr/local/bin/node', '/usr/bin/node')],
    config: { Env: [`PATH=${PATH}`, 'NODE_PATH=/usr/share/nodejs'], Cmd: ['node'] },
  },
  'mariadb:10': {
    packages: 'mariadb-server',
    members: () => [
      entrypoint('mariadb'),
      directory('docker-entrypoint-initdb.d'),
      // The package has made a database.
      directory('var/lib/mysql', { uid: 100, gid: 101 }),
      file('var/lib/mysql/.wh..wh..opq'),
      file('etc/mysql/mariadb.conf.d/99-all.cnf', '[mariadbd]\nbind-address = 0.0.0.0\nskip-name-resolve\n'),
    ],
    config: {
      Env: [`PATH=${PATH}`, 'LANG=C.UTF-8'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['mariadbd'],
      ExposedPorts: { '3306/tcp': {} },
      Volumes: { '/var/lib/mysql': {} },
    },
  },
} as const satisfies Readonly<Record<string, DebianImage>>;

export type DebianImageName = keyof typeof IMAGES;

/** Writes images into a new OCI layout. Their layers are made once on a machine, which takes a minute or less. */
export const debianImages = (target: string, names: readonly DebianImageName[]): readonly MadeManifest[] =>
  makeLayout(
    target,
    names.map((name) => ({
      name,
      layers: [...layersOfImage(name), IMAGES[name].members()],
      config: IMAGES[name].config,
      isCompressed: false,
    })),
  );

/** The layers of the packages of an image. */
export const layersOfImage = (name: DebianImageName): readonly Buffer[] =>
  layersOfPackages(IMAGES[name].packages);

/** Debian without documentation, and packages above it, as plain archives. */
export const layersOfPackages = (packages: string): readonly Buffer[] => {
  const script = join(import.meta.dirname, 'make-layers.sh');
  const directory = cacheDirectory('layers', digestOf(readFileSync(script, 'utf8')).slice(0, 16));
  const name = packages.replaceAll(/[^\w.-]+/g, '_');
  execFileSync(script, [directory, name, packages], { stdio: 'pipe' });
  return ['base', name].map((layer) => readFileSync(join(directory, `${layer}.tar`)));
};
