import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type HostsFiles, openHostsFiles } from '../../../src/engine/containers/hosts-files.ts';
import type { ContainerRecord } from '../../../src/engine/supervisor/record/project-record.ts';

const container = (name: string, addresses: Readonly<Record<string, string>>): ContainerRecord =>
  ({
    id: name.padEnd(64, '0'),
    name,
    service: name,
    number: 1,
    oneOff: false,
    addresses,
    definition: { networks: {} },
  }) as unknown as ContainerRecord;

type Fixture = {
  readonly project: { containers: Record<string, ContainerRecord> };
  readonly hosts: HostsFiles;
  readonly fileOf: (name: string) => string;
  readonly read: (name: string) => string;
  /** Marks every file, so that those that are written again can be told. */
  readonly mark: () => void;
  readonly isWritten: (name: string) => boolean;
};

const MARK = 'as it was\n';

const withHosts = async (
  containers: readonly ContainerRecord[],
  run: (fixture: Fixture) => Promise<void>,
): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-hosts-'));
  const project = { containers: Object.fromEntries(containers.map((one) => [one.name, one])) };
  const running = new Map(containers.map(({ name }) => [name, {}]));
  const fileOf = (name: string): string => join(directory, name);
  const read = (name: string): string => readFileSync(fileOf(name), 'utf8');
  const mark = (): void => {
    for (const { name } of containers) writeFileSync(fileOf(name), MARK);
  };
  try {
    mark();
    const hosts = openHostsFiles(project, running, (name) => openSync(fileOf(name), 'r+'));
    await run({ project, hosts, fileOf, read, mark, isWritten: (name) => read(name) !== MARK });
    for (const { name } of containers) hosts.ended(name);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const three = [
  container('web', { front: '10.0.0.2' }),
  container('api', { front: '10.0.0.3', back: '10.0.1.2' }),
  container('db', { back: '10.0.1.3' }),
];

test('a file names itself and those on its networks', async (t) => {
  await withHosts(three, async ({ hosts, read }) => {
    await hosts.refresh();
    t.regex(read('web'), /^10\.0\.0\.3\tapi api-1$/m);
    t.notRegex(read('web'), /db/);
    t.regex(read('api'), /^10\.0\.1\.3\tdb db-1$/m);
  });
});

test('of a container and its successor one is named: the one that has the name', async (t) => {
  const web = container('web', { front: '10.0.0.2' });
  const replaces = { id: web.id, name: 'web' };
  const successor = { ...container('new', { front: '10.0.0.9' }), name: 'web............_web', replaces };
  await withHosts([...three, successor], async ({ hosts, project, read }) => {
    await hosts.refresh();
    t.regex(read('api'), /^10\.0\.0\.2\tweb web-1$/m);
    t.notRegex(read('api'), /10\.0\.0\.9/);
    delete project.containers[successor.name];
    project.containers = {
      ...project.containers,
      [successor.name]: { ...web, name: successor.name },
      web: { ...successor, name: 'web', service: 'web' },
    };
    await hosts.refresh();
    t.regex(read('api'), /^10\.0\.0\.9\tweb web-1$/m);
    t.notRegex(read('api'), /10\.0\.0\.2/);
  });
});

test('what has not changed is not written again', async (t) => {
  await withHosts(three, async ({ hosts, mark, isWritten }) => {
    await hosts.refresh();
    mark();
    await hosts.refresh();
    t.deepEqual(['web', 'api', 'db'].filter(isWritten), []);
  });
});

test('a container that was started with these lines has them', async (t) => {
  await withHosts(three, async ({ hosts, fileOf, isWritten }) => {
    hosts.began('web', hosts.lines(['front']), openSync(fileOf('web'), 'r+'));
    await hosts.refresh();
    t.deepEqual(['web', 'api', 'db'].filter(isWritten), ['api', 'db']);
  });
});

test('a name that comes, goes or changes touches the containers on its networks and no others', async (t) => {
  await withHosts(three, async ({ project, hosts, read, mark, isWritten }) => {
    await hosts.refresh();
    mark();
    const cache = container('cache', { back: '10.0.1.4' });
    project.containers = { ...project.containers, cache };
    await hosts.refresh();
    t.deepEqual(['web', 'api', 'db'].filter(isWritten), ['api', 'db']);
    t.regex(read('db'), /cache/);
    mark();
    project.containers = { ...project.containers, cache: { ...cache, name: 'store', service: 'store' } };
    await hosts.refresh();
    t.regex(read('db'), /store/);
    t.false(isWritten('web'));
    mark();
    delete project.containers.cache;
    await hosts.refresh();
    t.deepEqual(['web', 'api', 'db'].filter(isWritten), ['api', 'db']);
    t.notRegex(read('db'), /store/);
  });
});

test('many files are written in many turns of the event loop', async (t) => {
  const many = Array.from({ length: 300 }, (_, index) =>
    container(`a-service-with-a-name-that-is-not-short-${index}`, { front: `10.0.0.${index}` }),
  );
  await withHosts(many, async ({ hosts, isWritten }) => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await hosts.refresh();
    isOver = true;
    t.true(many.every(({ name }) => isWritten(name)));
    t.true(turns > 20, `${turns} turns`);
  });
});

test('changes that come while files are written are written too', async (t) => {
  await withHosts(three, async ({ project, hosts, read }) => {
    const first = hosts.refresh();
    project.containers = { ...project.containers, late: container('late', { back: '10.0.1.9' }) };
    await Promise.all([first, hosts.refresh()]);
    t.regex(read('db'), /late/);
  });
});
