import { closeSync, existsSync, mkdirSync, openSync, rmSync, watch, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { wasNeverStarted } from '../../base/status.ts';
import { replaceDescriptor } from '../../kernel/ffi/descriptors.ts';
import { forbidInspection } from '../../kernel/ffi/process.ts';
import { removeParents } from '../cgroups/cgroup-parents.ts';
import { removeSharedCgroup } from '../cgroups/live-cgroups.ts';
import { makeRoom } from '../cgroups/make-room.ts';
import { removeContainer } from '../containers/lifecycle.ts';
import { DEFAULT_RUNNER } from '../containers/runners.ts';
import { serve } from '../control/server.ts';
import { removeBridge } from '../networks/bridges.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import { entriesOf } from '../trash/trash.ts';
import { adopt } from './adopt.ts';
import { complain } from './complain.ts';
import type { Context } from './context.ts';
import { keepRunDirectory } from './keep-run-directory.ts';
import { lockProject } from './lock.ts';
import { OURS, projectCgroup } from './names.ts';
import { leaveNotice } from './notices.ts';
import { openContext } from './open-context.ts';
import { type ProjectPaths, projectPaths } from './project-paths.ts';
import { surviveErrors } from './survive-errors.ts';

/**
 * The supervisor of one project: starts the containers, stores their logs, records their exit codes, and ends after the
 * last one. `args`: project, soft and hard RLIMIT_NOFILE.
 */
export const supervise = async ([project = '', soft, hard]: readonly string[]): Promise<void> => {
  forbidInspection();
  const caller = waitForCaller();
  if (!(await caller.wants)) return;
  try {
    await lookAfter(project, caller, { soft: Number(soft), hard: Number(hard) });
  } catch (error) {
    // Until the log is open, standard error is the caller's, and the caller reads it.
    if (existsSync(projectPaths(project).complaints)) complain(`${(error as Error).stack}`);
    say((error as Error).message.replaceAll('\n', ' '));
    process.exit(1);
  }
};

const lookAfter = async (
  project: string,
  caller: Caller,
  nofile: { readonly soft: number; readonly hard: number },
): Promise<void> => {
  const paths = projectPaths(project);
  complainInto(paths);
  let lock = lockProject(paths);
  if (lock === undefined) {
    await answering(paths);
    return say('ready');
  }
  const context = openContext(project, paths, nofile);
  makeRoom(context.host.cgroups);
  adopt(context);
  context.images.sweep();
  void Promise.all([context.trash.emptied(), context.volumes.store.sweep()]).then((left) => {
    for (const one of left.flat()) leaveNotice(paths.notices, { ...one, severity: 'warning' });
  });
  let isHeld = true;
  const server = await serve(context, {
    isIdle: () => context.running.size === 0 && !context.work.isBusy() && forgetUnstarted(context),
    isHeld: () => isHeld,
    leave: () => {
      stopWatching();
      context.readiness.close();
      leave(context, lock);
    },
  });
  const stopWatching = keepRunDirectory(context, () => {
    lock = lockProject(paths);
    if (lock !== undefined) server.listenAgain();
    return lock !== undefined;
  });
  surviveErrors(paths);
  context.work.onQuiet(server.settle);
  void caller.gone.then(() => {
    isHeld = false;
    server.settle();
  });
  // A terminal that closes does not end the supervisor; SIGTERM does, and the containers continue.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  say('ready');
  // Choose the runner while the caller connects: a start most likely follows.
  void context.runners.choose(DEFAULT_RUNNER);
};

type Caller = {
  /**
   * False when the caller closed the connection without a message, because its files are invalid. Nothing is created
   * before.
   */
  readonly wants: Promise<boolean>;
  /** The caller holds the other end of the pipe until its last call. */
  readonly gone: Promise<void>;
};

const waitForCaller = (): Caller => {
  const gone = new Promise<void>((resolve) => process.stdin.once('close', resolve));
  const said = new Promise<boolean>((resolve) => process.stdin.once('data', () => resolve(true)));
  return { wants: Promise.race([said, gone.then(() => false)]), gone };
};

const complainInto = ({ state, complaints }: ProjectPaths): void => {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const log = openSync(complaints, 'a', 0o600);
  replaceDescriptor(STDERR, log);
  closeSync(log);
};

const STDERR = 2;

const say = (text: string): void => {
  try {
    writeSync(1, `${text}\n`);
  } catch (error) {
    // The caller was interrupted meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
};

/** Discards one-off containers that were never started; true when no deletion is pending. */
const forgetUnstarted = (context: Context): boolean => {
  for (const { name, oneOff, state } of Object.values(context.record.containers))
    if (oneOff && wasNeverStarted(state)) void removeContainer(context, name);
  return !context.work.isBusy();
};

// With no container running, only the record, the logs and the layers have to stay.
const leave = (context: Context, lock: number | undefined): void => {
  const { paths, record, host } = context;
  removeParents(context);
  // Trash that could not be deleted keeps the record: the next `down` finds it there.
  const isOver = Object.keys(record.containers).length === 0 && entriesOf(paths.trash).length === 0;
  if (!isOver) saveIfThereIsSpace(context);
  for (const notice of context.notices) leaveNotice(paths.notices, notice);
  context.abandon();
  for (const network of Object.values(record.networks)) removeBridge(context, network);
  for (const path of [projectCgroup(record.name), OURS]) removeSharedCgroup(host.cgroups, path);
  context.images.sweep();
  removeRunDirectory(context);
  if (isOver && !context.damage) {
    rmSync(paths.state, { recursive: true, force: true });
    removeIfEmpty(dirname(paths.state));
  }
  if (lock !== undefined) closeSync(lock);
};

// The next start needs the contents of configs and secrets that are in no file.
const removeRunDirectory = ({ paths, record, grants }: Context): void => {
  const ids = Object.values(record.containers).map(({ id }) => id);
  const isKept = grants.keepOnly(new Set(ids));
  for (const path of entriesOf(paths.run))
    if (!isKept || path !== paths.grants) rmSync(path, { recursive: true, force: true });
  if (!isKept) rmSync(paths.run, { recursive: true, force: true });
  removeIfEmpty(dirname(paths.run));
};

// Without this write the exit codes are lost, but not the fact of the end: the next supervisor finds no process.
const saveIfThereIsSpace = ({ saveFinally }: Context): void => {
  try {
    saveFinally();
  } catch (error) {
    complain((error as Error).message);
  }
};

// Another supervisor of this project took the lock first; its caller can connect as soon as it listens.
const answering = (paths: ProjectPaths): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      const probe = connect(paths.socket);
      probe.once('error', () => {});
      probe.once('connect', () => {
        probe.destroy();
        watcher.close();
        resolve();
      });
    };
    const watcher = watch(paths.run, look);
    look();
  });
