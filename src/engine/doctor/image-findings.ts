import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isContainerdStore } from '../../images/sources/containerd-store.ts';
import { containerdStores, ENGINE_PLACES, type EnginePlaces } from '../../images/sources/engine-stores.ts';
import type { Finding } from './finding.ts';

/** The stores of other engines on this machine, whose images are used without a download. */
export const storeFindings = (places: EnginePlaces = ENGINE_PLACES): readonly Finding[] => [
  ...(namesIn(join(places.docker, 'image')).length > 0 ? [found('Docker', USED)] : []),
  ...(namesIn(places.podman).some((name) => name.endsWith('-images')) ? [found('Podman', USED)] : []),
  // Newer versions of Docker have their images there as well.
  ...(containerdStores(places).some(isContainerdStore)
    ? [found('containerd', `${USED}, as far as it has kept their compressed layers`)]
    : []),
];

const found = (engine: string, text: string): Finding => ({
  what: `images of ${engine}`,
  verdict: 'good',
  found: text,
});

const USED = 'used without a download';

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};
