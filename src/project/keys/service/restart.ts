import { didYouMean } from '../../../base/text/typo.ts';
import { flaw, orEmpty, type Parsed } from '../../scalars/flaw.ts';
import { text } from '../kinds.ts';
import { restartOf } from '../parts/restart-policy.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(orEmpty(readRestart)),
  description:
    'When a container that has ended is started again: `no`, `always`, `on-failure`, `unless-stopped`.',
  model: (_, service) => ({ restart: restartOf(service.keys) }),
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
