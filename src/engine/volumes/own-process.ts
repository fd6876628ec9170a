import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export type OwnProcess<Report> = {
  /** Null if it was not asked for. */
  readonly stdin: Writable | null;
  /** The JSON on its standard output when it has ended; undefined if it was killed before. */
  readonly report: Promise<Report | undefined>;
};

/** Starts a hidden command of this program, without the variables of this process. */
export const ownProcess = <Report>(
  words: readonly string[],
  {
    stdin = 'ignore',
    entry = process.argv[1]!,
  }: { readonly stdin?: 'pipe' | 'ignore'; readonly entry?: string } = {},
): OwnProcess<Report> => {
  const child = spawn('/proc/self/exe', ['--', entry, ...words], {
    stdio: [stdin, 'pipe', 'inherit'],
    env: {},
    cwd: '/',
    argv0: 'tscompose',
  });
  const ended = Promise.all([text(child.stdout!), once(child, 'close')]);
  return {
    stdin: child.stdin,
    report: ended.then(([printed]) => (printed === '' ? undefined : (JSON.parse(printed) as Report))),
  };
};
