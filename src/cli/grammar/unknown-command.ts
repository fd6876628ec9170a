import { didYouMean } from '../../base/text/typo.ts';
import type { CommandSpec } from './option-types.ts';
import { seeHelp, usage } from './usage.ts';

/** A command that ends containers is never suggested: the word may have meant another command. */
export function unknownCommand(name: string, commands: readonly CommandSpec[]) {
  const harmless = commands.filter(({ endsContainers }) => !endsContainers);
  const near = didYouMean(
    name,
    harmless.map((each) => each.name),
  );
  return usage(`unknown command \`${name}\``, near ? `did you mean \`${near}\`?` : seeHelp());
}
