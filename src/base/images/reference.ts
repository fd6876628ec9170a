/** The name of an image in normal form: every part that a short name leaves out is there. */
export type Reference = {
  /** Of the registry, with its port: `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** `library/postgres` */
  readonly path: string;
  /** Missing if a digest is given without a tag. */
  readonly tag?: string;
  /** `sha256:…`; it decides, and the tag beside it is only shown. */
  readonly digest?: string;
};

/** The reference, or the end of a sentence that begins with “must”. */
export type ReadReference =
  | { readonly reference: Reference }
  | { readonly must: string; readonly label?: string };

/**
 * Reads a name as Docker does: `postgres:16` is `docker.io/library/postgres:16`, and the tag is `latest` if there is
 * neither tag nor digest.
 */
export const readReference = (text: string): ReadReference => {
  if (text === '') return { must: 'not be empty' };
  const { name, tag, digest } = splitReference(text);
  const { host, path, written } = splitName(name);
  if (/^[0-9a-f]{64}$/.test(text)) return { must: 'be a name', label: 'this is an ID' };
  if (!HOST.test(host))
    return { must: 'be the name of an image', label: `\`${shortened(host)}\` is no name of a registry` };
  const lower = path.toLowerCase();
  if (path !== lower && PATH.test(lower))
    return { must: 'be lower case', label: `expected \`${shortened(inLowerCase(text, name, written))}\`` };
  if (!PATH.test(path))
    return {
      must: 'be the name of an image',
      label:
        'expected `[registry/]name[:tag][@digest]`: lower case letters, digits, and single `.`, `_`, `-` between',
    };
  if (path.length > LONGEST_PATH)
    return { must: `have at most ${LONGEST_PATH} characters`, label: `this has ${path.length}` };
  if (tag !== undefined && !TAG.test(tag))
    return {
      must: 'have a valid tag',
      label: 'a tag has at most 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two',
    };
  if (digest !== undefined && !isDigest(digest))
    return { must: 'have a valid digest', label: 'expected `sha256:` and 64 digits of 0-9 and a-f' };
  const named = { host, path, ...(digest !== undefined && { digest }) };
  if (tag === undefined && digest !== undefined) return { reference: named };
  return { reference: { ...named, tag: tag ?? 'latest' } };
};

/** Whether a text is a digest of the only algorithm that registries use. */
export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/** `docker.io/library/postgres:16@sha256:…`: the same text for the same image, however it was written. */
export const referenceText = (reference: Reference): string =>
  `${reference.host}/${reference.path}${suffixOf(reference)}`;

/** As Docker shows it: `postgres:16`, `bitnami/redis:7`, `ghcr.io/owner/app@sha256:…`. */
export const familiarText = (reference: Reference): string => familiarName(reference) + suffixOf(reference);

/** The same without tag and digest: the column REPOSITORY. */
export const familiarName = ({ host, path }: Reference): string => {
  if (host !== DEFAULT_HOST) return `${host}/${path}`;
  return /^library\/[^/]+$/.test(path) ? path.slice('library/'.length) : path;
};

/** The word that a registry is asked for: the digest if there is one. */
export const wantedOf = ({ tag, digest }: Reference): string => digest ?? tag ?? 'latest';

const suffixOf = ({ tag, digest }: Reference): string =>
  (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);

/** A colon begins the tag only after the last slash: in `localhost:5000/app` it begins a port. */
const splitReference = (text: string) => {
  const at = text.indexOf('@');
  const rest = at < 0 ? text : text.slice(0, at);
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  if (colon < 0) return { name: rest, tag: undefined, digest };
  return { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
};

/** The word before the first slash is a host only if it cannot be a part of a path. */
const splitName = (name: string): Pick<Reference, 'host' | 'path'> & { readonly written: string } => {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const host = isHost ? first : DEFAULT_HOST;
  const written = isHost ? name.slice(slash + 1) : name;
  if (host !== DEFAULT_HOST && host !== 'index.docker.io') return { host, path: written, written };
  return { host: DEFAULT_HOST, path: written.includes('/') ? written : `library/${written}`, written };
};

/** The text with a path that is written at the end of its name in lower case. */
const inLowerCase = (text: string, name: string, written: string): string =>
  text.slice(0, name.length - written.length) + written.toLowerCase() + text.slice(name.length);

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const DEFAULT_HOST = 'docker.io';

/** The grammar of github.com/distribution/reference. */
const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const LONGEST_PATH = 255;
