import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../../base/node/monotonic.ts';
import { type Cgroup, cgroupDirectory, cgroupRoot } from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, type Hierarchy, hierarchyWith, unified } from '../../kernel/cgroup.ts';
import { OURS } from '../context/identifiers.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { hold } from './cgroup-parents.ts';
import { removeDirectory } from './live-cgroups.ts';
import { membersBelow, membersOf, moveAll } from './members.ts';

/** The freezer of a container's cgroup. */
export type Freezer = {
  /** Requests the freeze, without waiting for it. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Whether the freeze was requested, by an earlier supervisor for instance. */
  readonly isRequested: () => boolean;
  /**
   * Whether every process is frozen; repeats the request where the kernel needs it. A process that waits for a device
   * inside the kernel is frozen when it returns.
   */
  readonly isFrozen: () => boolean;
};

/**
 * Version 2 has the better freezer: it includes the cgroups below, and SIGKILL ends a frozen process. Undefined if this
 * machine has neither.
 */
export const freezerOf = (layout: CgroupLayout, cgroup: Cgroup): Freezer | undefined =>
  freezerOfVersion2(layout, cgroup) ?? freezerOfVersion1(layout, cgroup);

/** cgroup-v2.rst: `cgroup.freeze` is the request, `frozen` in `cgroup.events` its completion; since Linux 5.2. */
const freezerOfVersion2 = (layout: CgroupLayout, { path }: Cgroup): Freezer | undefined => {
  const hierarchy = unified(layout);
  if (!hierarchy || hierarchy.readOnly) return undefined;
  const directory = cgroupDirectory(hierarchy, path);
  const file = `${directory}/cgroup.freeze`;
  if (!existsSync(file)) return undefined;
  return {
    freeze: () => writeFileSync(file, '1'),
    thaw: () => writeFileSync(file, '0'),
    isRequested: () => readIfThere(file).trim() === '1',
    isFrozen: () => /^frozen 1$/m.test(readIfThere(`${directory}/cgroup.events`)),
  };
};

/** freezer-subsystem.rst: `freezer.state`. SIGKILL ends a frozen process only when it is thawed. */
const freezerOfVersion1 = (layout: CgroupLayout, cgroup: Cgroup): Freezer | undefined => {
  const hierarchy = hierarchyWith(layout, 'freezer');
  if (hierarchy?.version !== 1 || hierarchy.readOnly) return undefined;
  const directory = cgroupDirectory(hierarchy, cgroup.path);
  const state = `${directory}/freezer.state`;
  const earlier = earlierDirectory(hierarchy, cgroup);
  const join = (): void => {
    if (!existsSync(directory)) hold(cgroupRoot(hierarchy), cgroup.path);
  };
  return {
    freeze: () => {
      const isJoined = existsSync(directory);
      join();
      writeFileSync(state, 'FROZEN');
      // A container of an earlier version joins it now. A process that enters a frozen cgroup is frozen at once, so none
      // of them forks any more.
      if (!isJoined) moveAll(() => membersOf(layout, cgroup), directory);
    },
    thaw: () => {
      if (existsSync(state)) writeFileSync(state, 'THAWED');
      if (!isFrozenItself(earlier)) return;
      join();
      writeFileSync(`${earlier}/freezer.state`, 'THAWED');
      moveAll(() => membersBelow(earlier), directory);
      removeDirectory(earlier);
    },
    isRequested: () => isFrozenItself(directory) || isFrozenItself(earlier),
    // A process that was on its way to wait for its vfork(2) child missed the request: each write repeats it for all.
    isFrozen: () => {
      if (/^FREEZING$/m.test(readIfThere(state))) writeFileSync(state, 'FROZEN');
      return /^FROZEN$/m.test(readIfThere(state));
    },
  };
};

/**
 * Earlier versions moved the processes there while a container was paused. It may be the cgroup of a project with the
 * name of the container, which is never frozen itself.
 */
const earlierDirectory = (hierarchy: Hierarchy, { path }: Cgroup): string =>
  cgroupDirectory(hierarchy, `${OURS}/${basename(path)}`);

/** freezer-subsystem.rst: whether the freeze of this very cgroup was requested, and not that of one above. */
const isFrozenItself = (directory: string): boolean =>
  readIfThere(`${directory}/freezer.self_freezing`).trim() === '1';

/**
 * Requests the freeze and waits for it. False if it is no longer wanted, or takes too long; the cgroup is thawed in the
 * latter case.
 */
export const freezeCompletely = async (freezer: Freezer, isWanted: () => boolean): Promise<boolean> => {
  freezer.freeze();
  const deadline = monotonic() + PATIENCE;
  for (let wait = 1; isWanted(); wait = Math.min(2 * wait, 64)) {
    if (freezer.isFrozen()) return true;
    if (monotonic() > deadline) {
      freezer.thaw();
      return false;
    }
    await sleep(wait);
  }
  return false;
};

/** Milliseconds. */
const PATIENCE = 10_000;
