import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImageConfig } from '../config.ts';
import type { Platform } from '../descriptor.ts';
import { platformText, runnableOn } from '../platform.ts';
import { familiarText, isDigest, type Reference, referenceText } from '../reference.ts';
import type { Source } from '../source.ts';
import { hexOf } from '../store/store.ts';
import { splitSource } from './split-source.ts';

/** Where the engines of this machine keep their images. Nothing is ever written there. */
export type EnginePlaces = { readonly docker: string; readonly podman: string };

export const ENGINE_PLACES: EnginePlaces = {
  docker: '/var/lib/docker',
  podman: '/var/lib/containers/storage',
};

/**
 * The image of a name in the stores of Docker and Podman, which need not run. Undefined if neither has it for the
 * platform, or if it cannot be read there.
 */
export const findInEngines = async (
  reference: Reference,
  platform: Platform,
  { docker, podman }: EnginePlaces = ENGINE_PLACES,
): Promise<Source | undefined> => {
  for (const find of [() => inDocker(reference, docker), () => inPodman(reference, podman)])
    try {
      const found = find();
      if (!found) continue;
      const read = readImageConfig(found.config);
      if ('fault' in read || !runnableOn(platform).includes(platformText(read.config))) continue;
      return await splitSource(found.name, found.config, found.layerOf);
    } catch {
      // The stores belong to others, who may change them at any time: what cannot be read is fetched elsewhere.
    }
  return undefined;
};

type Found = {
  readonly name: string;
  readonly config: Buffer;
  readonly layerOf: Parameters<typeof splitSource>[2];
};

const inDocker = (reference: Reference, root: string): Found | undefined => {
  const image = join(root, 'image/overlay2');
  const { Repositories } = json(join(image, 'repositories.json')) as {
    readonly Repositories: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const name = familiarText({ ...reference, ...(reference.digest && { tag: undefined }) } as Reference);
  const id = Object.values(Repositories).flatMap((names) => names[name] ?? [])[0];
  if (id === undefined || !isDigest(id)) return undefined;
  return {
    name: 'Docker’s store',
    config: readFileSync(join(image, 'imagedb/content/sha256', hexOf(id))),
    layerOf: (_, index, diffIds) => {
      const layer = join(image, 'layerdb/sha256', hexOf(chainOf(diffIds.slice(0, index + 1))));
      const cache = plainName(readFileSync(join(layer, 'cache-id'), 'utf8').trim());
      return { headers: join(layer, 'tar-split.json.gz'), files: join(root, 'overlay2', cache, 'diff') };
    },
  };
};

/** The ID of a layer over others, in the image specification of OCI. */
const chainOf = (diffIds: readonly string[]): string =>
  diffIds.reduce(
    (below, diffId) => `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`,
  );

const inPodman = (reference: Reference, root: string): Found | undefined => {
  const images = json(join(root, 'overlay-images/images.json')) as readonly {
    readonly id: string;
    readonly names?: readonly string[];
    readonly layer: string;
  }[];
  const image = images.find(({ names }) => names?.includes(referenceText(reference)));
  if (!image) return undefined;
  const layers = json(join(root, 'overlay-layers/layers.json')) as readonly {
    readonly id: string;
    readonly parent?: string;
  }[];
  // From the top down.
  const chain: string[] = [];
  for (let id: string | undefined = image.layer; id; ) {
    chain.unshift(plainName(id));
    id = layers.find((layer) => layer.id === id)?.parent;
  }
  const config = `=${Buffer.from(`sha256:${image.id}`).toString('base64')}`;
  return {
    name: 'Podman’s store',
    config: readFileSync(join(root, 'overlay-images', plainName(image.id), config)),
    layerOf: (_, index) => {
      const id = chain[index] ?? '';
      return {
        headers: join(root, 'overlay-layers', `${id}.tar-split.gz`),
        files: join(root, 'overlay', id, 'diff'),
      };
    },
  };
};

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A name that leads nowhere else. */
const plainName = (text: string): string => {
  if (!/^[\w-]+$/.test(text)) throw new Error(`not the name of a layer: ${text}`);
  return text;
};
