import test from 'ava';
import type { Client } from '../../../src/api/client.ts';
import { ConnectionLost } from '../../../src/api/connection-lost.ts';
import { acrossSupervisors } from '../../../src/cli/logs/across-supervisors.ts';

type Stream = 'stdout' | 'stderr';
type Frame = readonly [Stream, string];

const at = (millisecond: number): string =>
  `2026-01-01T00:00:00.${String(millisecond).padStart(3, '0')}000000Z`;

/** The clock is set back in it. */
const log: readonly Frame[] = [
  ['stdout', `${at(11)} a\n`],
  ['stderr', `${at(12)} b\n`],
  ['stdout', `${at(12)} c\n`],
  ['stdout', `${at(12)} a long `],
  ['stdout', 'line\n'],
  ['stdout', `${at(2)} c\n`],
  ['stderr', `${at(3)} another `],
  ['stdout', `${at(3)} c\n`],
  ['stderr', 'long line\n'],
  ['stderr', `${at(3)} d\n`],
];

type Asked = Parameters<Client['logs']>[1];

/** Supervisors that tell a mark after every `each` frames, and are killed after so many frames each. */
const killedAfter =
  (each: number, counts: readonly number[], asked: Asked[] = []): Client['logs'] =>
  async (_id, query, onChunk, onMark) => {
    const count = counts[asked.push(query) - 1] ?? log.length;
    let next = query.after === undefined ? 0 : Number(query.after);
    onMark?.(String(next));
    for (const [stream, text] of log.slice(next, next + count)) {
      await onChunk(stream, Buffer.from(text));
      next++;
      if (next % each === 0) onMark?.(String(next));
    }
    if (next < log.length) throw new ConnectionLost(new Error('aborted'));
    onMark?.(String(next));
  };

const received = async (logs: Client['logs'], query: Partial<Asked> = {}) => {
  const got: Record<Stream, string> = { stdout: '', stderr: '' };
  let mark: string | undefined;
  await acrossSupervisors(logs)(
    'id',
    { follow: true, timestamps: true, ...query },
    (stream, chunk) => {
      got[stream] += chunk;
    },
    (told) => {
      mark = told;
    },
  );
  return { ...got, mark };
};

const all = (stream: Stream, from = 0): string =>
  log
    .slice(from)
    .flatMap(([one, text]) => (one === stream ? text : []))
    .join('');

for (const each of [1, 2, 3, 5])
  for (let first = 1; first < log.length; first++)
    test(`a log with marks after ${each} frames is read once, where supervisors are killed after ${first}, 2 and 3 frames`, async (t) => {
      const asked: Asked[] = [];
      const { stdout, stderr, mark } = await received(killedAfter(each, [first, 2, 3], asked), {
        tail: 100,
        since: 1,
      });
      t.deepEqual({ stdout, stderr }, { stdout: all('stdout'), stderr: all('stderr') });
      t.is(mark, String(log.length));
      t.deepEqual([asked[0]!.since, asked[0]!.after], [1, undefined]);
      // Red without: `hasBegun`; lines after the first one may have older times.
      t.is(asked[1]!.since, undefined);
      t.truthy(asked[1]!.after);
    });

test('a log begins at a mark', async (t) => {
  const { stdout } = await received(killedAfter(2, [1]), { after: '5' });
  t.is(stdout, all('stdout', 5));
});

test('where the position is gone, all that is left is read, and a line that had begun ends', async (t) => {
  let calls = 0;
  const { stdout } = await received(async (_id, _query, onChunk, onMark) => {
    onMark?.(calls === 0 ? 'old' : 'new');
    await onChunk('stdout', Buffer.from(`${at(1)} a\n`));
    if (calls++ > 0) return;
    await onChunk('stdout', Buffer.from(`${at(2)} half of `));
    throw new ConnectionLost(new Error('aborted'));
  });
  t.is(stdout, `${at(1)} a\n${at(2)} half of \n${at(1)} a\n`);
});

test('supervisors that end without a line are an error in the end', async (t) => {
  const asked: Asked[] = [];
  await t.throwsAsync(received(killedAfter(1, [0, 0, 0, 0, 0, 0, 0, 0], asked)), {
    instanceOf: ConnectionLost,
  });
  t.is(asked.length, 5);
});
