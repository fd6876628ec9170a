import type { Writable } from 'node:stream';
import type { Event } from '../../api/events.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Begun } from '../context/calls.ts';
import type { Context } from '../context/context.ts';
import type { Reply } from '../control/reply.ts';
import { mistake } from './mistake.ts';

/** Sends an event to the caller. */
export type Tell = (event: Event) => void;

/** A call that changes the project. The signal is aborted when the call is cancelled. */
export type ProjectCall = (tell: Tell, signal: AbortSignal) => Promise<number>;

/**
 * Runs a project call in its turn and sends its events as they happen, one JSON object a line; the last one is the exit
 * status.
 */
export const eventsOf = (
  context: Pick<Context, 'work' | 'calls' | 'saveDue' | 'saveSoon'>,
  reply: Reply,
  begun: Begun,
  call: ProjectCall,
): Promise<void> => {
  const { work, calls } = context;
  const { signal, end } = calls.begin(begun);
  return send(reply, (tell) =>
    work.inTurn(() => work.busyWhile(() => recorded(context, call, tell, signal))).finally(end),
  );
};

/** The same without waiting for calls in progress: `kill` is to end pending stops now. */
export const eventsAtOnce = (
  context: Pick<Context, 'work' | 'saveDue' | 'saveSoon'>,
  reply: Reply,
  call: ProjectCall,
): Promise<void> =>
  send(reply, (tell) =>
    context.work.busyWhile(() => recorded(context, call, tell, new AbortController().signal)),
  );

// The answer begins at once: a caller that waits for its turn can cancel.
const send = async (reply: Reply, call: (tell: Tell) => Promise<number>): Promise<void> => {
  const { tell, end } = teller(reply.stream('application/x-ndjson'));
  const exitCode = await call(tell);
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

/** The record is written before the caller is told the end: it holds also when the machine crashes a moment later. */
const recorded = async (
  { saveDue, saveSoon }: Pick<Context, 'saveDue' | 'saveSoon'>,
  ...given: Parameters<typeof outcome>
): Promise<number> => {
  const exitCode = await outcome(...given);
  try {
    saveDue();
  } catch {
    // On a full disk it is tried again, and said in the log.
    saveSoon();
  }
  return exitCode;
};

const outcome = async (call: ProjectCall, tell: Tell, signal: AbortSignal): Promise<number> => {
  try {
    return await call(tell, signal);
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
