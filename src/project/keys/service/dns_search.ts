import { orEmpty } from '../../scalars/flaw.ts';
import { readSearchDomain } from '../../scalars/network/resolver.ts';
import { oneOrList, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import { someOf } from '../parts/some-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...oneOrList(text(orEmpty(readSearchDomain))),
  merge: uniqueText,
  description: 'Domains to search, instead of those of the host; `.` for none.',
  model: (domains) => ({ dnsSearch: someOf(domains) }),
};
