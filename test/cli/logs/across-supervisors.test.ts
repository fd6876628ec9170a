import test from 'ava';
import type { Client } from '../../../src/api/client.ts';
import { ConnectionLost } from '../../../src/api/connection-lost.ts';
import { acrossSupervisors } from '../../../src/cli/logs/across-supervisors.ts';

type Stream = 'stdout' | 'stderr';
type Frame = readonly [Stream, string];

const at = (millisecond: number): string =>
  `2026-01-01T00:00:00.${String(millisecond).padStart(3, '0')}000000Z`;

const log: readonly Frame[] = [
  ['stdout', `${at(1)} a\n`],
  ['stderr', `${at(2)} b\n`],
  ['stdout', `${at(2)} c\n`],
  ['stdout', `${at(2)} a long `],
  ['stdout', 'line\n'],
  ['stdout', `${at(2)} c\n`],
  ['stderr', `${at(3)} d\n`],
];

/** Supervisors that are killed after so many frames each; what each was asked for goes to `asked`. */
const killedAfter = (counts: readonly number[], asked: unknown[]): Client['logs'] => {
  const left = [...counts];
  return async (_id, query, onChunk) => {
    asked.push(query);
    const since = query.since ?? 0;
    let time = '';
    const frames = log.filter(([, text]) => {
      time = text.startsWith('2026') ? text.split(' ')[0]! : time;
      return Date.parse(time) >= since;
    });
    const count = left.shift() ?? frames.length;
    for (const [stream, text] of frames.slice(0, count)) await onChunk(stream, Buffer.from(text));
    if (count < frames.length) throw new ConnectionLost(new Error('aborted'));
  };
};

for (let first = 1; first < log.length; first++)
  test(`a log is read once, where the supervisor is killed after ${first} frames, and the next one as well`, async (t) => {
    const asked: { since?: number; tail?: number }[] = [];
    const got: string[] = [];
    const read = acrossSupervisors(killedAfter([first, 2], asked));
    await read(
      'id',
      { follow: true, timestamps: true, tail: 100 },
      (_, chunk) => void got.push(chunk.toString()),
    );
    t.is(got.join(''), log.map(([, text]) => text).join(''));
    t.is(asked[0]!.tail, 100);
    t.is(asked[1]!.tail, undefined);
  });

test('supervisors that end without a line are an error in the end', async (t) => {
  const asked: unknown[] = [];
  const read = acrossSupervisors(killedAfter([0, 0, 0, 0, 0, 0, 0, 0], asked));
  await t.throwsAsync(
    read('id', { follow: true, timestamps: true }, () => {}),
    { instanceOf: ConnectionLost },
  );
  t.is(asked.length, 5);
});
