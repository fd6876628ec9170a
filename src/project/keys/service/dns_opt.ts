import { orEmpty } from '../../scalars/flaw.ts';
import { readResolverOption } from '../../scalars/network/resolver.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import { someOf } from '../parts/some-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(orEmpty(readResolverOption))),
  merge: uniqueText,
  description: 'Options of resolv.conf(5), instead of those of the host.',
  model: (options) => ({ dnsOptions: someOf(options) }),
};
