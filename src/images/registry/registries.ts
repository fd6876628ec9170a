import { Problem } from '../../base/diagnostic.ts';
import type { Reference } from '../../base/images/reference.ts';
import { monotonic } from '../../base/node/monotonic.ts';
import { openConnections } from './connections.ts';
import { accountOf, type Credentials, findCredentials } from './credentials/credentials.ts';
import { type Authorizer, authorizer, type TokenRequest } from './credentials/tokens.ts';
import { isListed, readDockerDaemon } from './docker-daemon.ts';
import { type EndpointClient, endpointClient, statusError } from './endpoint-client.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import type { RegistryEvent } from './events.ts';
import { exchange, type Pace, USUAL_PACE, wholeOf } from './exchange.ts';
import { isThisMachine } from './proxy.ts';
import { readRegistriesConf } from './registries-conf.ts';
import { type RegistrySource, registrySource } from './registry-source.ts';
import { type RegistryTarget, registryTarget } from './registry-target.ts';
import { StatusError, type Wait, waitFor } from './retries.ts';
import { trustOf } from './trust.ts';

/** The registries for one command: connections, tokens and credentials are shared by all images. */
export type Registries = {
  /** Throws a Problem if the settings of this machine block the image. */
  readonly source: (reference: Reference) => RegistrySource;
  /** The registry itself: mirrors are for fetching. Throws like `source`. */
  readonly target: (reference: Reference) => RegistryTarget;
  readonly close: () => void;
};

export type RegistriesOptions = {
  readonly environment: NodeJS.ProcessEnv;
  readonly onEvent?: (event: RegistryEvent) => void;
  /** Where the settings of Docker and Podman are; `/etc` if it is left out. */
  readonly etc?: string;
  readonly wait?: Wait;
  readonly pace?: Pace;
  /** ms */
  readonly now?: () => number;
};

/** An endpoint, ready to be asked, with the account as which it is. */
export type Asked = {
  readonly endpoint: Endpoint;
  readonly client: EndpointClient;
  readonly account: () => Promise<string | undefined>;
};

export const openRegistries = (options: RegistriesOptions): Registries => {
  const { environment, etc = '/etc', pace = USUAL_PACE, wait = waitFor, onEvent = () => {} } = options;
  const now = options.now ?? monotonic;
  const settings = { conf: readRegistriesConf(environment, etc), daemon: readDockerDaemon(etc) };
  const connections = openConnections({
    ...{ environment, pace },
    trustOf: (host) => trustOf(host, { environment, etc }),
  });

  const askTokenServer = async ({ request, endpoint, signal }: TokenQuestion) => {
    const isInsecure = endpoint.isInsecure && hostsOf(endpoint).includes(request.url.host);
    const answer = await exchange(connections, { ...request, isInsecure, signal });
    if (answer.status !== 200) throw await statusError(answer, connections);
    const body = await wholeOf(answer, pace, LARGEST_TOKEN);
    try {
      return JSON.parse(body?.toString() ?? '') as unknown;
    } catch {
      throw new StatusError(answer.status, 'the answer of the token server is no JSON', undefined);
    }
  };

  const accounts = new Map<string, Promise<Credentials | undefined>>();
  const credentialsOf = ({ host, path }: Endpoint): Promise<Credentials | undefined> => {
    const key = `${host}/${path}`;
    const known = accounts.get(key);
    if (known) return known;
    const found = findCredentials(host, path, environment);
    accounts.set(key, found);
    found.then(
      (credentials) => onEvent({ kind: 'account', host, account: credentials && accountOf(credentials) }),
      () => {},
    );
    return found;
  };

  const authorizers = new Map<string, Authorizer>();
  const askedOf = (endpoint: Endpoint, scope: string): Asked => {
    const key = `${endpoint.host} ${scope} ${endpoint.isInsecure}`;
    const shared =
      authorizers.get(key) ??
      authorizer({
        ...{ scope, now },
        mayBePlain: (realm) => mayBePlain(realm, endpoint, settings.daemon.insecure),
        credentials: () => credentialsOf(endpoint),
        ask: (request, signal) => askTokenServer({ request, endpoint, signal }),
      });
    authorizers.set(key, shared);
    return {
      endpoint,
      client: endpointClient(endpoint, connections, shared),
      account: async () => {
        const credentials = await accounts.get(`${endpoint.host}/${endpoint.path}`)?.catch(() => undefined);
        return credentials && accountOf(credentials);
      },
    };
  };

  /** Undefined if the settings of this machine block it. */
  const registryOf = (reference: Reference): Endpoint | undefined => {
    try {
      return endpointsOf(reference, settings).at(-1);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
  };

  return {
    source: (reference) => {
      const asked = endpointsOf(reference, settings).map((endpoint) =>
        askedOf(endpoint, `repository:${endpoint.path}:pull`),
      );
      return registrySource(reference, asked, {
        ...{ connections, wait, onEvent },
        searched: settings.conf.searched,
      });
    },
    target: (reference) => {
      const endpoint = endpointsOf(reference, settings).at(-1)!;
      const scope = `repository:${endpoint.path}:pull,push`;
      return registryTarget(reference, askedOf(endpoint, scope), {
        ...{ connections, wait, onEvent },
        beside: (other) => {
          const { host, path } = registryOf(other) ?? {};
          if (path === undefined || host !== endpoint.host || path === endpoint.path) return undefined;
          return { path, at: askedOf(endpoint, `${scope} repository:${path}:pull`) };
        },
      });
    },
    close: connections.close,
  };
};

type TokenQuestion = {
  readonly request: TokenRequest;
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal | undefined;
};

/**
 * The token server of a registry on this machine may be here as well, and that of an insecure one on the same host. A
 * remote registry cannot have credentials sent to what listens here.
 */
const mayBePlain = (realm: URL, endpoint: Endpoint, listed: readonly string[]): boolean =>
  isListed(realm.host, listed) ||
  (endpoint.isInsecure && hostsOf(endpoint).includes(realm.host)) ||
  (isThisMachine(realm.hostname) &&
    endpoint.origins.some((origin) => isThisMachine(new URL(origin).hostname)));

const hostsOf = ({ origins }: Endpoint): readonly string[] => origins.map((origin) => new URL(origin).host);

const LARGEST_TOKEN = 1 << 20;
