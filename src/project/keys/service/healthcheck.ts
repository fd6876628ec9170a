import * as z from 'zod';
import { readHealthTest } from '../../scalars/health-test.ts';
import { scalar, sequence, type Tree } from '../../tree/tree.ts';
import { replace } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { boolean, duration, grammar, integer, mapping, orNothing } from '../values.ts';

const healthcheck = mapping('health check', {
  test: {
    schema: () => z.union([z.string(), grammar(z.array(z.string()), readHealthTest), z.null()]),
    longForm: asTest,
    merge: replace,
    description: 'Command that succeeds while the service is healthy: text for a shell, or a list.',
  },
  interval: { ...duration(), description: 'Time between two checks, 30s by default.' },
  timeout: { ...duration(), description: 'Time after which a check has failed, 30s by default.' },
  retries: {
    ...integer(0),
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
  unsupported: 'how to find out whether the service is healthy',
};

/** A text is for a shell. */
function asTest(tree: Tree): Tree {
  return tree.kind === 'scalar' && typeof tree.value === 'string'
    ? sequence([scalar('CMD-SHELL', tree.span), tree], tree.span)
    : tree;
}
