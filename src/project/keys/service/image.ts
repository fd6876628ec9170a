import { text } from '../kinds.ts';
import { wantedImage } from '../parts/wanted-image.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(),
  description: 'Image with the files and the defaults of the service; beside `rootfs` it is only a name.',
  model: (reference, { keys }) => (keys.rootfs === undefined ? { rootfs: wantedImage(reference, keys) } : {}),
};
