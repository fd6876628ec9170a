import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_PLACES, type EnginePlaces } from '../../images/sources/engine-stores.ts';
import type { Finding } from './finding.ts';

export type StorePlaces = EnginePlaces & {
  /** Of a containerd of the machine, which Docker may use for its images as well. */
  readonly containerd: string;
};

const STORE_PLACES: StorePlaces = { ...ENGINE_PLACES, containerd: '/var/lib/containerd' };

/** The stores of other engines on this machine, and whether their images are used without a download. */
export const storeFindings = ({
  docker,
  podman,
  containerd,
}: StorePlaces = STORE_PLACES): readonly Finding[] => {
  const read = [
    ...(namesIn(join(docker, 'image')).length > 0 ? ['Docker'] : []),
    ...(namesIn(podman).some((name) => name.endsWith('-images')) ? ['Podman'] : []),
  ];
  // Since Docker 29 its own containerd has them, before that the one of the machine.
  const unread = [containerd, join(docker, 'containerd/daemon')].some(hasBlobs);
  return [
    ...read.map(
      (engine): Finding => ({
        what: `images of ${engine}`,
        verdict: 'good',
        found: 'used without a download',
      }),
    ),
    ...(unread
      ? [
          {
            what: 'images of containerd',
            verdict: 'limited',
            found: 'its store, which newer versions of Docker use, is not read',
            help: 'images are fetched from their registries; `docker save IMAGE | tscompose load` brings one of them',
          } as const,
        ]
      : []),
  ];
};

const hasBlobs = (root: string): boolean =>
  existsSync(join(root, 'io.containerd.metadata.v1.bolt/meta.db')) &&
  namesIn(join(root, 'io.containerd.content.v1.content/blobs/sha256')).length > 0;

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};
