import type { Event } from '../../api/events.ts';
import type { Context } from '../command-context.ts';

/** Shows what happens. Reporters know events and nothing else, so the three forms are equals. */
export type Reporter = {
  readonly event: (event: Event) => void;
  /** Resolves once all was shown and the terminal is free for others. */
  readonly finish: () => Promise<void>;
};

export async function createReporter({ progress }: Pick<Context, 'progress'>): Promise<Reporter> {
  const write = (text: string) => void process.stderr.write(text);
  switch (progress) {
    case 'tty':
      return (await import('./tree.ts')).treeReporter(process.stderr);
    case 'plain':
      return (await import('./lines.ts')).linesReporter(write);
    case 'json':
      return (await import('./json.ts')).jsonReporter(write);
    case 'quiet':
      return quietReporter;
    default:
      return progress satisfies never;
  }
}

export const quietReporter: Reporter = { event: () => {}, finish: async () => {} };
