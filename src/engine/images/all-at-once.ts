import { type Diagnostic, type ModelPath, Problem } from '../../base/diagnostic.ts';

/** How the work on an image ends without its result. */
export type EndEvent =
  /** It is wanted by a service that would be told the reason. */
  | { readonly kind: 'failed'; readonly image: string; readonly diagnostics: readonly Diagnostic[] }
  /** By the failure of another image, or from outside. */
  | { readonly kind: 'interrupted'; readonly image: string; readonly by?: string };

/** An image that something is done with. */
type Item = {
  /** As it is written. */
  readonly reference: string;
  /** The place that wants it: `services.web.image`. */
  readonly from?: ModelPath;
};

export type AtOnceOptions = {
  readonly signal?: AbortSignal | undefined;
  /** The failures of these images do not end the others and are no error, but part of the result. */
  readonly mayFail?: ((image: string) => boolean) | undefined;
  readonly onEvent?: ((event: EndEvent) => void) | undefined;
};

/**
 * Does the same with several images, all at the same time. The first failure that may not be ends the others and is
 * thrown, with what wants the image.
 * @returns the diagnostics of the images that failed, by their names
 */
export const allAtOnce = async <Image extends Item>(
  images: readonly Image[],
  { mayFail, onEvent = () => {}, ...options }: AtOnceOptions,
  work: (image: Image, signal: AbortSignal) => Promise<void>,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  const failed = new Map<string, readonly Diagnostic[]>();
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  let first: { readonly image: string; readonly error: unknown } | undefined;
  const workOn = async (one: Image): Promise<void> => {
    const image = one.reference;
    try {
      await work(one, signal);
    } catch (thrown) {
      // The others end because this one did.
      if (first) return onEvent({ kind: 'interrupted', image, by: first.image });
      if (options.signal?.aborted) return onEvent({ kind: 'interrupted', image });
      const error = placed(one, thrown);
      if (error instanceof Problem) {
        failed.set(image, error.diagnostics);
        onEvent({ kind: 'failed', image, diagnostics: error.diagnostics });
        if (mayFail?.(image)) return;
      } else onEvent({ kind: 'interrupted', image });
      first = { image, error };
      failure.abort(error);
    }
  };
  await Promise.all(images.map(workOn));
  options.signal?.throwIfAborted();
  if (first) throw first.error;
  return failed;
};

const placed = ({ from }: Item, error: unknown): unknown =>
  error instanceof Problem && from !== undefined
    ? new Problem(...error.diagnostics.map((each) => ({ from, ...each })))
    : error;
