import type { Diagnostic } from '../base/diagnostic.ts';
import { isOver } from '../base/status.ts';
import { type Observed, type ObservedContainer, refOf } from './observed.ts';

/** Containers that no service of the files has, and exited ones that `run` made; without files, only the latter. */
export const findOrphans = (
  { containers }: Observed,
  services: Iterable<string> = containers.map(({ service }) => service),
): readonly ObservedContainer[] => {
  const known = new Set(services);
  return containers.filter(({ oneOff, state, service }) => (oneOff ? isOver(state) : !known.has(service)));
};

export const orphanWarning = (orphans: readonly ObservedContainer[]): readonly Diagnostic[] => {
  const names = orphans.map((container) => `\`${refOf(container).name}\``);
  if (names.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'orphan-containers',
      message: `found containers that belong to no service of the file: ${names.join(', ')}`,
      help: 'remove them with `--remove-orphans`',
    },
  ];
};
