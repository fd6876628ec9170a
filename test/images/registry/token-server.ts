import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { close, listen } from './faulty-registry.ts';

/** A token server for Debian's docker-registry, with the account `me:secret`. */
export type TokenServer = {
  /** What the registry needs to know of it: lines for `startDockerRegistry`. */
  readonly configuration: () => string;
  /** From now on tokens have another issuer: a registry with the new configuration refuses the old ones. */
  readonly changeIssuer: () => void;
  /** The scopes of each request until now. */
  readonly asked: readonly (readonly string[])[];
  readonly close: () => Promise<void>;
};

/**
 * Starts one on loopback. Anonymous users may pull, the account may push as well.
 * @param top a directory for its key
 */
export const startTokenServer = async (top: string): Promise<TokenServer> => {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-keyout', `${top}/token.key`, '-out', `${top}/token.crt`, '-subj', '/CN=tokens'],
    ],
    { stdio: 'pipe' },
  );
  const key = createPrivateKey(readFileSync(`${top}/token.key`));
  const certificate = readFileSync(`${top}/token.crt`, 'utf8').replace(/-----[^-]+-----|\s/g, '');
  const asked: (readonly string[])[] = [];
  let issuer = 'tokens';
  const server = createServer(({ url = '', headers }, response) => {
    const { searchParams } = new URL(url, 'http://tokens');
    const scopes = searchParams.getAll('scope');
    asked.push(scopes);
    const account = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const allowed = account === 'me:secret' ? ['pull', 'push'] : ['pull'];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: issuer, aud: searchParams.get('service'), sub: account, jti: randomUUID() },
      ...{ iat: now - 100, nbf: now - 100, exp: now + 60 },
      access: scopes.map((scope) => {
        const [type, name, actions = ''] = scope.split(':');
        return { type, name, actions: actions.split(',').filter((action) => allowed.includes(action)) };
      }),
    };
    const text = [{ typ: 'JWT', alg: 'ES256', x5c: [certificate] }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    const token = `${text}.${signature.toString('base64url')}`;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ token, expires_in: 60 }));
  });
  const host = await listen(server);
  return {
    asked,
    close: () => close(server),
    configuration: () =>
      `auth: { token: { realm: 'http://${host}/token', service: it, issuer: ${issuer}, rootcertbundle: ${top}/token.crt } }\n`,
    changeIssuer: () => {
      issuer = randomUUID();
    },
  };
};
