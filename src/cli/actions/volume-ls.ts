import type { VolumeLsOptions } from '../commands/volume-ls.ts';
import type { Invocation } from '../grammar/command.ts';
import { selectVolumes } from '../selection/volume-selection.ts';
import { volumeLines } from '../show/volume-list.ts';

export const volumeLs = async ({
  options: { filter, format = 'table', quiet },
}: Invocation<VolumeLsOptions>): Promise<number> => {
  const { listVolumes } = await import('../../engine/doors/volumes.ts');
  const shown = selectVolumes(listVolumes(), filter);
  const lines = quiet ? shown.map(({ name }) => name) : volumeLines(shown, format);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
