import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { VolumeRmOptions } from '../commands/volume-rm.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';

/** Prints the names of removed volumes; those that stay are errors and do not keep the others. */
export const volumeRm = async ({
  context,
  options: { force },
  operands,
}: Invocation<VolumeRmOptions>): Promise<number> => {
  const { removeVolume } = await import('../../engine/doors/volumes.ts');
  const stay: Diagnostic[] = [];
  for (const name of new Set(operands)) {
    try {
      await removeVolume(name, context.dryRun);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const problems = error.diagnostics.filter(({ code }) => !force || code !== 'no-volume');
      stay.push(...problems);
      if (problems.length > 0) continue;
    }
    tellPlanned(context, 'Removed', called('Volume', [name]));
    process.stdout.write(`${name}\n`);
  }
  context.messages.show(stay);
  return stay.length > 0 ? 1 : 0;
};
