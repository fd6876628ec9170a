import type { Context } from '../command-context.ts';

/**
 * In a dry run, prints an operation with its cause, in the form of progress: for commands that need no supervisor.
 * `resources` are such as `Volume data`, `word` the one for the end of the operation.
 */
export function tellPlanned(
  { dryRun, messages }: Pick<Context, 'dryRun' | 'messages'>,
  word: string,
  resources: readonly string[],
  because = 'asked for',
): void {
  if (!dryRun) return;
  for (const resource of resources) messages.say(`DRY-RUN MODE - ${resource} ${word} (${because})`);
}

/** The names of resources of a kind: `Volume data`. */
export function called(kind: 'Image' | 'Network' | 'Project' | 'Volume', names: readonly string[]): string[] {
  return names.map((name) => `${kind} ${name}`);
}
