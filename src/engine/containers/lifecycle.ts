import { closeSync, fstatSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { Problem } from '../../base/diagnostic.ts';
import { lazy } from '../../base/lazy.ts';
import { isStop, requireSignal } from '../../base/signal.ts';
import { isRestarting, started } from '../../base/status.ts';
import { timerDelay } from '../../base/timer-delay.ts';
import { compile } from '../../container/compile.ts';
import type { Container } from '../../container/facts.ts';
import { pipe } from '../../kernel/ffi/descriptors.ts';
import { launch, type Values } from '../../kernel/launch.ts';
import { type Exit, exitCode, type Process, type Runner } from '../../kernel/runner.ts';
import { foundImagesOf } from '../../project/model/images-of.ts';
import { holdCgroups, noteParents } from '../cgroups/cgroup-parents.ts';
import { killCgroup, removeCgroups, removeLeftCgroups, wasOutOfMemory } from '../cgroups/live-cgroups.ts';
import { endSelfFrozen } from '../cgroups/self-frozen.ts';
import type { Context, Running, Terminal } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { requireDescriptors } from '../context/spare-descriptors.ts';
import { complainOf } from '../context/survive-errors.ts';
import { readRegistry } from '../devices/cdi/registry.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { requireDevices } from '../devices/sources.ts';
import { onStorage } from '../directories/storage.ts';
import { describe } from '../facts/describe.ts';
import { makeHostRoot } from '../facts/host-root.ts';
import { printedByHooks } from '../failures/hook-output.ts';
import { mountMismatch } from '../failures/mount-mismatch.ts';
import { failureDiagnostic } from '../failures/start-failure.ts';
import { type OpenGrants, openGrants } from '../grants/open-grants.ts';
import { beginHealth, endHealth } from '../health/health.ts';
import { logPaths } from '../logs/files.ts';
import { keepLogs, type LogKeeper } from '../logs/keeper.ts';
import { forgetUnkept, logOf } from '../logs/log-of.ts';
import { LogStore } from '../logs/store.ts';
import { openHandover } from '../names/handover.ts';
import { closeNameSockets } from '../names/names.ts';
import { closeHolders, openHolders } from '../namespaces/namespace-holders.ts';
import { leaveNetworks } from '../networks/machine/leave.ts';
import { lifeOf, writeLife } from '../record/life.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { conclude } from '../restart/conclude.ts';
import { noteStopByHand } from '../restart/stop-by-hand.ts';
import { openTerminal } from '../streams/terminal.ts';
import { removeSmallTree } from '../trash/remove-small-tree.ts';
import { contentOfRoot } from '../volumes/content-of-root.ts';
import { thawIfPaused } from './pause.ts';

/**
 * Starts a recorded container. Throws a Problem if its command could not be executed; nothing is left then. The signal
 * ends the first copy into a volume, which may take long; its reason is thrown then.
 */
export const startContainer = async (
  context: Context,
  record: ContainerRecord,
  signal?: AbortSignal,
): Promise<Running> => {
  const runner = await context.runners.choose(record.runner);
  await loadYaml([record.definition]);
  requireDescriptors(context);
  const holders = openHolders(context, record);
  try {
    const grants = openGrants(context, record);
    try {
      await context.ports.reserve(record);
      return await startHolding(context, record, runner, { holders, grants, signal });
    } finally {
      grants.close();
    }
  } catch (error) {
    if (!context.running.has(record.name)) await context.ports.unpublish(record);
    context.volumes.end(record.name);
    context.images.end(record.name);
    throw error;
  } finally {
    closeHolders(holders);
  }
};

const startHolding = async (
  context: Context,
  record: ContainerRecord,
  runner: Runner,
  {
    holders,
    grants,
    signal,
  }: {
    readonly holders: Values;
    readonly grants: OpenGrants;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Running> => {
  noteParents(context, record);
  holdCgroups(context, record);
  if (record.definition.rootfs.kind === 'host') makeHostRoot(context.hostRoot);
  await context.images.begin(record.name, foundImagesOf(record.definition));
  if (record.volumes)
    await context.volumes.begin(record, { sourceOf: contentOfRoot(record, context.hostRoot), signal });
  const registryOf = lazy(readRegistry);
  requireDevices(record.definition, registryOf);
  const container = { ...describe(context, record, registryOf), grantBytes: grants.bytes };
  const program = compile(container);
  const streams = openStreams(context, record, container);
  const handover = container.resolver ? openHandover() : undefined;
  const paths = context.paths.container(record.name);
  const launched = await launch(
    program,
    runner,
    { ...context.values, ...streams.values, ...handover?.values, ...grants.values, ...holders },
    {
      born: (pid, values) => {
        const etcDevice = fstatSync(values.get('$etc')!).dev;
        const life = lifeOf(pid);
        const resolver = container.resolver && { nameServer: container.resolver.bound };
        grants.started();
        if (life) onStorage(paths.life, () => writeLife(paths.life, { ...life, etcDevice, ...resolver }));
        streams.begin();
      },
      isStarved: () => wasOutOfMemory(context.host.cgroups, cgroupOf(context.record.name, record)),
    },
    context.shared,
  );
  streams.handedOver();
  const sockets = handover?.take();
  handover?.close();
  if (!launched.ok) {
    if (sockets) closeNameSockets(sockets);
    streams.abandon();
    const output = printedByHooks(paths.run);
    rmSync(paths.run, { recursive: true, force: true });
    // The undo of the Program leaves those that were held.
    removeCgroups(context.host.cgroups, cgroupOf(context.record.name, record));
    throw new Problem(
      mountMismatch(container, launched) ?? failureDiagnostic(program, launched, container.origin, output),
    );
  }
  const running = watch(context, record.name, launched.process, streams.take(launched.kept.$master));
  context.names.began(record.name, sockets);
  note(context, record.name, { ...started(Date.now()), startFailure: undefined, rejoins: undefined });
  // The life file says it until the container ends; a supervisor that is killed then has to know that it ran.
  context.saveSoon();
  beginHealth(context, record.name);
  try {
    await context.ports.publish(record, running.pid);
  } catch (error) {
    running.signal(constants.signals.SIGKILL);
    await running.ended;
    throw error;
  }
  return running;
};

/** The resources needed to watch a process, new or from an earlier supervisor. */
export type Streams = {
  readonly logs?: LogKeeper;
  readonly stdin?: Writable;
  readonly terminal?: Terminal;
  readonly end: () => void | Promise<void>;
};

/**
 * Watches a process until its end, and then removes its resources on the host. `began`: its start, on the clock of
 * `performance.now()`.
 */
export const watch = (
  context: Context,
  name: string,
  process: Process,
  streams: Streams,
  began = performance.now(),
): Running => {
  const ended = process.exited.then(async (exit) => {
    // A failed step does not stop the others: the end of the container is recorded, and waiting callers continue.
    const steps = [
      () => leavePorts(context, name),
      () => void thawIfPaused(context, name),
      () => endDescendants(context, name),
      () => endHealth(context, name),
      () => streams.end(),
      () => finish(context, name, exit, performance.now() - began),
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

/** The wait for the end of a container stops when the signal is aborted, if it is pointless then. */
export type Patience = { readonly signal: AbortSignal; readonly isPointless: () => boolean };

/** Ends a container on request, as `endRun` does: its restart policy does not start it again. */
export const stopContainer = async (
  context: Context,
  record: ContainerRecord,
  timeout?: number,
  patience?: Patience,
): ReturnType<typeof endRun> => {
  await noteStopByHand(context, record.name);
  return endRun(context, record, timeout, patience);
};

/**
 * Sends the stop signal, and SIGKILL after the grace period. Resolves at the end, or when the wait is pointless: then
 * SIGKILL is not sent. `forced` means that SIGKILL was needed.
 */
export const endRun = async (
  context: Context,
  record: ContainerRecord,
  timeout = record.definition.stopGracePeriod,
  patience?: Patience,
): Promise<{ readonly forced: boolean; readonly hasEnded: boolean }> => {
  const running = context.running.get(record.name);
  if (!running) return { forced: false, hasEnded: true };
  let forced = false;
  signalContainer(context, record.name, record.definition.stopSignal);
  const timer = setTimeout(() => {
    forced = true;
    signalContainer(context, record.name, 'SIGKILL');
  }, timerDelay(timeout));
  const stop = new AbortController();
  const hasEnded = await Promise.race([running.ended.then(() => true), lossOf(patience, stop.signal)]);
  stop.abort();
  clearTimeout(timer);
  return { forced, hasEnded };
};

/** `over` ends the wait for it. */
const lossOf = (patience: Patience | undefined, over: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (patience?.isPointless()) resolve(false);
    };
    if (patience?.signal.aborted) look();
    patience?.signal.addEventListener('abort', look, { once: true, signal: over });
  });

/**
 * `signal` in any form that `parseSignal` accepts; throws a Problem otherwise. A paused container is thawed, as in
 * Docker. False if the container does not run.
 */
const signalContainer = (context: Context, name: string, signal: string): boolean => {
  const { number } = requireSignal(signal);
  const isSent = context.running.get(name)?.signal(number) ?? false;
  if (!isSent) return false;
  thawIfPaused(context, name);
  const container = context.record.containers[name];
  if (container && number === constants.signals.SIGKILL)
    endSelfFrozen(context.host.cgroups, cgroupOf(context.record.name, container));
  return true;
};

/** Sends a signal on request; one that stops a container ends the wait for a restart as well. False if there was neither. */
export const killContainer = async (context: Context, name: string, signal: string): Promise<boolean> => {
  const { state, definition } = context.record.containers[name]!;
  if (!isStop(signal, definition.stopSignal)) return signalContainer(context, name, signal);
  await noteStopByHand(context, name);
  return signalContainer(context, name, signal) || isRestarting(state);
};

/**
 * Removes a stopped container: its layer, its log, its record; layer and log stay if the project's record is damaged.
 * Its name and addresses are free at once. Resolves when its files are deleted, or could not be: the trash reports
 * those.
 */
export const removeContainer = (context: Context, name: string): Promise<void> => {
  const paths = context.paths.container(name);
  void context.restarts.cancel(name);
  // An interrupted start has left its cgroups.
  const record = context.record.containers[name];
  if (record) {
    removeCgroups(context.host.cgroups, cgroupOf(context.record.name, record));
    if (record.definition.grants) context.grants.remove(record.id);
    forgetUnkept(context, record);
  }
  rmSync(paths.run, { recursive: true, force: true });
  const kept = context.damage !== undefined;
  context.logReaders.detach(paths.log);
  const deleted = context.trash.discard(kept ? [] : [paths.layer, ...logPaths(paths.log)]);
  delete context.record.containers[name];
  if (record) leaveNetworks(context, record);
  context.saveSoon();
  context.emit({ type: 'container.removed', container: name });
  return deleted;
};

type Opened = {
  readonly values: Values;
  /** The process exists: output can arrive. */
  readonly begin: () => void;
  /** The process has its own copies of the descriptors. */
  readonly handedOver: () => void;
  readonly abandon: () => void;
  readonly take: (master: number | undefined) => Streams;
};

const openStreams = (context: Context, record: ContainerRecord, { stdio, places }: Container): Opened => {
  const log = logOf(context, record);
  if (stdio === 'terminal')
    return {
      values: {},
      begin: () => {},
      handedOver: () => {},
      abandon: () => {},
      take: (master) => {
        const store = new LogStore(log, true);
        const terminal = openTerminal(context.readiness, master as number, (bytes) =>
          store.write(bytes, 'stdout'),
        );
        return {
          terminal,
          stdin: terminal.input,
          end: () => terminal.finished.then(() => store.close()),
        };
      },
    };
  const input = record.definition.stdinOpen ? pipe() : undefined;
  let logs: LogKeeper | undefined;
  const stdin = input ? new Socket({ fd: input[1], readable: false, writable: true }) : undefined;
  stdin?.on('error', () => stdin.destroy());
  return {
    values: input ? { $stdin: input[0] } : {},
    begin: () => {
      logs = keepLogs(context.readiness, places.run, log, true);
    },
    handedOver: () => {
      if (input) closeSync(input[0]);
    },
    abandon: () => {
      logs?.end();
      stdin?.destroy();
    },
    take: () => ({
      ...(logs ? { logs } : {}),
      ...(stdin ? { stdin } : {}),
      end: () => {
        logs?.end();
        stdin?.destroy();
      },
    }),
  };
};
