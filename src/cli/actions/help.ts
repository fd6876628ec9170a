import { didYouMean } from '../../base/typo.ts';
import type { Run } from '../command-context.ts';
import { commandManual, overview } from '../help-text.ts';
import { commands } from '../options.ts';
import { usage } from '../usage.ts';

export const help: Run<'help'> = async ({ operands: [name] }) => {
  const spec = commands.find((each) => each.name === name);
  if (name !== undefined && !spec) {
    const near = didYouMean(
      name,
      commands.map((each) => each.name),
    );
    throw usage(`unknown command \`${name}\``, near ? `did you mean \`${near}\`?` : 'see `tscompose help`');
  }
  process.stdout.write(spec ? commandManual(spec) : overview());
  return 0;
};
