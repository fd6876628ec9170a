import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Connect, Prepared } from '../api/client.ts';
import { httpOver } from '../api/http.ts';
import { clientOver } from '../api/http-client.ts';
import { type Diagnose, withoutSilence } from '../api/silence.ts';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import { SMALL } from '../kernel/reexec/flags.ts';
import { lockHolder } from './supervisor/lock-holder.ts';
import { takeNotices } from './supervisor/notices.ts';
import { ownVariables } from './supervisor/own-variables.ts';
import { checkOwner } from './supervisor/owner.ts';
import { type ProjectPaths, projectPaths } from './supervisor/project-paths.ts';
import { readIfThere } from './supervisor/read-if-there.ts';
import { glance } from './supervisor/record/read.ts';
import { requireRoot } from './supervisor/require-root.ts';
import { shellLimit } from './supervisor/shell-limit.ts';
import { checkSocketPath } from './supervisor/socket-path.ts';

/** Connects to the project's supervisor, or starts it. */
export const connect: Connect = async (named, { start, prepared, onNotices }) => {
  requireRoot();
  const { name: project } = named;
  const paths = projectPaths(project);
  checkSocketPath(paths);
  const record = named.nameIsExplicit ? undefined : glance(paths.record);
  if (record) checkOwner(record, named);
  const notices = takeNotices(paths.notices);
  if (notices.length > 0) onNotices(notices);
  const http = httpOver(paths.socket, () => startSupervisor(prepareSupervisor(project), paths));
  const client = clientOver(withoutSilence(http, paths.socket, silence(project, paths)));
  const isReady = prepared?.project === project ? prepared : undefined;
  if (!isReady) prepared?.abandon();
  if (!isReady && (await answers(paths.socket))) return client;
  if (!start && ![paths.state, paths.run].some(existsSync)) return undefined;
  await startSupervisor(isReady ?? prepareSupervisor(project), paths);
  return client;
};

/** Starts to launch a supervisor for a project without one, while the files are still being read. */
export const anticipate = (project: string): Prepared | undefined => {
  if (process.geteuid?.() !== 0 || existsSync(projectPaths(project).socket)) return undefined;
  return prepareSupervisor(project);
};

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connectSocket(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });

/** A stopped supervisor does not answer until it is continued; a busy one does, sooner or later. */
const silence =
  (project: string, paths: ProjectPaths): Diagnose =>
  (milliseconds) => {
    if (milliseconds < SHORT) return undefined;
    const pid = lockHolder(paths, project);
    const isStopped = /^State:\s[Tt]/m.test(readIfThere(`/proc/${pid}/status`));
    return isStopped || milliseconds > LONG ? unresponsive(pid, isStopped, milliseconds) : undefined;
  };

/** Milliseconds. */
const SHORT = 3000;
const LONG = 60_000;

const unresponsive = (pid: number | undefined, isStopped: boolean, milliseconds: number): Diagnostic => ({
  severity: 'error',
  code: 'supervisor-lost',
  message: `the supervisor of this project ${isStopped ? 'is stopped' : 'does not answer'}`,
  facts: [
    ['process', pid === undefined ? 'unknown' : String(pid)],
    ['waited', `${Math.round(milliseconds / 1000)} s`],
  ],
  notes: ['the supervisor carries out pending requests when it continues'],
  help: [
    ...(isStopped ? [`\`kill -CONT ${pid}\` lets it go on; `] : []),
    `\`kill -KILL ${pid}\` ends it, containers go on, and the next command starts another one`,
  ].join(''),
});

/** The message that a launched supervisor waits for. */
export const BEGIN = 'begin\n';

// Detached; our end of its standard input shows that a call will follow.
const prepareSupervisor = (project: string): Prepared => {
  const { soft, hard } = shellLimit();
  const child = spawn(
    '/proc/self/exe',
    [...SMALL, '--', process.argv[1] as string, 'supervise', project, String(soft), String(hard)],
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      argv0: 'tscompose',
      cwd: '/',
      env: ownVariables(process.env),
    },
  );
  child.unref();
  const stdin = child.stdin as Socket;
  stdin.unref();
  stdin.on('error', () => {});
  // The child would keep our standard error open while it loads.
  const abandon = (): void => void child.kill('SIGKILL');
  process.once('exit', abandon);
  return {
    project,
    abandon,
    begin: async () => {
      process.off('exit', abandon);
      stdin.write(BEGIN);
      let text = '';
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('\n')) resolve();
        });
        // The end of the child alone would not keep this process waiting, because it is unreferenced.
        child.stdout.once('close', resolve);
      });
      child.stdout.destroy();
      return text.trim();
    },
  };
};

const startSupervisor = async (prepared: Prepared, paths: ProjectPaths): Promise<void> => {
  const said = await prepared.begin();
  if (said === 'ready') return;
  throw new Problem({
    severity: 'error',
    code: 'supervisor-lost',
    message: 'the supervisor could not start',
    notes: said === '' ? [`see ${paths.complaints}`] : [said],
  });
};
