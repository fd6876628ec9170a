import type { ImageInspectOptions } from '../commands/image-inspect.ts';
import type { Invocation } from '../grammar/command.ts';
import { imageJson } from '../show/image-json.ts';

/** As in Docker: images that exist are shown, and the others are errors. */
export const imageInspect = async ({
  context,
  options: { format },
  operands,
}: Invocation<ImageInspectOptions>): Promise<number> => {
  const { lookUpImage } = await import('../../engine/doors/images/list-images.ts');
  const looked = operands.map(lookUpImage);
  const found = looked.flatMap((image) => ('severity' in image ? [] : [imageJson(image)]));
  const lines =
    typeof format === 'object'
      ? found.map(format.render)
      : [JSON.stringify(found, null, format === 'json' ? undefined : 4)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  const problems = looked.flatMap((image) => ('severity' in image ? [image] : []));
  context.messages.show(problems);
  return problems.length > 0 ? 1 : 0;
};
