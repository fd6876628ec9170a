/** How the files of an image become a directory on this machine. */
export type RootKind =
  /** One EROFS image whose file data lies in the archives of the layers: Linux 6.12. */
  | 'erofs'
  /** The same through loop devices: Linux 6.4. */
  | 'erofs-loop'
  /** A directory for each layer, one over the other. */
  | 'directory';

export const ROOT_KINDS: readonly RootKind[] = ['erofs', 'erofs-loop', 'directory'];

/** An image whose files are on this machine and can be mounted. */
export type ImageRoot = {
  readonly kind: RootKind;
  /** The directory of the merged layers: `meta.erofs`, or links to the directories of the layers. */
  readonly directory: string;
  /** The layers from the bottom up: the paths of their plain archives, or of their directories. */
  readonly layers: readonly string[];
  /** Whether the image of EROFS has a file for sparse files beside it. */
  readonly hasSparse?: boolean;
  /** Whether archives can be read past the page cache, so that memory has each page once: see `page-cache.ts`. */
  readonly isDirect?: boolean;
};
