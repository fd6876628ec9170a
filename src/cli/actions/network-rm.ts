import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { NetworkRmOptions } from '../commands/network-rm.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';

/** Prints the names of removed networks; those that stay are errors and do not keep the others. */
export const networkRm = async ({
  context,
  options: { force },
  operands,
}: Invocation<NetworkRmOptions>): Promise<number> => {
  const { removeNetwork } = await import('../../engine/doors/machine-networks.ts');
  const stay: Diagnostic[] = [];
  for (const name of new Set(operands)) {
    try {
      removeNetwork(name, context.dryRun);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const problems = error.diagnostics.filter(({ code }) => !force || code !== 'no-network');
      stay.push(...problems);
      if (problems.length > 0) continue;
    }
    tellPlanned(context, 'Removed', called('Network', [name]));
    process.stdout.write(`${name}\n`);
  }
  context.messages.show(stay);
  return stay.length > 0 ? 1 : 0;
};
