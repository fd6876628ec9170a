import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Service } from '../../project/model/project.ts';
import type { Device } from '../../project/scalars/devices.ts';
import { editProblems } from './cdi/edits.ts';
import type { Registry } from './cdi/registry.ts';
import { isSpecified } from './cdi/requests.ts';
import { invalid } from './invalid.ts';
import { nodesAt } from './nodes.ts';

/** The devices of a service that this machine does not have. */
export const sourceProblems = (service: Service, registryOf?: () => Registry): readonly Diagnostic[] => [
  ...(service.devices ?? []).flatMap((device, index) =>
    isSpecified(device) ? [] : sourceProblem(device, `services.${service.name}.devices[${index}]`),
  ),
  ...editProblems(service, registryOf),
];

/** Throws a Problem for a device that has gone since the container was created. */
export const requireDevices = (service: Service, registryOf?: () => Registry): void => {
  const missing = sourceProblems(service, registryOf).find(({ severity }) => severity === 'error');
  if (missing) throw new Problem(missing);
};

const sourceProblem = ({ source }: Device, from: string): readonly Diagnostic[] => {
  if (!isAbsolute(source))
    return invalid(
      `\`${source}\` is not an absolute path`,
      'write the path of a device, such as `/dev/fuse`',
      from,
    );
  const entry = statSync(source, { throwIfNoEntry: false });
  if (!entry)
    return invalid(
      `there is no device \`${source}\``,
      '`ls -lR /dev` lists the devices of this machine',
      from,
    );
  if (entry.isCharacterDevice() || entry.isBlockDevice()) return [];
  if (!entry.isDirectory())
    return invalid(`\`${source}\` is not a device`, 'share a file with `volumes`', from);
  return nodesAt(source, source).length > 0
    ? []
    : invalid(`no device is in the directory \`${source}\``, 'share a directory with `volumes`', from);
};
