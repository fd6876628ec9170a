import type { CanonicalPort } from '../../model/canonical.ts';
import type { Port } from '../../model/project.ts';
import { orEmpty, type Parsed, parsedValue, validValues } from '../../scalars/flaw.ts';
import { readIp } from '../../scalars/network/addresses.ts';
import { readPorts, readProtocol, readPublished, readTarget } from '../../scalars/network/ports.ts';
import { integerFrom } from '../../scalars/numbers.ts';
import {
  child,
  type Entry,
  isNull,
  isOpen,
  type MappingTree,
  mappingAt,
  placeOf,
  preset,
  sequence,
  type Tree,
  withEntries,
} from '../../tree/tree.ts';
import { choice, list, mapping, orShort, scalar, text } from '../kinds.ts';
import type { LongFormContext } from '../long-forms.ts';
import { textOf, uniqueBy } from '../merge-rules.ts';
import { withDefaults } from '../parts/with-defaults.ts';
import type { ServiceKey, Written } from '../service-key.ts';

const port = mapping(
  'port',
  {
    target: { ...scalar(integerFrom(0)), description: 'Port of the container.' },
    published: {
      ...scalar((value) => ({ value })),
      description: 'Port of the host, or a range to choose from.',
    },
    host_ip: { ...text(orEmpty(readIp)), description: 'Address of the host, all of them by default.' },
    protocol: { ...text(), description: 'Protocol: tcp, udp or sctp; tcp by default.' },
    mode: { ...choice('ingress', 'host', ''), description: 'Way of publishing, the same on one machine.' },
    name: { ...text(), description: 'Descriptive name of the port.' },
    app_protocol: {
      ...text(),
      description: 'Application protocol, such as `http`; informational.',
    },
  },
  ['target'],
);

export const key: ServiceKey<readonly CanonicalPort[]> = {
  ...list(orShort(scalar(readPorts), port)),
  longForm: asPorts,
  mergedTemplateForm: asTemplatePorts,
  merge: uniqueBy(identity),
  description: 'Ports to publish on the host: `[[address:]host:]container[/protocol]`, or the long form.',
  model: (written, { name, keys }) => {
    const ports = publishes(keys)
      ? written.flatMap((port, index) => portOf(port, `services.${name}.ports[${index}]`))
      : [];
    return { ports: ports.length > 0 ? ports : undefined };
  },
};

/** The parts of the long form that publish a port; `config` prints others too, as Docker Compose does. */
export const partsToPublish: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  target: readTarget,
  published: readPublished,
  protocol: readProtocol,
};

/** A container without a network namespace of its own has nothing to publish, nor has one without a network. */
function publishes({ network_mode: mode }: Written['keys']): boolean {
  return mode !== 'host' && mode !== 'none';
}

/** No port if it cannot be published; a check says so. */
function portOf(written: CanonicalPort, from: string): Port[] {
  const { published = '', host_ip: hostIp } = written;
  const [target] = validValues([String(written.target)], readTarget);
  const [protocol] = validValues([written.protocol], readProtocol);
  const range = readPublished(published);
  if (target === undefined || protocol === undefined || 'flaw' in range) return [];
  return [
    {
      from,
      target,
      protocol,
      ...(range.value.last > 0 && { published: range.value }),
      ...(hostIp !== undefined && { hostIp }),
    },
  ];
}

/** A port is the same only if both of its ends are: a service may publish one port twice. */
function identity(item: Tree): string {
  if (item.kind === 'scalar') return textOf(item);
  const part = (key: string) => textOf(child(item, key));
  return `${part('host_ip') || '0.0.0.0'}:${part('published')}:${part('target')}/${part('protocol')}`;
}

/** Every port in its long form; a short one with a range stands for several. */
function asPorts(tree: Tree, context: LongFormContext): Tree {
  if (tree.kind !== 'sequence') return sequence([], tree.span);
  return { ...tree, items: tree.items.flatMap((item) => portsOf(item, context)) };
}

/** How many ports there are is not known if one has variables. */
function asTemplatePorts(tree: Tree, context: LongFormContext): Tree {
  if (tree.kind !== 'sequence') return tree;
  const isKnown = !isOpen(tree);
  const items = tree.items.flatMap((item) => {
    if (item.kind === 'mapping') return withDefaults(item, { mode: 'ingress', protocol: 'tcp' });
    return isKnown ? portsOf(item, context) : item;
  });
  return { ...tree, items };
}

function portsOf(tree: Tree, { room, diagnostics }: LongFormContext): Tree[] {
  if (tree.kind === 'mapping') return [longPort(tree)];
  if (tree.kind !== 'scalar') return [tree];
  const { count, each } = parsedValue(readPorts(tree.value as number | string));
  room.ports -= count;
  if (room.ports >= 0)
    return each().map((one) => mappingAt({ mode: preset('ingress', tree.span), ...one }, tree.span));
  const message = '`ports` must not publish more than 100000 ports in all services together';
  diagnostics.push({ severity: 'error', code: 'invalid-value', message, at: placeOf(tree.span) });
  return [];
}

function longPort(tree: MappingTree): Tree {
  const written = (key: string) => {
    const value = child(tree, key);
    return value?.kind === 'scalar' && !isNull(value) && value.value !== '' ? value : undefined;
  };
  const entry = (
    key: string,
    read: (text: string) => string | number,
    otherwise?: string,
  ): Entry | undefined => {
    const value = written(key);
    if (value)
      return { key: tree.entries.get(key)!.key, value: { ...value, value: read(String(value.value)) } };
    return otherwise === undefined ? undefined : { key: tree.span, value: preset(otherwise, tree.span) };
  };
  return withEntries(tree, {
    target: entry('target', (target) => parsedValue(integerFrom(0)(target))),
    published: entry('published', String),
    host_ip: entry('host_ip', String),
    protocol: entry('protocol', String, 'tcp'),
    mode: entry('mode', String, 'ingress'),
  });
}
