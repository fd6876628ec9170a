import * as z from 'zod';
import { parseDuration } from '../../../base/text/duration.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import { healthCheckFrom } from '../../model/health-check.ts';
import { flaw, type Parsed } from '../../scalars/flaw.ts';
import { scalar, sequence, type Tree } from '../../tree/tree.ts';
import { boolean, duration, integer, mapping, orNothing } from '../kinds.ts';
import { replace } from '../merge-rules.ts';
import { type CanonicalHealthCheck, partOfHealthCheck } from '../parts/health-check.ts';
import type { ServiceKey } from '../service-key.ts';

const healthcheck = mapping('health check', {
  test: {
    schema: () => z.union([z.string(), z.array(z.string()), z.null()]),
    longForm: asTest,
    merge: replace,
    description: 'Command that succeeds while the service is healthy: text for a shell, or a list.',
  },
  interval: { ...duration(), description: 'Time between two checks, 30s by default.' },
  timeout: { ...duration(), description: 'Time after which a check has failed, 30s by default.' },
  retries: {
    ...integer(0),
    keepsZero: true,
    description: 'Failures in a row that make the service unhealthy, 3 by default.',
  },
  start_period: { ...duration(), description: 'Time after the start in which failures do not count.' },
  start_interval: {
    ...duration(),
    description: 'Time between two checks in the start period, 5s by default.',
  },
  disable: { ...boolean(), description: 'Make no checks, not even those of the image.' },
});

export const key: ServiceKey<CanonicalHealthCheck | null> = {
  ...orNothing(healthcheck),
  description: 'Command that finds out whether a container of the service is healthy.',
  model: (written) => ({ healthcheck: healthCheckFrom(partOfHealthCheck(written ?? {})) }),
};

/** As in Docker: 0 stands for the default, and a millisecond is the least. */
function readTime(text: string): Parsed<number> {
  const time = parseDuration(text) ?? 0;
  return time > 0 && time < 1 ? flaw('be at least 1ms', 'this is less than a millisecond') : { value: time };
}

/** The times, as they have to be to run the check. */
export const timesOfCheck = {
  interval: readTime,
  timeout: readTime,
  start_period: readTime,
  start_interval: readTime,
};

/** A text is for a shell. */
function asTest(tree: Tree): Tree {
  return tree.kind === 'scalar' && typeof tree.value === 'string'
    ? sequence([scalar('CMD-SHELL', tree.span), tree], tree.span)
    : tree;
}

/** The first word of a test says how to run the others; an empty list is the way to inherit the check of an image. */
export function readKindOfTest([kind]: readonly string[]): Parsed<string | undefined> {
  if (kind === undefined || kinds.includes(kind)) return { value: kind };
  const near = didYouMean(kind, kinds);
  const help = near ? `did you mean \`${near}\`?` : 'put `CMD` before the command';
  return flaw('begin with NONE, CMD or CMD-SHELL', `this begins with \`${kind}\``, help);
}

/** The words behind the first one, as they have to be to run them. */
export function readCommandOfTest(words: readonly string[]): Parsed<readonly string[]> {
  const [kind, ...command] = words;
  if (kind === undefined) return { value: words };
  if (kind !== 'NONE' && command.length === 0) return flaw(`have a command after \`${kind}\``);
  if (kind === 'CMD-SHELL' && command.length > 1)
    return flaw('have one text after CMD-SHELL', 'a shell takes one text', 'use `CMD` for a list of words');
  return { value: words };
}

const kinds = ['NONE', 'CMD', 'CMD-SHELL'];
