import type { ConsoleSize } from '../base/console-size.ts';
/** `KEY=value` unchanged; `KEY` alone takes the value of this process, and is left out if it is unset. */
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

/** Whether to allocate a terminal, which needs one on both stdin and stdout here. */
export function wantsTerminal(options: {
  readonly tty: boolean;
  readonly detach: boolean | undefined;
}): boolean {
  // For a file or a pipe, isTTY is undefined.
  return Boolean(options.tty && !options.detach && process.stdin.isTTY && process.stdout.isTTY);
}

/** Rows and columns of the terminal on stdout. */
export const windowSize = (): ConsoleSize => [process.stdout.rows ?? 24, process.stdout.columns ?? 80];
