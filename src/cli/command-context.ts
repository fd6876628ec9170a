import type { Globals } from './grammar/global-options.ts';
import { createMessages, type Messages } from './show/messages.ts';

/** What every command is given besides its own words. */
export type Context = {
  readonly globals: Globals;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly progress: Progress;
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  readonly messages: Messages;
};

export type Progress = 'tty' | 'plain' | 'json' | 'quiet';

export function createContext(globals: Globals): Context {
  const environment = process.env;
  const cwd = process.cwd();
  const color = { stdout: isColored(process.stdout, globals), stderr: isColored(process.stderr, globals) };
  const progress = progressOf(globals);
  const messages = createMessages({ progress, color: color.stderr, cwd });
  return { globals, environment, cwd, progress, color, messages };
}

function progressOf({ progress, ansi }: Globals): Progress {
  if (progress !== 'auto') return progress;
  // A spinner in the log of a CI job is thousands of lines, and a terminal without a size shows nothing of it.
  const isTerminal =
    process.stderr.isTTY && process.stderr.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
  return isTerminal && ansi !== 'never' ? 'tty' : 'plain';
}

function isColored(stream: NodeJS.WriteStream, { color, ansi }: Globals): boolean {
  if (!color || ansi === 'never' || process.env.NO_COLOR) return false;
  // Of a pipe, isTTY is undefined and not false.
  return ansi === 'always' || (stream.isTTY === true && process.env.TERM !== 'dumb');
}
