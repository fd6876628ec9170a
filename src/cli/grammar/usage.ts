import { Problem } from '../../base/diagnostic.ts';
import { globalOptions } from './global-options.ts';

/** A Problem made of the parser's message about an invalid command line. */
export function usageProblem(message: string): Problem {
  const [first = '', suggestion = ''] = message.split('\n');
  const text = first
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '`$1`')
    .replace('is invalid. ', 'is invalid: ')
    .replace(/\.( Expected|$)/, (_, more: string) => (more ? `, expected` : ''));
  return usage(
    text,
    suggestion
      ? didYouMean(suggestion)
      : (misplacedGlobal(text) ?? terminalHabit(text) ?? 'see `tscompose help`'),
  );
}

export function usage(message: string, help?: string): Problem {
  return new Problem({ severity: 'error', code: 'usage', message, ...(help && { help }) });
}

function didYouMean(suggestion: string): string {
  return suggestion.replace(/[()]/g, '').replace(/^Did you mean (one of )?(.*)\?$/, (_, several, names) => {
    return several ? `did you mean one of ${names}?` : `did you mean \`${names}\`?`;
  });
}

/** Users of other Compose tools write `up -f other.yaml`. */
function misplacedGlobal(text: string): string | undefined {
  const flag = /^unknown option `(.*)`$/.exec(text)?.[1];
  const known = globalOptions.some(({ flags }) => flags.split(/[ ,]+/).includes(flag ?? ''));
  return known ? `\`${flag}\` belongs before the command: \`tscompose ${flag} … <command>\`` : undefined;
}

/** `exec -it`, a habit from other tools. */
function terminalHabit(text: string): string | undefined {
  return /^unknown option `-(i|t|it|ti)`$/.test(text)
    ? 'omit it: stdin and a terminal are attached by default; `-T` disables the terminal'
    : undefined;
}
