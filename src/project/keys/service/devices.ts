import { type Device, readDevice, readPermissions } from '../../scalars/devices.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import { mappingAt, type Tree } from '../../tree/tree.ts';
import { list, mapping, orShort, text } from '../kinds.ts';
import { uniqueByKey } from '../merge-rules.ts';
import { withDefaults } from '../parts/with-defaults.ts';
import type { ServiceKey } from '../service-key.ts';

const device = mapping(
  'device',
  {
    source: {
      ...text(),
      description: 'Path on the host, or a name of the container device interface.',
    },
    target: { ...text(), description: 'Path in the container, the same by default.' },
    permissions: {
      ...text(readPermissions),
      description: 'Of `r`, `w` and `m`; all three by default.',
    },
  },
  ['source'],
);

export const key: ServiceKey<readonly Device[]> = {
  ...list({ ...orShort(text(readDevice), device), longForm: asDevice, templateForm: asDevice }),
  merge: uniqueByKey('target'),
  description: 'Device nodes of the host: `source:target:permissions`, or the long form.',
  model: (devices) => ({ devices: devices.length > 0 ? devices : undefined }),
};

function asDevice(tree: Tree): Tree {
  if (tree.kind === 'scalar') {
    const device = readDevice(String(tree.value));
    // With variables, the colons may be theirs.
    return 'flaw' in device && tree.isOpen ? tree : mappingAt(parsedValue(device), tree.span);
  }
  if (tree.kind !== 'mapping') return tree;
  const source = tree.entries.get('source')?.value;
  return withDefaults(tree, {
    target: source?.kind === 'scalar' ? source.value : null,
    permissions: 'rwm',
  });
}
