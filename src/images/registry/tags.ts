import { printable } from '../../base/text/printable.ts';
import type { Connections } from './connections.ts';
import type { EndpointClient } from './endpoint-client.ts';
import { wholeOf } from './exchange.ts';

/** The first tags of a repository, none if it does not exist; undefined if the registry does not say. */
export const readTags = async (
  client: EndpointClient,
  connections: Connections,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> => {
  try {
    const answer = await client.ask(`tags/list?n=${MOST}`, { signal });
    const body = await wholeOf(answer, connections.pace, LARGEST);
    if (answer.status === 404) return [];
    const { tags } = JSON.parse(String(body)) as { readonly tags?: unknown };
    if (answer.status !== 200 || !(tags === null || Array.isArray(tags))) return undefined;
    return (tags ?? []).slice(0, MOST).map((tag) => printable(String(tag)).slice(0, LONGEST_TAG));
  } catch {
    // They are for a message: what there is to say without them counts.
    signal?.throwIfAborted();
    return undefined;
  }
};

const MOST = 1000;
const LONGEST_TAG = 128;
const LARGEST = 1 << 20;
