import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Platform, platformText, runnableOn } from '../../base/images/platform.ts';
import { isDigest, type Reference, referenceText, wantedOf } from '../../base/images/reference.ts';
import { chooseManifest } from '../model/choose.ts';
import { readImageConfig } from '../model/config.ts';
import type { Source } from '../model/source.ts';
import { readBolt } from './bolt.ts';
import { blobPath } from './layout.ts';
import { filesIn } from './layout-directory.ts';

export type ContainerdStore = {
  /** The directory of the daemon. */
  readonly root: string;
  /** For messages. */
  readonly name: string;
};

/** Whether a containerd has run with this directory. */
export const isContainerdStore = ({ root }: ContainerdStore): boolean => existsSync(databaseIn(root));

/**
 * An image in the store of a containerd, as the registry had it: a database of names, and the blobs beside it. Undefined
 * if it has the image not, or not for the platform, or has thrown compressed layers away after it had unpacked them.
 */
export const findInContainerd = async (
  reference: Reference,
  platform: Platform,
  store: ContainerdStore,
): Promise<Source | undefined> => {
  if (!isContainerdStore(store)) return undefined;
  const found = reference.digest ? { ...store, target: reference.digest } : namedIn(store, reference);
  if (!found) return undefined;
  const content = join(store.root, 'io.containerd.content.v1.content');
  const source = contentSource(content, found);
  if (!existsSync(join(content, blobPath(found.target)))) return undefined;
  const { manifest } = await chooseManifest(source, referenceText(reference), wantedOf(reference), platform);
  const { config, layers } = manifest;
  const isWhole = [config, ...layers].every(
    ({ digest, size }) => statSync(join(content, blobPath(digest)), { throwIfNoEntry: false })?.size === size,
  );
  if (!isWhole) return undefined;
  const read = readImageConfig((await filesIn(content).read(blobPath(config.digest)))!);
  return 'fault' in read || !runnableOn(platform).includes(platformText(read.config)) ? undefined : source;
};

type Found = { readonly target: string; readonly name: string };

const namedIn = ({ root, name }: ContainerdStore, reference: Reference): Found | undefined =>
  readBolt(databaseIn(root), (lookup) => {
    for (const [namespace, owner = name] of NAMESPACES) {
      const target = lookup('v1', namespace, 'images', referenceText(reference), 'target', 'digest');
      if (target && isDigest(String(target))) return { target: String(target), name: owner };
    }
    return undefined;
  });

const contentSource = (content: string, { target, name }: Found): Source => {
  const { read, stream } = filesIn(content, name);
  return {
    name,
    isLocal: true,
    manifest: async (which) => {
      const bytes = await read(blobPath(isDigest(which) ? which : target));
      return bytes && { mediaType: '', bytes };
    },
    blob: async ({ digest }, from) => ({ from, chunks: stream(blobPath(digest), from) }),
  };
};

const databaseIn = (root: string): string => join(root, 'io.containerd.metadata.v1.bolt/meta.db');

/** Each user of a containerd has names of its own: Docker, `ctr` and `nerdctl`, and Kubernetes. */
const NAMESPACES: readonly (readonly [string, string?])[] = [
  ['moby', 'Docker’s store'],
  ['default'],
  ['k8s.io', 'Kubernetes’ store'],
];
