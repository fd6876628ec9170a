import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { newContainer } from '../../../src/engine/facts/new-container.ts';
import type { ContainerRecord } from '../../../src/engine/record/project-record.ts';
import { openVolumes } from '../../../src/engine/volumes/volumes-in-use.ts';
import { service } from '../../container/samples.ts';
import { inState, plain } from './support.ts';

const TARGET = '/srv/data';

const mounts = [
  { kind: 'volume', from: 'services.web.volumes[0]', target: TARGET, volume: 'data', readOnly: false },
] as const;

const containerOf = (number: number): ContainerRecord => ({
  ...newContainer(() => ({}), service({ mounts }), number, `app-web-${number}`, 'direct'),
  volumes: { [TARGET]: 'data' },
});

/** Containers start one after the other, each with its own root. */
const startsWith = (check: (t: ExecutionContext, at: StartsAt) => Promise<void>) =>
  inState(async (t, state, store) => {
    await store.create(plain('data', { isFilled: false }));
    const volumes = openVolumes('app', store);
    let number = 0;
    const root = (name: string, ...directories: readonly string[]): string => {
      const path = join(state, name);
      for (const directory of ['/', ...directories]) mkdirSync(join(path, directory), { recursive: true });
      return path;
    };
    const start = (from: string): Promise<void> =>
      volumes.begin(containerOf(++number), {
        sourceOf: (target) => ({ root: from, target }),
        signal: undefined,
      });
    const file = (name: string): string => join(store.data('data'), name);
    await check(t, { root, start, file, isFilled: () => store.find('data')!.isFilled });
    for (let each = 1; each <= number; each++) volumes.end(`app-web-${each}`);
  });

type StartsAt = {
  readonly root: (name: string, ...directories: readonly string[]) => string;
  readonly start: (root: string) => Promise<void>;
  readonly file: (name: string) => string;
  readonly isFilled: () => boolean;
};

// Red without: hasNothingAt in volumes-in-use.ts.
test(
  'a volume in use is not looked at again for a root that has nothing there',
  startsWith(async (t, { root, start, file, isFilled }) => {
    const empty = root('empty');
    await start(empty);
    writeFileSync(file('written'), 'by the first');
    await start(empty);
    t.false(isFilled());
  }),
);

// Red with: the answer of the first root counts for others.
test(
  'a volume that one root had nothing for gets what the next one has',
  startsWith(async (t, { root, start, isFilled }) => {
    await start(root('empty'));
    await start(root('full', TARGET));
    t.true(isFilled());
  }),
);

// Red without: `marking` in volumes-in-use.ts.
test(
  'containers that start at the same moment mark the copy of a volume once',
  startsWith(async (t, { root, start, isFilled }) => {
    const full = root('full', TARGET);
    await Promise.all(Array.from({ length: 8 }, () => start(full)));
    t.true(isFilled());
  }),
);
