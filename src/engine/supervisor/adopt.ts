import { closeSync, existsSync, rmSync } from 'node:fs';
import { exited, hasProcess, paused, started } from '../../base/status.ts';
import { processOf, zombieStatus } from '../../kernel/child.ts';
import { exitOf, exitStatusOf, openPidfd } from '../../kernel/ffi/process.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import type { Exit, Process } from '../../kernel/runner.ts';
import { killCgroup, removeCgroups } from '../cgroups/live-cgroups.ts';
import { watch } from '../containers/lifecycle.ts';
import { liveProcess } from '../containers/live-process.ts';
import { isFrozen, thaw } from '../containers/pause.ts';
import { removeAtEnd, removeForGood } from '../containers/remove-at-end.ts';
import { settleReplacements } from '../containers/replacement.ts';
import { keepLogs, type LogKeeper } from '../logs/keeper.ts';
import type { Context } from './context.ts';
import { cgroupOf } from './names.ts';
import { isAlive, type Life, readLife, writeLife } from './record/life.ts';
import type { ContainerRecord } from './record/project-record.ts';
import { complainOf } from './survive-errors.ts';

/**
 * Takes over the containers of an earlier supervisor: running ones continue under this one, and the resources of ended
 * ones are removed.
 */
export const adopt = (context: Context): void => {
  settleReplacements(context);
  for (const record of Object.values(context.record.containers)) {
    const { life: lifeFile } = context.paths.container(record.name);
    const life = liveProcess(context.host.cgroups, cgroupOf(context.record.name, record), lifeFile);
    const pidfd = life && openPidfd(life.pid);
    if (life && pidfd !== undefined && isAlive(life)) {
      takeOver(context, record, life, pidfd);
      continue;
    }
    if (pidfd !== undefined) closeSync(pidfd);
    if (hasProcess(record.state) || existsSync(lifeFile)) bury(context, record.name);
  }
};

const takeOver = (context: Context, record: ContainerRecord, life: Life, pidfd: number): void => {
  const paths = context.paths.container(record.name);
  if (!readLife(paths.life)) writeLife(paths.life, life);
  holdStorage(context, record);
  const logs = record.definition.tty ? undefined : keepLogsIfThere(context, paths);
  context.record.containers[record.name] = {
    ...record,
    ...started(life.startedAt),
    ...paused(isFrozen(context, record.name)),
  };
  const process = orphan(life.pid, pidfd, context.readiness);
  const streams = { ...(logs ? { logs } : {}), end: () => logs?.end() };
  removeAtEnd(context, record, watch(context, record.name, process, streams).ended);
};

const holdStorage = ({ volumes, images, paths, work }: Context, record: ContainerRecord): void => {
  const { name, definition } = record;
  work
    .busyWhile(() => Promise.all([volumes.resume(record), images.begin(name, definition.rootfs)]))
    .catch((error: unknown) => complainOf(paths, error));
};

/** A killed supervisor may have left volumes mounted; the last use unmounts them. */
const leaveVolumes = async ({ volumes }: Context, record: ContainerRecord): Promise<void> => {
  const end = (): void => volumes.end(record.name);
  if (record.volumes) await volumes.resume(record).then(end, end);
};

/** The exit code is unknown: no supervisor was running. */
const UNKNOWN: Exit = { code: 255, signal: 0 };

const bury = (context: Context, name: string): void => {
  const paths = context.paths.container(name);
  const record = context.record.containers[name]!;
  const cgroup = cgroupOf(context.record.name, record);
  // Frozen processes do not end on version 1 of cgroups.
  if (isFrozen(context, name)) thaw(context, name);
  if (record.definition.namespaces?.pid) killCgroup(context.host.cgroups, cgroup);
  if (!record.definition.tty) keepLogsIfThere(context, paths)?.end();
  removeCgroups(context.host.cgroups, cgroup);
  rmSync(paths.run, { recursive: true, force: true });
  context.record.containers[name] = {
    ...record,
    ...exited({ exitCode: UNKNOWN.code, oomKilled: record.oomKilled }, Date.now()),
  };
  void context.work.busyWhile(async () => {
    await leaveVolumes(context, record);
    if (record.remove) removeForGood(context, record);
  });
  context.saveSoon();
};

// A container whose FIFOs are gone continues; its output is lost.
const keepLogsIfThere = (
  { readiness }: Context,
  { run, log }: { readonly run: string; readonly log: string },
): LogKeeper | undefined => {
  try {
    return keepLogs(readiness, run, log);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
};

const orphan = (pid: number, pidfd: number, readiness: Readiness): Process =>
  processOf(pid, pidfd, readiness, () => {
    const status = exitStatusOf(pidfd) ?? zombieStatus(pid);
    return status === undefined ? UNKNOWN : exitOf(status);
  });
