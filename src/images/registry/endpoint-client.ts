import { printable } from '../../base/text/printable.ts';
import type { Connections } from './connections.ts';
import { readChallenges } from './credentials/challenge.ts';
import type { Authorizer } from './credentials/tokens.ts';
import type { Endpoint } from './endpoints.ts';
import { type Answer, type Exchange, exchange, wholeOf } from './exchange.ts';
import { isThisMachine } from './proxy.ts';
import { readRetryAfter, StatusError } from './retries.ts';

export type EndpointClient = {
  /**
   * Asks below `/v2/<path>/`, or at a place that an earlier answer has named. Resolves with an answer of any status but 401.
   * @param at `manifests/latest`, or a URL
   */
  readonly ask: (at: string | URL, request: Omit<Exchange, 'url'>) => Promise<Answer>;
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
    ask: async (at, request) => {
      const { signal } = request;
      const home = new URL(await settled(signal));
      const url = typeof at === 'string' ? new URL(`${home.origin}/v2/${endpoint.path}/${at}`) : at;
      if (!isAllowed(url, home, endpoint)) throw new StatusError(0, `it names ${url.href}`, undefined);
      const send = (header: string | undefined) =>
        followed(connections, endpoint, home, { ...request, url }, header);
      const header = await authorizer.header(signal);
      const answer = await send(header);
      // The storage that a redirect leads to has no say in who gets the credentials of the registry.
      if (answer.status !== 401 || answer.url.origin !== home.origin) return answer;
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
  { origins, isInsecure }: Endpoint,
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<string> => {
  const [secure, plain] = origins as readonly [string, string?];
  if (plain === undefined) return secure;
  try {
    (await exchange(connections, { url: new URL(`${secure}/v2/`), isInsecure, signal })).body.resume();
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
  endpoint: Endpoint,
  home: URL,
  request: Exchange,
  header: string | undefined,
): Promise<Answer> => {
  for (let { url } = request, hops = 0; ; hops++) {
    const isHome = url.origin === home.origin;
    const headers = { ...request.headers, ...(isHome && header !== undefined && { authorization: header }) };
    const isInsecure = endpoint.isInsecure && url.host === home.host;
    const answer = await exchange(connections, { ...request, url, headers, isInsecure });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || location === undefined) return answer;
    answer.body.resume();
    if (hops === MOST_HOPS)
      throw new StatusError(answer.status, `more than ${MOST_HOPS} redirects`, undefined);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!next || !isAllowed(next, home, endpoint))
      throw new StatusError(answer.status, `it redirects to ${location}`, undefined);
    url = next;
  }
};

/**
 * Without TLS, a registry may lead back to itself if it needs none, and one on this machine to this machine: a remote one
 * has no business with what listens here.
 */
const isAllowed = (url: URL, home: URL, { isInsecure }: Endpoint): boolean =>
  url.protocol === 'https:' ||
  (url.protocol === 'http:' &&
    ((isThisMachine(home.hostname) && isThisMachine(url.hostname)) ||
      (isInsecure && url.host === home.host)));

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
    return typeof said === 'string' ? printable(said, ' ').slice(0, 300) : undefined;
  } catch {
    return undefined;
  }
};

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_HOPS = 5;
const LARGEST_ERROR = 1 << 16;
