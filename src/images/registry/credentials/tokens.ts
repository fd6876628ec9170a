import type { Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';

/** The header Authorization for one registry and one scope, such as `repository:library/postgres:pull`. */
export type Authorizer = {
  /** Undefined until the registry has asked for it. */
  readonly header: (signal?: AbortSignal) => Promise<string | undefined>;
  /** The header after an answer 401 to `rejected`. Throws a Denied if there is nothing else to try. */
  readonly renew: (
    challenges: readonly Challenge[],
    rejected: string | undefined,
    signal?: AbortSignal,
  ) => Promise<string>;
};

export type AuthorizerOptions = {
  readonly scope: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Asks a token server: the body of its answer, which was a success. */
  readonly ask: (request: TokenRequest, signal?: AbortSignal) => Promise<unknown>;
  /** Whether a token server may be asked without TLS. */
  readonly mayBePlain: (realm: URL) => boolean;
  /** ms, from any beginning */
  readonly now: () => number;
};

export type TokenRequest = {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** The registry does not let this account in. */
export class Denied extends Error {}

type Token = { readonly header: string; readonly renewAt: number };

/** All requests share the token: while one is being fetched, the others wait for it. */
export const authorizer = ({ scope, credentials, ask, mayBePlain, now }: AuthorizerOptions): Authorizer => {
  let challenge: Challenge | undefined;
  let token: Promise<Token> | undefined;

  const fetchToken = (from: Challenge, signal?: AbortSignal): Promise<Token> => {
    const fetched = requestToken(from, signal);
    token = fetched;
    fetched.catch(() => {
      if (token === fetched) token = undefined;
    });
    return fetched;
  };

  const requestToken = async ({ parameters }: Challenge, signal?: AbortSignal): Promise<Token> => {
    const known = await credentials();
    if (known?.kind === 'registry')
      return { header: `Bearer ${known.token}`, renewAt: Number.POSITIVE_INFINITY };
    const realm = readRealm(parameters.realm, mayBePlain);
    const asked = now();
    const answer = await ask(
      tokenRequest(realm, parameters.service, wantedScope(scope, parameters.scope), known),
      signal,
    );
    const { text, seconds } = readToken(answer);
    return { header: `Bearer ${text}`, renewAt: asked + (seconds - Math.min(EARLY, seconds / 2)) * 1000 };
  };

  const basic = async (): Promise<string | undefined> => {
    const known = await credentials();
    return known?.kind === 'password' ? basicHeader(known) : undefined;
  };

  return {
    header: async (signal) => {
      if (challenge?.scheme === 'basic') return basic();
      if (!challenge) return undefined;
      const current = token ?? fetchToken(challenge, signal);
      const { header, renewAt } = await current;
      if (now() < renewAt) return header;
      return (await (token === current || !token ? fetchToken(challenge, signal) : token)).header;
    },
    renew: async (challenges, rejected, signal) => {
      const offered = (scheme: string) => challenges.find((one) => one.scheme === scheme);
      const chosen = offered('bearer') ?? offered('basic');
      if (!chosen) throw new Denied(`no known way to log in is offered: ${namesOf(challenges)}`);
      challenge = chosen;
      if (chosen.scheme === 'bearer') {
        // Another request may have got the new token already.
        const current = await token?.catch(() => undefined);
        if (current && current.header !== rejected) return current.header;
        return (await fetchToken(chosen, signal)).header;
      }
      const header = await basic();
      if (header === undefined) throw new Denied('the registry asks for a user and a password');
      if (header === rejected) throw new Denied('the registry does not accept the user or the password');
      return header;
    },
  };
};

/**
 * The scopes that a registry names for one request, each with all the rights that are wanted of it: a question before an
 * upload names the right to pull alone.
 */
const wantedScope = (wanted: string, named: string | undefined): string => {
  const own = new Map(wanted.split(' ').map((scope) => [repositoryOf(scope), scope]));
  return (
    named
      ?.split(' ')
      .map((scope) => own.get(repositoryOf(scope)) ?? scope)
      .join(' ') ?? wanted
  );
};

/** `repository:library/postgres` of `repository:library/postgres:pull`. */
const repositoryOf = (scope: string): string => scope.slice(0, scope.lastIndexOf(':'));

/** A realm may be another host, and gets the credentials: so it is reached by TLS. */
const readRealm = (realm: string | undefined, mayBePlain: AuthorizerOptions['mayBePlain']): URL => {
  if (realm === undefined || !URL.canParse(realm))
    throw new Denied(`the registry names no valid token server: ${realm ?? ''}`);
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain(url)))
    throw new Denied(`the token server ${url.origin} is not reached by https, so it gets no credentials`);
  return url;
};

const tokenRequest = (
  realm: URL,
  service: string | undefined,
  scope: string,
  known: Credentials | undefined,
): TokenRequest => {
  const parameters: readonly (readonly [string, string])[] = [
    ...(service === undefined ? [] : [['service', service] as const]),
    // A mount from another repository has two.
    ...scope.split(' ').map((one) => ['scope', one] as const),
  ];
  if (known?.kind === 'identity')
    return {
      url: realm,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([
        ['grant_type', 'refresh_token'],
        ['refresh_token', known.token],
        ['client_id', 'tscompose'],
        ...parameters.map(([name, value]): [string, string] => [name, value]),
      ]).toString(),
    };
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  if (known?.kind !== 'password') return { url, method: 'GET', headers: {} };
  url.searchParams.set('account', known.user);
  return { url, method: 'GET', headers: { authorization: basicHeader(known) } };
};

const basicHeader = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const readToken = (answer: unknown): { readonly text: string; readonly seconds: number } => {
  const { token, access_token, expires_in } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const text = [token, access_token].find((one) => typeof one === 'string' && /^[\x21-\x7e]+$/.test(one));
  if (text === undefined) throw new Denied('the token server gives no token');
  return { text: text as string, seconds: Number(expires_in) > 0 ? Number(expires_in) : USUAL_LIFE };
};

const namesOf = (challenges: readonly Challenge[]): string =>
  challenges.map(({ scheme }) => scheme).join(', ') || 'none';

/** Seconds before its end at which a token is replaced, so that it does not end on its way. */
const EARLY = 10;
/** Seconds, of a token that says nothing (distribution's specification of tokens). */
const USUAL_LIFE = 60;
