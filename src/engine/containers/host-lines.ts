import type { ContainerRecord, ProjectRecord } from '../supervisor/record/project-record.ts';
import { standing } from '../supervisor/record/replaced.ts';

/**
 * The lines of /etc/hosts for all containers on some networks. Containers on the same networks share the lines: they
 * are created once, and are the same string until they change.
 */
export type HostLines = (networks: readonly string[]) => string;

export const hostLines = (project: Pick<ProjectRecord, 'containers'>): HostLines => {
  const known = new Map<string, Lines>();
  const linesOf = oncePerName();
  return (networks) => {
    const containers = standing(project);
    const key = networks.join('\0');
    const before = known.get(key);
    if (before && isSame(before.containers, containers)) return before.text;
    const text = containers
      .map(linesOf)
      .flatMap((lines) => networks.map((network) => lines[network] ?? ''))
      .join('');
    const lines = { containers: containers.map(namedOf), text: before?.text === text ? before.text : text };
    known.set(key, lines);
    return lines.text;
  };
};

/** The parts of a record that the lines depend on; a record changes for other reasons too. */
type Named = Pick<ContainerRecord, 'name' | 'addresses'>;

type Lines = { readonly containers: readonly Named[]; readonly text: string };

const namedOf = ({ name, addresses }: ContainerRecord): Named => ({ name, addresses });

const isSame = (before: readonly Named[], now: readonly Named[]): boolean =>
  before.length === now.length &&
  before.every(({ name, addresses }, index) => {
    const other = now[index]!;
    return addresses === other.addresses && name === other.name;
  });

type LinesByNetwork = Readonly<Record<string, string>>;

const oncePerName = (): ((container: ContainerRecord) => LinesByNetwork) => {
  const known = new WeakMap<Named['addresses'], { readonly name: string; readonly lines: LinesByNetwork }>();
  return (container) => {
    const { name, addresses } = container;
    const before = known.get(addresses);
    if (before?.name === name) return before.lines;
    const lines = Object.fromEntries(
      Object.entries(addresses).map(([network, address]) => [
        network,
        `${address}\t${namesOf(container, network).join(' ')}\n`,
      ]),
    );
    known.set(addresses, { name, lines });
    return lines;
  };
};

const namesOf = (
  { name, service, number, oneOff, definition }: ContainerRecord,
  network: string,
): readonly string[] => {
  const names = [
    ...(oneOff ? [] : [service, `${service}-${number}`]),
    name,
    ...(definition.hostname === undefined ? [] : [definition.hostname]),
    ...(definition.hostname !== undefined && definition.domainname !== undefined
      ? [`${definition.hostname}.${definition.domainname}`]
      : []),
    ...(definition.networks[network]?.aliases ?? []),
  ];
  return [...new Set(names)];
};
