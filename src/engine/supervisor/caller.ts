import { fstatSync } from 'node:fs';
import type { Limit } from './supervisor-command.ts';

/** The command that has started this supervisor; it holds the other end of standard input. */
export type Caller = {
  /**
   * Undefined when the caller closed the connection without a message, because its files are invalid. Nothing is created
   * before.
   */
  readonly wish: Promise<Wish | undefined>;
  /** The caller holds the other end of the pipe until its last call. */
  readonly gone: Promise<void>;
};

/** The words of the supervisor's command line; one without a project learns them from its caller. */
export type Wish = {
  readonly project: string;
  /** RLIMIT_NOFILE of the user's shell. */
  readonly nofile: Limit;
};

/** `words`: project, soft and hard RLIMIT_NOFILE; none of them for a supervisor on standby. */
export const listenToCaller = (words: readonly string[]): Caller => {
  // The guardian starts a supervisor anew with /dev/null as its standard input.
  if (words.length > 0 && fstatSync(STDIN).isCharacterDevice())
    return { wish: Promise.resolve(wishOf(words)), gone: Promise.resolve() };
  const input = process.stdin;
  const gone = new Promise<void>((resolve) => input.once('close', resolve));
  let text = '';
  const begun = new Promise<Wish>((resolve) => {
    input.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const message = /^begin(.*)\n/m.exec(text);
      if (message) resolve(wishOf(words.length > 0 ? words : message[1]!.trim().split(' ')));
    });
  });
  return { wish: Promise.race([begun, gone.then(() => undefined)]), gone };
};

const wishOf = ([project = '', soft, hard]: readonly string[]): Wish => ({
  project,
  nofile: { soft: Number(soft), hard: Number(hard) },
});

const STDIN = 0;
