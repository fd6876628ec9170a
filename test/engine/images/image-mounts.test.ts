import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { loadImages } from '../../../src/engine/doors/images/load-images.ts';
import { openImageMounts } from '../../../src/engine/images/image-mounts.ts';
import { type ImageMount, imageMount } from '../../../src/engine/images/image-places.ts';
import { makeRoot, rootOfImage } from '../../../src/engine/images/stored-root.ts';
import { mountRoot } from '../../../src/images/root/mount.ts';
import { openStore } from '../../../src/images/store/store.ts';
import { tryLock } from '../../../src/kernel/ffi/streams.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';
import type { FoundImage } from '../../../src/project/model/project.ts';
import { makeLayout } from '../../images/make-layout.ts';
import { archive, file } from '../../images/tar/archive.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';

type Made = { readonly image: FoundImage; readonly mount: ImageMount; readonly state: string };

/** Two images whose roots are made, in directories of the test: those of this file run one after the other. */
const withImages = (
  title: string,
  body: (t: ExecutionContext, one: Made, other: Made) => Promise<void>,
): void => {
  const run = process.geteuid?.() === 0 ? test.serial : test.skip;
  run(title, async (t) => {
    const top = mkdtempSync(join(tmpdir(), 'tscompose-mounts-'));
    const state = join(top, 'state');
    process.env.TSCOMPOSE_STATE_DIR = state;
    process.env.TSCOMPOSE_RUN_DIR = join(top, 'run');
    const made: Made[] = [];
    try {
      const layouts = makeLayout(
        join(top, 'layout'),
        ['one', 'other'].map((name) => ({ name: `${name}:1`, layers: [archive(file(name, 'content'))] })),
      );
      await loadImages(join(top, 'layout'), {});
      for (const { config, descriptor, diffIds } of layouts) {
        await makeRoot(openStore(state), diffIds);
        const image: FoundImage = {
          ...{ kind: 'image', reference: 'x', id: config.digest, digest: descriptor.digest },
          layers: diffIds,
        };
        made.push({ image, mount: imageMount(diffIds), state });
      }
      await body(t, made[0]!, made[1]!);
    } finally {
      for (const { mount } of made) while (execute(call('umount2', mount.mountPoint, 'MNT_DETACH')) === 0);
      delete process.env.TSCOMPOSE_STATE_DIR;
      delete process.env.TSCOMPOSE_RUN_DIR;
      rmSync(top, { recursive: true, force: true });
    }
  });
};

/** How often something is mounted there. */
const countOf = ({ mount }: Made): number =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === mount.mountPoint).length;

/** What a killed process leaves: its locks have ended with it. */
const leave = async ({ image, mount }: Made, times = 1): Promise<void> => {
  mkdirSync(mount.mountPoint, { recursive: true });
  closeSync(openSync(mount.lock, 'a', 0o600));
  for (let count = 0; count < times; count++) mountRoot(await rootOfImage(image), mount.mountPoint);
};

withImages('an image is mounted once for all users, and its last one unmounts it', async (t, one) => {
  const [mine, others] = [openImageMounts(), openImageMounts()];
  await Promise.all([
    mine.begin('a', [one.image]),
    mine.begin('b', [one.image]),
    others.begin('a', [one.image]),
  ]);
  t.is(countOf(one), 1);
  t.is(readFileSync(join(one.mount.mountPoint, 'one'), 'utf8'), 'content');
  mine.end('a');
  others.end('a');
  // Red without: the shared lock in `hold`.
  mine.sweep();
  t.is(countOf(one), 1);
  mine.end('b');
  await eventually('nothing is mounted', () => countOf(one) === 0 && !existsSync(one.mount.lock));
  t.false(existsSync(dirname(dirname(one.mount.lock))));
});

// Red without: the loop in unmountUnused.
withImages(
  'a sweep unmounts what killed processes left, however often, and nothing that is in use',
  async (t, one, other) => {
    const mounts = openImageMounts();
    await leave(one, 2);
    await mounts.begin('a', [other.image]);
    t.deepEqual([countOf(one), countOf(other)], [2, 1]);
    mounts.sweep();
    t.deepEqual([countOf(one), countOf(other)], [0, 1]);
    t.false(existsSync(one.mount.mountPoint));
    mounts.end('a');
    await eventually('nothing is mounted', () => countOf(other) === 0);
  },
);

withImages(
  'without the state directory, a mount that is left is used again, or unmounted',
  async (t, one, other) => {
    await leave(one);
    await leave(other);
    rmSync(one.state, { recursive: true });
    const mounts = openImageMounts();
    // Red without: holdMounted in `hold`.
    await mounts.begin('a', [one.image]);
    t.is(countOf(one), 1);
    mounts.sweep();
    t.deepEqual([countOf(one), countOf(other)], [1, 0]);
    mounts.end('a');
    await eventually('nothing is mounted', () => countOf(one) === 0);
    await t.throwsAsync(mounts.begin('b', [one.image]), {
      instanceOf: Problem,
      message: /not in the store any more/,
    });
  },
);

// Red without: PATIENCE, also where there is no lock to be opened. The test then waits for ever.
withImages('a lock that cannot be had is waited for in patience', async (t, one, other) => {
  const mounts = openImageMounts(200);
  mkdirSync(dirname(one.mount.lock), { recursive: true });
  const taken = openSync(one.mount.lock, 'a');
  tryLock(taken);
  symlinkSync('/nowhere/at/all', other.mount.lock);
  const began = performance.now();
  await Promise.all(
    [one, other].map(({ image }) =>
      t.throwsAsync(mounts.begin('a', [image]), {
        instanceOf: Problem,
        message: /another process uses the image/,
      }),
    ),
  );
  t.true(performance.now() - began >= 200);
  closeSync(taken);
  // Red without: `held.delete` after a failure.
  await mounts.begin('a', [one.image]);
  t.is(countOf(one), 1);
  mounts.end('a');
  await eventually('nothing is mounted', () => countOf(one) === 0);
});
