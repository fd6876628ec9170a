import * as z from 'zod';
import { flaw } from '../../scalars/flaw.ts';
import { mappingAt, type Scalar, sequence, type Tree } from '../../tree/tree.ts';
import { schemaOf, text } from '../kinds.ts';
import { deviceRequest } from '../parts/device-request.ts';
import { requestsOf } from '../parts/requests-of.ts';
import type { ServiceKey } from '../service-key.ts';

const request = deviceRequest();

export const key: ServiceKey = {
  items: request,
  schema: () => z.union([schemaOf(text(readAll)), z.array(schemaOf(request)), z.null()]),
  longForm: asGpus(-1),
  templateForm: asGpus('all'),
  description: 'Graphics processors: `all`, or requests. Specifications of this machine describe them.',
  model: (_, service) => ({ deviceRequests: requestsOf(service) }),
};

function readAll(value: string) {
  return value === 'all' ? { value } : flaw('be `all` or a list of requests');
}

/** All graphics processors, or requests for some. */
function asGpus(all: Scalar) {
  return (tree: Tree): Tree =>
    tree.kind === 'scalar' && tree.value === 'all'
      ? sequence([mappingAt({ count: all }, tree.span)], tree.span)
      : tree;
}
