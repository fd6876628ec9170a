import type { SystemDfOptions } from '../commands/system-df.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { usageDetails, usageDetailsJson, usageLines } from '../show/usage-list.ts';

export const systemDf = async ({
  options: { format = 'table', verbose },
}: Invocation<SystemDfOptions>): Promise<number> => {
  if (verbose && typeof format === 'object')
    throw usage('`--verbose` cannot be combined with a template', 'use `--format json`');
  const { diskUsage } = await import('../../engine/doors/disk-usage.ts');
  const found = await diskUsage();
  const details = format === 'json' ? usageDetailsJson : usageDetails;
  const lines = verbose ? details(found) : usageLines(found, format);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
