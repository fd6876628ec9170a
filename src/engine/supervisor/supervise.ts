import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { stackOf } from '../../base/node/stack.ts';
import { wasNeverStarted } from '../../base/status.ts';
import { replaceDescriptor } from '../../kernel/ffi/descriptors.ts';
import { beginSession, forbidInspection } from '../../kernel/ffi/process.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { staySmall } from '../../kernel/reexec/flags.ts';
import { removeParents } from '../cgroups/cgroup-parents.ts';
import { removeProjectCgroup, removeSharedCgroup } from '../cgroups/live-cgroups.ts';
import { makeRoom } from '../cgroups/make-room.ts';
import { removeContainer } from '../containers/remove-container.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { OURS, projectCgroup } from '../context/identifiers.ts';
import { leaveNotice } from '../context/notices.ts';
import { surviveErrors } from '../context/survive-errors.ts';
import { serve } from '../control/server.ts';
import { lockProject } from '../directories/lock.ts';
import { type ProjectPaths, projectPaths } from '../directories/project-paths.ts';
import { DEFAULT_RUNNER } from '../facts/runners.ts';
import { openParking, type Parking } from '../logs/parking.ts';
import { adoptNetworks, removeBridge } from '../networks/bridges.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import { entriesOf } from '../trash/trash.ts';
import { adopt } from './adopt.ts';
import { type Caller, listenToCaller, type Wish } from './caller.ts';
import { claimProject } from './claim.ts';
import { closeForeignDescriptors } from './foreign-descriptors.ts';
import { inheritedPair, keepGuardian } from './guardian.ts';
import { keepRunDirectory } from './keep-run-directory.ts';
import { type Equipment, openContext, openEquipment } from './open-context.ts';
import { rehearse } from './rehearse.ts';

/**
 * The supervisor of one project: starts the containers, stores their logs, records their exit codes, and ends after the
 * last one. `words`: project, soft and hard RLIMIT_NOFILE; none of them for one on standby. Calls back when the first
 * containers have been started and their caller has left.
 */
export const supervise = async (words: readonly string[], onStarted: () => void): Promise<void> => {
  forbidInspection();
  const pair = inheritedPair(words[0]);
  closeForeignDescriptors();
  const caller = listenToCaller(words);
  staySmall();
  const equipment = openEquipment();
  if (words.length === 0) standBy(equipment, caller);
  const wish = await caller.wish;
  if (!wish) return;
  const { project, nofile } = wish;
  if (words.length === 0) process.title = `tscompose supervise ${project} ${nofile.soft} ${nofile.hard}`;
  try {
    const context = await lookAfter(wish, caller, equipment, openParking(pair));
    if (context) afterFirstStart(context, caller, onStarted);
  } catch (error) {
    // Until the log is open, standard error is the caller's, and the caller reads it.
    if (existsSync(projectPaths(project).complaints)) complain(stackOf(error));
    say((error as Error).message.replaceAll('\n', ' '));
    process.exit(1);
  }
};

/** sh has started this process in the session and in the directory of the caller. */
const standBy = (equipment: Equipment, { wish }: Caller): void => {
  beginSession();
  process.chdir('/');
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  void wish.then(end);
  void rehearse(equipment, () => isOver);
};

const lookAfter = async (
  wish: Wish,
  caller: Caller,
  equipment: Equipment,
  parking: Parking,
): Promise<Context | undefined> => {
  const { project } = wish;
  const paths = projectPaths(project);
  complainInto(paths);
  let lock = await claimProject(paths);
  if (lock === undefined) return void say('ready');
  const context = openContext(wish, paths, equipment, parking);
  const guardian = keepGuardian(paths, wish.nofile, context.readiness, parking.pair);
  makeRoom(context.host.cgroups);
  adopt(context);
  if (context.running.size > 0) adoptNetworks(context);
  context.images.sweep();
  void Promise.all([context.trash.emptied(), context.volumes.store.sweep()]).then((left) => {
    for (const one of left.flat()) leaveNotice(paths.notices, { ...one, severity: 'warning' });
  });
  let isHeld = true;
  const server = await serve(context, {
    isIdle: () =>
      context.running.size === 0 &&
      !context.restarts.arePending() &&
      !context.work.isBusy() &&
      forgetUnstarted(context),
    isHeld: () => isHeld,
    leave: () => {
      stopWatching();
      guardian.leave();
      context.relay.end();
      context.readiness.close();
      leave(context, lock);
    },
  });
  const stopWatching = keepRunDirectory(context, () => {
    lock = lockProject(paths);
    if (lock === undefined) return false;
    guardian.note();
    server.listenAgain();
    return true;
  });
  surviveErrors(paths);
  context.work.onQuiet(server.settle);
  void caller.gone.then(() => {
    isHeld = false;
    server.settle();
  });
  // A terminal that closes does not end the supervisor. SIGTERM does, and the guardian starts it anew; SIGTERM to the
  // guardian ends both, and the containers continue.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  say('ready');
  // Choose the runner while the caller connects: a start most likely follows.
  void context.runners.choose(DEFAULT_RUNNER);
  return context;
};

const afterFirstStart = (context: Context, { gone }: Caller, act: () => void): void => {
  const stop = context.onEvent(({ type }) => {
    if (type !== 'container.started') return;
    stop();
    void gone.then(act);
  });
};

const complainInto = ({ state, complaints }: ProjectPaths): void => {
  makeDirectories(state);
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
  context.filter.remove();
  removeProjectCgroup(host.cgroups, projectCgroup(record.name));
  removeSharedCgroup(host.cgroups, OURS);
  context.images.sweep();
  context.names.close();
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
