import type { Isolation } from './facts.ts';
import { CGROUPS, isBelow } from './mountinfo.ts';
import { FACETS, type Facet } from './rules.ts';

/** A facet in which what runs is not what the file says, and why: another file at the start, or a change after it. */
export type Difference = { readonly facet: Facet; readonly since: 'file' | 'start' };

/** `started`: the facts of the definition with which the container was started. */
export const differencesOf = (
  running: Isolation,
  { file, started }: { readonly file: Isolation; readonly started: Isolation },
): readonly Difference[] =>
  differing(running, file).map((facet) => ({
    facet,
    since: differing(running, started).includes(facet) ? 'start' : 'file',
  }));

const differing = (one: Isolation, other: Isolation): readonly Facet[] =>
  FACETS.filter((facet) => COMPARED[facet](one) !== COMPARED[facet](other));

const COMPARED: Readonly<Record<Facet, (facts: Isolation) => string>> = {
  namespaces: ({ namespaces }) => JSON.stringify(namespaces),
  capabilities: ({ process }) => process.capabilities.held.join(),
  // The number of filters in one profile is no matter of the file.
  seccomp: ({ process }) => `${process.filters > 0} ${process.noNewPrivileges}`,
  devices: ({ devices }) => JSON.stringify(devices),
  user: ({ process }) => JSON.stringify(process.user),
  mounts: ({ hostMounts }) => outermost(hostMounts).toSorted().join('\n'),
};

/** A recursive bind is several mounts, and only the outermost one is in the file. */
const outermost = (mounts: Isolation['hostMounts']): readonly string[] => {
  const targets = mounts.map(({ target, isWritable }) => ({
    target: isBelow(target, CGROUPS) ? CGROUPS : target,
    isWritable,
  }));
  const inner = targets.filter((one) =>
    targets.some((other) => other.target !== one.target && isBelow(one.target, other.target)),
  );
  const outer = targets.filter((one) => !inner.includes(one));
  return [...new Set(outer.map(({ target, isWritable }) => `${target} ${isWritable ? 'rw' : 'ro'}`))];
};
