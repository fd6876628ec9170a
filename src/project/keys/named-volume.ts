import { labels, mapping, options, orNothing, text } from './fields.ts';
import { externalSchema } from './materials.ts';

/** Builds the schema of one entry of the top-level `volumes`. */
export function namedVolumeSchema() {
  const volume = mapping('volume', {
    name: text().describe('Name of the volume, `<project>_<key>` by default.'),
    driver: text().describe('Driver of the volume, `local` by default.'),
    driver_opts: options().describe('Options of the driver: `type`, `device` and `o` of `local`.'),
    external: externalSchema().describe('Whether the volume exists outside the project.'),
    labels: labels().describe('Labels of the volume.'),
  });
  return orNothing(volume);
}
