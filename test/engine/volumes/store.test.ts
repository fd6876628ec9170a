import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { anonymousVolumeName } from '../../../src/engine/volumes/create.ts';
import { volumeStore } from '../../../src/engine/volumes/store.ts';
import { bundled } from '../../bundled.ts';
import { inState, plain, recordUse } from './support.ts';

const codesOf = (error: unknown): readonly string[] => {
  if (!(error instanceof Problem)) throw error;
  return error.diagnostics.map(({ code }) => code);
};

const refusal = async (work: () => unknown): Promise<readonly string[]> => {
  try {
    await work();
  } catch (error) {
    return codesOf(error);
  }
  return [];
};

/** Runs TypeScript with the store of the state directory, and resolves at its first output. */
const startProcess = async (state: string, text: string): Promise<ChildProcess> => {
  const store = JSON.stringify(new URL('../../../src/engine/volumes/store.ts', import.meta.url).pathname);
  const code = `import { volumeStore } from ${store}; const store = volumeStore(${JSON.stringify(state)}); ${text}`;
  const child = spawn(process.execPath, [bundled(code)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
};

const kill = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

test(
  'a volume is created, found, listed and removed',
  inState(async (t, state, store) => {
    t.is(store.find('data'), undefined);
    t.deepEqual(store.list(), []);
    const created = await store.create(
      plain('data', { labels: { a: 'b' }, options: { type: 'tmpfs' }, project: 'app', key: 'data' }),
    );
    t.deepEqual(store.find('data'), created);
    t.deepEqual(
      { ...created, created: 0 },
      {
        name: 'data',
        driver: 'local',
        options: { type: 'tmpfs' },
        labels: { a: 'b' },
        project: 'app',
        key: 'data',
        isAnonymous: false,
        created: 0,
        isFilled: true,
      },
    );
    await store.create(plain('before'));
    t.deepEqual(
      store.list().map(({ name }) => name),
      ['before', 'data'],
    );
    writeFileSync(join(store.data('data'), 'file'), '');
    await store.remove('data');
    await store.remove('before');
    t.deepEqual(readdirSync(state), []);
  }),
);

// Red without: makePrivate of the store in create.ts, the mode of the staging directory there.
test(
  'only the owner of the store can enter it and its volumes, whatever the umask and an existing directory',
  inState(async (t, state, store) => {
    mkdirSync(join(state, '.volumes'));
    chmodSync(join(state, '.volumes'), 0o755);
    const umask = process.umask(0o077);
    try {
      await store.create(plain('data'));
    } finally {
      process.umask(umask);
    }
    const modes = [join(state, '.volumes'), store.directory('data'), store.data('data')].map(
      (path) => statSync(path).mode & 0o7777,
    );
    t.deepEqual(modes, [0o700, 0o700, 0o755]);
  }),
);

test(
  'a name that is a path, is too long or begins with another character is refused',
  inState(async (t, state, store) => {
    for (const name of ['..', '.', '', 'a/b', '/etc', '-a', '.new-1', 'a\0', 'ü', 'x'.repeat(300)]) {
      t.deepEqual(await refusal(() => store.create(plain(name))), ['invalid-volume-name'], name);
      t.deepEqual(await refusal(() => store.hold(name)), ['invalid-volume-name'], name);
      t.deepEqual(await refusal(() => store.remove(name)), ['invalid-volume-name'], name);
      t.deepEqual(await refusal(() => store.find(name)), ['invalid-volume-name'], name);
    }
    t.deepEqual(readdirSync(state), []);
    for (const name of ['x'.repeat(255), 'A', '0.-_', anonymousVolumeName()])
      t.is((await store.create(plain(name))).name, name);
  }),
);

test(
  'of many creations at once one wins, and all get its volume',
  inState(async (t, state, store) => {
    const volumes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? store : volumeStore(state)).create(plain('data', { key: `${index}` })),
      ),
    );
    t.is(new Set(volumes.map(({ key }) => key)).size, 1);
    t.deepEqual(readdirSync(join(state, '.volumes')), ['data']);
  }),
);

// Red without: the lock of removeVolume.
test(
  'a volume that a process holds is not removed, and is free when the process is killed',
  inState(async (t, state, store) => {
    await store.create(plain('data'));
    const [first, second] = [store.hold('data'), store.hold('data')];
    first.release();
    t.deepEqual(await refusal(() => store.remove('data')), ['volume-in-use']);
    second.release();
    const holder = await startProcess(state, `store.hold('data'); console.log(); setInterval(() => {}, 1e6)`);
    t.deepEqual(await refusal(() => store.remove('data')), ['volume-in-use']);
    await kill(holder);
    await store.remove('data');
    t.deepEqual(await refusal(() => store.hold('data')), ['no-volume']);
    t.deepEqual(await refusal(() => store.remove('data')), ['no-volume']);
  }),
);

