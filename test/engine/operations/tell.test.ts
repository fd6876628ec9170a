import { PassThrough } from 'node:stream';
import test from 'ava';
import { openCalls } from '../../../src/engine/context/calls.ts';
import { openWork } from '../../../src/engine/context/work.ts';
import type { Reply } from '../../../src/engine/control/reply.ts';
import { eventsAtOnce, eventsOf, type ProjectCall } from '../../../src/engine/operations/tell.ts';

/** What a caller had read when the record was written, and what it has read at the end. */
const told = async (isFull: boolean, answer: typeof eventsAtOnce): Promise<[string, string, number]> => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => (text += chunk));
  let before = 'nothing was written';
  let later = 0;
  const context = {
    work: openWork(),
    saveDue: () => {
      before = text;
      if (isFull) throw new Error('no space left');
    },
    saveSoon: () => void later++,
  };
  const reply = { stream: () => stream, isLast: () => false } as unknown as Reply;
  const call: ProjectCall = async () => 7;
  await answer(context, reply, call);
  await new Promise((resolve) => setImmediate(resolve));
  return [before, text, later];
};

const ways: Readonly<Record<string, typeof eventsAtOnce>> = {
  'in turn': (context, reply, call) => eventsOf({ ...context, calls: openCalls() }, reply, {}, call),
  'at once': eventsAtOnce,
};

for (const [way, answer] of Object.entries(ways)) {
  test(`the record is written before a caller is told the end, ${way}`, async (t) => {
    const [before, after, later] = await told(false, answer);
    t.is(before, '');
    t.like(JSON.parse(after), { type: 'end', exitCode: 7 });
    t.is(later, 0);
  });

  test(`a disk that is full then costs the call nothing, and the record is written later, ${way}`, async (t) => {
    const [, after, later] = await told(true, answer);
    t.like(JSON.parse(after), { type: 'end', exitCode: 7 });
    t.is(later, 1);
  });
}
