import type { FoundImage, Service, WantedImage } from '../../project/model/project.ts';
import { imageMount } from './image-places.ts';

/** The directory with the root of a service that has one of its own: its files are those of containers before any start. */
export const rootDirectory = ({ rootfs }: Pick<Service, 'rootfs'>): string => {
  switch (rootfs.kind) {
    case 'directory':
      return rootfs.path;
    case 'image':
    case 'wanted-image':
      return mountPointOf(rootfs);
    case 'host':
      throw new TypeError('the host has more than one directory');
  }
};

/** The directory with the files of an image while a container uses it. */
export const mountPointOf = (image: FoundImage | WantedImage): string => {
  if (image.kind === 'image') return imageMount(image.layers).mountPoint;
  throw new TypeError(`the image ${image.reference} was not looked up`);
};
