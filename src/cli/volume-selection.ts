import type { ListedVolume } from '../engine/volumes.ts';
import type { VolumeFilter } from './grammar/storage-values.ts';
import { labelsOf } from './show/volume-list.ts';

/** As in Docker: all conditions on labels must hold; of those with another key, one of each key. */
export function selectVolumes(
  volumes: readonly ListedVolume[],
  filters: readonly VolumeFilter[],
): readonly ListedVolume[] {
  const keys = [...new Set(filters.map(({ key }) => key))];
  return volumes.filter((volume) =>
    keys.every((key) => {
      const ofKey = filters.filter((filter) => filter.key === key).map((filter) => isMet(volume, filter));
      return key === 'label' ? ofKey.every(Boolean) : ofKey.some(Boolean);
    }),
  );
}

function isMet(volume: ListedVolume, filter: VolumeFilter): boolean {
  switch (filter.key) {
    case 'name':
      return filter.pattern.test(volume.name);
    case 'driver':
      return volume.driver === filter.driver;
    case 'dangling':
      return volume.isUnused === filter.isUnused;
    case 'label':
      return hasLabel(volume, filter) === filter.has;
    case 'all':
      return true;
    default:
      return filter satisfies never;
  }
}

function hasLabel(
  volume: ListedVolume,
  { label, value }: { label: string; value: string | undefined },
): boolean {
  const labels = labelsOf(volume);
  return Object.hasOwn(labels, label) && (value === undefined || labels[label] === value);
}
