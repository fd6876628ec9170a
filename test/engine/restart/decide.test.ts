import test from 'ava';
import { decideRestart, type Past } from '../../../src/engine/restart/decide.ts';
import type { RestartPolicy } from '../../../src/project/model/project.ts';

const always = { kind: 'always' } as const;
const onFailure = { kind: 'on-failure' } as const;
const hour = 3_600_000;

type Row = readonly [
  title: string,
  policy: RestartPolicy | undefined,
  past: Past,
  end: { readonly exitCode?: number; readonly oomKilled?: boolean; readonly ran?: number },
  restart: readonly [count: number, delay: number] | undefined,
];

const rows: readonly Row[] = [
  ['no policy', undefined, {}, { exitCode: 1 }, undefined],
  ['always: a failure', always, {}, { exitCode: 1 }, [1, 100]],
  ['always: a success', always, {}, {}, [1, 100]],
  ['unless-stopped: a success', { kind: 'unless-stopped' }, {}, {}, [1, 100]],
  ['always: stopped by hand', always, { stoppedByHand: true }, { exitCode: 137 }, undefined],
  ['always: the machine goes down', always, { stoppedForBoot: true }, { exitCode: 137 }, undefined],
  [
    'unless-stopped: stopped by hand',
    { kind: 'unless-stopped' },
    { stoppedByHand: true },
    { exitCode: 143 },
    undefined,
  ],
  ['on-failure: a success', onFailure, {}, {}, undefined],
  ['on-failure: a failure', onFailure, {}, { exitCode: 3 }, [1, 100]],
  ['on-failure: out of memory counts as one', onFailure, {}, { oomKilled: true }, [1, 100]],
  ['on-failure: stopped by hand', onFailure, { stoppedByHand: true }, { exitCode: 143 }, undefined],
  [
    'the second of two',
    { ...onFailure, attempts: 2 },
    { restartCount: 1, restartDelay: 100 },
    { exitCode: 1 },
    [2, 200],
  ],
  [
    'a third of two',
    { ...onFailure, attempts: 2 },
    { restartCount: 2, restartDelay: 200 },
    { exitCode: 1 },
    undefined,
  ],
  [
    'a long run does not count attempts anew, as in Docker',
    { ...onFailure, attempts: 2 },
    { restartCount: 2, restartDelay: 200 },
    { exitCode: 1, ran: hour },
    undefined,
  ],
  [
    'unless the policy has a window',
    { ...onFailure, attempts: 2, window: 60_000 },
    { restartCount: 2, restartDelay: 200 },
    { exitCode: 1, ran: 60_000 },
    [1, 100],
  ],
  [
    'which a shorter run does not reach',
    { ...onFailure, attempts: 2, window: 60_000 },
    { restartCount: 2, restartDelay: 200 },
    { exitCode: 1, ran: 59_999 },
    undefined,
  ],
  ['attempts of always', { ...always, attempts: 1 }, { restartCount: 1 }, {}, undefined],
  ['twice as long each time', always, { restartCount: 4, restartDelay: 800 }, { ran: 9999 }, [5, 1600]],
  ['a minute at most', always, { restartCount: 10, restartDelay: 51_200 }, {}, [11, 60_000]],
  ['and no longer', always, { restartCount: 11, restartDelay: 60_000 }, {}, [12, 60_000]],
  [
    'after ten seconds from the beginning',
    always,
    { restartCount: 11, restartDelay: 60_000 },
    { ran: 10_000 },
    [12, 100],
  ],
  [
    'the delay of the policy',
    { ...always, delay: 5000 },
    { restartCount: 3, restartDelay: 5000 },
    {},
    [4, 5000],
  ],
  ['to join new namespaces, whatever the policy', undefined, { rejoins: true }, {}, [1, 100]],
  ['unless it is stopped by hand', undefined, { rejoins: true, stoppedByHand: true }, {}, undefined],
];

for (const [title, policy, past, { exitCode = 0, oomKilled = false, ran = 0 }, restart] of rows)
  test(title, (t) => {
    const [restartCount, restartDelay] = restart ?? [];
    t.deepEqual(
      decideRestart(policy, past, { exitCode, oomKilled, ran }),
      restart && { restartCount: restartCount!, restartDelay: restartDelay! },
    );
  });
