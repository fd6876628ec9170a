import type { Event } from '../../api/events.ts';
import type { Context } from '../command-context.ts';

/** Shows the progress of a call. Reporters know only events, so all forms of output have the same source. */
export type Reporter = {
  readonly event: (event: Event) => void;
  /** From now on, other output is written as well; resolves once the terminal is free for it. */
  readonly share?: () => Promise<void>;
  /** Resolves once everything is shown and the terminal is free for other output. */
  readonly finish: () => Promise<void>;
};

export async function createReporter({
  progress,
  dryRun,
}: Pick<Context, 'progress' | 'dryRun'>): Promise<Reporter> {
  const write = (text: string) => void process.stderr.write(text);
  switch (progress) {
    case 'tty':
      return (await import('./tree.ts')).treeReporter(process.stderr);
    case 'plain':
      return (await import('./lines.ts')).linesReporter((line) =>
        write(dryRun ? `DRY-RUN MODE - ${line}` : line),
      );
    case 'json':
      return (await import('./json.ts')).jsonReporter(write, { dryRun });
    case 'quiet':
      return quietReporter;
    default:
      return progress satisfies never;
  }
}

const quietReporter: Reporter = { event: () => {}, finish: async () => {} };
