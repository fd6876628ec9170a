import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { ImageRmOptions } from '../commands/image-rm.ts';
import type { Invocation } from '../grammar/command.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';

/** The texts are those of Docker. Images that stay are errors and do not keep the others. */
export const imageRm = async ({
  context: { dryRun, messages },
  options: { force = false },
  operands,
}: Invocation<ImageRmOptions>): Promise<number> => {
  const { freeImages } = await import('../../engine/doors/images/free-images.ts');
  const { removeImage } = await import('../../engine/doors/images/remove-image.ts');
  const stay: Diagnostic[] = [];
  for (const text of new Set(operands)) {
    try {
      const { untagged, deleted } = await removeImage(text, { force, dryRun });
      const lines = [
        ...untagged.map((name) => `Untagged: ${name}\n`),
        ...deleted.map((id) => `Deleted: ${id}\n`),
      ];
      tellPlanned({ dryRun, messages }, 'Removed', called('Image', [...untagged, ...deleted]));
      process.stdout.write(lines.join(''));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      stay.push(...error.diagnostics.filter(({ code }) => !force || code !== 'no-image'));
    }
  }
  if (!dryRun) await freeImages();
  messages.show(stay);
  return stay.length > 0 ? 1 : 0;
};
