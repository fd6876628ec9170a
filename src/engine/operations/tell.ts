import type { Writable } from 'node:stream';
import type { Event } from '../../api/events.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Reply } from '../control/reply.ts';
import type { Work } from '../supervisor/work.ts';
import { mistake } from './mistake.ts';

/** Sends an event to the caller. */
export type Tell = (event: Event) => void;

/** Runs a project call and sends its events as they happen, one JSON object a line; the last one is the exit status. */
export const eventsOf = (work: Work, reply: Reply, call: (tell: Tell) => Promise<number>): Promise<void> =>
  work.inTurn(() => eventsAtOnce(work, reply, call));

/** The same without waiting for calls in progress: `kill` is to end pending stops now. */
export const eventsAtOnce = async (
  work: Work,
  reply: Reply,
  call: (tell: Tell) => Promise<number>,
): Promise<void> => {
  const { tell, end } = teller(reply.stream('application/x-ndjson'));
  const exitCode = await work.busyWhile(() => outcome(call, tell));
  tell({ type: 'end', exitCode, last: reply.isLast() });
  end();
};

/** Each write wakes the caller, which delays concurrent starts: events within a moment are sent together. */
const teller = (stream: Writable): { readonly tell: Tell; readonly end: () => void } => {
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    stream.write(lines);
    lines = '';
  };
  return {
    tell: (event) => {
      lines += `${JSON.stringify(event)}\n`;
      timer ??= setTimeout(send, MOMENT);
    },
    end: () => {
      send();
      stream.end();
    },
  };
};

/** Milliseconds; too short to be noticed. */
const MOMENT = 20;

const outcome = async (call: (tell: Tell) => Promise<number>, tell: Tell): Promise<number> => {
  try {
    return await call(tell);
  } catch (error) {
    if (error instanceof Problem) return tellAll(error.diagnostics, tell);
    return tellAll([mistake(error)], tell);
  }
};

/** Sends all diagnostics, and returns their exit status. */
export const tellAll = (diagnostics: readonly Diagnostic[], tell: Tell): number => {
  for (const diagnostic of diagnostics) tell({ type: 'diagnostic', diagnostic });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? 0 : (errors.find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? 1);
};
