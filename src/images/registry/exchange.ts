import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { monotonic } from '../../base/node/monotonic.ts';
import type { Connections } from './connections.ts';

export type Exchange = {
  readonly url: URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is opened once for each attempt; the header Content-Length says how long it is. */
  readonly body?: string | Buffer | (() => Readable);
  /** The certificate of the host is not checked. */
  readonly isInsecure?: boolean;
  readonly signal?: AbortSignal | undefined;
};

export type Answer = {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
};

/** How slow a registry may be before it counts as hanging. */
export type Pace = {
  /** Bytes in each of these periods; before the first byte, any answer at all within one. */
  readonly bytes: number;
  readonly milliseconds: number;
};

/** Nothing, or next to nothing, came for a whole period. */
export class Stalled extends Error {
  constructor(pace: Pace) {
    super(`less than ${pace.bytes} bytes came in ${pace.milliseconds / 1000} s`);
  }
}

/** One request and the head of its answer; redirects are not followed. Rejects with the error of the connection. */
export const exchange = async (
  connections: Connections,
  { url, method = 'GET', headers = {}, body, isInsecure = false, signal }: Exchange,
): Promise<Answer> => {
  const { protocol, options } = connections.to(url, isInsecure);
  const makeRequest = protocol === 'https:' ? httpsRequest : httpRequest;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const request = makeRequest({
      ...options,
      method,
      ...(signal && { signal }),
      // The hash is that of the bytes which are sent: a blob must not be compressed on the way.
      headers: { 'user-agent': 'tscompose', 'accept-encoding': 'identity', ...options.headers, ...headers },
    } as RequestOptions);
    const timer = setTimeout(
      () => request.destroy(new Stalled(connections.pace)),
      connections.pace.milliseconds,
    );
    const stream = typeof body === 'function' ? body() : undefined;
    request.once('response', (answer) => {
      clearTimeout(timer);
      // An answer before the end of the body refuses it.
      stream?.destroy();
      resolve({ url, status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    // A connection may also end after its answer.
    request.on('error', (error) => {
      clearTimeout(timer);
      stream?.destroy();
      reject(error);
    });
    if (!stream) return void request.end(body);
    // A body that is on its way is no silence.
    stream.on('data', () => timer.refresh());
    stream.once('error', (error) => request.destroy(error));
    stream.pipe(request);
  });
};

/** The body of an answer, as long as it comes fast enough. Time that the reader takes does not count. */
export async function* paced(body: IncomingMessage, pace: Pace): AsyncGenerator<Buffer> {
  let [came, waited, since] = [0, 0, monotonic()];
  const timer = setInterval(() => {
    const now = monotonic();
    if (since > 0) waited += now - since;
    if (waited >= pace.milliseconds / 2 && came < pace.bytes) body.destroy(new Stalled(pace));
    [came, waited, since] = [0, 0, since > 0 ? now : 0];
  }, pace.milliseconds);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      came += chunk.length;
      waited += monotonic() - since;
      since = 0;
      yield chunk;
      since = monotonic();
    }
  } finally {
    clearInterval(timer);
    body.destroy();
  }
}

/** The whole of a body, of at most so many bytes; undefined if there is more. */
export const wholeOf = async ({ body }: Answer, pace: Pace, most: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of paced(body, pace)) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** 256 bytes a second: less than any line that could bring an image. */
export const USUAL_PACE: Pace = { bytes: 30 * 256, milliseconds: 30_000 };
