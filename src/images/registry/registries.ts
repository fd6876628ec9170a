import type { Reference } from '../reference.ts';
import { openConnections } from './connections.ts';
import { accountOf, type Credentials, findCredentials } from './credentials.ts';
import { isListed, readDockerDaemon } from './docker-daemon.ts';
import { type EndpointClient, endpointClient, statusError } from './endpoint-client.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import type { RegistryEvent } from './events.ts';
import { exchange, type Pace, USUAL_PACE, wholeOf } from './exchange.ts';
import { readRegistriesConf } from './registries-conf.ts';
import { type RegistrySource, registrySource } from './registry-source.ts';
import { StatusError, type Wait, waitFor } from './retries.ts';
import { type Authorizer, authorizer } from './tokens.ts';
import { trustOf } from './trust.ts';

/** The registries for one command: connections, tokens and credentials are shared by all images. */
export type Registries = {
  /** Throws a Problem if the settings of this machine block the image. */
  readonly source: (reference: Reference) => RegistrySource;
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
  const now = options.now ?? (() => performance.now());
  const settings = { conf: readRegistriesConf(environment, etc), daemon: readDockerDaemon(etc) };
  const insecure = new Set<string>();
  const connections = openConnections({
    ...{ environment, pace },
    trustOf: (host) => ({
      ...trustOf(host, { environment, etc }),
      ...(insecure.has(host) && { rejectUnauthorized: false }),
    }),
  });
  const isInsecure = (host: string) => insecure.has(host) || isListed(host, settings.daemon.insecure);

  const askTokenServer = async (
    request: Parameters<Parameters<typeof authorizer>[0]['ask']>[0],
    signal?: AbortSignal,
  ) => {
    const answer = await exchange(connections, { ...request, signal });
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
  const askedOf = (endpoint: Endpoint): Asked => {
    const scope = `repository:${endpoint.path}:pull`;
    const key = `${endpoint.host} ${scope}`;
    if (endpoint.isInsecure) for (const origin of endpoint.origins) insecure.add(new URL(origin).host);
    const shared =
      authorizers.get(key) ??
      authorizer({
        ...{ scope, isInsecure, now },
        credentials: () => credentialsOf(endpoint),
        ask: askTokenServer,
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

  return {
    source: (reference) => {
      const asked = endpointsOf(reference, settings).map(askedOf);
      return registrySource(reference, asked, {
        ...{ connections, wait, onEvent },
        searched: settings.conf.searched,
      });
    },
    close: connections.close,
  };
};

const LARGEST_TOKEN = 1 << 20;
