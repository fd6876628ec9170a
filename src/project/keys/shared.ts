import * as z from 'zod';
import { didYouMean } from '../../base/typo.ts';
import { flaw } from '../scalars/flaw.ts';
import { readHostAddress, readHostKey, readHostLine } from '../scalars/hosts.ts';
import { ulimitNames } from '../scalars/ulimit.ts';
import { grammar, integer, map, mapping, text } from './fields.ts';

/** Builds the schema of `ulimits`, of a service or of a build. */
export function ulimitsSchema() {
  const limit = () => integer(-1);
  const both = mapping(
    'ulimit',
    {
      soft: limit().describe('The limit that applies.'),
      hard: limit().describe('How far a process may raise it.'),
    },
    ['soft', 'hard'],
  );
  return map(z.union([limit(), both]), readUlimitName);
}

/** Builds the schema of `extra_hosts`: lines, or names with one address or several. */
export function hostsSchema() {
  const address = () => grammar(text(), readHostAddress);
  const addresses = z.union([address(), z.array(address())]);
  return z.union([z.array(grammar(text(), readHostLine)), map(addresses, readHostKey)]);
}

function readUlimitName(name: string) {
  if (ulimitNames.includes(name)) return { value: name };
  const near = didYouMean(name, ulimitNames);
  return flaw('be a resource limit', `there is no \`${name}\``, near && `did you mean \`${near}\`?`);
}
