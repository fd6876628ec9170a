/** A line with the time of its output. */
export type Item = { readonly time: string; readonly bytes: number; readonly emit: () => void };

type Source = {
  /** Items before `next` have been emitted. */
  items: Item[];
  next: number;
  /** Bytes of the waiting items. */
  waiting: number;
  /** Position of the source: lines of the same time come in the order of sources. */
  readonly number: number;
  isOpen: boolean;
  onEmpty: () => void;
  resume: (() => void) | undefined;
};

/**
 * Merges lines of several sources by their time. The oldest is certain only once every source has shown its next one;
 * a line waits at most `patience` milliseconds for older ones. Sources ahead of others are held back.
 */
export function timeMerger(patience: number) {
  /** Sources with a line, as a binary heap with the oldest line first. */
  const heap: Source[] = [];
  /** Number of open sources without a line, which may still have an older one. */
  let silent = 0;
  let open = 0;
  let count = 0;
  let isDue = false;

  const emitOldest = (): void => {
    const source = heap[0]!;
    const { emit, bytes } = source.items[source.next++]!;
    source.waiting -= bytes;
    // At least half of the items go at once, so each is copied once on average.
    if (source.next * 2 >= source.items.length) {
      source.items = source.items.slice(source.next);
      source.next = 0;
    }
    if (source.items.length === 0) {
      const last = heap.pop()!;
      if (last !== source) heap[0] = last;
      if (source.isOpen) silent++;
      else source.onEmpty();
    }
    sink(heap);
    if (source.resume && source.waiting < mostWaiting()) {
      source.resume();
      source.resume = undefined;
    }
    emit();
  };

  const emitWhatIsCertain = (): void => {
    while (silent === 0 && heap.length > 0) emitOldest();
  };

  const emitAll = (): void => {
    isDue = false;
    while (heap.length > 0) emitOldest();
  };

  const mostWaiting = (): number => MOST_WAITING / open;

  return {
    open: () => {
      const source: Source = {
        items: [],
        next: 0,
        waiting: 0,
        number: count++,
        isOpen: true,
        onEmpty: () => {},
        resume: undefined,
      };
      silent++;
      open++;
      return {
        /** Resolves when the source may continue; undefined if it may at once. */
        push: (item: Item): Promise<void> | undefined => {
          source.items.push(item);
          source.waiting += item.bytes;
          if (source.items.length - source.next === 1) {
            silent--;
            heap.push(source);
            rise(heap);
            emitWhatIsCertain();
          }
          if (source.waiting === 0) return undefined;
          if (!isDue && patience !== Number.POSITIVE_INFINITY) setTimeout(emitAll, patience);
          isDue = true;
          if (source.waiting < mostWaiting()) return undefined;
          return new Promise((resolve) => {
            source.resume = resolve;
          });
        },
        /** Resolves when all pushed items have been emitted. */
        end: () =>
          new Promise<void>((resolve) => {
            source.isOpen = false;
            open--;
            source.onEmpty = resolve;
            if (source.items.length > 0) return;
            silent--;
            resolve();
            emitWhatIsCertain();
          }),
      };
    },
  };
}

const isBefore = (a: Source, b: Source): boolean => {
  const [{ time }, { time: other }] = [a.items[a.next]!, b.items[b.next]!];
  return time === other ? a.number < b.number : time < other;
};

/** Moves the last source to its place. */
function rise(heap: Source[]): void {
  let at = heap.length - 1;
  for (let above = (at - 1) >> 1; at > 0 && isBefore(heap[at]!, heap[above]!); above = (at - 1) >> 1) {
    swap(heap, at, above);
    at = above;
  }
}

/** Moves the first source to its place. */
function sink(heap: Source[]): void {
  let at = 0;
  for (;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let oldest = at;
    if (left < heap.length && isBefore(heap[left]!, heap[oldest]!)) oldest = left;
    if (right < heap.length && isBefore(heap[right]!, heap[oldest]!)) oldest = right;
    if (oldest === at) return;
    swap(heap, at, oldest);
    at = oldest;
  }
}

const swap = (heap: Source[], a: number, b: number): void => {
  [heap[a], heap[b]] = [heap[b]!, heap[a]!];
};

/** Most bytes of waiting lines, of all sources together. */
const MOST_WAITING = 1 << 24;
