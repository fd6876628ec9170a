import { didYouMean } from '../../base/typo.ts';
import type { Run } from '../command-context.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { shells } from '../options.ts';
import { usage } from '../usage.ts';

export const completion: Run<'completion'> = async ({ operands: [shell = ''] }) => {
  const script = (scripts as Readonly<Record<string, () => string>>)[shell];
  if (!Object.hasOwn(scripts, shell) || !script) throw unknownShell(shell);
  process.stdout.write(script());
  return 0;
};

/** By shell, what makes its completion. */
export const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} as const satisfies Readonly<Record<(typeof shells)[number], () => string>>;

function unknownShell(shell: string) {
  const near = didYouMean(shell, shells);
  return usage(
    `there is no completion for \`${shell}\``,
    near ? `did you mean \`${near}\`?` : `it is for ${shells.join(', ')}`,
  );
}
