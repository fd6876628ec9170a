import type { Reference } from '../../base/images/reference.ts';
import { type DockerDaemon, isListed } from './docker-daemon.ts';
import { isThisMachine } from './proxy.ts';
import { blocked, invalidLocation } from './refusals.ts';
import type { RegistriesConf, RegistryRule } from './registries-conf.ts';

/** One place where a repository may be asked for. */
export type Endpoint = {
  /** The name for credentials, certificates and messages: `docker.io`, `mirror:5000`. */
  readonly host: string;
  /** In the order in which they are tried: `https://registry-1.docker.io`. */
  readonly origins: readonly string[];
  /** `library/postgres` */
  readonly path: string;
  /** Certificates are not checked. */
  readonly isInsecure: boolean;
};

export type Settings = { readonly conf: RegistriesConf; readonly daemon: DockerDaemon };

/**
 * Where a repository is asked for, in order: mirrors, and then the registry itself. Throws a Problem if the settings of
 * this machine block it.
 */
export const endpointsOf = (reference: Reference, { conf, daemon }: Settings): readonly Endpoint[] => {
  const name = `${reference.host}/${reference.path}`;
  const rule = longestMatch(name, conf.registries);
  if (rule?.isBlocked) throw blocked(name, rule.prefix);
  const rest = (rule && restOf(name, rule.prefix)) ?? '';
  const own = rule && !rule.prefix.startsWith('*') ? rule.location + rest : name;
  const isInsecure = (place: string, says: boolean) =>
    says || isListed(place.split('/')[0]!, daemon.insecure);
  const mirrors = (rule?.mirrors ?? [])
    .filter(({ pulls }) => {
      const when = rule?.mirrorsByDigestOnly ? 'digest-only' : pulls;
      return when === 'all' || (when === 'digest-only') === (reference.digest !== undefined);
    })
    .map(({ location, isInsecure: says }) => endpoint(location + rest, isInsecure(location, says)));
  const dockers =
    reference.host === 'docker.io' ? daemon.mirrors.map((url) => dockerMirror(url, reference, daemon)) : [];
  return [...mirrors, ...dockers, endpoint(own, isInsecure(own, rule?.isInsecure ?? false))];
};

const longestMatch = (name: string, rules: readonly RegistryRule[]): RegistryRule | undefined =>
  rules
    .filter(({ prefix }) => restOf(name, prefix) !== undefined)
    .sort((one, other) => other.prefix.length - one.prefix.length)[0];

/** The rest after the prefix; undefined if the name does not begin with it at the end of a part. */
const restOf = (name: string, prefix: string): string | undefined => {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/'));
    return host.endsWith(prefix.slice(1)) ? name.slice(host.length) : undefined;
  }
  return name === prefix || name.startsWith(`${prefix}/`) ? name.slice(prefix.length) : undefined;
};

/** Throws a Problem if it is no registry and repository, as Podman does: `https://…`, or a registry alone. */
const endpoint = (place: string, isInsecure: boolean): Endpoint => {
  const [, host = '', path = ''] = PLACE.exec(place) ?? [];
  if (path === '') throw invalidLocation(place);
  const address = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const { hostname } = new URL(`https://${address}`);
  const mayBePlain = isInsecure || isThisMachine(hostname);
  return {
    host,
    path,
    isInsecure,
    origins: [`https://${address}`, ...(mayBePlain ? [`http://${address}`] : [])],
  };
};

const PLACE = /^([\w.-]+(?::\d+)?|\[[\da-fA-F:]+\](?::\d+)?)\/([^:]+)$/;

/** Docker's mirrors say themselves whether they are reached by TLS. */
const dockerMirror = ({ origin, host }: URL, { path }: Reference, { insecure }: DockerDaemon): Endpoint => ({
  ...{ host, path, origins: [origin] },
  isInsecure: isListed(host, insecure),
});
