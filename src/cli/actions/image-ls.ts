import type { ImageLsOptions } from '../commands/image-ls.ts';
import type { Invocation } from '../grammar/command.ts';
import { imageFilter } from '../grammar/storage-values.ts';
import { suitsAll } from '../selection/image-selection.ts';
import { imageLines } from '../show/image-list.ts';

export const imageLs = async ({
  options: { filter, format = 'table', quiet },
  operands,
}: Invocation<ImageLsOptions>): Promise<number> => {
  const { listImages } = await import('../../engine/doors/images/list-images.ts');
  const named = operands.map((name) => imageFilter(`reference=${name}`));
  const shown = listImages().filter(suitsAll([...filter, ...named]));
  const lines = quiet
    ? shown.map(({ id }) => id.slice('sha256:'.length, 19))
    : imageLines(shown, format, Date.now());
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