// Red without: refuseIfUsed in remove.ts; the list of unknown projects in volume-users.ts.
test(
  'a volume of a stopped container is not removed, and none while a record is damaged',
  inState(async (t, state, store) => {
    for (const name of ['data', 'other']) await store.create(plain(name));
    recordUse(state, 'app', ['data']);
    recordUse(state, 'shop', ['data', 'data']);
    const error = await t.throwsAsync(store.remove('data'), { instanceOf: Problem });
    t.regex(error.message, /in use by app-db-1 \(project app\), shop-db-1 \(project shop\)$/);
    rmSync(join(state, 'app'), { recursive: true });
    writeFileSync(join(state, 'shop/project.json'), '{');
    t.deepEqual(await refusal(() => store.remove('other')), ['volume-in-use']);
    rmSync(join(state, 'shop'), { recursive: true });
    await Promise.all([store.remove('other'), store.remove('data')]);
    t.deepEqual(readdirSync(state), []);
  }),
);

test(
  'removal deletes links and not what they lead to',
  inState(async (t, state, store) => {
    await store.create(plain('data'));
    mkdirSync(join(state, 'outside'));
    writeFileSync(join(state, 'outside/file'), '');
    symlinkSync(join(state, 'outside'), join(store.data('data'), 'link'));
    symlinkSync('/', join(store.data('data'), 'root'));
    await store.remove('data');
    t.deepEqual(readdirSync(state), ['outside']);
    t.deepEqual(readdirSync(join(state, 'outside')), ['file']);
  }),
);

// Red without: the codes for another attempt in create.ts.
test(
  'what killed processes left is swept away, and creations in progress begin again',
  inState(async (t, state, store) => {
    const volumes = join(state, '.volumes');
    for (const path of ['.new-a/data', '.new-b', '.trash/c/data', '.trash/d'])
      mkdirSync(join(volumes, path), { recursive: true });
    const creating = Promise.all(
      Array.from({ length: 10 }, (_, index) => store.create(plain(`data${index}`))),
    );
    for (let sweeps = 0; sweeps < 20; sweeps++) await store.sweep();
    await creating;
    await store.sweep();
    t.deepEqual(
      readdirSync(volumes),
      Array.from({ length: 10 }, (_, index) => `data${index}`),
    );
  }),
);

test(
  'a process that is killed during creations and removals leaves whole volumes and things to sweep',
  inState(async (t, state, store) => {
    const work = `for (let i = 0; ; i++) { await store.create({ name: 'v' + (i % 7), options: {}, labels: { i: 'x'.repeat(5000) },
      isAnonymous: false }); if (i === 5) console.log(); if (i % 2) await store.remove('v' + (i % 7)); }`;
    for (let round = 0; round < 3; round++) await kill(await startProcess(state, work));
    for (const { name, labels } of store.list()) {
      t.is(labels.i?.length, 5000, name);
      t.true(existsSync(store.data(name)), name);
    }
    await store.sweep();
    for (const { name } of store.list()) await store.remove(name);
    t.deepEqual(readdirSync(state), []);
  }),
);

test(
  'the first copy is recorded',
  inState(async (t, _, store) => {
    const created = await store.create(plain('data', { isFilled: false }));
    t.false(created.isFilled);
    await store.markFilled('data');
    t.deepEqual(store.find('data'), { ...created, isFilled: true });
  }),
);

test(
  'a volume whose definition is damaged is kept as it is, with its data',
  inState(async (t, _, store) => {
    await store.create(plain('data', { isFilled: false, key: 'data' }));
    writeFileSync(join(store.directory('data'), 'volume.json'), '{"version":1');
    writeFileSync(join(store.data('data'), 'file'), '');
    const found = store.find('data');
    t.true(found?.isFilled);
    t.is((await store.create(plain('data', { isFilled: false }))).isFilled, true);
    t.deepEqual(readdirSync(store.data('data')), ['file']);
    store.hold('data').release();
    await store.remove('data');
  }),
);

// Red without: the lock in volume-lock.ts.
test(
  'a volume stays as long as it is held, while another process creates and removes it all the time',
  inState(async (t, state, store) => {
    const other = await startProcess(
      state,
      `console.log(); for (;;) { await store.create(${JSON.stringify(plain('data'))}); await store.remove('data').catch(() => {}); }`,
    );
    let held = 0;
    try {
      for (let rounds = 0; held < 50 && rounds < 2000; rounds++) {
        await store.create(plain('data'));
        try {
          const hold = store.hold('data');
          const file = join(store.data('data'), `${held++}`);
          writeFileSync(file, '');
          // It waits for the disk.
          await store.markFilled('data');
          t.true(existsSync(file));
          hold.release();
        } catch (error) {
          t.regex(codesOf(error).join(), /^(no-volume|volume-in-use)$/);
        }
      }
    } finally {
      await kill(other);
    }
    t.is(held, 50);
    await store.sweep();
  }),
);
