import { flaw, type Parsed } from './flaw.ts';

/**
 * Splits a command as Compose does: blanks separate, quotes and backslashes protect, `\n` and `\t` are the
 * characters that they mean, nothing is expanded: `$(…)` and `` `…` `` are plain text, with the blanks in them. What
 * only a shell could do is refused, never cut off.
 */
export function splitCommand(text: string): Parsed<string[]> {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === '\\' && quote !== "'") {
      const next = text[++index];
      if (next === undefined) return flaw('not end in a backslash');
      word = (word ?? '') + (escapes[next] ?? next);
    } else if (quote !== '') {
      if (character !== quote || isKept(quote)) word += character;
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '`' || (character === '(' && word?.endsWith('$'))) {
      quote = character === '(' ? ')' : character;
      word = (word ?? '') + character;
    } else if (';|&<>()'.includes(character)) {
      return needsShell(character);
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '')
    return flaw(`close its ${isKept(quote) ? 'substitution' : 'quotes'}`, `the closing ${quote} is missing`);
  if (word !== undefined) words.push(word);
  return { value: words };
}

/** The end of what a shell would replace. */
function isKept(quote: string): boolean {
  return quote === ')' || quote === '`';
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

function needsShell(character: string): Parsed<never> {
  return flaw(
    `not have an unquoted \`${character}\``,
    'the command does not run in a shell',
    'write `["sh", "-c", "…"]` to run a shell, or put it in quotes',
  );
}
