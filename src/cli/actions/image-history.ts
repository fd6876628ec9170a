import { Problem } from '../../base/diagnostic.ts';
import { humanSize } from '../../base/text/human-size.ts';
import type { ImageHistoryOptions } from '../commands/image-history.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { since } from '../show/image-list.ts';
import { shorten, table } from '../show/table.ts';

/** The newest instruction first, as in Docker. */
export const imageHistory = async ({
  options: { format, trunc },
  operands: [name = '', ...others],
}: Invocation<ImageHistoryOptions>): Promise<number> => {
  if (others.length > 0) throw usage('`image history` takes one image');
  const { imageHistory } = await import('../../engine/doors/images/image-history.ts');
  const history = imageHistory(name);
  if ('severity' in history) throw new Problem(history);
  const rows = history.map(({ created = '', createdBy = '', comment = '', size }) => ({
    Created: since(created, Date.now()),
    CreatedBy: trunc ? shorten(createdBy, 45) : createdBy,
    Size: humanSize(size, 3),
    Comment: comment,
  }));
  const lines =
    format === 'json'
      ? rows.map((row) => JSON.stringify(row))
      : table(
          ['CREATED', 'CREATED BY', 'SIZE', 'COMMENT'],
          rows.map((row) => Object.values(row)),
        );
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
