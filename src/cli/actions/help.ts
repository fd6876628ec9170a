import { didYouMean } from '../../base/typo.ts';
import type { Invocation } from '../grammar/command.ts';
import { commandManual, overview } from '../grammar/help-text.ts';
import { usage } from '../grammar/usage.ts';

type Words = Pick<Invocation<unknown>, 'operands' | 'commands'>;

export const help = async ({ operands: [name], commands }: Words): Promise<number> => {
  const spec = commands.find((each) => each.name === name);
  if (name !== undefined && !spec) {
    const near = didYouMean(
      name,
      commands.map((each) => each.name),
    );
    throw usage(`unknown command \`${name}\``, near ? `did you mean \`${near}\`?` : 'see `tscompose help`');
  }
  process.stdout.write(spec ? commandManual(spec) : overview(commands));
  return 0;
};
