import type { Service } from '../../project/model/project.ts';
import { imageMount } from './image-places.ts';

/** The directory with the root of a service that has one of its own: its files are those of containers before any start. */
export const rootDirectory = ({ rootfs }: Pick<Service, 'rootfs'>): string => {
  switch (rootfs.kind) {
    case 'directory':
      return rootfs.path;
    case 'image':
      return imageMount(rootfs.layers).mountPoint;
    case 'wanted-image':
      throw new TypeError(`the image ${rootfs.reference} was not looked up`);
    case 'host':
      throw new TypeError('the host has more than one directory');
  }
};
