import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { CanonicalService } from '../../model/canonical.ts';
import { readPublished } from '../../scalars/network/ports.ts';
import { serviceOf } from '../../scalars/references.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, type Checked, error } from '../checked.ts';

/** One name is for one container. */
export const namedReplicas: Check = (project) =>
  withSeveral(project).flatMap(({ keys, refuse }) =>
    keys.container_name === undefined
      ? []
      : [refuse('cannot have one name', ['container_name'], 'remove `container_name`, or run one container')],
  );

/** So are an address and a hardware address. */
export const addressedReplicas: Check = (project) =>
  withSeveral(project).flatMap(({ keys, refuse }) => [
    ...(keys.mac_address
      ? [refuse(ONE.mac_address, ['mac_address'], 'remove `mac_address`, or run one container')]
      : []),
    ...Object.entries(keys.networks ?? {}).flatMap(([network, attachment]) =>
      ADDRESSES.filter((key) => attachment?.[key]).map((key) =>
        refuse(ONE[key], ['networks', network, key], `remove ${quote(key)}, or run one container`),
      ),
    ),
  ]);

const ONE = {
  ipv4_address: 'cannot have one address',
  ipv6_address: 'cannot have one address',
  mac_address: 'cannot have one hardware address',
} as const;

const ADDRESSES = ['ipv4_address', 'ipv6_address', 'mac_address'] as const;

/** Each container has a port of the host: one of a range, or one that the kernel chooses. */
export const publishedReplicas: Check = (project) =>
  withSeveral(project).flatMap(({ count, keys, refuse }) => {
    if (keys.network_mode === 'host' || keys.network_mode === 'none') return [];
    return (keys.ports ?? []).flatMap(({ published = '', target }, index) => {
      const range = readPublished(published);
      if (published === '' || 'flaw' in range || range.value.last === 0) return [];
      const { first, last } = range.value;
      const size = last - first + 1;
      if (size >= count) return [];
      const fault =
        size === 1
          ? `cannot publish the one host port ${quote(published)}`
          : `need ${count} host ports, and the range ${quote(published)} has ${size}`;
      const wide = `${first}-${Math.min(first + count - 1, 65_535)}:${target}`;
      return [
        refuse(fault, ['ports', index], `publish a range such as ${quote(wide)}, or leave the host port out`),
      ];
    });
  });

/** Namespaces and mounts are taken over from a container. */
export const missingReplicas: Check = (project) => {
  const { canonical, at } = project;
  return Object.entries(canonical.services).flatMap(([name, service]) =>
    ownersOf(service).flatMap(([owner, path]) => {
      const keys = canonical.services[owner];
      const number = keys && countOf(project, owner, keys);
      if (number?.count !== 0) return [];
      return [
        error('conflicting-keys', `${quote(owner)} has no container`, at('services', name, ...path), {
          label: `${name} needs its first one`,
          ...number.reason,
        }),
      ];
    }),
  );
};

const ownersOf = (service: CanonicalService): (readonly [owner: string, path: Path])[] => [
  ...(['network_mode', 'ipc', 'pid'] as const).flatMap((key) => {
    const owner = serviceOf(service[key]);
    return owner === undefined ? [] : [[owner, [key]] as const];
  }),
  ...((service.volumes_from ?? []) as readonly string[]).map(
    (text, index) => [text.split(':')[0]!, ['volumes_from', index]] as const,
  ),
];

type Several = {
  readonly keys: CanonicalService;
  readonly count: number;
  readonly refuse: (fault: string, path: Path, help: string) => Diagnostic;
};

/** The services with more than one container. */
const withSeveral = (project: Checked): readonly Several[] =>
  Object.entries(project.canonical.services).flatMap(([name, keys]) => {
    const { count, reason } = countOf(project, name, keys);
    if (count <= 1) return [];
    const refuse: Several['refuse'] = (fault, path, help) =>
      error(
        'conflicting-keys',
        `${count} containers of ${quote(name)} ${fault}`,
        project.at('services', name, ...path),
        {
          ...reason,
          help,
        },
      );
    return [{ keys, count, refuse }];
  });

/** The number that the file gives, if it does. */
export const writtenReplicas = ({ scale, deploy }: CanonicalService): number | undefined =>
  scale ?? deploy?.replicas;

/** The number of containers, and where it comes from: an option or a key. */
const countOf = (
  { at, scale }: Checked,
  name: string,
  service: CanonicalService,
): { readonly count: number; readonly reason: Pick<Diagnostic, 'labels' | 'notes'> } => {
  const asked = scale.get(name);
  if (asked !== undefined) return { count: asked, reason: { notes: [`the command line asks for ${asked}`] } };
  const count = writtenReplicas(service);
  if (count === undefined) return { count: 1, reason: {} };
  const path = service.scale === undefined ? ['deploy', 'replicas'] : ['scale'];
  return {
    count,
    reason: { labels: [{ at: at('services', name, ...path), text: `this asks for ${count}` }] },
  };
};
