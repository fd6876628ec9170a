import type { ListedVolume } from '../../engine/doors/volumes.ts';
import type { Template } from './go-template.ts';
import { table } from './table.ts';
import { templated } from './templated.ts';

export type VolumeFormat = 'table' | 'json' | Template;

/** The keys of `volumeRow`. */
export const volumeFields = [
  ...['Availability', 'Driver', 'Group', 'Labels', 'Links', 'Mountpoint', 'Name', 'Scope', 'Size', 'Status'],
] as const;

/** The lines of `volumes` and `volume ls`; columns and keys are those of Docker. */
export function volumeLines(volumes: readonly ListedVolume[], format: VolumeFormat): readonly string[] {
  const rows = volumes.map(volumeRow);
  if (format === 'json') return rows.map((row) => JSON.stringify(row));
  if (format === 'table')
    return table(
      ['DRIVER', 'VOLUME NAME'],
      rows.map(({ Driver, Name }) => [Driver, Name]),
      { least: 10 },
    );
  return templated(rows, format, { least: 10 });
}

/** The labels of a volume, with those that Docker Compose and Docker give it. */
export function labelsOf({
  labels,
  project,
  key,
  isAnonymous,
}: Pick<ListedVolume, 'labels' | 'project' | 'key' | 'isAnonymous'>): Readonly<Record<string, string>> {
  return {
    ...labels,
    ...(isAnonymous && { 'com.docker.volume.anonymous': '' }),
    ...(project !== undefined && { 'com.docker.compose.project': project }),
    ...(key !== undefined && { 'com.docker.compose.volume': key }),
  };
}

function volumeRow(volume: ListedVolume) {
  return {
    Availability: 'N/A',
    Driver: volume.driver,
    Group: 'N/A',
    Labels: Object.entries(labelsOf(volume))
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Links: 'N/A',
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Scope: 'local',
    Size: 'N/A',
    Status: 'N/A',
  };
}
