import { readChallenges } from './challenge.ts';
import type { Connections } from './connections.ts';
import type { Endpoint } from './endpoints.ts';
import { type Answer, type Exchange, exchange, wholeOf } from './exchange.ts';
import { isThisMachine } from './proxy.ts';
import { readRetryAfter, StatusError } from './retries.ts';
import type { Authorizer } from './tokens.ts';

export type EndpointClient = {
  /**
   * Asks below `/v2/<path>/`. Resolves with an answer of any status but 401.
   * @param path `manifests/latest`
   */
  readonly ask: (path: string, request: Omit<Exchange, 'url'>) => Promise<Answer>;
};

/** Requests to one endpoint: with the authorization that it asks for, and to wherever it redirects. */
export const endpointClient = (
  endpoint: Endpoint,
  connections: Connections,
  authorizer: Authorizer,
): EndpointClient => {
  let origin: Promise<string> | undefined;
  const settled = (signal?: AbortSignal): Promise<string> => {
    origin ??= settleOrigin(endpoint, connections, signal);
    origin.catch(() => {
      origin = undefined;
    });
    return origin;
  };
  return {
    ask: async (path, request) => {
      const { signal } = request;
      const url = new URL(`${await settled(signal)}/v2/${endpoint.path}/${path}`);
      const send = (header: string | undefined) =>
        followed(connections, endpoint, { ...request, url }, header);
      const header = await authorizer.header(signal);
      const answer = await send(header);
      // The storage that a redirect leads to has no say in who gets the credentials of the registry.
      if (answer.status !== 401 || answer.url.origin !== url.origin) return answer;
      answer.body.resume();
      const challenges = readChallenges(answer.headers['www-authenticate'] ?? '');
      const again = await send(await authorizer.renew(challenges, header, signal));
      if (again.status === 401) throw await statusError(again, connections);
      return again;
    },
  };
};

/** TLS wherever the endpoint speaks it: HTTP is for a host that may do without, and answers something else than TLS. */
const settleOrigin = async (
  { origins }: Endpoint,
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<string> => {
  const [secure, plain] = origins as readonly [string, string?];
  if (plain === undefined) return secure;
  try {
    (await exchange(connections, { url: new URL(`${secure}/v2/`), signal })).body.resume();
    return secure;
  } catch (error) {
    if (!speaksNoTls(error)) throw error;
    return plain;
  }
};

const speaksNoTls = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['EPROTO', 'ECONNRESET', 'ECONNREFUSED'].includes(code) || /^ERR_SSL_/.test(code);
};

/** Follows redirects. The authorization is for the registry, and stays there: a storage gets none. */
const followed = async (
  connections: Connections,
  { isInsecure }: Endpoint,
  request: Exchange,
  header: string | undefined,
): Promise<Answer> => {
  for (let { url } = request, hops = 0; ; hops++) {
    const isHome = url.origin === request.url.origin;
    const headers = { ...request.headers, ...(isHome && header !== undefined && { authorization: header }) };
    const answer = await exchange(connections, { ...request, url, headers });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || location === undefined) return answer;
    answer.body.resume();
    if (hops === MOST_HOPS)
      throw new StatusError(answer.status, `more than ${MOST_HOPS} redirects`, undefined);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    const isAllowed =
      next?.protocol === 'https:' ||
      (next?.protocol === 'http:' &&
        (isThisMachine(next.hostname) || (isInsecure && next.host === request.url.host)));
    if (!next || !isAllowed) throw new StatusError(answer.status, `it redirects to ${location}`, undefined);
    url = next;
  }
};

/** The error that an answer is, with the words of the registry. */
export const statusError = async (answer: Answer, { pace }: Connections): Promise<StatusError> => {
  const { status, headers } = answer;
  const body = await wholeOf(answer, pace, LARGEST_ERROR).catch(() => undefined);
  return new StatusError(status, messageOf(body?.toString() ?? ''), readRetryAfter(headers['retry-after']));
};

/** `{ "errors": [{ "code": …, "message": … }] }`, or a token server’s `{ "details": … }`. */
const messageOf = (body: string): string | undefined => {
  try {
    const { errors, details } = JSON.parse(body);
    const said: unknown = errors?.[0]?.message || errors?.[0]?.code || details;
    return typeof said === 'string' ? printable(said) : undefined;
  } catch {
    return undefined;
  }
};

/** A registry must not reach the terminal of the user. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 300);

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_HOPS = 5;
const LARGEST_ERROR = 1 << 16;
