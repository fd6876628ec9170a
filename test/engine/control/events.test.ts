import { Duplex } from 'node:stream';
import test from 'ava';
import type { Event } from '../../../src/api/events.ts';
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
  const listeners = new Set<(event: Event) => void>();
  sendEvents(
    {
      onEvent: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    stream,
  );
  const emit = (): void => {
    for (const listener of listeners) listener({ type: 'container.removed', container: 'x'.repeat(1000) });
  };
  const read = (): string => {
    for (let next = waiting.shift(); next; next = waiting.shift()) next();
    return text;
  };
  return { stream, listeners, emit, read };
};

test('a reader of events that stalls is cut off, and told so', (t) => {
  const { stream, listeners, emit, read } = stalled();
  for (let count = 0; count < 100_000; count++) emit();
  t.true(stream.writableLength < 1.1 * 2 ** 20, `${stream.writableLength} bytes wait`);
  t.is(listeners.size, 0);
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
