import { isAbsolute } from 'node:path';
import type { Diagnostic, ModelPath } from '../../../base/diagnostic.ts';
import type { DeviceRequest, Service } from '../../../project/model/project.ts';
import type { Device } from '../../../project/scalars/devices.ts';
import type { Registry } from './registry.ts';

/** A qualified name such as `vendor.com/class=name`, and where it is asked for. */
export type Wanted = { readonly name: string; readonly from: ModelPath };

/** Whether a service asks for devices of specifications. */
export const asksForDevices = ({ devices = [], deviceRequests = [] }: Service): boolean =>
  deviceRequests.length > 0 || devices.some(isSpecified);

/** Whether an entry of `devices` names a device of a specification and no path. */
export const isSpecified = ({ source }: Device): boolean => !isAbsolute(source) && source.includes('=');

/** The devices of specifications that a service asks for, and the requests that no specification can fulfil. */
export const wantedOf = (
  service: Service,
  registry: Registry,
): { readonly wanted: readonly Wanted[]; readonly problems: readonly Diagnostic[] } => {
  const named = (service.devices ?? []).flatMap((device, index): readonly Wanted[] =>
    isSpecified(device)
      ? [{ name: qualifiedName(device), from: `services.${service.name}.devices[${index}]` }]
      : [],
  );
  const answers = (service.deviceRequests ?? []).map((request) => answer(request, registry));
  return {
    wanted: [...named, ...answers.flatMap((found) => ('code' in found ? [] : found))],
    problems: answers.flatMap((found) => ('code' in found ? [found] : [])),
  };
};

// Names may have colons, which otherwise separate source and target: `nvidia.com/gpu=0:1`.
const qualifiedName = ({ source, target }: Device): string =>
  source === target || isAbsolute(target) ? source : `${source}:${target}`;

/** As in Docker: device ids of the driver `cdi` are qualified names, those of graphics processors have a vendor's kind. */
const answer = (request: DeviceRequest, registry: Registry): readonly Wanted[] | Diagnostic => {
  const { driver = '', count = -1, ids, capabilities, from } = request;
  if (driver === 'cdi') return (ids ?? []).map((name) => ({ name, from }));
  const drivers = Object.keys(KINDS);
  if (driver !== '' && !drivers.includes(driver))
    return noDriver(request, `no driver is called \`${driver}\``);
  const other = capabilities.find((capability) => !CAPABILITIES.has(capability));
  if (other !== undefined) return noDriver(request, `no driver has the capability \`${other}\``);
  const kind = KINDS[driver] ?? kindHere(registry);
  if (kind === undefined) return noGraphics(from, registry);
  const names = ids ?? (count < 0 ? ['all'] : Array.from({ length: count }, (_, index) => String(index)));
  return names.map((name) => ({ name: `${kind}=${name}`, from }));
};

const KINDS: Readonly<Record<string, string>> = { nvidia: 'nvidia.com/gpu', amd: 'amd.com/gpu' };

/** Of the drivers of graphics processors in Docker. */
const CAPABILITIES = new Set([
  ...['gpu', 'nvidia', 'amd', 'compat32', 'compute', 'display', 'graphics', 'ngx', 'utility', 'video'],
]);

const kindHere = ({ devices }: Registry): string | undefined =>
  Object.values(KINDS).find((kind) => [...devices.keys()].some((name) => name.startsWith(`${kind}=`)));

const noDriver = ({ driver, capabilities, from }: DeviceRequest, label: string): Diagnostic => ({
  severity: 'error',
  code: 'invalid-value',
  message: `no driver \`${driver ?? ''}\` has devices with the capabilities \`${capabilities.join(', ')}\``,
  label,
  from,
  help: 'write `driver: cdi` and the names of devices as `device_ids`, such as `vendor.com/class=name`',
});

const noGraphics = (from: ModelPath, { faults }: Registry): Diagnostic => ({
  severity: 'error',
  code: 'invalid-value',
  message: 'no specification describes a graphics processor of this machine',
  from,
  notes: faults,
  help: `write one with \`${TOOLS['nvidia.com']}\`, or with \`${TOOLS['amd.com']}\``,
});

/** The programs that write the specifications of a vendor. */
export const TOOLS: Readonly<Record<string, string>> = {
  'nvidia.com': 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
  'amd.com': 'amd-ctk cdi generate --output=/etc/cdi/amd.json',
};
