import { didYouMean } from '../../base/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

const kinds = ['NONE', 'CMD', 'CMD-SHELL'];

/** The test of a health check as a list: its first word says how to run the others. */
export function readHealthTest(words: readonly string[]): Parsed<readonly string[]> {
  const [kind, ...command] = words;
  // An empty list is the way to inherit the check of an image.
  if (kind === undefined) return { value: words };
  if (!kinds.includes(kind)) {
    const near = didYouMean(kind, kinds);
    const help = near ? `did you mean \`${near}\`?` : 'put `CMD` before the command';
    return flaw('begin with NONE, CMD or CMD-SHELL', `this begins with \`${kind}\``, help);
  }
  if (kind !== 'NONE' && command.length === 0) return flaw(`have a command behind \`${kind}\``);
  if (kind === 'CMD-SHELL' && command.length > 1)
    return flaw('have one text behind CMD-SHELL', 'a shell is given one', 'use `CMD` for a list of words');
  return { value: words };
}
