import { latestAlike } from '../../base/lazy.ts';
import { call, inside, type OpenHow, type Step } from '../../kernel/program/program.ts';
import { FIXED, inBatches, openAt } from '../descriptors.ts';
import type { HostFacts } from '../facts.ts';
import { mountOptions } from './mount-options.ts';
import { isBind, type PlannedMount } from './mounts.ts';

/**
 * Clones the sources of bind mounts that take part in propagation with the host. mount_namespaces(7): a clone is in the
 * peer group of its source, and the sources leave theirs when the mount namespace becomes private.
 */
export const propagatedSourceSteps = latestAlike((mounts: readonly PlannedMount[]): readonly Step[] =>
  inBatches(mounts.filter(isPropagated).map(sourceSteps)),
);

/** Clones the sources of all other bind mounts, while paths of the host are still reachable. */
export const privateSourceSteps = latestAlike((mounts: readonly PlannedMount[]): readonly Step[] =>
  inBatches(mounts.filter((planned) => isBind(planned) && !isPropagated(planned)).map(sourceSteps)),
);

const isPropagated = (planned: PlannedMount): boolean =>
  isBind(planned) && mountOptions(planned.mount.options).attributes.propagation !== 'MS_PRIVATE';

const sourceSteps = (planned: PlannedMount): readonly Step[] => {
  const { mount, descriptor, origin } = planned;
  const { attributes, recursive, top } = mountOptions(mount.options);
  const below = recursive ? '|AT_RECURSIVE' : '';
  const access = `${attributes.set}${top}`.includes('RDONLY') ? 'read-only ' : '';
  const why = `the ${access}source of ${mount.destination}, opened while paths of the host are still reachable`;
  const clone = `OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC${below}`;
  return [
    ...(planned.isShared ? [] : cloneSteps(planned, why, clone)),
    inside(why, call('mount_setattr', descriptor, '', `AT_EMPTY_PATH${below}`, attributes), origin),
    ...(top
      ? [inside(why, call('mount_setattr', descriptor, '', 'AT_EMPTY_PATH', { set: top }), origin)]
      : []),
  ];
};

/** A path in a volume or image is resolved from a descriptor of that: its links belong to others. */
const cloneSteps = (
  { mount, descriptor, directory, kind, partOf, origin }: PlannedMount,
  why: string,
  flags: string,
): readonly Step[] => {
  if (!partOf)
    return openAt(descriptor, 'tree', why, call('open_tree', directory, mount.source, flags), origin);
  const { name, data, subpath } = partOf;
  return [
    inside(`the root of the ${kind} ${name}`, call('openat', 'AT_FDCWD', data, VOLUME, 0), {
      as: 'volume',
      ...origin,
    }),
    inside(
      `\`${subpath}\` of the ${kind} ${name}, from which no link leads out`,
      call('openat2', '$volume', subpath, IN_VOLUME),
      { as: 'part', ...origin },
    ),
    ...openAt(descriptor, 'tree', why, call('open_tree', '$part', '', `${flags}|AT_EMPTY_PATH`), origin),
  ];
};

const VOLUME = 'O_PATH|O_DIRECTORY|O_CLOEXEC';

const IN_VOLUME: OpenHow = { flags: 'O_PATH|O_CLOEXEC', resolve: 'RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS' };

/** Room for the descriptors of all sources, where the hard limit of the user's shell has less. */
export const sourceLimitSteps = (
  mounts: readonly PlannedMount[],
  { nofile }: Pick<HostFacts, 'nofile'>,
): readonly Step[] => {
  const needed = FIXED.firstTree + mounts.length;
  if (nofile.hard < 0 || nofile.hard >= needed) return [];
  return [
    inside(
      'room for a descriptor of each mount, until the limit of the service is set',
      call('prlimit64', 0, 'RLIMIT_NOFILE', { soft: needed, hard: needed }),
    ),
  ];
};
