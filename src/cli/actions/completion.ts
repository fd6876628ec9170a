import { didYouMean } from '../../base/text/typo.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { shells } from '../completion/shells.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Invocation } from '../grammar/command.ts';
import type { CommandSpec } from '../grammar/option-types.ts';
import { usage } from '../grammar/usage.ts';

type Words = Pick<Invocation<unknown>, 'operands' | 'commands'>;

type Script = (commands: readonly CommandSpec[]) => string;

export const completion = async ({ operands: [shell = ''], commands }: Words): Promise<number> => {
  const script = (scripts as Readonly<Record<string, Script>>)[shell];
  if (!Object.hasOwn(scripts, shell) || !script) throw unknownShell(shell);
  process.stdout.write(script(commands));
  return 0;
};

/** The function that makes the completion script, by shell. */
export const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} as const satisfies Readonly<Record<(typeof shells)[number], Script>>;

function unknownShell(shell: string) {
  const near = didYouMean(shell, shells);
  return usage(
    `no completion script for \`${shell}\``,
    near ? `did you mean \`${near}\`?` : `choose one of ${shells.join(', ')}`,
  );
}
