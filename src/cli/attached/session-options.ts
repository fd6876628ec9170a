import { Socket } from 'node:net';
import type { ConsoleSize } from '../../base/console-size.ts';
import { Problem } from '../../base/diagnostic.ts';

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

type TerminalOptions = {
  readonly tty: boolean | undefined;
  readonly interactive: boolean | undefined;
  readonly detach: boolean | undefined;
};

/** Whether to allocate a terminal, which needs one on both stdin and stdout here. */
export function wantsTerminal(options: TerminalOptions): boolean {
  refusePipeForTerminal(options);
  const { tty = true, detach } = options;
  // For a file or a pipe, isTTY is undefined.
  return tty && !detach && process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** As Docker does, in its words; `-it`, which scripts copy from a shell, takes what there is. */
function refusePipeForTerminal({ tty, interactive, detach }: TerminalOptions): void {
  if (!tty || interactive !== undefined || detach) return;
  if (process.stdin instanceof Socket && !process.stdin.isTTY)
    throw new Problem({
      severity: 'error',
      code: 'usage',
      message: 'cannot attach stdin to a TTY-enabled container because stdin is not a terminal',
      help: 'omit `--tty`',
    });
}

/** Rows and columns of the terminal on stdout. */
export const windowSize = (): ConsoleSize => [process.stdout.rows ?? 24, process.stdout.columns ?? 80];
