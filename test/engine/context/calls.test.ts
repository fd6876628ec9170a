import test from 'ava';
import { cancellationOf, isTakenOver, openCalls } from '../../../src/engine/context/calls.ts';

test('a caller cancels its own call, and no other', (t) => {
  const calls = openCalls();
  const mine = calls.begin({ id: 'mine', starts: ['web'] });
  const other = calls.begin({ id: 'other', starts: ['web'] });
  calls.cancel('mine');
  calls.cancel('unknown');
  t.deepEqual([mine.signal.aborted, other.signal.aborted], [true, false]);
  t.is(cancellationOf(mine.signal)?.command, undefined);
  t.false(isTakenOver(mine.signal, 'web'));
});

for (const [starts, stopped, isCancelled] of [
  [['web', 'db'], ['db'], true],
  [['web', 'db'], [], true],
  [[], ['db'], true],
  [['web'], ['db'], false],
  [undefined, [], false],
] as const)
  test(`stop ${stopped} ${isCancelled ? 'takes over from' : 'waits for'} a call that starts ${starts ?? 'nothing'}`, (t) => {
    const calls = openCalls();
    const { signal } = calls.begin({ starts });
    calls.takeOver('stop', stopped);
    t.is(signal.aborted, isCancelled);
  });

test('a command takes over the containers that it stops, and a call that is over is not cancelled', (t) => {
  const calls = openCalls();
  const { signal } = calls.begin({ starts: [] });
  const past = calls.begin({ starts: [] });
  past.end();
  calls.takeOver('stop', ['db']);
  t.is(cancellationOf(signal)?.command, 'stop');
  t.deepEqual([isTakenOver(signal, 'db'), isTakenOver(signal, 'web')], [true, false]);
  t.false(past.signal.aborted);
});
