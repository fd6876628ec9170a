import { flawsOfOptions } from '../../project/scalars/volume-options.ts';
import type { VolumeCreateOptions } from '../commands/volume-create.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';

export const volumeCreate = async ({
  context,
  options: { label, opt },
  operands: [name],
}: Invocation<VolumeCreateOptions>): Promise<number> => {
  const options = Object.fromEntries(opt);
  const [flaw] = flawsOfOptions(options);
  if (flaw) throw usage(flaw.message, flaw.help);
  const { createVolume } = await import('../../engine/doors/volumes.ts');
  const volume = await createVolume({ name, options, labels: Object.fromEntries(label) }, context.dryRun);
  tellPlanned(context, 'Created', called('Volume', [volume.name]));
  process.stdout.write(`${volume.name}\n`);
  return 0;
};
