import { parseDuration } from '../../../base/text/duration.ts';
import type { CanonicalService } from '../../model/canonical.ts';
import type { RestartPolicy } from '../../model/project.ts';

/** The restart policy of a service: as in Docker Compose, that of `deploy` replaces `restart`. */
export function restartOf({ restart, deploy }: CanonicalService): RestartPolicy | undefined {
  const policy = deploy?.restart_policy;
  if (!policy) {
    const [condition = '', attempts] = (restart ?? '').split(':');
    return policyOf(condition, Number(attempts));
  }
  const { condition, max_attempts: attempts, delay = '', window = '' } = policy;
  const found = policyOf(condition || 'any', attempts);
  return (
    found && {
      ...found,
      ...positive('delay', parseDuration(delay)),
      ...positive('window', parseDuration(window)),
    }
  );
}

function policyOf(condition: string, attempts: number | undefined): RestartPolicy | undefined {
  const kind = kinds[condition];
  return kind && { kind, ...positive('attempts', attempts) };
}

/** Every other condition is that of no restart. */
const kinds: Readonly<Record<string, RestartPolicy['kind']>> = {
  always: 'always',
  any: 'always',
  'on-failure': 'on-failure',
  'unless-stopped': 'unless-stopped',
};

/** Zero says nothing: no limit, no time. */
function positive<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return value !== undefined && value > 0 ? ({ [key]: value } as { readonly [K in Key]: number }) : {};
}
