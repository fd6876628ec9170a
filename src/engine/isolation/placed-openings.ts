import type { ModelPath, Place } from '../../base/diagnostic.ts';
import type { OciDevice } from '../../container/oci.ts';
import type { Places, Service } from '../../project/model/project.ts';
import type { Isolation } from './facts.ts';
import { isBelow } from './mountinfo.ts';
import { keyOf } from './origins.ts';
import { type Opening, openingsOf } from './rules.ts';

export type PlacedOpening = Opening & {
  /** A `key` of the file, the `default` without a key that would close it, or `nothing` in the file. */
  readonly by: 'key' | 'default' | 'nothing';
  /** The key; for a default, the service. */
  readonly key?: ModelPath;
  readonly at?: Place;
};

/** The file of a container: its service, all services, and the facts that follow from them. */
export type File = {
  readonly service: Service;
  readonly container: string;
  readonly others: readonly Service[];
  readonly nodes: readonly OciDevice[];
  readonly planned: Isolation;
  readonly places: Places;
};

/** The openings, each with the place in the file that opened it. */
export const placedOpenings = (facts: Isolation, file: File): readonly PlacedOpening[] => {
  const planned = openingsOf(file.planned);
  return openingsOf(facts).map((opening): PlacedOpening => {
    if (!planned.some((one) => covers(one, opening))) return { ...opening, by: 'nothing' };
    const key = keyOf(opening, file);
    if (key !== undefined) return { ...opening, by: 'key', key, ...placed(key, file.places) };
    const service = `services.${file.service.name}`;
    return { ...opening, by: 'default', key: service, ...placed(service, file.places) };
  });
};

/** Whether the file asks for it. A recursive bind brings the mounts below its source along. */
const covers = (planned: Opening, { rule, subject, process }: Opening): boolean =>
  planned.rule === rule &&
  process === undefined &&
  (planned.subject === subject ||
    (rule === 'writable-host-path' && isBelow(subject, planned.subject)) ||
    (rule === 'extra-device' && planned.subject === 'all'));

const placed = (key: ModelPath, places: Places): { readonly at?: Place } => {
  const at = places(key);
  return at ? { at } : {};
};
