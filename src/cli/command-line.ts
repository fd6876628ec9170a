import { Problem } from '../base/diagnostic.ts';
import { missingLibrary } from '../base/native-library.ts';
import { completion } from './actions/completion.ts';
import { config } from './actions/config.ts';
import { doctor } from './actions/doctor.ts';
import { down } from './actions/down.ts';
import { exec } from './actions/exec.ts';
import { explain } from './actions/explain.ts';
import { help } from './actions/help.ts';
import { kill } from './actions/kill.ts';
import { logs } from './actions/logs.ts';
import { ps } from './actions/ps.ts';
import { restart } from './actions/restart.ts';
import { runOnce } from './actions/run.ts';
import { start } from './actions/start.ts';
import { stop } from './actions/stop.ts';
import { up } from './actions/up.ts';
import { version } from './actions/version.ts';
import { reportBug } from './bug.ts';
import { type Context, createContext, type Run } from './command-context.ts';
import { interruptions } from './interruptions.ts';
import type { CommandName } from './options.ts';
import { type Parsed, parse } from './parser.ts';

/** Runs one command line: which command it was, and the exit status. */
export async function run(words: readonly string[]): Promise<{ name: string; exitCode: number }> {
  interruptions.watchOutput();
  process.once('uncaughtException', (error) => process.exit(reportBug(error)));
  let context = createContext(noGlobals);
  let name = 'help';
  try {
    const parsed = parse(words, (text) => process.stdout.write(text));
    if (!parsed) return { name, exitCode: 0 };
    name = parsed.name;
    context = createContext(parsed.globals);
    return { name, exitCode: await runCommand(parsed, context) };
  } catch (error) {
    return { name, exitCode: explainFailure(error, context) };
  }
}

function runCommand<Name extends CommandName>(parsed: Parsed<Name>, context: Context): Promise<number> {
  return commands[parsed.name]({ context, options: parsed.options, operands: parsed.operands });
}

function explainFailure(error: unknown, context: Context): number {
  const missing = missingLibrary(error);
  const problem = missing ? new Problem(missing) : error;
  if (!(problem instanceof Problem)) return reportBug(problem);
  context.messages.show(problem.diagnostics);
  return problem.diagnostics.find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? 1;
}

/** The commands themselves are small; what they need to do their work is loaded only when they do it. */
const commands: { readonly [Name in CommandName]: Run<Name> } = {
  up,
  down,
  start,
  stop,
  restart,
  kill,
  ps,
  logs,
  config,
  explain,
  doctor,
  version,
  completion,
  help,
  exec,
  run: runOnce,
};

const noGlobals = {
  file: [],
  profile: [],
  envFile: [],
  projectName: undefined,
  projectDirectory: undefined,
  progress: 'auto',
  runner: undefined,
  strict: undefined,
  ansi: 'auto',
  color: true,
} as const;
