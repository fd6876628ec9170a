import type { ListedVolume } from '../../engine/doors/volumes.ts';
import { labelsOf } from './volume-list.ts';

/** The keys of `volumeJson`. */
export const inspectFields = [
  ...['CreatedAt', 'Driver', 'Labels', 'Mountpoint', 'Name', 'Options', 'Scope', 'UsedBy'],
] as const;

/** A volume with the keys of `docker volume inspect`, and `UsedBy`. */
export function volumeJson(volume: ListedVolume) {
  const { driver, name, mountpoint, options, created, uses } = volume;
  return {
    CreatedAt: new Date(created).toISOString().replace(/\.\d+Z$/, 'Z'),
    Driver: driver,
    Labels: orNull(labelsOf(volume)),
    Mountpoint: mountpoint,
    Name: name,
    Options: orNull(options),
    Scope: 'local',
    UsedBy: uses.map(({ project, container }) => ({ Project: project, Container: container })),
  };
}

function orNull(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  return Object.keys(values).length === 0 ? null : values;
}
