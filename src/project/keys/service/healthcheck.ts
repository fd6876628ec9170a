import * as z from 'zod';
import { didYouMean } from '../../../base/typo.ts';
import { flaw, type Parsed } from '../../scalars/flaw.ts';
import { scalar, sequence, type Tree } from '../../tree/tree.ts';
import { boolean, duration, grammar, integer, mapping, orNothing } from '../kinds.ts';
import { replace } from '../merge-rules.ts';
import type { Value } from '../value.ts';

const healthcheck = mapping('health check', {
  test: {
    schema: () => z.union([z.string(), grammar(z.array(z.string()), readTest), z.null()]),
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

export const key: Value = {
  ...orNothing(healthcheck),
  unsupported: 'health checks',
};

/** A text is for a shell. */
function asTest(tree: Tree): Tree {
  return tree.kind === 'scalar' && typeof tree.value === 'string'
    ? sequence([scalar('CMD-SHELL', tree.span), tree], tree.span)
    : tree;
}

/** The test of a health check as a list: its first word says how to run the others. */
function readTest(words: readonly string[]): Parsed<readonly string[]> {
  const [kind, ...command] = words;
  // An empty list is the way to inherit the check of an image.
  if (kind === undefined) return { value: words };
  if (!kinds.includes(kind)) {
    const near = didYouMean(kind, kinds);
    const help = near ? `did you mean \`${near}\`?` : 'put `CMD` before the command';
    return flaw('begin with NONE, CMD or CMD-SHELL', `this begins with \`${kind}\``, help);
  }
  if (kind !== 'NONE' && command.length === 0) return flaw(`have a command after \`${kind}\``);
  if (kind === 'CMD-SHELL' && command.length > 1)
    return flaw('have one text after CMD-SHELL', 'a shell takes one text', 'use `CMD` for a list of words');
  return { value: words };
}

const kinds = ['NONE', 'CMD', 'CMD-SHELL'];
