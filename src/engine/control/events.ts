import type { Duplex } from 'node:stream';
import type { Event } from '../../api/events.ts';
import type { Events } from '../context/events.ts';

/**
 * `POST /project/events`: one JSON object a line, until the caller disconnects; those after another one first.
 */
export const sendEvents = (events: Events, stream: Duplex, after?: number): void => {
  const send = (event: Event): void => void stream.write(`${JSON.stringify(event)}\n`);
  if (after !== undefined) events.after(after).forEach(send);
  const stop = events.listen((event) => {
    send(event);
    if (stream.writableLength <= MOST_WAITING) return;
    stop();
    stream.end(`${JSON.stringify(CUT_OFF)}\n`);
  });
  // The caller closes only its own direction; ours has to be closed here.
  stream.resume().once('end', () => stream.end());
  stream.once('close', stop);
};

const CUT_OFF: Event = {
  type: 'diagnostic',
  diagnostic: {
    severity: 'warning',
    code: 'events-cut-off',
    message: 'events are lost from here on: the reader is too slow',
  },
};

/** Bytes. */
const MOST_WAITING = 1 << 20;
