import { call, inside, type Ref, type Step } from '../kernel/program/program.ts';
import { keyOf } from '../project/model/key-of.ts';
import type { Container, SharedNamespaces } from './facts.ts';
import type { OciNamespace } from './oci.ts';

/** namespaces(7): the flags of unshare(2) and setns(2). */
export const FLAGS: Readonly<Record<OciNamespace, string>> = {
  pid: 'CLONE_NEWPID',
  network: 'CLONE_NEWNET',
  ipc: 'CLONE_NEWIPC',
  uts: 'CLONE_NEWUTS',
  mount: 'CLONE_NEWNS',
  cgroup: 'CLONE_NEWCGROUP',
};

/** In the order of OCI configurations of Docker. */
export const NAMESPACES = Object.keys(FLAGS) as readonly OciNamespace[];

const flagsOf = (types: readonly OciNamespace[]): string => types.map((type) => FLAGS[type]).join('|');

/** For messages. */
export const NAMESPACE_NAMES: Readonly<Record<OciNamespace, string>> = {
  pid: 'PID',
  network: 'network',
  ipc: 'IPC',
  uts: 'UTS',
  mount: 'mount',
  cgroup: 'cgroup',
};

const namesOf = (types: readonly OciNamespace[]): string =>
  types.map((type) => NAMESPACE_NAMES[type]).join(', ');

/** The namespaces that a container unshares before it leaves the host's mount namespace. */
const EARLY: readonly OciNamespace[] = ['network', 'uts', 'ipc'];

/** The owner of a shared namespace of this type; undefined if the container has its own. */
export const sharedWith = ({ shared }: Container, type: OciNamespace): SharedNamespaces | undefined =>
  shared.find(({ types }) => types.includes(type));

export const hasOwn = (container: Container, type: OciNamespace): boolean =>
  sharedWith(container, type) === undefined;

/** Whether the command is an heir (`kernel/arena/heir.ts`) in the PID namespace of another container. */
export const isHeir = (container: Container): boolean => sharedWith(container, 'pid')?.holder !== undefined;

/** The pidfds of the processes whose namespaces the container joins. */
export const holders = ({ shared }: Container): readonly Ref[] =>
  shared.flatMap(({ holder }) => (holder ? [holder] : []));

/**
 * Joins the shared namespaces of the types in EARLY, then unshares the others. From here on, children are in the shared
 * PID namespace, but not the process itself.
 */
export const namespaceSteps = ({ shared }: Container): readonly Step[] =>
  shared.length === 0 ? ownOnly : earlySteps(shared);

const unshareStep = (types: readonly OciNamespace[]): Step =>
  inside(`namespaces of the container’s own: ${namesOf(types)}`, call('unshare', flagsOf(types)));

const ownOnly: readonly Step[] = [unshareStep(EARLY)];

const earlySteps = (shared: readonly SharedNamespaces[]): readonly Step[] => {
  const own = EARLY.filter((type) => !shared.some(({ types }) => types.includes(type)));
  const joins = shared.flatMap(({ holder, name, types }) => {
    const early = types.filter((type) => type === 'pid' || EARLY.includes(type));
    if (!holder || early.length === 0) return [];
    return [
      inside(`namespaces shared with ${name}: ${namesOf(early)}`, call('setns', holder, flagsOf(early)), {
        from: keyOf(early[0]!),
      }),
    ];
  });
  return [...joins, ...(own.length > 0 ? [unshareStep(own)] : [])];
};

/** Unshares the cgroup namespace, see cgroup_namespaces(7). */
export const cgroupNamespaceSteps = (container: Container): readonly Step[] =>
  hasOwn(container, 'cgroup') ? ownCgroup : [];

// The root of a new cgroup namespace is the current cgroup, so the process must join its cgroup first.
const ownCgroup: readonly Step[] = [
  inside('the container sees its own cgroup as the root of the hierarchy', call('unshare', FLAGS.cgroup)),
];
