import { workingDirectory } from '../project/read/working-directory.ts';
import type { Globals } from './grammar/global-options.ts';
import { createMessages, type Messages } from './report/messages.ts';

/** The input of every command besides its own options and operands. */
export type Context = {
  readonly globals: Globals;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly progress: Progress;
  /** Commands show what they would do, and change nothing. */
  readonly dryRun: boolean;
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  readonly messages: Messages;
};

export type Progress = 'tty' | 'plain' | 'json' | 'quiet';

export function createContext(globals: Globals): Context {
  // As in Docker Compose: a file may have `${PWD}` also where no shell has set it.
  const environment = { PWD: process.cwd(), ...process.env };
  const cwd = workingDirectory(environment);
  const color = { stdout: isColored(process.stdout, globals), stderr: isColored(process.stderr, globals) };
  const progress = progressOf(globals);
  const messages = createMessages({ progress, color: color.stderr, cwd });
  const { dryRun = false } = globals;
  return { globals, environment, cwd, progress, dryRun, color, messages };
}

function progressOf({ progress, ansi, dryRun }: Globals): Progress {
  if (progress !== 'auto') return progress;
  // Every line says that it is one of a dry run.
  if (dryRun) return 'plain';
  // In the log of a CI job a spinner makes thousands of lines; on a terminal without a size it is invisible.
  const isTerminal =
    process.stderr.isTTY && process.stderr.columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
  return isTerminal && ansi !== 'never' ? 'tty' : 'plain';
}

function isColored(stream: NodeJS.WriteStream, { color, ansi }: Globals): boolean {
  if (!color || ansi === 'never' || process.env.NO_COLOR) return false;
  // For a pipe, isTTY is undefined and not false.
  return ansi === 'always' || (stream.isTTY === true && process.env.TERM !== 'dumb');
}
