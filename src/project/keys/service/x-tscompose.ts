import { mapping } from '../kinds.ts';
import { memory } from '../parts/memory-size.ts';
import { rootfs } from '../parts/rootfs.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...mapping('tscompose extension', {
    rootfs: { ...rootfs, description: 'The same as `rootfs` of the service.' },
    memory: { ...memory, description: 'The same as `mem_limit` of the service.' },
  }),
  description: 'Keys of tscompose, for files that Docker Compose should accept too.',
};
