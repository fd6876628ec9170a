import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { kill } from 'node:process';
import { patience } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs, type scenario, whenNightly } from './harness/scenario.ts';

type Database = {
  /** Makes the data of a new database in /data, then executes the server, as user 33. */
  readonly start: string;
  /** Executes the statements in its argument. */
  readonly client: string;
};

const AS_USER = 'setpriv --reuid=33 --regid=33 --clear-groups';

const POSTGRESQL: Database = {
  start: `PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
    [ -s /data/PG_VERSION ] || { chown 33:33 /data; ${AS_USER} initdb -D /data -A trust -U postgres --no-locale >/dev/null; }
    exec ${AS_USER} postgres -D /data -k /tmp -c listen_addresses= -c shared_buffers=8MB`,
  client: 'exec psql -qtA -v ON_ERROR_STOP=1 -h /tmp -U postgres -c "$1"',
};

const MARIADB: Database = {
  start: `mkdir -p /tmp/run; chown 33:33 /tmp/run
    [ -d /data/mysql ] || { chown 33:33 /data; ${AS_USER} mariadb-install-db --no-defaults --datadir=/data --auth-root-authentication-method=normal --skip-test-db >/dev/null; }
    exec ${AS_USER} mariadbd --no-defaults --datadir=/data --socket=/tmp/run/sock --pid-file=/tmp/run/pid --skip-networking --innodb-buffer-pool-size=8M`,
  client: 'exec mariadb --no-defaults -N -B -uroot -S /tmp/run/sock mysql -e "$1"',
};

const composed = (
  project: Project,
  { start }: Database,
  { rootfs, volumes }: { readonly rootfs: string; readonly volumes: readonly string[] } = {
    rootfs: 'host',
    volumes: [],
  },
): void => {
  project.write('start', `#!/bin/sh\n${start}\n`, 0o755);
  project.compose(`services:
  db:
    rootfs: ${rootfs}
    command: [/start]
    stop_grace_period: 60s
    tmpfs: [/tmp]
    volumes: ${JSON.stringify(['data:/data', './start:/start:ro', ...volumes])}
volumes: { data: }
`);
};

/** A directory with the programs of the host, and with files and a place of its own for everything else. */
const otherRoot = (project: Project): readonly string[] => {
  for (const name of ['usr', 'etc', 'tmp', 'data'])
    mkdirSync(project.path('other', name), { recursive: true });
  // A tmpfs without a mode has that of the directory in its place.
  chmodSync(project.path('other/tmp'), 0o1777);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, project.path('other', name));
  project.write('other/etc/passwd', 'root:x:0:0::/:/bin/sh\nother:x:33:33::/:/bin/sh\n');
  return ['/usr:/usr:ro', '/etc/alternatives:/etc/alternatives:ro'];
};

/** All processes of the project: those of the containers, and the one that looks after them. */
const everything = (project: Project): readonly number[] => [
  project.supervisor()!,
  ...readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${project.name}/`)
        ? [Number(pid)]
        : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  }),
];

const killEverything = (project: Project): void => {
  for (const pid of everything(project)) {
    try {
      kill(pid, 'SIGKILL');
    } catch {
      // The end of PID 1 has ended the others.
    }
  }
};

// Red without: the mounts of volumes in mountsOf of container/config.ts.
const keepsItsData = (title: string, database: Database): [string, Parameters<typeof scenario>[1]] => [
  `${title} keeps its data across down and up, kill -9 of everything, and another root`,
  async (t, project) => {
    t.timeout(180_000 * patience);
    const ask = (statement: string): Promise<string> =>
      eventually(
        'the database answers',
        () => project.exec('db', 'sh', '-c', database.client, 'sh', statement),
        60,
      );
    const count = 'SELECT count(*) FROM kept';
    composed(project, database);
    await project.up();
    await ask('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    await project.change('down');
    await project.up();
    t.is(await ask(count), '1', 'after down and up');
    await ask('INSERT INTO kept VALUES (2)');
    killEverything(project);
    await project.up();
    t.is(await ask(count), '2', 'after kill -9 of everything');
    composed(project, database, { rootfs: './other', volumes: otherRoot(project) });
    await project.up();
    t.is(await ask(count), '2', 'in another root');
  },
];

needs('pg_ctlcluster')(...keepsItsData('PostgreSQL', POSTGRESQL));

whenNightly(needs('mariadbd'))(...keepsItsData('MariaDB', MARIADB));
