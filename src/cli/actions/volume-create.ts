import type { VolumeCreateOptions } from '../commands/volume-create.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';

export const volumeCreate = async ({
  context,
  options: { label, opt },
  operands: [name],
}: Invocation<VolumeCreateOptions>): Promise<number> => {
  const options = Object.fromEntries(opt);
  const lacking = opt.length > 0 ? ['type', 'device'].find((key) => !options[key]) : undefined;
  if (lacking)
    throw usage(`missing option \`${lacking}\` of the driver`, 'add `-o type=…` and `-o device=…`');
  const { createVolume } = await import('../../engine/volumes.ts');
  const volume = await createVolume({ name, options, labels: Object.fromEntries(label) }, context.dryRun);
  process.stdout.write(`${volume.name}\n`);
  return 0;
};
