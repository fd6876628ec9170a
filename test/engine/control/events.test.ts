import { Duplex } from 'node:stream';
import test from 'ava';
import { type Events, openEvents } from '../../../src/engine/context/events.ts';
import { sendEvents } from '../../../src/engine/control/events.ts';

/** A connection whose other side reads when `read` is called, and an event to send. */
const stalled = () => {
  const waiting: (() => void)[] = [];
  let text = '';
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      waiting.push(() => {
        text += chunk;
        done();
      });
    },
  });
  const { listen, ...events } = openEvents();
  let listeners = 0;
  const counted: Events['listen'] = (listener) => {
    const stop = listen(listener);
    listeners++;
    return () => {
      listeners--;
      stop();
    };
  };
  sendEvents({ ...events, listen: counted }, stream);
  const emit = (): void => events.emit({ type: 'container.removed', container: 'x'.repeat(1000) });
  const read = (): string => {
    for (let next = waiting.shift(); next; next = waiting.shift()) next();
    return text;
  };
  return { stream, listeners: () => listeners, emit, read };
};

test('a reader of events that stalls is cut off, and told so', (t) => {
  const { stream, listeners, emit, read } = stalled();
  for (let count = 0; count < 100_000; count++) emit();
  t.true(stream.writableLength < 1.1 * 2 ** 20, `${stream.writableLength} bytes wait`);
  t.is(listeners(), 0);
  const lines = read().trim().split('\n');
  t.true(lines.length > 900);
  t.regex(lines.at(-1)!, /"code":"events-cut-off"/);
  t.true(stream.writableEnded);
});

test('a reader that is slow once hears everything', (t) => {
  const { emit, read } = stalled();
  for (let count = 0; count < 500; count++) emit();
  read();
  for (let count = 0; count < 500; count++) emit();
  t.is(read().trim().split('\n').length, 1000);
});

test('who asks for what came after an event hears it first, and nothing twice', (t) => {
  let clock = 0;
  const events = openEvents(() => ++clock);
  const emit = (container: string): void => events.emit({ type: 'container.removed', container });
  for (const name of ['a', 'b', 'c']) emit(name);
  const chunks: string[] = [];
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      chunks.push(`${chunk}`);
      done();
    },
  });
  sendEvents(events, stream, 1);
  emit('d');
  t.deepEqual(
    chunks.map((line) => JSON.parse(line)).map(({ container, at }) => [container, at]),
    [
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ],
  );
  for (let count = 0; count < 5000; count++) emit('x');
  t.true(events.after(0).length < 2000, 'not all are kept');
  t.is(events.after(clock - 1).length, 1);
});
