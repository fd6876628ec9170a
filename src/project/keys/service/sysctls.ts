import { flaw, parsedValue } from '../../scalars/flaw.ts';
import { readSysctlName } from '../../scalars/sysctl.ts';
import type { Tree } from '../../tree/tree.ts';
import { listOrMap, replacingEach } from '../kinds.ts';
import { asLabels, mapEntries } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<Readonly<Record<string, string>>> = {
  ...replacingEach(listOrMap(readSysctlName, readSysctlValue)),
  longForm: asSysctls,
  description: 'Kernel parameters of the container, such as `net.core.somaxconn`.',
  model: (sysctls) => ({ sysctls }),
};

/** By dotted name. */
function asSysctls(tree: Tree): Tree {
  return mapEntries(asLabels(tree), (name, entry) => [parsedValue(readSysctlName(name)), entry]);
}

/** A second line would be a second write to the kernel. */
function readSysctlValue(value: string) {
  if (value === '') return flaw('have a value', 'expected a value such as `net.core.somaxconn=1024`');
  return value.includes('\n') ? flaw('be one line') : { value };
}
