import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';
import { type Namespace, readNamespace } from './namespaces.ts';

/** Another name for a service or a container. */
export type Link = { readonly name: string; readonly alias: string };

/** `name[:alias]`, for `links` and `external_links`. */
export function readLink(text: string): Parsed<Link> {
  const [name = '', alias = name, ...rest] = text.split(':');
  return rest.length === 0 && name !== '' && alias !== ''
    ? { value: { name, alias } }
    : flaw('be `service` or `service:alias`');
}

export type MountsOf = {
  readonly kind: 'service' | 'container';
  readonly name: string;
  readonly readOnly: boolean;
};

/** `service[:ro|rw]`, or `container:name[:ro|rw]`. */
export function readVolumesFrom(text: string): Parsed<MountsOf> {
  const match = /^(container:)?([^:]+)(?::(ro|rw))?$/.exec(text);
  if (!match) return flaw('be `service` or `service:ro`', 'a container is written `container:name`');
  return {
    value: { kind: match[1] ? 'container' : 'service', name: match[2]!, readOnly: match[3] === 'ro' },
  };
}

/** The service whose namespace is joined: `service:db`. */
export function serviceOf(mode: unknown): string | undefined {
  return typeof mode === 'string' ? /^service:(.+)$/.exec(mode)?.[1] : undefined;
}

const networkModes = ['bridge', 'host', 'none'];

/** Docker's own network. */
export const isBridge = (mode: string): boolean => mode === 'bridge' || mode === 'default';

/** A namespace to take: one of the words, or that of a service or a container. The name of a network too. */
export function readNetworkMode(text: string): Parsed<string> {
  const near = networkModes.includes(text) ? undefined : didYouMean(text, networkModes);
  if (near !== undefined) return flaw('be a network mode', undefined, `did you mean \`${near}\`?`);
  if (/^(service|container):./.test(text) || /^[a-z0-9][a-z0-9_.-]*$/i.test(text)) return { value: text };
  return flaw('be `host`, `none`, `bridge`, `service:name` or `container:name`');
}

/** The network namespace of a mode; undefined for a mode that is a network, such as `bridge`. */
export function networkNamespace(mode: string): Namespace | undefined {
  const parsed = readNamespace('network')(mode);
  return 'value' in parsed ? parsed.value : undefined;
}
