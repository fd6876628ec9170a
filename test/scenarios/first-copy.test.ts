import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Problem } from '../../src/base/diagnostic.ts';
import { fillVolume } from '../../src/engine/volumes/first-copy.ts';
import { type Filling, fill } from '../../src/kernel/copy/fill.ts';
import { pipe } from '../../src/kernel/ffi/descriptors.ts';
import { tryLock } from '../../src/kernel/ffi/streams.ts';
import { inPlace, type Place, portrait, shell } from '../kernel/copy/trees.ts';
import { isNightly } from '../patience.ts';
import { tscomposePath } from './harness/cli.ts';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { ping } from './harness/ping.ts';
import { needs, scenario } from './harness/scenario.ts';
import { onSmallFileSystem } from './harness/small-file-system.ts';
import { stays } from './harness/yaml.ts';

/** Calls of a copy, and which of them is the last one that is not made. */
const KILLS: readonly (readonly [call: string, number: number])[] = [
  ['mkdirat', 2],
  ['linkat', 2],
  ['utimensat', 4],
  ['syncfs', 1],
  ['renameat2', 1],
  ['renameat2', 3],
  ['fsync', 1],
  ['unlinkat', 6],
];

const EVERY_CALL = [
  ...[
    'fchmod',
    'fchown',
    'fchownat',
    'flock',
    'fremovexattr',
    'fsync',
    'linkat',
    'mkdirat',
    'mknodat',
    'mount_setattr',
  ],
  ...['open_tree', 'openat2', 'renameat2', 'statx', 'symlinkat', 'syncfs', 'unlinkat', 'utimensat'],
];

// Red without: the directory of the complete copy in fill.ts, or the removal of one in preparation.
needs('strace')('a copy that is killed at any point is finished or repeated by the next one', (t) => {
  if (!isNightly)
    return each(KILLS, (kill) => inPlace((place) => isSafeFrom(t, place, ...kill)).then(() => {}));
  return each(EVERY_CALL, async (call) => {
    for (let number = 1; await inPlace((place) => isSafeFrom(t, place, call, number)); number++);
  });
});

const each = async <Value>(
  values: readonly Value[],
  work: (value: Value) => Promise<void>,
): Promise<void> => {
  for (const value of values) await work(value);
};

