import type { Descriptor } from '../model/descriptor.ts';

/** The media types of layers in the two families of manifests. */
type Family = { readonly plain: string; readonly gzip: string; readonly zstd?: string };

const DOCKER: Family = {
  plain: 'application/vnd.docker.image.rootfs.diff.tar',
  gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

const OCI: Family = {
  plain: 'application/vnd.oci.image.layer.v1.tar',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
};

/** The types of the layers beside a configuration. */
export const layerTypesOf = (config: Pick<Descriptor, 'mediaType'>): Family =>
  config.mediaType.startsWith('application/vnd.docker.') ? DOCKER : OCI;

/** The descriptor of a layer in another family; undefined if that has no such compression. */
export const asIn = (family: Family, { mediaType, digest, size }: Descriptor): Descriptor | undefined => {
  const compression = /[.+](gzip|zstd)$/.exec(mediaType)?.[1] ?? 'plain';
  const own = family[compression as keyof Family];
  return own === undefined ? undefined : { mediaType: own, digest, size };
};
