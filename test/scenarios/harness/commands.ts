import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { ContainerSummary } from '../../../src/api/calls/containers.ts';
import type { UpRequest } from '../../../src/api/calls/up.ts';
import type { Client } from '../../../src/api/client.ts';
import type { Event } from '../../../src/api/events.ts';
import { httpOver } from '../../../src/api/http.ts';
import { clientOver } from '../../../src/api/http-client.ts';
import type { Context } from '../../../src/cli/command-context.ts';
import { upRequest } from '../../../src/cli/requests/up-request.ts';
import { hasImages, withArchives } from '../../../src/cli/requests/with-images.ts';
import { openProject } from '../../../src/cli/selection/open-project.ts';
import { type ProjectPaths, projectPaths } from '../../../src/engine/directories/project-paths.ts';
import { shellLimit } from '../../../src/engine/facts/shell-limit.ts';
import { ownVariables } from '../../../src/engine/supervisor/own-variables.ts';
import { type Command, supervisorCommands } from '../../../src/engine/supervisor/supervisor-command.ts';
import { isNightly } from '../../patience.ts';
import type { Runner } from './calls.ts';
import { tscomposePath } from './cli.ts';

/**
 * Commands that change a project, by their calls, for scenarios that look at neither their output nor their process: to
 * start Node.js takes most of the time of a command. At night, each is a command of what is shipped.
 */
type Caller = {
  readonly name: string;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
};

/** `up -d SERVICES`; false, and nothing is done, where only the command can do it, or say what is wrong. */
export async function upByCall(caller: Caller, services: readonly string[]): Promise<boolean> {
  if (isNightly) return false;
  const giveBack = takeOver(caller);
  try {
    const request = await requestOf(caller, services);
    if (!request) return false;
    await withSupervisor(caller, projectPaths(request.project.name), (client) =>
      succeeds('up', (onEvent) => client.up(request, onEvent)),
    );
    return true;
  } finally {
    giveBack();
  }
}

/** A command such as `stop SERVICES`; false where there is nothing of the project. */
export async function changeByCall(
  caller: Caller,
  verb: Parameters<Client['change']>[0],
  request: Parameters<Client['change']>[1],
): Promise<boolean> {
  const isDone = await whereThereIsState(caller, async (client) => {
    await succeeds(verb, (onEvent) => client.change(verb, request, onEvent));
    return true;
  });
  return isDone ?? false;
}

/** What `ps -a` shows; undefined where there is nothing of the project. */
export const listByCall = (caller: Caller): Promise<readonly ContainerSummary[] | undefined> =>
  whereThereIsState(caller, (client) => client.containers(true));

const whereThereIsState = async <Value>(
  caller: Caller,
  work: (client: Client) => Promise<Value>,
): Promise<Value | undefined> => {
  if (isNightly) return undefined;
  const giveBack = takeOver(caller);
  try {
    const paths = projectPaths(caller.name);
    if (!existsSync(paths.state)) return undefined;
    return await withSupervisor(caller, paths, work);
  } finally {
    giveBack();
  }
};

/** One is started where there is none, or where that of before has just ended. */
const withSupervisor = async <Value>(
  caller: Caller,
  paths: ProjectPaths,
  work: (client: Client) => Promise<Value>,
): Promise<Value> => {
  const leave: (() => void)[] = [];
  const revive = async (): Promise<void> => void leave.push(await startSupervisor(caller, paths));
  try {
    return await work(clientOver(httpOver(paths.socket, revive)));
  } finally {
    for (const close of leave) close();
  }
};

/** As a command does it, which the supervisor takes to be there until the function is called. */
const startSupervisor = async ({ env }: Caller, paths: ProjectPaths): Promise<() => void> => {
  const [{ path, words }] = supervisorCommands(paths, shellLimit()) as [Command];
  const [argv0 = '', ...args] = words;
  const child = spawn(path, args, {
    ...{ argv0, cwd: '/', env: ownVariables(env), detached: true },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.unref();
  child.stdin.on('error', () => {}).write('begin\n');
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child.stdout, 'close')]);
  child.stdout.destroy();
  if (String(said).trim() !== 'ready') throw new Error(`the supervisor could not start: ${said}`);
  return () => void child.stdin.destroy();
};

const succeeds = async (
  what: string,
  call: (onEvent: (event: Event) => void) => Promise<number>,
): Promise<void> => {
  const events: Event[] = [];
  const code = await call((event) => void events.push(event));
  if (code !== 0)
    throw new Error(
      `${what}: exit status ${code}\n${events.map((event) => JSON.stringify(event)).join('\n')}`,
    );
};

/** Undefined with images, which the process of a command fetches and holds, and with errors, which it prints. */
const requestOf = async (
  { directory, env }: Caller,
  services: readonly string[],
): Promise<UpRequest | undefined> => {
  const context: Context = {
    globals: {
      file: [],
      profile: [],
      envFile: [],
      projectName: undefined,
      projectDirectory: undefined,
      progress: 'quiet',
      runner: env.TSCOMPOSE_RUNNER as Runner | undefined,
      compatibility: undefined,
      dryRun: undefined,
      strict: undefined,
      ansi: 'never',
      color: false,
    },
    environment: { PWD: directory, ...env },
    cwd: directory,
    progress: 'quiet',
    dryRun: false,
    color: { stdout: false, stderr: false },
    messages: { learn: () => {}, show: () => {}, say: () => {} },
  };
  try {
    const { project } = await openProject(context);
    if (hasImages(await withArchives(project))) return undefined;
    return await upRequest(context, services, { deps: true, recreate: true, start: true });
  } catch {
    return undefined;
  }
};

/** For a moment, this process is one of tscompose: its directories and its program. */
const takeOver = ({ env }: Caller): (() => void) => {
  const [, program = ''] = process.argv;
  const names = ['TSCOMPOSE_RUN_DIR', 'TSCOMPOSE_STATE_DIR'];
  process.argv[1] = tscomposePath;
  for (const name of names) process.env[name] = env[name];
  return () => {
    process.argv[1] = program;
    for (const name of names) delete process.env[name];
  };
};