/** False if there are fewer such calls. */
const isSafeFrom = (t: ExecutionContext, place: Place, call: string, number: number): boolean => {
  const { root, directory, data } = place;
  const filling = { ...place, target: '/' };
  const step = `${call} ${number}`;
  makeSmallRoot(root);
  const original = portrait(root);
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${number}`];
  const [reader, writer] = pipe();
  const { signal } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, ...fillWords(filling)], {
    stdio: [reader, 'ignore', 'inherit'],
  });
  [reader, writer].forEach(closeSync);
  const isComplete = readdirSync(directory).includes('.first-copy');
  const names = readdirSync(data);
  if (signal === 'SIGKILL')
    t.true(names.length === 0 || isComplete || portrait(data) === original, `${step}: ${names}`);
  fill(filling, () => {});
  t.is(portrait(data), original, step);
  t.deepEqual(readdirSync(directory), ['data'], step);
  return signal === 'SIGKILL';
};

const makeSmallRoot = (root: string): void => {
  mkdirSync(join(root, 'inner/empty'), { recursive: true });
  for (const name of ['one', 'two', 'inner/three']) writeFileSync(join(root, name), name);
  symlinkSync('one', join(root, 'link'));
  shell(
    `ln one inner/hard-link; mknod null c 1 3; chown 5:6 . inner; chmod 2750 . inner
    find . -exec touch -h -m -d 2001-02-03 {} +; find . -exec touch -h -a -d 2037-02-03 {} +`,
    root,
  );
};

const fillWords = ({ root, target, directory, data }: Filling): readonly string[] => [
  ...[process.execPath, '--', tscomposePath, 'fill'],
  JSON.stringify({ root, target, directory, data }),
];

// Red without: the lock in fill.ts; the look at standard input in fill-process.ts; `cancel` in first-copy.ts.
scenario('copies into one volume wait for each other, and end when they are cancelled or killed', (t) =>
  inPlace(async (place) => {
    const { root, directory, data } = place;
    const filling = { root, directory, data, target: '/' };
    const begin = (signal?: AbortSignal) =>
      fillVolume(filling, { entry: tscomposePath, ...(signal && { signal }) });
    const copiers = (): readonly number[] =>
      shell(`pgrep -P ${process.pid} -f '[f]ill.*${directory}' || true`)
        .split('\n')
        .filter(Boolean)
        .map(Number);
    t.teardown(() => copiers().forEach((pid) => void process.kill(pid, 'SIGKILL')));
    const isBegun = (count: number) => eventually('it is begun', () => copiers().length === count);
    makeSmallRoot(root);
    const lock = openSync(directory, 'r');
    t.true(tryLock(lock));

    const controller = new AbortController();
    const cancelled = begin(controller.signal);
    await isBegun(1);
    const reason = new Error('interrupted');
    controller.abort(reason);
    t.is(await t.throwsAsync(cancelled), reason);
    t.deepEqual(copiers(), []);

    const killed = begin();
    await isBegun(1);
    process.kill(copiers()[0]!, 'SIGKILL');
    const { diagnostics } = (await t.throwsAsync(killed, { instanceOf: Problem }))!;
    t.is(diagnostics[0]?.code, 'volume-not-filled');

    t.deepEqual([readdirSync(directory), readdirSync(data)], [['data'], []]);
    const both = [begin(), begin()];
    await isBegun(2);
    closeSync(lock);
    t.deepEqual((await Promise.all(both)).toSorted(), ['copied', 'kept']);
    t.is(portrait(data), portrait(root));
    // What is filled takes no process.
    t.is(await begin(), 'kept');
  }),
);

// Red without: `path` in walk.ts; the removal after an error in fill.ts.
needs('busybox')(
  'a full disk during the first copy is an error with the path; up takes everything back, and the next one copies',
  async (t, project) => {
    project.ownRoot();
    project.write('root/srv/deep/large', 'x'.repeat(2 ** 20));
    project.compose(`services:
  web: { volumes: ["data:/srv"], rootfs: ./root, ${stays()} }
volumes: { data: {} }
`);
    await onSmallFileSystem(project, project.stateDirectory, async () => {
      isRefused(t, await project.tscompose('up', '-d'), {
        errors: ['no-space'],
        at: ['compose.yaml:2:20'],
        says: /"\/srv\/deep\/large"\) = ENOSPC\n(.*\n)*help: `df -h`/,
      });
      await eventually('nothing is left', () => readdirSync(project.stateDirectory).length === 0);
      project.write('root/srv/deep/large', 'small');
      await project.up();
      t.is(await project.exec('web', 'cat', '/srv/deep/large'), 'small');
    });
  },
);

needs('busybox')(
  'up waits for the first copy and answers meanwhile; interrupted or killed, it leaves an empty volume',
  async (t, project) => {
    project.ownRoot();
    project.write('root/content/file', 'of the root\n');
    project.compose(`services:
  web: { rootfs: ./root, ${stays()}, volumes: ["data:/content"] }
volumes: { data: { external: true, name: data } }
`);
    await project.ok('volume', 'create', 'data');
    const directory = join(project.stateDirectory, '.volumes/data');
    const copiers = (): string => shell(`pgrep -f '[f]ill.*${directory}' || true`);
    const isCopying = () => eventually('the copy waits', () => copiers() !== '');
    const isEmpty = async (): Promise<void> => {
      await eventually('no copy goes on', () => copiers() === '');
      t.deepEqual(readdirSync(join(directory, 'data')), []);
    };
    // The copy waits for this lock.
    const lock = openSync(directory, 'r');
    t.true(tryLock(lock));

    const interrupted = project.begin(['up', '-d']);
    await isCopying();
    await ping(join(project.runDirectory, project.name, 'supervisor.sock'));
    interrupted.signal('SIGINT');
    t.is((await interrupted.ended).code, 130);
    await isEmpty();

    const killed = project.begin(['up', '-d']);
    await isCopying();
    process.kill(project.supervisor()!, 'SIGKILL');
    t.not((await killed.ended).code, 0);
    await isEmpty();

    closeSync(lock);
    await project.up();
    t.is(await project.exec('web', 'cat', '/content/file'), 'of the root');
  },
);

// Red without: the lock in fill.ts, or the look for content behind it.
needs('busybox')(
  'two projects that fill one volume at the same moment: it has the copy of one of them, whole and once',
  async (t, project) => {
    const names = ['one', 'two'] as const;
    project.ownRoot();
    for (const name of names) {
      project.alsoTakeDown(`${project.name}-${name}`);
      cpSync(project.path('root'), project.path(name), { recursive: true, verbatimSymlinks: true });
      for (const file of ['first', 'second', name]) project.write(`${name}/content/${file}`, name);
      project.compose(
        `services:
  web: { rootfs: ./${name}, ${stays()}, volumes: ["data:/content"] }
volumes: { data: { external: true, name: data } }
`,
        `${name}.yaml`,
      );
    }
    await project.ok('volume', 'create', 'data');
    const directory = join(project.stateDirectory, '.volumes/data');
    const copiers = (): string => shell(`pgrep -c -f '[f]ill.*${directory}' || true`).trim();
    // Both copies wait for this lock.
    const lock = openSync(directory, 'r');
    t.true(tryLock(lock));
    const words = (name: string) => ['-p', `${project.name}-${name}`, '-f', `${name}.yaml`] as const;
    const ups = names.map((name) => project.begin([...words(name), 'up', '-d']));
    await eventually('both copies wait', () => copiers() === '2');
    closeSync(lock);
    for (const { ended } of ups) {
      const { code, stderr } = await ended;
      t.is(code, 0, stderr);
    }
    const found = readdirSync(join(directory, 'data')).toSorted();
    const winner = names.find((name) => found.includes(name))!;
    t.deepEqual(found, ['first', 'second', winner].toSorted());
    t.deepEqual(
      readdirSync(directory).filter((name) => name.includes('copy')),
      [],
    );
    for (const name of names)
      for (const file of found)
        t.is(await project.ok(...words(name), 'exec', '-T', 'web', 'cat', `/content/${file}`), winner);
  },
);
