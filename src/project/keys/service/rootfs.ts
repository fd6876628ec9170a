import { rootfs } from '../parts/rootfs.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...rootfs,
  description:
    'Directory or archive with the root file system, or `host` for the programs of the host, instead of an image.',
  model: (path) => ({ rootfs: path === 'host' ? { kind: 'host' } : { kind: 'directory', path } }),
};
