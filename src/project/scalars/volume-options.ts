import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

/** A path inside a volume or image: relative, and not out of it. */
export function readSubpath(text: string, of: 'volume' | 'image'): Parsed<string> {
  if (text.startsWith('/'))
    return flaw(
      'be relative',
      `it begins at the root of the ${of}`,
      `write \`${text.replace(/^\/+/, '') || '.'}\``,
    );
  if (text.split('/').includes('..')) return flaw('have no `..`', `it stays inside the ${of}`);
  return { value: text };
}

/** The options that the driver `local` needs with another. */
const needed: Readonly<Record<string, readonly string[]>> = {
  type: ['device'],
  device: ['type'],
  o: ['type', 'device'],
};

/** A wrong option of the driver `local`, or the one that is missing beside it. */
export type OptionFlaw = { readonly option: string; readonly message: string; readonly help: string };

/** As in Docker: `type` and `device` together, `o` with both, and nothing else. */
export function flawsOfOptions(options: Readonly<Record<string, string>>): OptionFlaw[] {
  return Object.keys(options).flatMap((option): OptionFlaw[] => {
    const needs = Object.hasOwn(needed, option) ? needed[option] : undefined;
    if (!needs) {
      const near = didYouMean(option, Object.keys(needed));
      const help =
        near === undefined ? 'use `type`, `o` and `device` of mount(8)' : `did you mean \`${near}\`?`;
      return [{ option, message: `the driver \`local\` has no option \`${option}\``, help }];
    }
    return needs
      .filter((other) => !options[other])
      .map((other) => ({
        option,
        message: `\`${option}\` needs \`${other}\``,
        help: `set \`${other}\` as well`,
      }));
  });
}
