import { dirname } from 'node:path';
import { hold } from '../store/lease.ts';
import type { Store } from '../store/store.ts';
import { readRecord } from '../store/stored-image.ts';
import { END_OF_ARCHIVE, type NewTarEntry, paddingAfter, tarHeaders } from '../tar/writer.ts';
import { dockerFiles } from './docker-files.ts';
import type { NewFile } from './new-file.ts';
import { ociFiles } from './oci-files.ts';
import type { SavedImage } from './saved-image.ts';

export type ArchiveFormat = 'oci' | 'docker';

/**
 * The bytes of an archive with images that `load`, `docker load`, `podman load` and skopeo read: the same bytes for the
 * same images. What it needs is not collected meanwhile. Throws a Problem if a layer is not what it was when it was
 * stored.
 */
export async function* imageArchive(
  store: Store,
  images: readonly SavedImage[],
  format: ArchiveFormat,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const lease = await hold(store, images.flatMap(everythingOf(store)), signal);
  try {
    const files = { oci: ociFiles, docker: dockerFiles }[format](store, images);
    for (const path of directoriesOf(files))
      yield tarHeaders({ ...PLAIN, path, type: 'directory', mode: 0o755 });
    for (const { path, size, open } of files) {
      yield tarHeaders({ ...PLAIN, path, size });
      for await (const chunk of open()) {
        signal?.throwIfAborted();
        yield chunk;
      }
      yield paddingAfter(size);
    }
    yield END_OF_ARCHIVE;
  } finally {
    lease.release();
  }
}

const everythingOf =
  (store: Store) =>
  ({ image: { digest, id, layers } }: SavedImage): readonly string[] => [
    ...[digest, id, ...layers],
    ...(readRecord(store, digest)?.blobs ?? []),
  ];

/** Those that the files lie in, each after the one that it lies in. */
const directoriesOf = (files: readonly NewFile[]): readonly string[] => {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (path === '.' || found.has(path)) return;
    add(dirname(path));
    found.add(path);
  };
  for (const { path } of files) add(dirname(path));
  return [...found];
};

/** Nothing in it depends on when and by whom it is written. */
const PLAIN: Omit<NewTarEntry, 'path'> = {
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, mtimeNanoseconds: 0 },
  ...{ size: 0, link: '', major: 0, minor: 0, xattrs: [] },
};
