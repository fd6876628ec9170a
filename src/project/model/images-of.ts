import type { ModelPath } from '../../base/diagnostic.ts';
import type { FoundImage, ImageMount, Service, WantedImage } from './project.ts';

/** An image of a service: the one that it runs on, or that of a mount. */
export type ImageOfService = {
  readonly image: WantedImage | FoundImage;
  /** Where it is written: `services.web.image`, `services.web.volumes[0].source`. */
  readonly from: ModelPath;
  readonly mount?: ImageMount;
};

/** The images of a service, that of its root first. */
export const imagesOf = ({
  name,
  rootfs,
  mounts,
}: Pick<Service, 'name' | 'rootfs' | 'mounts'>): readonly ImageOfService[] => [
  ...(rootfs.kind === 'image' || rootfs.kind === 'wanted-image'
    ? [{ image: rootfs, from: `services.${name}.image` as const }]
    : []),
  ...mounts.flatMap((mount) =>
    mount.kind === 'image' ? [{ image: mount.image, from: `${mount.from}.source`, mount }] : [],
  ),
];

/** The images of a service that are in the store of this machine. */
export const foundImagesOf = (service: Pick<Service, 'name' | 'rootfs' | 'mounts'>): readonly FoundImage[] =>
  imagesOf(service).flatMap(({ image }) => (image.kind === 'image' ? [image] : []));

/** Whether an image of the service has not been looked up. */
export const wantsImages = (service: Pick<Service, 'name' | 'rootfs' | 'mounts'>): boolean =>
  imagesOf(service).some(({ image }) => image.kind === 'wanted-image');
