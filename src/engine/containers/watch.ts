import { rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { monotonic } from '../../base/node/monotonic.ts';
import { type Exit, exitCode, type Process } from '../../kernel/program/runner.ts';
import { killCgroup, removeLeftCgroups, wasOutOfMemory } from '../cgroups/live-cgroups.ts';
import type { Context, Running, Terminal } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { complainOf } from '../context/survive-errors.ts';
import { endHealth } from '../health/health.ts';
import type { LogKeeper } from '../logs/keeper.ts';
import { conclude } from '../restart/conclude.ts';
import { removeSmallTree } from '../trash/remove-small-tree.ts';
import { thawIfPaused } from './pause.ts';

/** The resources needed to watch a process, new or from an earlier supervisor. */
export type Streams = {
  readonly logs?: LogKeeper;
  readonly stdin?: Writable;
  readonly terminal?: Terminal;
  readonly end: () => void | Promise<void>;
};

/**
 * Watches a process until its end, and then removes its resources on the host. `began`: its start, on the clock of
 * `monotonic()`.
 */
export const watch = (
  context: Context,
  name: string,
  process: Process,
  streams: Streams,
  began = monotonic(),
): Running => {
  const ended = process.exited.then(async (exit) => {
    // A failed step does not stop the others: the end of the container is recorded, and waiting callers continue.
    const steps = [
      () => leavePorts(context, name),
      () => void thawIfPaused(context, name),
      () => endDescendants(context, name),
      () => endHealth(context, name),
      () => streams.end(),
      () => finish(context, name, exit, monotonic() - began),
    ];
    for (const step of steps) await attempt(context, step);
    return exit;
  });
  const running: Running = {
    pid: process.pid,
    ended,
    signal: process.signal,
    hasEnded: process.hasEnded,
    ...(streams.logs ? { logs: streams.logs } : {}),
    ...(streams.stdin ? { stdin: streams.stdin } : {}),
    ...(streams.terminal ? { terminal: streams.terminal } : {}),
  };
  context.running.set(name, running);
  return running;
};

// The first step: nobody is to wait for a container that has ended.
const leavePorts = async ({ ports, record }: Context, name: string): Promise<void> => {
  const container = record.containers[name];
  if (container) await ports.unpublish(container);
};

// pid_namespaces(7): the kernel kills the rest after PID 1 ends, but only in a PID namespace of the container's own.
const endDescendants = ({ record, host }: Context, name: string): void => {
  const container = record.containers[name];
  if (container?.definition.namespaces?.pid) killCgroup(host.cgroups, cgroupOf(record.name, container));
};

const attempt = async ({ paths }: Context, step: () => Promise<void> | void): Promise<void> => {
  try {
    await step();
  } catch (error) {
    complainOf(paths, error);
  }
};

const finish = async (context: Context, name: string, exit: Exit, ran: number): Promise<void> => {
  const record = context.record.containers[name];
  // The counter is removed with the cgroup, so it is read first.
  const cgroup = record && cgroupOf(context.record.name, record);
  const oomKilled = cgroup !== undefined && wasOutOfMemory(context.host.cgroups, cgroup);
  if (cgroup) await attempt(context, () => removeLeftCgroups(context.host.cgroups, cgroup));
  await attempt(context, () => removeRun(context.paths.container(name).run));
  context.running.delete(name);
  context.volumes.end(name);
  context.images.end(name);
  context.names.ended(name);
  // Read again: it may be stopped by hand meanwhile.
  const last = context.record.containers[name];
  if (last) conclude(context, last, { exitCode: exitCode(exit), oomKilled, ran });
};

// A few files in memory, as a rule: threads and promises would cost more than the calls.
const removeRun = async (path: string): Promise<void> => {
  if (!removeSmallTree(path, FEW)) await rm(path, { recursive: true, force: true });
};

const FEW = 32;
