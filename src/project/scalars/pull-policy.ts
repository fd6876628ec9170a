import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';
import { readDuration } from './numbers.ts';

const policies = ['always', 'never', 'missing', 'if_not_present', 'build', 'refresh', 'daily', 'weekly'];

/** When an image is fetched: one of the words, or `every_` with a duration. */
export function readPullPolicy(text: string): Parsed<string> {
  const every = /^every_(.*)$/.exec(text)?.[1];
  if (every !== undefined) {
    const parsed = readDuration(every);
    return 'flaw' in parsed
      ? flaw('have a duration after `every_`', `\`${every}\` is not one`, 'write for example `every_12h`')
      : { value: text };
  }
  if (policies.includes(text)) return { value: text === 'if_not_present' ? 'missing' : text };
  const near = didYouMean(text, policies);
  return flaw(
    'be a pull policy',
    `expected ${policies.join(', ')} or every_12h`,
    near && `did you mean \`${near}\`?`,
  );
}
