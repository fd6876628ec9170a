import { readCount } from '../../scalars/devices.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import type { Scalar, Tree } from '../../tree/tree.ts';
import { mapping, options, scalar, text, texts } from '../kinds.ts';
import { mapScalar } from '../long-forms.ts';
import type { Value } from '../value.ts';
import { withDefaults } from './with-defaults.ts';

/** A request for devices: what they can do, and how many or which. */
export function deviceRequest(required: readonly string[] = []): Value {
  const request = mapping(
    'device request',
    {
      capabilities: { ...texts(), description: 'Capabilities of the devices, such as `gpu`.' },
      driver: { ...text(), description: 'Driver of the devices, such as `nvidia`.' },
      count: { ...scalar(readCount), longForm: asCount, description: 'Number of devices, or `all`.' },
      device_ids: { ...texts(), description: 'Ids of the devices; excludes `count`.' },
      options: { ...options(), description: 'Options of the driver.' },
    },
    required,
  );
  return { ...request, longForm: asRequest(-1), templateForm: asRequest('all') };
}

function asCount(tree: Tree): Tree {
  return mapScalar(tree, (value) => parsedValue(readCount(value as number | string)));
}

/** A request that names no devices and no number is for all of them. */
function asRequest(all: Scalar) {
  return (tree: Tree): Tree =>
    tree.kind !== 'mapping' || tree.entries.has('device_ids') ? tree : withDefaults(tree, { count: all });
}
