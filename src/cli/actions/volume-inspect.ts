import type { ListedVolume } from '../../engine/doors/volumes.ts';
import type { VolumeInspectOptions } from '../commands/volume-inspect.ts';
import type { Invocation } from '../grammar/command.ts';
import { volumeJson } from '../show/volume-json.ts';

/** As in Docker: volumes that exist are shown, and the others are errors. */
export const volumeInspect = async ({
  context,
  options: { format },
  operands,
}: Invocation<VolumeInspectOptions>): Promise<number> => {
  const { listVolumes, missingVolume } = await import('../../engine/doors/volumes.ts');
  const listed = listVolumes();
  const find = (name: string): ListedVolume | undefined => listed.find((volume) => volume.name === name);
  const found = operands.flatMap((name) => find(name) ?? []).map(volumeJson);
  const lines =
    typeof format === 'object'
      ? found.map(format.render)
      : [JSON.stringify(found, null, format === 'json' ? undefined : 4)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  const missing = operands.filter((name) => !find(name));
  context.messages.show(missing.map((name) => missingVolume(name, listed)));
  return missing.length > 0 ? 1 : 0;
};
