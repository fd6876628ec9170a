import { child, isNull, type Tree } from '../../tree/tree.ts';
import { mapping, options, orNothing, text } from '../kinds.ts';
import { textOf } from '../merge-rules.ts';
import type { Value } from '../value.ts';

const logging = mapping('logging configuration', {
  driver: { ...text(), description: 'Name of the logging driver.' },
  options: { ...options(), description: 'Options of the driver.' },
});

export const key: Value = {
  ...orNothing(logging),
  merge: ofSameDriver,
  unsupported: 'logging drivers',
};

/** Options mean something else to another driver. */
function ofSameDriver(base: Tree, override: Tree): Tree | undefined {
  const drivers = [child(base, 'driver'), child(override, 'driver')].filter((driver) => !isNull(driver));
  return new Set(drivers.map(textOf)).size > 1 ? override : undefined;
}
