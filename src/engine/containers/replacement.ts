import { existsSync, renameSync, rmSync } from 'node:fs';
import { created, wasNeverStarted } from '../../base/status.ts';
import { removeCgroups } from '../cgroups/live-cgroups.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { logPaths } from '../logs/files.ts';
import { liveProcess } from '../record/live-process.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { type Replacement, replacementOf, replacements } from '../record/replaced.ts';
import { removeContainer } from './remove-container.ts';

/**
 * A successor takes over the name `to` from the replaced container, which keeps its layer and its log under the
 * successor's temporary name. Neither runs. Returns a function that undoes it.
 */
export const takeName = (context: Context, temporary: string, to: string): (() => void) => {
  const { successor, replaced } = find(context, temporary);
  const { containers } = context.record;
  rename(context, [successor, to], [replaced, temporary]);
  try {
    context.save();
  } catch (error) {
    context.record.containers = containers;
    throw error;
  }
  try {
    moveFiles(context, replaced.name, temporary);
  } catch (error) {
    giveNameBack(context, find(context, to));
    throw error;
  }
  return () => giveNameBack(context, find(context, to), true);
};

const find = ({ record }: Context, name: string): Replacement => {
  const found = replacementOf(record, name);
  if (!found) throw new TypeError(`${name} replaces no container`);
  return found;
};

/**
 * Completes the replacements of a killed supervisor: a started successor stays, any other gives its name back. Runs
 * before all other uses of the containers, because their names change.
 */
export const settleReplacements = (context: Context): void => {
  for (const replacement of replacements(context.record)) {
    const { successor, replaced, isSwitched } = replacement;
    if (isSwitched && hasStarted(context, successor)) {
      void removeReplaced(context, replaced.name);
      continue;
    }
    giveNameBack(context, replacement);
    void removeContainer(context, isSwitched ? replaced.name : successor.name);
  }
};

/** Removes a container, which may be replaced by another one. */
export const removeReplaced = (context: Context, name: string): Promise<void> => {
  const { containers } = context.record;
  const id = containers[name]?.id;
  const found = Object.values(containers).find(({ replaces }) => replaces && replaces.id === id);
  if (found) {
    const { replaces: _, ...successor } = found;
    containers[successor.name] = successor;
  }
  return removeContainer(context, name);
};

const hasStarted = ({ record, host, paths }: Context, container: ContainerRecord): boolean =>
  !wasNeverStarted(container.state) ||
  liveProcess(host.cgroups, cgroupOf(record.name, container), paths.container(container.name).life) !==
    undefined;

// The record is written first: files that a killed supervisor had not moved yet are already in their place.
const giveNameBack = (
  context: Context,
  { successor, replaced, isSwitched }: Replacement,
  areMoved = false,
): void => {
  const { name } = successor.replaces!;
  const temporary = isSwitched ? replaced.name : successor.name;
  if (isSwitched) {
    rename(context, [replaced, name], [{ ...successor, ...created() }, temporary]);
    saveOrLater(context);
    removeCgroups(context.host.cgroups, cgroupOf(context.record.name, successor));
    rmSync(context.paths.container(successor.name).run, { recursive: true, force: true });
    context.logReaders.detach(context.paths.container(successor.name).log);
    if (areMoved || successor.name !== name) void context.trash.discard(filesOf(context, successor.name));
  }
  moveFiles(context, temporary, name);
};

// Names are restored also on a full disk, as far as possible.
const saveOrLater = ({ save, saveSoon }: Context): void => {
  try {
    save();
  } catch {
    saveSoon();
  }
};

/** Renames containers, all at once. */
const rename = (
  { record }: Context,
  ...changes: readonly (readonly [container: ContainerRecord, name: string])[]
): void => {
  const containers = { ...record.containers };
  for (const [{ name }] of changes) delete containers[name];
  for (const [container, name] of changes) containers[name] = { ...container, name };
  record.containers = containers;
};

const moveFiles = (context: Context, from: string, to: string): void => {
  const targets = filesOf(context, to);
  for (const name of [from, to]) context.logReaders.detach(context.paths.container(name).log);
  for (const [index, path] of filesOf(context, from).entries()) {
    if (!existsSync(path)) continue;
    void context.trash.discard([targets[index]!]);
    renameSync(path, targets[index]!);
  }
};

/** The persistent files of a container: its layer and its log. */
const filesOf = ({ paths }: Context, name: string): readonly string[] => {
  const { layer, log } = paths.container(name);
  return [layer, ...logPaths(log)];
};
