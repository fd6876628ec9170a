import { Queue } from '../../base/queue.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Source } from '../model/source.ts';
import { discardParts, partLock } from '../store/download.ts';
import { fetchLayer } from '../store/layer.ts';
import { underLocks } from '../store/lock.ts';
import { checkSpace, isFull } from '../store/space.ts';
import { hexOf, type Store } from '../store/store.ts';
import { hasLayer } from '../store/stored-image.ts';

export type WantedLayer = { readonly layer: Descriptor; readonly diffId: string };

export type LayersOptions = {
  /** Bytes that were fetched until then stay, and the next fetch goes on there. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: FetchEvent) => void;
  /** The most bytes that may come out of so many compressed ones; otherwise what a serious image may have. */
  readonly largest?: (compressed: number) => number;
};

export type FetchEvent = {
  /** Digest of the layer as the source has it. */
  readonly layer: string;
  readonly phase: 'waiting' | 'downloading' | 'extracting' | 'exists' | 'complete';
  /** Bytes that are here, of `total`. */
  readonly done: number;
  readonly total: number;
  /** The process that fetches the layer, if this one waits for it. */
  readonly pid?: number;
};

/** Fetches what is missing, some at once. The failure of one ends the others, and is thrown when they have ended. */
export const fetchLayers = async (
  store: Store,
  source: Source,
  wanted: readonly WantedLayer[],
  options: LayersOptions,
): Promise<void> => {
  const missing = wanted.filter(({ diffId }) => !hasLayer(store, diffId)).map(({ layer }) => layer);
  await checkSpace(store, missing);
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const queue = new Queue(LAYERS_AT_ONCE);
  let first: { readonly error: unknown } | undefined;
  const fetchOne = async (one: WantedLayer): Promise<void> => {
    try {
      await queue.run(() => fetchMissing(store, source, one, { ...options, signal }));
    } catch (error) {
      first ??= { error };
      failure.abort(error);
    }
  };
  await Promise.all(wanted.map(fetchOne));
  if (!first) return;
  // On a full disk, what came is only in the way.
  if (isFull(first.error)) await discardParts(store, missing);
  throw first.error;
};

/**
 * A layer under the lock of its content, which may be the same in another compression, and under that of its download,
 * of which another image may say that it has another content.
 */
const fetchMissing = async (
  store: Store,
  source: Source,
  { layer, diffId }: WantedLayer,
  { onEvent = () => {}, ...options }: LayersOptions,
): Promise<void> => {
  const tell = (phase: FetchEvent['phase'], done: number, pid?: number): void =>
    onEvent({ layer: layer.digest, phase, done, total: layer.size, ...(pid && { pid }) });
  const onWait = (pid: number): void => tell('waiting', 0, pid);
  const onProgress = (done: number): void => tell(done < layer.size ? 'downloading' : 'extracting', done);
  if (hasLayer(store, diffId)) return tell('exists', layer.size);
  const locks = [hexOf(diffId), partLock(layer.digest)];
  await underLocks(store, locks, { ...options, onWait }, async () => {
    if (hasLayer(store, diffId)) return tell('exists', layer.size);
    await fetchLayer(store, source, layer, diffId, { ...options, onProgress });
    tell('complete', layer.size);
  });
};

const LAYERS_AT_ONCE = 4;
