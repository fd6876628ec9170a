import { NAMESPACE_NAMES } from '../../container/namespaces.ts';
import type { OciNamespace } from '../../container/oci.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { volumePaths } from '../volumes/volume-paths.ts';
import type { Isolation, ProcessException, ProcessFacts } from './facts.ts';

/** The columns of the table. */
export const FACETS = ['namespaces', 'capabilities', 'seccomp', 'devices', 'user', 'mounts'] as const;

export type Facet = (typeof FACETS)[number];

/** One thing through which a container reaches the host or another container. */
export type Opening = {
  readonly rule: RuleName;
  readonly facet: Facet;
  /** The name of an opening: a namespace, a capability, a device, the mount point inside. */
  readonly subject: string;
  /** A short name of the subject, for lists: `SYS_ADMIN`, `sda`. */
  readonly name?: string;
  /** One sentence without a full stop. */
  readonly text: string;
  /** The process, if it is not the first one of the container. */
  readonly process?: Pick<ProcessException, 'pid' | 'command'>;
};

export type RuleName =
  | 'host-namespace'
  | 'shared-namespace'
  | 'extra-capability'
  | 'no-filter'
  | 'extra-device'
  | 'writable-host-path'
  | 'host-root';

type Found = Pick<Opening, 'subject' | 'name' | 'text'>;

/** The kinds of openings, and how each is found. A fact without a row here is closed, or is told and not judged. */
const RULES: readonly {
  readonly name: RuleName;
  readonly facet: Facet;
  readonly find: (facts: Isolation) => readonly Found[];
}[] = [
  { name: 'host-namespace', facet: 'namespaces', find: (facts) => hostNamespaces(facts) },
  { name: 'shared-namespace', facet: 'namespaces', find: (facts) => sharedNamespaces(facts) },
  { name: 'extra-device', facet: 'devices', find: (facts) => devices(facts) },
  { name: 'writable-host-path', facet: 'mounts', find: (facts) => writableMounts(facts) },
];

/** The same for the first process of a container and for those that hold more. */
const PROCESS_RULES: readonly {
  readonly name: RuleName;
  readonly facet: Facet;
  readonly find: (process: ProcessFacts) => readonly Found[];
}[] = [
  { name: 'extra-capability', facet: 'capabilities', find: (process) => extraCapabilities(process) },
  { name: 'no-filter', facet: 'seccomp', find: (process) => missingFilter(process) },
  { name: 'host-root', facet: 'user', find: (process) => hostRoot(process) },
];

/** Everything that is open, in the order of the columns. */
export const openingsOf = (facts: Isolation): readonly Opening[] => {
  const ofContainer = RULES.flatMap(({ name, facet, find }) =>
    find(facts).map((found): Opening => ({ rule: name, facet, ...found })),
  );
  const ofProcesses = PROCESS_RULES.flatMap(({ name, facet, find }) => {
    const first = find(facts.process).map((found): Opening => ({ rule: name, facet, ...found }));
    const known = new Set(first.map(({ subject }) => subject));
    const further = facts.exceptions.flatMap(({ pid, command, ...process }) =>
      find(process)
        .filter(({ subject }) => !known.has(subject))
        .map((found): Opening => ({ rule: name, facet, ...found, process: { pid, command } })),
    );
    return [...first, ...further];
  });
  return [...ofContainer, ...ofProcesses, ...devicesOfExceptions(facts)].toSorted(
    (a, b) => FACETS.indexOf(a.facet) - FACETS.indexOf(b.facet),
  );
};

/** Devices that only a further process can open. */
const devicesOfExceptions = (facts: Isolation): readonly Opening[] => {
  const known = new Set(devices(facts).map(({ subject }) => subject));
  return facts.exceptions.flatMap(({ devices: own, pid, command }) =>
    (own ? devices({ devices: own }) : [])
      .filter(({ subject }) => !known.has(subject))
      .map(
        (found): Opening => ({
          rule: 'extra-device',
          facet: 'devices',
          ...found,
          process: { pid, command },
        }),
      ),
  );
};

const namespaceName = (type: string): string => NAMESPACE_NAMES[type as OciNamespace];

const hostNamespaces = ({ namespaces }: Isolation): readonly Found[] =>
  Object.entries(namespaces).flatMap(([type, { kind }]) =>
    kind === 'host' ? [{ subject: type, text: `the ${namespaceName(type)} namespace of the host` }] : [],
  );

const sharedNamespaces = ({ namespaces }: Isolation): readonly Found[] =>
  Object.entries(namespaces).flatMap(([type, owner]) =>
    owner.kind === 'shared'
      ? [
          {
            subject: type,
            text: `the ${namespaceName(type)} namespace is shared with ${owner.with.join(', ')}`,
          },
        ]
      : [],
  );

const extraCapabilities = ({ capabilities }: ProcessFacts): readonly Found[] =>
  capabilities.extra.map((name) => ({
    subject: name,
    name: name.replace('CAP_', ''),
    text: `${name} is not among Docker’s default capabilities`,
  }));

const missingFilter = ({ filters }: ProcessFacts): readonly Found[] =>
  filters === 0 ? [{ subject: 'seccomp', text: 'no seccomp filter' }] : [];

const hostRoot = ({ user }: ProcessFacts): readonly Found[] =>
  user.hostUid === 0 ? [{ subject: 'uid', text: `uid ${user.uid} is root on the host` }] : [];

const devices = ({ devices: { access, beyond } }: Pick<Isolation, 'devices'>): readonly Found[] => {
  if (access === 'all') return [{ subject: 'all', text: 'every device of the host can be opened' }];
  if (access === 'unknown') return [{ subject: 'unknown', text: 'the device rules cannot be read' }];
  return beyond.map(({ type, major, minor, name, access: letters }) => ({
    subject: `${type} ${major}:${minor}`,
    name,
    text: `device ${name} (${type} ${major}:${minor} ${letters}) is not among Docker’s default ones`,
  }));
};

const writableMounts = ({ hostMounts }: Isolation): readonly Found[] =>
  hostMounts
    .filter(({ isWritable, source }) => isWritable && !isVolume(source))
    .map(({ source, target, propagation }) => ({
      subject: target,
      text: `${source} of the host is writable at ${target}${propagation === 'shared' ? ', and mounts below it appear on the host' : ''}`,
    }));

/** A volume holds what containers keep, and nothing that the host runs or reads. */
const isVolume = (source: string): boolean => source.startsWith(`${volumePaths(stateDirectory()).store}/`);
