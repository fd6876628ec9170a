import type { Connections } from './connections.ts';
import { type EndpointClient, statusError } from './endpoint-client.ts';
import type { Answer } from './exchange.ts';
import type { Upload } from './registry-target.ts';
import { pauseAfter, type RetryOptions, StatusError, withRetries } from './retries.ts';

/**
 * Uploads a blob: an upload is opened (POST), gets its bytes (PATCH), and ends with its digest (PUT). After an interruption
 * the registry is asked how much it has, and gets the rest; one that does not say begins again.
 */
export const uploadBlob = async (
  client: EndpointClient,
  connections: Connections,
  blob: Upload,
  retries: RetryOptions,
): Promise<void> => {
  const { signal } = retries;
  const session = { client, connections, signal };
  const opened = () => withRetries(retries, () => openUpload(session));
  let [place, done] = [await opened(), 0];
  for (let failures = 0, seen = 0; ; ) {
    try {
      if (done < blob.size) place = await sendRest(session, place, blob, done);
      await withRetries(retries, () => endUpload(session, place, blob));
      return;
    } catch (error) {
      const pause = isLost(error) && failures < MOST_LOST ? 0 : pauseAfter(error, failures);
      if (pause === undefined || signal?.aborted) throw error;
      // The answer to the end of an upload may be what was lost.
      if (isLost(error) && (await withRetries(retries, () => isThere(session, blob)))) return;
      failures++;
      retries.onRetry(error as Error, pause);
      await retries.wait(pause, signal);
      const there = await withRetries(retries, () => askProgress(session, place));
      [place, done] = there ?? [await opened(), 0];
      if (done - seen >= PROGRESS) failures = 0;
      seen = done;
    }
  }
};

type Session = {
  readonly client: EndpointClient;
  readonly connections: Connections;
  readonly signal: AbortSignal | undefined;
};

const openUpload = async ({ client, connections, signal }: Session): Promise<URL> => {
  const answer = await client.ask('blobs/uploads/', {
    ...{ method: 'POST', body: '', signal },
    headers: { 'content-length': '0' },
  });
  if (answer.status !== 202) throw await statusError(answer, connections);
  return placeOf(answer);
};

const sendRest = async (
  { client, connections, signal }: Session,
  place: URL,
  { size, open, onProgress }: Upload,
  from: number,
): Promise<URL> => {
  const answer = await client.ask(place, {
    ...{ method: 'PATCH', signal },
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(size - from),
      // Registries of the first specification take the whole without it, and some refuse it there.
      ...(from > 0 && { 'content-range': `${from}-${size - 1}` }),
    },
    body: () => {
      const bytes = open(from);
      let done = from;
      bytes.on('data', (chunk: Buffer) => {
        done += chunk.length;
        onProgress?.(done);
      });
      return bytes;
    },
  });
  if (answer.status !== 202 && answer.status !== 204) throw await statusError(answer, connections);
  return placeOf(answer);
};

const endUpload = async (
  { client, connections, signal }: Session,
  place: URL,
  { digest }: Upload,
): Promise<void> => {
  const url = new URL(place);
  url.searchParams.set('digest', digest);
  const answer = await client.ask(url, {
    ...{ method: 'PUT', body: '', signal },
    headers: { 'content-length': '0', 'content-type': 'application/octet-stream' },
  });
  if (answer.status !== 201 && answer.status !== 204) throw await statusError(answer, connections);
  answer.body.resume();
};

/** Where the upload goes on, and the bytes that are there; undefined if the registry has given it up. */
const askProgress = async (
  { client, signal }: Session,
  place: URL,
): Promise<readonly [URL, number] | undefined> => {
  const answer = await client.ask(place, { signal });
  answer.body.resume();
  const last = /^(?:bytes=)?0-(\d+)$/.exec(String(answer.headers.range ?? ''))?.[1];
  if (answer.status !== 204 || last === undefined || answer.headers.location === undefined) return undefined;
  // The end of a range is its last byte; of nothing, it is 0 as well, so a single byte is sent again.
  return last === '0' ? undefined : [placeOf(answer), Number(last) + 1];
};

const isThere = async ({ client, signal }: Session, { digest }: Upload): Promise<boolean> => {
  const answer = await client.ask(`blobs/${digest}`, { method: 'HEAD', signal });
  answer.body.resume();
  return answer.status === 200;
};

/** The registry does not know the upload any more, or is at another byte of it. */
const isLost = (error: unknown): boolean =>
  error instanceof StatusError && (error.status === 404 || error.status === 416);

/** The header Location, which may be relative. Every answer has a new one. */
const placeOf = ({ url, status, headers, body }: Answer): URL => {
  body.resume();
  const { location } = headers;
  if (location === undefined || !URL.canParse(location, url.href))
    throw new StatusError(status, 'it does not say where an upload goes on', undefined);
  return new URL(location, url);
};

/** A repository that is not there answers like an upload that is not. */
const MOST_LOST = 2;
/** Bytes after which an interruption counts as a new one. */
const PROGRESS = 1 << 20;
