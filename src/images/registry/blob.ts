import type { BlobContent } from '../model/source.ts';
import type { Connections } from './connections.ts';
import type { EndpointClient } from './endpoint-client.ts';
import { statusError } from './endpoint-client.ts';
import { type Answer, paced } from './exchange.ts';
import { pauseAfter, type RetryOptions, StatusError, withRetries } from './retries.ts';

/** Fetches a blob from its byte `from` on. An interruption is gone on after, as often as bytes still come. */
export const fetchBlob = async (
  client: EndpointClient,
  connections: Connections,
  digest: string,
  from: number,
  retries: RetryOptions,
): Promise<BlobContent> => {
  const open = (at: number, etag?: string) => openAt(client, connections, digest, at, etag, retries.signal);
  const first = await withRetries(retries, () => open(from));
  return {
    from: first.from,
    chunks: resumed(first, open, connections, retries),
    discard: () => void first.answer.body.destroy(),
  };
};

type Opened = { readonly from: number; readonly answer: Answer };

const openAt = async (
  client: EndpointClient,
  connections: Connections,
  digest: string,
  at: number,
  etag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Opened> => {
  const headers = at === 0 ? {} : { range: `bytes=${at}-`, ...(etag && { 'if-range': etag }) };
  const answer = await client.ask(`blobs/${digest}`, { headers, signal });
  if (answer.status === 200) return { from: 0, answer };
  if (answer.status === 206) {
    const begins = Number(/^bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1]);
    if (begins === at) return { from: at, answer };
  }
  if (at > 0 && (answer.status === 206 || answer.status === 416)) {
    answer.body.destroy();
    return openAt(client, connections, digest, 0, undefined, signal);
  }
  throw await statusError(answer, connections);
};

async function* resumed(
  first: Opened,
  open: (at: number, etag?: string) => Promise<Opened>,
  { pace }: Connections,
  retries: RetryOptions,
): AsyncGenerator<Buffer> {
  let [{ from, answer }, at] = [first, first.from];
  for (let failures = 0, seen = at; ; ) {
    try {
      // A server that cannot go on in the middle begins again: what is known of it is skipped.
      let skip = at - from;
      for await (const chunk of paced(answer.body, pace)) {
        const fresh = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        at += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (at - seen >= PROGRESS) failures = 0;
      const pause = pauseAfter(error, failures);
      if (pause === undefined || retries.signal?.aborted) throw error;
      failures++;
      seen = at;
      retries.onRetry(error as Error, pause);
      await retries.wait(pause, retries.signal);
      ({ from, answer } = await withRetries(retries, () => open(at, answer.headers.etag)));
    }
  }
}

/** Bytes after which an interruption counts as a new one: a line that breaks now and then still brings a large layer. */
const PROGRESS = 1 << 20;

/** Whether an endpoint has no such blob: another one may. */
export const isMissing = (error: unknown): boolean => error instanceof StatusError && error.status === 404;
