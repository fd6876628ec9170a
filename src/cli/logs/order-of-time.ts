import type { Client } from '../../api/client.ts';
import { splitTime } from './time.ts';

/**
 * Reads logs so that the lines of several containers come in the order of time. Who has the oldest line is certain
 * only once every log has shown its next one, and a log that is followed may never; `patience` is how many
 * milliseconds a line waits for older ones.
 */
export function inOrderOfTime(logs: Client['logs'], patience: number): Client['logs'] {
  const merger = timeMerger(patience);
  return async (container, options, onChunk) => {
    const source = merger.open();
    const take = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
      const { time, text } = splitTime(chunk);
      source.push({ time, emit: () => onChunk(stream, options.timestamps ? chunk : text) });
    };
    try {
      await logs(container, { ...options, timestamps: true }, take);
    } finally {
      await source.end();
    }
  };
}

type Item = { readonly time: string; readonly emit: () => void };

type Source = { readonly items: Item[]; isOpen: boolean; onEmpty: () => void };

export function timeMerger(patience: number) {
  const sources = new Set<Source>();
  let timer: NodeJS.Timeout | undefined;

  const emitWhatIsCertain = () => {
    for (let oldest = oldestOf(sources); oldest; oldest = oldestOf(sources)) oldest.items.shift()!.emit();
    for (const source of sources) {
      if (source.isOpen || source.items.length > 0) continue;
      sources.delete(source);
      source.onEmpty();
    }
  };

  const emitAll = () => {
    clearTimeout(timer);
    timer = undefined;
    const items = [...sources].flatMap((source) => source.items.splice(0));
    for (const { emit } of items.sort((a, b) => compare(a.time, b.time))) emit();
    emitWhatIsCertain();
  };

  const open = () => {
    const source: Source = { items: [], isOpen: true, onEmpty: () => {} };
    sources.add(source);
    return {
      push: (item: Item) => {
        source.items.push(item);
        if (source.items.length === 1) emitWhatIsCertain();
        if (source.items.length > 0 && patience !== Number.POSITIVE_INFINITY)
          timer ??= setTimeout(emitAll, patience);
      },
      /** Resolves when all that was pushed has been emitted. */
      end: () =>
        new Promise<void>((resolve) => {
          source.isOpen = false;
          source.onEmpty = resolve;
          emitWhatIsCertain();
        }),
    };
  };

  return { open };
}

/** The source with the oldest line, if all that are open have one. */
function oldestOf(sources: ReadonlySet<Source>): Source | undefined {
  let oldest: Source | undefined;
  for (const source of sources) {
    const [head] = source.items;
    if (!head) {
      if (source.isOpen) return undefined;
      continue;
    }
    if (!oldest || head.time < oldest.items[0]!.time) oldest = source;
  }
  return oldest;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
