import type { Call, Received } from '../../api/call.ts';
import { readQuery } from '../../api/query.ts';
import { checkBody } from './check-body.ts';
import { malformed } from './malformed.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

/** A request with its route. */
export type Found = {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
};

/** Finds the route of a request; undefined if there is none. Throws a Problem for an invalid URL. */
export const findRoute = (method: string | undefined, requestUrl: string | undefined): Found | undefined => {
  const url = URL.canParse(requestUrl ?? '', BASE) ? new URL(requestUrl ?? '', BASE) : undefined;
  if (!url) throw malformed('the URL cannot be read');
  // Docker's clients prefix every path with the API version.
  const path = url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, '');
  for (const route of ROUTES) {
    const match = route.call.method === method ? route.pattern.exec(path) : undefined;
    if (match) return { route, params: decoded(match.groups ?? {}), query: url.searchParams };
  }
  return undefined;
};

/** The validated parameters and body. Throws a Problem. */
export const receive = async ({ route, params, query }: Found, text: string): Promise<Received<Call>> => ({
  params,
  query: readQuery(route.call.query, query),
  body: (route.call.body ? await checkBody(route.call, parsed(text)) : undefined) as never,
});

/** A placeholder: only the path is used. */
const BASE = 'http://tscompose';

const decoded = (groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    throw malformed('the path has an escape that is not UTF-8');
  }
};

const parsed = (text: string): unknown => {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(`the body is not JSON: ${(error as Error).message}`);
  }
};
