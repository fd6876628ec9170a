import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import type { Connect } from './client.ts';
import { httpOver } from './control/http.ts';
import { clientOver } from './http-client.ts';
import { type ProjectPaths, projectPaths } from './paths.ts';
import { shellLimit } from './shell-limit.ts';

/** Finds the project's supervisor, or starts it. */
export const connect: Connect = async (project, { start }) => {
  if (process.geteuid?.() !== 0) throw new Problem(NOT_ROOT);
  const paths = projectPaths(project);
  if (Buffer.byteLength(paths.socket) > SOCKET_PATH_BYTES) throw new Problem(tooLong(paths.socket));
  const client = clientOver(httpOver(paths.socket, () => startSupervisor(project, paths)));
  if (await answers(paths.socket)) return client;
  if (!start && !existsSync(paths.record)) return undefined;
  await startSupervisor(project, paths);
  return client;
};

const NOT_ROOT: Diagnostic = {
  severity: 'error',
  code: 'not-root',
  message: 'this takes root',
  facts: [['user', String(process.geteuid?.())]],
  help: 'run it with sudo; `config`, `explain` and `doctor` need no root',
};

/** unix(7): sun_path has 108 bytes, one of which ends it. */
const SOCKET_PATH_BYTES = 107;

const tooLong = (socket: string): Diagnostic => ({
  severity: 'error',
  code: 'invalid-project-name',
  message: 'the name of the project makes the path of its socket too long',
  facts: [['path', `${socket} (${Buffer.byteLength(socket)} bytes, at most ${SOCKET_PATH_BYTES})`]],
  help: 'give it a shorter name with `-p`, or set TSCOMPOSE_RUN_DIR to a shorter path',
});

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connectSocket(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });

// A process that stays should stay small: V8 lets what is young grow to 48 MB before it looks. And its optimising
// compiler would take a processor from the containers that start, for code whose time the kernel takes.
const SMALL = ['--max-semi-space-size=2', '--no-opt', '--v8-pool-size=0'];

// Detached, with our end of its standard input as the sign that somebody is about to call.
const startSupervisor = async (project: string, paths: ProjectPaths): Promise<void> => {
  mkdirSync(paths.state, { recursive: true, mode: 0o700 });
  const log = openSync(join(paths.state, 'supervisor.log'), 'a', 0o600);
  const { soft, hard } = shellLimit();
  const child = spawn(
    '/proc/self/exe',
    [...SMALL, process.argv[1] as string, 'supervise', project, String(soft), String(hard)],
    { detached: true, stdio: ['pipe', 'pipe', log], argv0: 'tscompose', cwd: '/' },
  );
  closeSync(log);
  child.unref();
  (child.stdin as unknown as { unref: () => void }).unref();
  const said = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    // Its end alone would not keep this process waiting, as it is not referenced.
    child.stdout!.once('close', () => resolve(text));
  });
  child.stdout!.destroy();
  if (said.startsWith('ready')) return;
  throw new Problem({
    severity: 'error',
    code: 'supervisor-lost',
    message: 'the supervisor could not start',
    notes: said.trim() === '' ? [`see ${join(paths.state, 'supervisor.log')}`] : [said.trim()],
  });
};
