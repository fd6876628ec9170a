import type { ConsoleSize } from '../base/console-size.ts';
/** `KEY=value` as it stands; `KEY` alone takes the value of this process, and is left out where there is none. */
export function variablesOf(
  words: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const pairs = words.map((word): [string, string | undefined] => {
    const equals = word.indexOf('=');
    return equals === -1 ? [word, own[word]] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** A terminal inside needs one outside, for reading and for writing. */
export function wantsTerminal(options: {
  readonly tty: boolean;
  readonly detach: boolean | undefined;
}): boolean {
  // Of a file or a pipe it is undefined.
  return Boolean(options.tty && !options.detach && process.stdin.isTTY && process.stdout.isTTY);
}

/** Rows and columns of the terminal that the output goes to. */
export const windowSize = (): ConsoleSize => [process.stdout.rows ?? 24, process.stdout.columns ?? 80];
