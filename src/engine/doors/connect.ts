import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, writeSync } from 'node:fs';
import { connect as connectSocket, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Connect } from '../../api/client.ts';
import { httpOver } from '../../api/http.ts';
import { clientOver } from '../../api/http-client.ts';
import { type Diagnose, withoutSilence } from '../../api/silence.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { takeNotices } from '../context/notices.ts';
import { type ProjectPaths, projectPaths } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { checkSocketPath } from '../directories/socket-path.ts';
import { shellLimit } from '../facts/shell-limit.ts';
import { checkOwner } from '../record/owner.ts';
import { glance, recordedDirectory } from '../record/read.ts';
import { lockHolder } from '../supervisor/lock-holder.ts';
import { requireOwnProc } from '../supervisor/require-own-proc.ts';
import { requireRoot } from '../supervisor/require-root.ts';
import { type Command, supervisorCommands } from '../supervisor/supervisor-command.ts';
import { type Standby, takeStandby } from './standby.ts';

/** Connects to the project's supervisor, or starts it. */
export const connect: Connect = async (named, { start, onNotices }) => {
  requireRoot();
  const { name: project } = named;
  const paths = projectPaths(project);
  checkSocketPath(paths);
  const directory = named.nameIsExplicit ? undefined : recordedDirectory(paths.record);
  if (directory !== undefined && directory !== named.workingDir) {
    const record = glance(paths.record);
    if (record) checkOwner(record, named);
  }
  const notices = takeNotices(paths.notices);
  if (notices.length > 0) onNotices(notices);
  const http = httpOver(paths.socket, () => startSupervisor(prepareSupervisor(paths), paths));
  const client = clientOver(withoutSilence(http, paths.socket, silence(project, paths)));
  const prepared = takePrepared(project);
  if (!prepared && (await answers(paths.socket))) {
    takeStandby()?.abandon();
    return client;
  }
  if (!start && ![paths.state, paths.run].some(existsSync)) {
    prepared?.abandon();
    return undefined;
  }
  requireOwnProc();
  await startSupervisor(prepared ?? prepareSupervisor(paths), paths);
  return client;
};

/** A supervisor that creates nothing before `begin`, and ends without it. */
type Prepared = {
  readonly project: string;
  /** Resolves with `ready`, or with the reason for a failure. */
  readonly begin: () => Promise<string>;
  readonly abandon: () => void;
};

let inAdvance: Prepared | undefined;

/**
 * Starts to launch a supervisor for a project without one, while the files are still being read. Where the name is not
 * known yet, the one on standby waits on.
 */
export const anticipate = (project: string | undefined): void => {
  if (project === undefined) return;
  const paths = projectPaths(project);
  if (process.geteuid?.() === 0 && !existsSync(paths.socket)) inAdvance = prepareSupervisor(paths);
  else takeStandby()?.abandon();
};

const takePrepared = (project: string): Prepared | undefined => {
  const prepared = inAdvance;
  inAdvance = undefined;
  if (prepared?.project === project) return prepared;
  prepared?.abandon();
  return undefined;
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
    // proc_pid_status(5): `t` is a stop by a tracer, which comes and goes with each call.
    const isStopped = /^State:\sT/m.test(readIfThere(`/proc/${pid}/status`));
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

/** The one that the launcher has started, or a new one. */
const prepareSupervisor = (paths: ProjectPaths): Prepared => {
  const standby = takeStandby();
  if (!standby) return launchSupervisor(paths);
  const { project } = paths;
  const { soft, hard } = shellLimit();
  return {
    project,
    abandon: standby.abandon,
    begin: async () => {
      standby.keep();
      const said = await tell(standby, `begin ${project} ${soft} ${hard}\n`);
      // Without an answer, it was interrupted meanwhile.
      return said === '' ? launchSupervisor(paths).begin() : said;
    },
  };
};

const tell = async ({ input, output }: Standby, message: string): Promise<string> => {
  try {
    writeSync(input, message);
  } catch {}
  return lineOf(new Socket({ fd: output, readable: true, writable: false }));
};

// Detached; our end of its standard input shows that a call will follow.
const launchSupervisor = (paths: ProjectPaths): Prepared => {
  const child = spawnFirst(supervisorCommands(paths, shellLimit()));
  child.unref();
  const stdin = child.stdin as Socket;
  stdin.unref();
  stdin.on('error', () => {});
  // The supervisor would keep our standard error open while it loads. It is in a group with its guardian.
  const abandon = (): void => {
    process.off('exit', abandon);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', abandon);
  return {
    project: paths.project,
    abandon,
    begin: () => {
      process.off('exit', abandon);
      stdin.write('begin\n');
      return lineOf(child.stdout as Socket);
    },
  };
};

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Starts the first of the commands whose program can be executed. */
const spawnFirst = ([command, ...others]: readonly Command[]): Child => {
  // Loaded here only: most commands find a supervisor, or one on standby.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const { path, words, environment } = command as Command;
  const [argv0 = '', ...args] = words;
  const child = spawn(path, args, {
    ...{ argv0, cwd: '/', env: environment, detached: true },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.pid !== undefined || others.length === 0) return child;
  child.on('error', () => {});
  return spawnFirst(others);
};

/** The first line that the supervisor says; empty if it ends without one. */
const lineOf = async (stdout: Socket): Promise<string> => {
  let text = '';
  await new Promise<void>((resolve) => {
    stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.trimStart().includes('\n')) resolve();
    });
    // The end of the child alone would not keep this process waiting, because it is unreferenced.
    stdout.once('close', resolve);
  });
  stdout.destroy();
  return text.trim();
};

const startSupervisor = async (prepared: Prepared, paths: ProjectPaths): Promise<void> => {
  const said = await prepared.begin();
  if (said === 'ready') return;
  throw new Problem({
    severity: 'error',
    code: 'supervisor-lost',
    message: 'the supervisor could not start',
    notes: said === '' ? [`see ${paths.complaints}`] : [said],
    ...(/^(EROFS|EACCES|ENOSPC|EDQUOT):/.test(said) && {
      facts: [
        ['run', paths.run],
        ['state', paths.state],
      ],
      help: 'make the directory usable, or set TSCOMPOSE_STATE_DIR and TSCOMPOSE_RUN_DIR to others',
    }),
  });
};
