import type { ListedVolume } from '../../engine/doors/volumes.ts';
import { isLabelMet } from '../grammar/list-values.ts';
import type { VolumeFilter } from '../grammar/storage-values.ts';
import { labelsOf } from '../show/volume-list.ts';
import { selected } from './selected.ts';

/** The volumes that meet the conditions. */
export const selectVolumes = (
  volumes: readonly ListedVolume[],
  filters: readonly VolumeFilter[],
): readonly ListedVolume[] => selected(volumes, filters, isMet);

function isMet(volume: ListedVolume, filter: VolumeFilter): boolean {
  switch (filter.key) {
    case 'name':
      return filter.pattern.test(volume.name);
    case 'driver':
      return volume.driver === filter.driver;
    case 'dangling':
      return volume.isUnused === filter.isUnused;
    case 'label':
      return isLabelMet(labelsOf(volume), filter);
    case 'all':
      return true;
    default:
      return filter satisfies never;
  }
}
