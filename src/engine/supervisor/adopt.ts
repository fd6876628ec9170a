import { closeSync, existsSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { monotonic } from '../../base/node/monotonic.ts';
import { exited, hasProcess, isRestarting, paused, started } from '../../base/status.ts';
import { exitOf, exitStatusOf, openPidfd } from '../../kernel/ffi/process.ts';
import { processOf, zombieStatus } from '../../kernel/launch/child.ts';
import { type Exit, exitCode, type Process } from '../../kernel/program/runner.ts';
import { foundImagesOf } from '../../project/model/images-of.ts';
import { killCgroup, removeCgroups, wasOutOfMemory } from '../cgroups/live-cgroups.ts';
import { isFrozen, thaw } from '../containers/pause.ts';
import { removeAtEnd, removeForGood } from '../containers/remove-at-end.ts';
import { settleReplacements } from '../containers/replacement.ts';
import { resumeRestart } from '../containers/resume.ts';
import { watch } from '../containers/watch.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { complainOf } from '../context/survive-errors.ts';
import { resumeHealth } from '../health/health.ts';
import { keepLogs, type LogKeeper } from '../logs/keeper.ts';
import { logOf } from '../logs/log-of.ts';
import { type NameSockets, openNameSockets } from '../names/names.ts';
import { ageOf, isAlive, type Life, readLife, writeLife } from '../record/life.ts';
import { liveProcess } from '../record/live-process.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { conclude } from '../restart/conclude.ts';
import { keptExit } from './kept-exits.ts';

/**
 * Takes over the containers of an earlier supervisor: running ones continue under this one, and the resources of ended
 * ones are removed.
 */
export const adopt = (context: Context): void => {
  const ended: Ended[] = [];
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
    if (hasProcess(record.state) || existsSync(lifeFile)) ended.push(endOf(context, record.name));
    else if (isRestarting(record.state)) goOn(context, record);
  }
  for (const one of ended.toSorted((a, b) => a.endedAt - b.endedAt)) bury(context, one);
  // All FIFOs were opened.
  context.parking.renew();
  adoptPorts(context);
};

const adoptPorts = ({ ports, running, record, work, paths }: Context): void => {
  const adopted = [...running].map(([name, { pid }]) => ({ container: record.containers[name]!, pid }));
  work.busyWhile(() => ports.adopt(adopted)).catch((error: unknown) => complainOf(paths, error));
};

const takeOver = (context: Context, record: ContainerRecord, life: Life, pidfd: number): void => {
  const paths = context.paths.container(record.name);
  if (!readLife(paths.life)) writeLife(paths.life, life);
  holdStorage(context, record);
  const logs = record.definition.tty ? undefined : keepLogsIfThere(context, record);
  logs?.park(context.parking);
  context.record.containers[record.name] = {
    ...record,
    ...started(life.startedAt),
    ...paused(isFrozen(context, record.name)),
  };
  const process = orphan(context, life, pidfd);
  const streams = { ...(logs ? { logs } : {}), end: () => logs?.end() };
  const running = watch(context, record.name, process, streams, monotonic() - ageOf(life));
  context.names.began(record.name, openNameServer(life, pidfd));
  resumeHealth(context, record.name, ageOf(life));
  removeAtEnd(context, record, running.ended);
};

const openNameServer = ({ pid, nameServer }: Life, pidfd: number): NameSockets | undefined => {
  if (nameServer === undefined) return undefined;
  const sockets = openNameSockets(pidfd, nameServer);
  if (!sockets) complain(`the container with PID ${pid} has no name server: its port is taken`);
  return sockets;
};

const holdStorage = ({ volumes, images, paths, work }: Context, record: ContainerRecord): void => {
  const { name, definition } = record;
  work
    .busyWhile(() => Promise.all([volumes.resume(record), images.begin(name, foundImagesOf(definition))]))
    .catch((error: unknown) => complainOf(paths, error));
};

/** A killed supervisor may have left volumes mounted; the last use unmounts them. */
const leaveVolumes = async ({ volumes }: Context, record: ContainerRecord): Promise<void> => {
  const end = (): void => volumes.end(record.name);
  if (record.volumes) await volumes.resume(record).then(end, end);
};

/** The exit code is unknown: neither a supervisor nor a guardian was running. */
const UNKNOWN: Exit = { code: 255, signal: 0 };

/** A container that has ended since the supervisor before. */
type Ended = {
  readonly name: string;
  readonly exit: Exit;
  /** Seconds since boot; the present if the time is unknown. */
  readonly endedAt: number;
  /** Milliseconds. */
  readonly ran: number;
};

const endOf = ({ paths }: Context, name: string): Ended => {
  const life = readLife(paths.container(name).life);
  const { exit, endedAt } = (life && keptExit(paths, life)) ?? { exit: UNKNOWN, endedAt: uptime() };
  return { name, exit, endedAt, ran: life ? ageOf(life, endedAt) : 0 };
};

const bury = (context: Context, { name, exit, ran }: Ended): void => {
  const paths = context.paths.container(name);
  const record = context.record.containers[name]!;
  const cgroup = cgroupOf(context.record.name, record);
  const oomKilled = record.oomKilled || wasOutOfMemory(context.host.cgroups, cgroup);
  // Frozen processes do not end on version 1 of cgroups.
  if (isFrozen(context, name)) thaw(context, name);
  if (record.definition.namespaces?.pid) killCgroup(context.host.cgroups, cgroup);
  if (!record.definition.tty) keepLogsIfThere(context, record)?.end();
  removeCgroups(context.host.cgroups, cgroup);
  rmSync(paths.run, { recursive: true, force: true });
  const end = { exitCode: exitCode(exit), oomKilled };
  if (context.isContinued) conclude(context, record, { ...end, ran });
  else note(context, name, exited(end, Date.now()));
  void context.work.busyWhile(async () => {
    await leaveVolumes(context, record);
    if (record.remove) removeForGood(context, record);
  });
  context.saveSoon();
};

// After a boot it is a matter of `up`, `start` or the unit.
const goOn = (context: Context, record: ContainerRecord): void => {
  if (context.isContinued) resumeRestart(context, record);
  else note(context, record.name, { state: 'exited' });
};

// A container whose FIFOs are gone continues; its output is lost.
const keepLogsIfThere = (context: Context, record: ContainerRecord): LogKeeper | undefined => {
  try {
    return keepLogs(context.readiness, context.paths.container(record.name).run, logOf(context, record));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
};

// The guardian has made its record before it is reaped, by this process or by the guardian.
const orphan = ({ readiness, paths }: Context, life: Life, pidfd: number): Process =>
  processOf(life.pid, pidfd, readiness, () => {
    const status = exitStatusOf(pidfd) ?? zombieStatus(life.pid);
    return status === undefined ? (keptExit(paths, life)?.exit ?? UNKNOWN) : exitOf(status);
  });
