import type { Invocation } from '../grammar/command.ts';
import { commandManual, overview } from '../grammar/help-text.ts';
import { unknownCommand } from '../grammar/unknown-command.ts';

type Words = Pick<Invocation<unknown>, 'operands' | 'commands'>;

export const help = async ({ operands: [name], commands }: Words): Promise<number> => {
  const spec = commands.find((each) => each.name === name);
  if (name !== undefined && !spec) {
    throw unknownCommand(name, commands);
  }
  process.stdout.write(spec ? commandManual(spec) : overview(commands));
  return 0;
};
