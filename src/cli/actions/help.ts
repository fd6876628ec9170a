import type { Invocation } from '../grammar/command.ts';
import { commandGroups } from '../grammar/command-groups.ts';
import { commandManual, groupHelp, overview } from '../grammar/help-text.ts';
import { unknownCommand } from '../grammar/unknown-command.ts';

type Words = Pick<Invocation<unknown>, 'operands' | 'commands'>;

export const help = async ({ operands, commands }: Words): Promise<number> => {
  process.stdout.write(textAbout(operands.join(' '), commands));
  return 0;
};

function textAbout(name: string, commands: Words['commands']): string {
  if (name === '') return overview(commands);
  const spec = commands.find((each) => each.name === name);
  if (spec) return commandManual(spec);
  const group = commandGroups(commands).find((each) => each.name === name);
  if (!group) throw unknownCommand(name, commands);
  return groupHelp(group);
}
