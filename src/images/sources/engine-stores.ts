import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { type Platform, platformText, runnableOn } from '../../base/images/platform.ts';
import { familiarText, isDigest, type Reference, referenceText } from '../../base/images/reference.ts';
import { readImageConfig } from '../model/config.ts';
import { damaged } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { hexOf } from '../store/store.ts';
import { type ContainerdStore, findInContainerd } from './containerd-store.ts';
import { splitSource } from './split-source.ts';

/** Where the engines of this machine keep their images. Nothing is ever written there. */
export type EnginePlaces = {
  readonly docker: string;
  readonly podman: string;
  /** Of a containerd of the machine, which Docker may use for its images as well. */
  readonly containerd: string;
};

export const ENGINE_PLACES: EnginePlaces = {
  docker: '/var/lib/docker',
  podman: '/var/lib/containers/storage',
  containerd: '/var/lib/containerd',
};

/** Since Docker 29 a containerd has its images: one of its own, unless the machine has one. */
export const containerdStores = ({ docker, containerd }: EnginePlaces): readonly ContainerdStore[] => [
  { root: join(docker, 'containerd/daemon'), name: 'Docker’s store' },
  { root: containerd, name: 'containerd’s store' },
];

/**
 * The image of a name in the stores of Docker, Podman and containerd, which need not run. Undefined if none has it for the
 * platform, or if it cannot be read there. A name with a digest is that of a manifest, whose compressed layers containerd
 * alone has kept.
 * @param onWarning told of a store that cannot be as an engine leaves it
 */
export const findInEngines = async (
  reference: Reference,
  platform: Platform,
  engines: EnginePlaces = ENGINE_PLACES,
  onWarning: (warning: Diagnostic) => void = () => {},
): Promise<Source | undefined> => {
  const { docker, podman } = engines;
  const split = [
    ...DOCKER_DRIVERS.map((driver) => () => inDocker(reference, docker, driver)),
    ...PODMAN_DRIVERS.map((driver) => () => inPodman(reference, podman, driver)),
  ].map((find) => () => sourceOf(find(), platform));
  const places = [
    ...(reference.digest === undefined ? split : []),
    ...containerdStores(engines).map((store) => () => findInContainerd(reference, platform, store)),
  ];
  for (const find of places)
    try {
      const source = await find();
      if (source) return source;
    } catch (error) {
      // The stores belong to others, who may change them at any time: what cannot be read is fetched elsewhere.
      if (error instanceof Problem)
        for (const each of error.diagnostics.filter(({ code }) => code === 'damaged-image'))
          onWarning({ ...each, severity: 'warning', help: 'the image is fetched from its registry instead' });
    }
  return undefined;
};

const sourceOf = async (found: Found | undefined, platform: Platform): Promise<Source | undefined> => {
  if (!found) return undefined;
  const read = readImageConfig(found.config);
  if ('fault' in read || !runnableOn(platform).includes(platformText(read.config))) return undefined;
  return splitSource(found.name, found.config, found.layerOf);
};

type Found = {
  readonly name: string;
  readonly config: Buffer;
  readonly layerOf: Parameters<typeof splitSource>[2];
};

/** The drivers that keep the files of layers in directories: each has its images for itself. */
const DOCKER_DRIVERS = ['overlay2', 'fuse-overlayfs', 'vfs'] as const;
const PODMAN_DRIVERS = ['overlay', 'vfs'] as const;

/** The files of a layer; `vfs` has those of the layers below beside them. */
const filesOf = (root: string, driver: string, layer: string): string =>
  driver === 'vfs' ? join(root, 'vfs/dir', layer) : join(root, driver, layer, 'diff');

const inDocker = (reference: Reference, root: string, driver: string): Found | undefined => {
  const image = join(root, 'image', driver);
  const { Repositories } = json(join(image, 'repositories.json')) as {
    readonly Repositories: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const name = familiarText(reference);
  const id = Object.values(Repositories).flatMap((names) => names[name] ?? [])[0];
  if (id === undefined || !isDigest(id)) return undefined;
  return {
    name: 'Docker’s store',
    config: readFileSync(join(image, 'imagedb/content/sha256', hexOf(id))),
    layerOf: (_, index, diffIds) => {
      const layer = join(image, 'layerdb/sha256', hexOf(chainOf(diffIds.slice(0, index + 1))));
      const cache = plainName(readFileSync(join(layer, 'cache-id'), 'utf8').trim());
      return { headers: join(layer, 'tar-split.json.gz'), files: filesOf(root, driver, cache) };
    },
  };
};

/** The ID of a layer over others, in the image specification of OCI. */
const chainOf = (diffIds: readonly string[]): string =>
  diffIds.reduce(
    (below, diffId) => `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`,
  );

const inPodman = (reference: Reference, root: string, driver: string): Found | undefined => {
  const images = json(join(root, `${driver}-images/images.json`)) as readonly {
    readonly id: string;
    readonly names?: readonly string[];
    readonly layer: string;
  }[];
  const image = images.find(({ names }) => names?.includes(referenceText(reference)));
  if (!image) return undefined;
  const layers = json(join(root, `${driver}-layers/layers.json`)) as readonly {
    readonly id: string;
    readonly parent?: string;
  }[];
  const parents = new Map(layers.map(({ id, parent }) => [id, parent]));
  // From the bottom up.
  const chain: string[] = [];
  for (let id: string | undefined = image.layer; id; id = parents.get(id)) {
    if (chain.length > parents.size) throw damaged(PODMAN, `the layer ${image.layer} is below itself`);
    chain.unshift(plainName(id));
  }
  const config = `=${Buffer.from(`sha256:${image.id}`).toString('base64')}`;
  return {
    name: PODMAN,
    config: readFileSync(join(root, `${driver}-images`, plainName(image.id), config)),
    layerOf: (_, index) => {
      const id = chain[index] ?? '';
      return {
        headers: join(root, `${driver}-layers`, `${id}.tar-split.gz`),
        files: filesOf(root, driver, id),
      };
    },
  };
};

const PODMAN = 'Podman’s store';

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** A name that leads nowhere else. */
const plainName = (text: string): string => {
  if (!/^[\w-]+$/.test(text)) throw new Error(`not the name of a layer: ${text}`);
  return text;
};
