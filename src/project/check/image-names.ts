import type { Diagnostic } from '../../base/diagnostic.ts';
import { readPlatform } from '../../base/images/platform.ts';
import { readReference } from '../../base/images/reference.ts';
import type { Path } from '../tree/path.ts';
import { quote } from '../tree/wording.ts';
import { type Check, type Checked, error } from './checked.ts';

/**
 * The names and platforms of the images that services want. They are read as they are fetched, so that `config` refuses
 * what `up` would. Beside a root, an image is only a name.
 */
export const imageNames: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(
    ([service, { rootfs, image, platform, volumes = [] }]) => [
      ...(rootfs === undefined ? nameAt(project, ['services', service, 'image'], image) : []),
      ...(rootfs === undefined ? platformAt(project, ['services', service, 'platform'], platform) : []),
      ...volumes.flatMap(({ type, source }, index) =>
        type === 'image' ? nameAt(project, ['services', service, 'volumes', index, 'source'], source) : [],
      ),
    ],
  );

const nameAt = (project: Checked, path: Path, name: string | undefined): readonly Diagnostic[] => {
  if (!name || project.isBroken(...path)) return [];
  const read = readReference(name);
  if ('reference' in read) return [];
  const { must, label } = read;
  const message = `the image ${quote(name)} must ${must}`;
  return [error('invalid-image-name', message, project.at(...path), { ...(label && { label }) })];
};

const platformAt = (project: Checked, path: Path, platform: unknown): readonly Diagnostic[] => {
  if (typeof platform !== 'string' || platform === '' || project.isBroken(...path)) return [];
  if (readPlatform(platform)) return [];
  return [
    error('invalid-value', `${quote(platform)} is not a platform`, project.at(...path), {
      help: 'write for example `linux/amd64` or `linux/arm64`',
    }),
  ];
};
