import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { digestOf } from '../../src/images/model/digest.ts';
import type { Store } from '../../src/images/store/store.ts';
import { findImage } from '../../src/images/store/stored-image.ts';
import { verifyImage } from '../../src/images/store/verify.ts';
import { archive, file } from './tar/archive.ts';
import { collected, namesIn, reference, removed, withStore } from './with-store.ts';

const SLICE = 16_384;
const KILLS = process.env.TEST_NIGHTLY ? 200 : 6;

const layerOf = (size: number): Buffer => archive(file('a', randomBytes(size).toString('latin1')));

test(
  `a fetch that is killed at ${KILLS} moments leaves a whole store, and the next one goes on with what came`,
  withStore(async (t, { store, state, directory, layout }) => {
    const { directory: source, made } = await layout({
      name: 'app:1',
      layers: [layerOf(600_000), layerOf(200_000), layerOf(10)],
    });
    const program = await bundled(directory('program'));
    const start = (): ChildProcess =>
      spawn(process.execPath, [program, state, source, String(SLICE)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const steps = await countSteps(start(), Number.POSITIVE_INFINITY);
    t.true(steps.isDone);
    const { layers } = made[0]!;
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    // The bound: a slice of each layer is under way at the moment of a kill.
    const bound = (kills: number): number => size + kills * layers.length * SLICE;
    t.is(steps.fetched, size);
    await forgetAll(store);

    const seed = Number(process.env.TEST_SEED) || randomInt(2 ** 31);
    t.log(`TEST_SEED=${seed} makes the same kills again`);
    const random = numbersFrom(seed);
    let [fetched, kills] = [0, 0];
    for (let round = 0; kills < KILLS; round++) {
      // From the first step to the last, and some at random.
      const after = round % 2 === 0 ? random() % steps.count : (round * 3) % steps.count;
      const run = await countSteps(start(), after);
      fetched += run.fetched;
      checkStore(t, store);
      if (run.isDone) {
        t.true(fetched <= bound(kills), `${fetched} of ${size} after ${kills} kills`);
        await forgetAll(store);
        [fetched] = [0];
      } else kills++;
    }
    const last = await countSteps(start(), Number.POSITIVE_INFINITY);
    t.true(last.isDone);
    t.true(fetched + last.fetched <= bound(KILLS), `${fetched} and ${last.fetched} of ${size}`);
    const image = findImage(store, reference('app:1'));
    t.deepEqual(await verifyImage(store, image!.digest, new Map()), []);
    t.deepEqual(namesIn(store.layers), made[0]!.diffIds.map((id) => `${id.slice(7)}.tar`).toSorted());
  }),
);

/** Numbers of 32 bits that look random and follow from the first one (Marsaglia, “Xorshift RNGs”). */
const numbersFrom = (seed: number) => {
  let state = seed >>> 0 || 1;
  return (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

/** One file, because it starts many times; the native library is found beside this repository's packages. */
const bundled = async (directory: string): Promise<string> => {
  const outfile = join(directory, 'killed-fetch.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'killed-fetch.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['koffi'],
    logLevel: 'error',
  });
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'));
  return outfile;
};

type Run = { readonly count: number; readonly fetched: number; readonly isDone: boolean };

/** Kills a process after so many steps that it said, and resolves when it has ended. */
const countSteps = async (child: ChildProcess, killAfter: number): Promise<Run> => {
  const ended = once(child, 'close');
  let [count, fetched, isDone] = [0, 0, false];
  if (killAfter === 0) child.kill('SIGKILL');
  for await (const line of createInterface({ input: child.stdout! })) {
    count++;
    fetched += Number(/^fetched (\d+)$/.exec(line)?.[1] ?? 0);
    isDone ||= line === 'stored';
    if (count === killAfter) child.kill('SIGKILL');
  }
  await ended;
  return { count, fetched, isDone };
};

/** What has a name in the store is what its name says; an image is there as a whole or not at all. */
const checkStore = (t: ExecutionContext, store: Store): void => {
  const names = statSync(store.directory, { throwIfNoEntry: false }) ? namesIn(store.layers) : [];
  for (const name of names)
    t.is(digestOf(readFileSync(join(store.layers, name))), `sha256:${name.replace('.tar', '')}`);
  const refs = namesIn(store.refs);
  if (refs.length > 0) t.truthy(findImage(store, reference('app:1')), 'a name has everything behind it');
};

const forgetAll = async (store: Store): Promise<void> => {
  const image = findImage(store, reference('app:1'));
  if (!image) return;
  await removed(store, image);
  await collected(store);
};
