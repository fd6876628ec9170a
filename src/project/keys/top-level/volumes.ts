import { child, type Tree, withValue } from '../../tree/tree.ts';
import { mapping, orNothing } from '../kinds.ts';
import { asPath, type LongFormContext, mapEntries } from '../long-forms.ts';
import { textOf } from '../merge-rules.ts';
import { byName } from '../parts/by-name.ts';
import { asResource } from '../parts/resource.ts';
import type { Value } from '../value.ts';
import { volumeKeys } from '../volume-keys.ts';

const volume: Value = {
  ...orNothing(mapping('volume', volumeKeys)),
  longForm: asVolume,
  templateForm: asVolume,
  description: 'A volume, whose content stays when containers are removed.',
};

export const key: Value = { ...byName(volume), description: 'The volumes that services mount.' };

/** The device of a bind mount is a directory of the host, which may be relative. */
function asVolume(tree: Tree, context: LongFormContext): Tree {
  const volume = asResource(tree, context);
  const options = child(volume, 'driver_opts');
  const device = options?.kind === 'mapping' ? options.entries.get('device') : undefined;
  if (!device || textOf(child(volume, 'driver')) !== 'local' || textOf(child(options, 'o')) !== 'bind')
    return volume;
  return mapEntries(volume, (key, entry) => [
    key,
    key === 'driver_opts'
      ? withValue(
          entry,
          mapEntries(entry.value, (name, one) => [
            name,
            one === device ? withValue(one, asPath(one.value, context)) : one,
          ]),
        )
      : entry,
  ]);
}
