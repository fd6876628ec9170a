import type { Diagnostic } from '../../../base/diagnostic.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import { type DeviceEdits, NO_EDITS } from '../../../container/devices/edits.ts';
import type { OciUser } from '../../../container/oci.ts';
import type { Service } from '../../../project/model/project.ts';
import { hookOf, hookProblems } from './hooks.ts';
import { mountOf, mountProblems } from './mounts.ts';
import { nodeOf, nodeProblems } from './nodes.ts';
import { type Described, type Registry, readRegistry } from './registry.ts';
import { asksForDevices, TOOLS, type Wanted, wantedOf } from './requests.ts';
import type { Edits } from './specification.ts';

/** The additions of the specified devices of a service to its containers; requests that cannot be met are left out. */
export const editsOf = (
  service: Service,
  user: Pick<OciUser, 'uid' | 'gid'>,
  registryOf: () => Registry = readRegistry,
): DeviceEdits => {
  if (!asksForDevices(service)) return NO_EDITS;
  const registry = registryOf();
  const all = requestedEdits(wantedOf(service, registry).wanted, registry).flatMap(({ edits }) => edits);
  const listed = <Key extends 'env' | 'deviceNodes' | 'mounts' | 'hooks' | 'additionalGids'>(key: Key) =>
    all.flatMap((edits): readonly NonNullable<Edits[Key]>[number][] => edits[key] ?? []);
  return {
    environment: Object.fromEntries(listed('env').map(variableOf)),
    devices: listed('deviceNodes').flatMap((node) => nodeOf(node, user) ?? []),
    mounts: listed('mounts').map(mountOf),
    groups: listed('additionalGids'),
    hooks: listed('hooks')
      .filter(({ hookName }) => hookName === 'createContainer')
      .map(hookOf),
  };
};

/** The faults of a service's specified devices on this machine. */
export const editProblems = (
  service: Service,
  registryOf: () => Registry = readRegistry,
): readonly Diagnostic[] => {
  if (!asksForDevices(service)) return [];
  const registry = registryOf();
  const { wanted, problems } = wantedOf(service, registry);
  return [
    ...problems,
    ...wanted.flatMap((one) => nameProblem(one, registry)),
    ...requestedEdits(wanted, registry).flatMap(({ edits, path, from }) =>
      [
        ...(edits.deviceNodes ?? []).flatMap(nodeProblems),
        ...(edits.mounts ?? []).flatMap(mountProblems),
        ...(edits.hooks ?? []).flatMap(hookProblems),
        ...IGNORED.filter((key) => edits[key] != null).map((key) => ignored(key)),
      ].map((problem) => ({ ...problem, from, notes: [`the specification is ${path}`] })),
    ),
  ];
};

type Requested = { readonly edits: Edits; readonly path: string; readonly from: string };

/** In the order of the requests; the common edits of a specification come once, before those of its first device. */
const requestedEdits = (wanted: readonly Wanted[], registry: Registry): readonly Requested[] => {
  const begun = new Set<unknown>();
  const names = new Set<string>();
  return wanted.flatMap(({ name, from }): readonly Requested[] => {
    const [described, ...others] = registry.devices.get(name) ?? [];
    if (!described || others.length > 0 || names.has(name)) return [];
    names.add(name);
    const { path, specification, device } = described;
    const common = begun.has(specification) ? undefined : specification.containerEdits;
    begun.add(specification);
    return [common, device.containerEdits].flatMap((edits) => (edits ? [{ edits, path, from }] : []));
  });
};

const variableOf = (line: string): readonly [name: string, value: string] => {
  const end = line.indexOf('=');
  return [line.slice(0, end), line.slice(end + 1)];
};

const nameProblem = ({ name, from }: Wanted, registry: Registry): readonly Diagnostic[] => {
  const found = registry.devices.get(name) ?? [];
  if (found.length === 1) return [];
  return [{ severity: 'error', code: 'invalid-value', from, ...fault(name, found, registry) }];
};

const fault = (
  name: string,
  found: readonly Described[],
  { devices, faults }: Registry,
): Pick<Diagnostic, 'message' | 'notes' | 'help'> => {
  if (found.length > 1)
    return {
      message: `several specifications of one directory describe the device \`${name}\``,
      notes: found.map(({ path }) => path),
      help: 'remove all but one of these files',
    };
  const message = `no specification describes the device \`${name}\``;
  const [kind = ''] = name.split('=');
  const ofKind = [...devices.keys()].filter((other) => other.startsWith(`${kind}=`));
  const near = didYouMean(name, devices.keys());
  if (near !== undefined) return { message, notes: faults, help: `did you mean \`${near}\`?` };
  if (ofKind.length > 0)
    return { message, notes: faults, help: `the devices of this machine are ${ofKind.join(', ')}` };
  const tool = TOOLS[kind.split('/')[0]!];
  return {
    message,
    notes: faults,
    help: tool
      ? `write one with \`${tool}\``
      : `the tools of the vendor \`${kind.split('/')[0]}\` write one to /etc/cdi or /var/run/cdi`,
  };
};

/** Edits without an effect. */
const IGNORED = ['intelRdt', 'netDevices'] as const;

const ignored = (key: (typeof IGNORED)[number]): Diagnostic => ({
  severity: 'warning',
  code: 'unsupported-key',
  message: `\`${key}\` in the specification of a device is not supported yet`,
  label: 'this edit is ignored',
});
