import type { Run } from '../context.ts';
import { commandManual, overview } from '../help.ts';
import { commands } from '../options.ts';
import { usage } from '../usage.ts';

export const help: Run<'help'> = async ({ operands: [name] }) => {
  const spec = commands.find((each) => each.name === name);
  if (name !== undefined && !spec) throw usage(`unknown command \`${name}\``, 'see `tscompose help`');
  process.stdout.write(spec ? commandManual(spec) : overview());
  return 0;
};
