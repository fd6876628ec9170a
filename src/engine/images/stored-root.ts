import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Problem } from '../../base/diagnostic.ts';
import { noSpace } from '../../images/model/refusals.ts';
import { buildRoot, openRoot } from '../../images/root/build.ts';
import { isBuilt } from '../../images/root/built.ts';
import type { ImageRoot, RootKind } from '../../images/root/image-root.ts';
import { rootKind } from '../../images/root/kind.ts';
import { publish } from '../../images/store/durable.ts';
import { underLocks } from '../../images/store/lock.ts';
import { type Store, storeIn } from '../../images/store/store.ts';
import { rootId } from '../../images/store/stored-image.ts';
import { CallError } from '../../kernel/copy/call.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import type { FoundImage } from '../../project/model/project.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { layerTrees, makeLayerTrees } from './layer-trees.ts';
import { rootPath } from './ready-root.ts';

/** Whether a mount of these layers finds what it needs. */
export const isMade = (store: Store, layers: readonly string[]): boolean => {
  const kind = rootKind(store);
  return isBuilt(kind, rootPath(store, layers, kind));
};

/**
 * Makes what a mount of these layers needs, of the kind that works here, unless it is there. Two processes at once make
 * it once; it appears as a whole. Reads the names of all files, so it is no work for a supervisor. Throws a Problem.
 */
export const makeRoot = async (
  store: Store,
  layers: readonly string[],
  signal?: AbortSignal,
): Promise<void> => {
  try {
    await makeMissing(store, layers, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw rootError(store, error);
  }
};

const makeMissing = async (
  store: Store,
  layers: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> => {
  const kind = rootKind(store);
  const directory = rootPath(store, layers, kind);
  if (isBuilt(kind, directory)) return;
  if (kind === 'directory') await makeLayerTrees(store, layers, signal);
  const id = rootId(layers);
  await underLocks(store, [`root-${id}`], signal ? { signal } : {}, async () => {
    if (isBuilt(kind, directory)) return;
    const fresh = `${store.ingest}/${id}.root`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    try {
      await buildRoot(kind, sourcesOf(store, layers, kind), fresh, signal);
      await publish(fresh, directory);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  });
};

/** The Problem for whatever the kernel refuses. */
const rootError = (store: Store, error: unknown): unknown => {
  const refused = refusedCall(error);
  if (!refused) return error;
  const { name, path, code } = refused;
  if (['ENOSPC', 'EDQUOT'].includes(code)) return noSpace(store.directory, undefined);
  return new Problem({
    severity: 'error',
    code: 'step-failed',
    message: 'the files of the image could not be made ready',
    facts: [['call', `${name}(${path}) = ${code}`]],
    help: '`tscompose image verify` shows whether its layers are whole',
  });
};

type RefusedCall = { readonly name: string; readonly path: string; readonly code: string };

const refusedCall = (error: unknown): RefusedCall | undefined => {
  if (error instanceof CallError)
    return { name: error.call, path: error.path ?? '', code: errnoName(error.errno) };
  const { syscall, path = '', code = '' } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : { name: syscall, path, code };
};

/** The mounts of an image. Throws a Problem if it is not in the store. */
export const rootOfImage = async (image: FoundImage): Promise<ImageRoot> => {
  const { layers } = image;
  const store = storeIn(stateDirectory());
  // Somebody may have removed the state directory under containers that run.
  if (!existsSync(store.ingest)) throw new Problem(noFiles(image));
  const kind = rootKind(store);
  const [directory, sources] = [rootPath(store, layers, kind), sourcesOf(store, layers, kind)];
  if (!isBuilt(kind, directory) || !sources.every((source) => existsSync(source)))
    throw new Problem(noFiles(image));
  return openRoot(kind, sources, directory);
};

const noFiles = ({ reference, id }: FoundImage) =>
  ({
    severity: 'error',
    code: 'no-image',
    message: `the files of the image \`${reference}\` are not in the store any more`,
    facts: [['image', id]],
    help: 'run `tscompose up`, which says what is missing',
  }) as const;

const sourcesOf = (store: Store, layers: readonly string[], kind: RootKind): readonly string[] =>
  kind === 'directory' ? layerTrees(store, layers) : layers.map((layer) => store.tar(layer));
