import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Secret } from './credentials.ts';

/** The files of `docker login` and `podman login`: config.json, auth.json. */
export type AuthFile = {
  /** The name of a helper without `docker-credential-`. */
  readonly helperFor: (host: string) => string | undefined;
  readonly helperForAll: string | undefined;
  readonly secretFor: (host: string, path: string) => Secret | undefined;
};

/**
 * Undefined if there is none, if it is no file of its user, or if it is damaged. A link may lead to a file that only root
 * can read; nothing of such a file is used or shown.
 */
export const readAuthFile = (path: string, uid: number): AuthFile | undefined => {
  const text = readOwned(path, uid);
  if (text === undefined) return undefined;
  const file = parsed(text);
  return file && authFile(file);
};

const readOwned = (path: string, uid: number): string | undefined => {
  let descriptor: number;
  try {
    // A named pipe would block the open.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.uid !== uid || stat.size > LARGEST) return undefined;
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
};

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return record(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const authFile = ({ auths, credHelpers, credsStore }: Readonly<Record<string, unknown>>): AuthFile => {
  const entries = new Map(Object.entries(record(auths)).map(([key, entry]) => [keyOf(key), entry]));
  const helpers = new Map(Object.entries(record(credHelpers)).map(([key, name]) => [keyOf(key), name]));
  return {
    helperFor: (host) => helperName(helpers.get(keyOf(host))),
    helperForAll: helperName(credsStore),
    secretFor: (host, path) => {
      for (
        let key = `${keyOf(host)}/${path}`;
        key !== '';
        key = key.slice(0, Math.max(key.lastIndexOf('/'), 0))
      ) {
        const secret = secretOf(record(entries.get(key)));
        if (secret) return secret;
      }
      return undefined;
    },
  };
};

/** `https://index.docker.io/v1/` and `docker.io` are the same registry. */
const keyOf = (key: string): string => {
  const name = key.replace(/^https?:\/\//, '').replace(/(\/v[12])?\/*$/, '');
  return name.replace(/^(index\.docker\.io|registry-1\.docker\.io)(?=\/|$)/, 'docker.io');
};

/** It becomes a part of the name of a program, and must not lead elsewhere. */
const helperName = (name: unknown): string | undefined =>
  typeof name === 'string' && /^\w[\w.-]*$/.test(name) ? name : undefined;

const secretOf = (entry: Readonly<Record<string, unknown>>): Secret | undefined => {
  const { auth, identitytoken, registrytoken, username, password } = entry;
  if (typeof registrytoken === 'string' && registrytoken) return { kind: 'registry', token: registrytoken };
  if (typeof identitytoken === 'string' && identitytoken) return { kind: 'identity', token: identitytoken };
  const text = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  // Docker pads with NUL.
  if (colon > 0)
    return {
      kind: 'password',
      user: text.slice(0, colon),
      password: text.slice(colon + 1).replace(/\0+$/, ''),
    };
  if (typeof username === 'string' && typeof password === 'string' && username)
    return { kind: 'password', user: username, password };
  return undefined;
};

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const LARGEST = 1 << 20;
