import { didYouMean } from '../../../base/typo.ts';
import { flaw, orEmpty, type Parsed } from '../../scalars/flaw.ts';
import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(orEmpty(readRestart)),
  unsupported: 'restarting the service when it exits',
  honoured: ['no'],
};

/** `no`, `always`, `unless-stopped`, or `on-failure` with the most attempts: `on-failure:3`. */
function readRestart(text: string): Parsed<string> {
  const [policy = '', attempts] = text.split(':');
  if (attempts !== undefined && policy !== 'on-failure')
    return flaw('have no number of attempts', 'only `on-failure` has one');
  if (policies.includes(policy)) return { value: text };
  const near = didYouMean(policy, policies);
  return flaw(
    'be `no`, `always`, `on-failure` or `unless-stopped`',
    undefined,
    near && `did you mean \`${near}\`?`,
  );
}

/** The number of attempts, which matters only where a service runs. */
export function readAttempts(text: string): Parsed<string> {
  const [, attempts] = text.split(':');
  if (attempts === undefined || /^\d+$/.test(attempts)) return { value: text };
  const label = `\`${attempts}\` is not one`;
  return flaw('have a number of attempts', label, 'write for example `on-failure:3`');
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'];
