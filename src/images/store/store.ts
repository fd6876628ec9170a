import { chmodSync, statSync } from 'node:fs';
import { makeDirectories } from '../../kernel/make-directories.ts';

/** The images of a machine, shared by all projects. Only root can enter it. */
export type Store = {
  /** `<state>/.images` */
  readonly directory: string;
  /** Manifests and configurations, byte for byte as they were served. */
  readonly blob: (digest: string) => string;
  /** The plain archive of a layer: the SHA-256 of its bytes is the diff ID. */
  readonly tar: (diffId: string) => string;
  /** The files of the merged layers of an image, by `rootId`. */
  readonly root: (id: string) => string;
  /** Which images are here, by the digest of their manifest. */
  readonly image: (digest: string) => string;
  /** The record of a compressed layer, by its digest. */
  readonly layerFacts: (digest: string) => string;
  /** A download that is not complete. */
  readonly part: (digest: string) => string;
  /** A layer that is being decompressed. */
  readonly growing: (diffId: string) => string;
  readonly lock: (name: string) => string;
  /** The kind of roots that works here: see `rootKind`. */
  readonly rootKind: string;
} & { readonly [Part in (typeof PARTS)[number]]: string };

/** Where everything lies; creates nothing. */
export const storeIn = (state: string): Store => {
  const directory = `${state}/.images`;
  const parts = Object.fromEntries(PARTS.map((part) => [part, `${directory}/${part}`]));
  return {
    ...(parts as Pick<Store, (typeof PARTS)[number]>),
    directory,
    blob: (digest) => `${directory}/blobs/sha256/${hexOf(digest)}`,
    tar: (diffId) => `${directory}/layers/${hexOf(diffId)}.tar`,
    root: (id) => `${directory}/roots/${id}`,
    image: (digest) => `${directory}/images/${hexOf(digest)}.json`,
    layerFacts: (digest) => `${directory}/known/${hexOf(digest)}.json`,
    part: (digest) => `${directory}/ingest/${hexOf(digest)}.part`,
    growing: (diffId) => `${directory}/ingest/${hexOf(diffId)}.tar`,
    lock: (name) => `${directory}/locks/${name}`,
    rootKind: `${directory}/root-kind`,
  };
};

/** The same, and its directories exist afterwards. */
export const openStore = (state: string): Store => {
  const store = storeIn(state);
  for (const path of [store.directory, ...PARTS.map((part) => store[part]), `${store.blobs}/sha256`])
    makeDirectories(path);
  if ((statSync(store.directory).mode & 0o077) !== 0) chmodSync(store.directory, 0o700);
  return store;
};

/** The 64 digits of a digest. Throws for everything that is none, so that no digest leads out of the store. */
export const hexOf = (digest: string): string => {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new Error(`not a digest: ${digest}`);
  return hex;
};

const PARTS = [
  ...['blobs', 'images', 'ingest', 'known', 'layers', 'leases', 'locks', 'refs', 'roots', 'trash'],
] as const satisfies readonly string[];

/** The lock of the store: for moments only, while leases are taken or things are collected. */
export const STORE_LOCK = 'store';

/** Held while the trash is freed. */
export const TRASH_LOCK = 'trash';
