import { type Diagnostic, type ModelPath, Problem } from '../../base/diagnostic.ts';

type FailedEvent = {
  readonly kind: 'failed';
  readonly image: string;
  readonly diagnostics: readonly Diagnostic[];
};

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
  readonly onFailure: (image: string, diagnostics: readonly Diagnostic[]) => void;
};

/**
 * Does the same with several images, all at the same time. The first failure that may not be ends the others and is
 * thrown, with what wants the image.
 * @returns the diagnostics of the images that failed, by their names
 */
export const allAtOnce = async <Image extends Item>(
  images: readonly Image[],
  { mayFail, onFailure, ...options }: AtOnceOptions,
  work: (image: Image, signal: AbortSignal) => Promise<void>,
): Promise<ReadonlyMap<string, readonly Diagnostic[]>> => {
  const failed = new Map<string, readonly Diagnostic[]>();
  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  let first: { readonly error: unknown } | undefined;
  const workOn = async (image: Image): Promise<void> => {
    try {
      await work(image, signal);
    } catch (thrown) {
      // The others end because this one did.
      if (first) return;
      const error = placed(image, thrown);
      if (error instanceof Problem && !options.signal?.aborted) {
        failed.set(image.reference, error.diagnostics);
        onFailure(image.reference, error.diagnostics);
        if (mayFail?.(image.reference)) return;
      }
      first = { error };
      failure.abort(error);
    }
  };
  await Promise.all(images.map(workOn));
  if (first) throw first.error;
  return failed;
};

const placed = ({ from }: Item, error: unknown): unknown =>
  error instanceof Problem && from !== undefined
    ? new Problem(...error.diagnostics.map((each) => ({ from, ...each })))
    : error;

export const failedEvent =
  (onEvent: ((event: FailedEvent) => void) | undefined): AtOnceOptions['onFailure'] =>
  (image, diagnostics) =>
    onEvent?.({ kind: 'failed', image, diagnostics });
