import { resolve } from 'node:path';
import { humanSize } from '../../base/text/human-size.ts';
import type { LoadOptions } from '../commands/load.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { tellPlanned } from '../requests/dry-run.ts';
import { untilInterrupted } from '../terminal/until-interrupted.ts';

/** The texts are those of Docker. What an interruption leaves is used by the next attempt. */
export const load = async ({
  context,
  options: { quiet, tag, input },
  operands,
}: Invocation<LoadOptions>): Promise<number> => {
  const [file = '-', ...others] = [...(input === undefined ? [] : [input]), ...operands];
  if (others.length > 0) throw usage('`load` takes one file');
  if (file === '-' && process.stdin.isTTY)
    throw usage(
      'the archive is read from the standard input',
      'name a file, or redirect one: `load < app.tar`',
    );
  const { loadImages, requireArchive } = await import('../../engine/doors/images/load-images.ts');
  if (context.dryRun) {
    if (file !== '-') requireArchive(resolve(context.cwd, file));
    tellPlanned(context, 'Loaded', [file === '-' ? 'Archive of the standard input' : `Archive ${file}`]);
    return 0;
  }
  return untilInterrupted(async (signal) => {
    const loaded = await loadImages(file === '-' ? process.stdin : file, {
      tag,
      signal,
      onWarning: (warning) => context.messages.show([warning]),
      onEvent: ({ layer, phase, total }) => {
        if (phase === 'complete' && !quiet)
          context.messages.say(`${layer.slice(7, 19)}: stored, ${humanSize(total, 3)}`);
      },
    });
    const lines = loaded.map(({ id, name }) =>
      name === undefined ? `Loaded image ID: ${id}` : `Loaded image: ${name}`,
    );
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return 0;
  });
};
