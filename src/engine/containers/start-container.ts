import { fstatSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { Problem } from '../../base/diagnostic.ts';
import { lazy } from '../../base/lazy.ts';
import { started } from '../../base/status.ts';
import { compile } from '../../container/compile.ts';
import { launch, type Values } from '../../kernel/launch/launch.ts';
import type { Runner } from '../../kernel/program/runner.ts';
import { foundImagesOf } from '../../project/model/images-of.ts';
import { holdCgroups, noteParents } from '../cgroups/cgroup-parents.ts';
import { removeCgroups, wasOutOfMemory } from '../cgroups/live-cgroups.ts';
import type { Context, Running } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { requireDescriptors } from '../context/spare-descriptors.ts';
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
import { beginHealth } from '../health/health.ts';
import { openHandover } from '../names/handover.ts';
import { closeNameSockets } from '../names/names.ts';
import { closeHolders, openHolders } from '../namespaces/namespace-holders.ts';
import { lifeOf, writeLife } from '../record/life.ts';
import { note } from '../record/note.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { contentOfRoot } from '../volumes/content-of-root.ts';
import { openStreams } from './open-streams.ts';
import { watch } from './watch.ts';

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
