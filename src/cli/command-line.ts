import { CANCELLED } from '../api/events.ts';
import { Problem } from '../base/diagnostic.ts';
import { missingLibrary } from '../base/node/native-library.ts';
import { takeOver } from '../engine/doors/standby.ts';
import { type Context, createContext } from './command-context.ts';
import { commands } from './command-table.ts';
import { usage } from './grammar/usage.ts';
import { parse } from './parser.ts';
import { anticipateClient } from './requests/connection.ts';
import { reportBug } from './show/diagnostics/bug.ts';
import { refusedPath } from './show/diagnostics/refused-path.ts';
import { Cancelled, interruptions } from './terminal/interruptions.ts';
import { releaseLostTerminal } from './terminal/lost-terminal.ts';

/** Runs one command line; resolves with the name of the command and its exit status. */
export async function run(words: readonly string[]): Promise<{ name: string; exitCode: number }> {
  takeOver(process.env);
  interruptions.watchOutput();
  process.once('exit', releaseLostTerminal);
  process.once('uncaughtException', (error) => process.exit(reportBug(error)));
  let context = createContext(noGlobals);
  let name = 'help';
  try {
    const parsed = parse(words, (text) => process.stdout.write(text));
    if (!parsed) return { name, exitCode: 0 };
    const { command, globals, options, operands } = parsed;
    // A name is one word for the cache of compiled code.
    name = command.name.replaceAll(' ', '-');
    context = createContext(globals);
    if (context.dryRun && command.awaitsProcess) throw usage(`--dry-run cannot be combined with \`${name}\``);
    if (command.startsSupervisor) await anticipateClient(context);
    return { name, exitCode: await command.run({ context, options, operands, commands }) };
  } catch (error) {
    return { name, exitCode: explainFailure(error, context) };
  }
}

function explainFailure(error: unknown, context: Context): number {
  if (error instanceof Cancelled) return interruptions.statusOf(CANCELLED);
  const known = missingLibrary(error) ?? refusedPath(error);
  const problem = known ? new Problem(known) : error;
  if (!(problem instanceof Problem)) return reportBug(problem);
  context.messages.show(problem.diagnostics);
  return problem.diagnostics.find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? 1;
}

const noGlobals = {
  file: [],
  profile: [],
  envFile: [],
  projectName: undefined,
  projectDirectory: undefined,
  progress: 'auto',
  runner: undefined,
  strict: undefined,
  dryRun: undefined,
  compatibility: undefined,
  ansi: 'auto',
  color: true,
} as const;
