import { resolve } from 'node:path';
import type { SaveOptions } from '../commands/save.ts';
import type { Invocation } from '../grammar/command.ts';
import { writeStream } from '../terminal/write-stream.ts';

export const save = async ({
  context,
  options: { format, output },
  operands,
}: Invocation<SaveOptions>): Promise<number> =>
  writeStream('the archive', output && resolve(context.cwd, output), async (signal) => {
    const { saveImages } = await import('../../engine/doors/images/save-images.ts');
    return saveImages(operands, format, signal);
  });
