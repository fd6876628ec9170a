import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export type OwnProcess<Report> = {
  /** Null if it was not asked for. */
  readonly stdin: Writable | null;
  /** The JSON on its standard output when it has ended; undefined if it was killed before. Rejects with the signal. */
  readonly report: Promise<Report | undefined>;
};

/** Starts a hidden command of this program, without the variables of this process; the signal kills it. */
export const ownProcess = <Report>(
  words: readonly string[],
  {
    stdin = 'ignore',
    entry = process.argv[1]!,
    signal,
  }: {
    readonly stdin?: 'pipe' | 'ignore';
    readonly entry?: string;
    readonly signal?: AbortSignal | undefined;
  } = {},
): OwnProcess<Report> => {
  const child = spawn('/proc/self/exe', ['--', entry, ...words], {
    stdio: [stdin, 'pipe', 'inherit'],
    env: {},
    cwd: '/',
    argv0: 'tscompose',
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  });
  // An aborted signal rejects at once, also if the process is in a call that does not end.
  const ended = Promise.all([text(child.stdout!), once(child, 'close')]);
  return {
    stdin: child.stdin,
    report: ended.then(([printed]) => (printed === '' ? undefined : (JSON.parse(printed) as Report))),
  };
};
