import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { findCredentials } from '../../../src/images/registry/credentials/credentials.ts';
import { reference } from '../with-store.ts';
import type { Fault } from './faulty-registry.ts';
import { diagnosticOf, homeEnvironment, withRegistry } from './with-registry.ts';

const write = (path: string, content: unknown): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
};

const auth = (account: string) => ({ auth: Buffer.from(account).toString('base64') });

/** A registry with a token server beside it; each token is good for so many requests. */
const withTokens =
  (good: number, expiresIn = 300): Fault =>
  ({ path, headers, body }, response) => {
    if (path === '/v2/') return false;
    if (path.startsWith('/token')) {
      const proof = headers.authorization ?? new URLSearchParams(body).get('refresh_token') ?? 'nobody';
      response.end(
        JSON.stringify({ token: `${proof.replace(' ', '-')}.${++issued}`, expires_in: expiresIn }),
      );
      return true;
    }
    const token = headers.authorization ?? '';
    const used = uses.get(token) ?? 0;
    uses.set(token, used + 1);
    if (token !== '' && used < good) return false;
    const realm = `http://${headers.host}/token`;
    response
      .writeHead(401, {
        'www-authenticate': `Bearer realm="${realm}",service="it",scope="repository:app:pull"`,
      })
      .end();
    return true;
  };

let issued = 0;
const uses = new Map<string, number>();

const tokenRequests = (requests: readonly { readonly path: string }[]): number =>
  requests.filter(({ path }) => path.startsWith('/token')).length;

test(
  'one token is fetched for all requests, also those at the same time, and a new one before it ends',
  withRegistry(async (t, { serve, registries }) => {
    let now = 0;
    const { host, requests } = await serve({ any: withTokens(100, 60) });
    const source = registries({ now: () => now }).source(reference(`${host}/app:1`));
    // Red without: the shared promise `token` in tokens.ts.
    await Promise.all([1, 2, 3].map(() => source.digestOf('1')));
    t.is(tokenRequests(requests), 1);
    now = 49_999;
    await source.digestOf('1');
    t.is(tokenRequests(requests), 1);
    now = 50_000;
    await Promise.all([1, 2, 3].map(() => source.digestOf('1')));
    t.is(tokenRequests(requests), 2);
  }),
);

test(
  'a token that ends in the middle of a pull is replaced once',
  withRegistry(async (t, { store, serve, registries }) => {
    const { host, requests } = await serve({ any: withTokens(2) });
    const name = reference(`${host}/app:1`);
    await fetchImage(store, registries().source(name), name);
    t.is(tokenRequests(requests), 2);
    const never = await serve({ any: withTokens(0) });
    const refused = await diagnosticOf(
      registries()
        .source(reference(`${never.host}/app:1`))
        .manifest('1'),
    );
    t.is(refused.code, 'registry-denied');
    t.regex(refused.message, /not given to anonymous users/);
    t.is(tokenRequests(never.requests), 1);
  }),
);

test(
  'a password goes to the token server alone; the scope and the service are those that the registry names',
  withRegistry(async (t, { home, serve, registries, events }) => {
    const { host, requests } = await serve({ any: withTokens(100) });
    write(join(home, '.docker/config.json'), { auths: { [`https://${host}/v1/`]: auth('me:secret') } });
    await registries()
      .source(reference(`${host}/app:1`))
      .digestOf('1');
    const asked = requests.find(({ path }) => path.startsWith('/token'))!;
    t.is(asked.headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`);
    t.is(asked.path, '/token?service=it&scope=repository%3Aapp%3Apull&account=me');
    t.deepEqual(
      events.filter(({ kind }) => kind === 'account'),
      [{ kind: 'account', host, account: 'me' }],
    );
  }),
);

test(
  'an identity token is exchanged by POST',
  withRegistry(async (t, { home, serve, registries }) => {
    const { host, requests } = await serve({ any: withTokens(100) });
    write(join(home, '.docker/config.json'), { auths: { [host]: { ...auth('x:'), identitytoken: 'long' } } });
    await registries()
      .source(reference(`${host}/app:1`))
      .digestOf('1');
    const asked = requests.find(({ path }) => path === '/token')!;
    t.is(asked.method, 'POST');
    t.deepEqual(Object.fromEntries(new URLSearchParams(asked.body)), {
      ...{ grant_type: 'refresh_token', refresh_token: 'long', client_id: 'tscompose' },
      ...{ service: 'it', scope: 'repository:app:pull' },
    });
  }),
);

test(
  'a token server that is reached without TLS on another machine gets no credentials',
  withRegistry(async (t, { serve, registries }) => {
    const { host } = await serve({
      any: ({ path }, response) => {
        if (path === '/v2/') return false;
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://198.51.100.1/token"' }).end();
        return true;
      },
    });
    // Red without: the check of the protocol in `readRealm`.
    const refused = await diagnosticOf(
      registries()
        .source(reference(`${host}/app:1`))
        .manifest('1'),
    );
    t.is(refused.code, 'registry-denied');
    t.regex(JSON.stringify(refused.facts), /not reached by https/);
  }),
);

test(
  'Basic: a wrong password is tried once, and the error says as whom',
  withRegistry(async (t, { home, serve, registries }) => {
    const { host, requests } = await serve({
      any: ({ path, headers }, response) => {
        if (path === '/v2/' || headers.authorization === `Basic ${auth('me:right').auth}`) return false;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' }).end();
        return true;
      },
    });
    const ask = () =>
      registries()
        .source(reference(`${host}/app:1`))
        .digestOf('1');
    t.regex((await diagnosticOf(ask())).message, /anonymous/);
    write(join(home, '.docker/config.json'), { auths: { [host]: auth('me:wrong') } });
    const refused = await diagnosticOf(ask());
    t.regex(refused.message, /is not given to me$/);
    t.is(requests.filter(({ headers }) => headers.authorization !== undefined).length, 1);
    write(join(home, '.docker/config.json'), { auths: { [host]: auth('me:right') } });
    t.regex((await ask()) ?? '', /^sha256/);
  }),
);

test(
  'credentials: a helper of the host, the helper for all, the text, and then the files of Podman',
  withRegistry(async (t, { home, directory }) => {
    const bin = directory('bin');
    const environment = { ...homeEnvironment(home), PATH: `${bin}:${process.env.PATH}` };
    const helper = (name: string, script: string): void => {
      write(join(bin, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, `docker-credential-${name}`), 0o755);
    };
    helper('one', 'read -r server; echo "{\\"Username\\":\\"one\\",\\"Secret\\":\\"$server\\"}"');
    helper('all', 'echo "credentials not found in native keychain"; exit 1');
    helper('broken', 'echo "no display" >&2; exit 3');
    write(join(home, '.docker/config.json'), {
      auths: { 'https://index.docker.io/v1/': auth('hub:text'), 'quay.io': auth('quay:text') },
      credHelpers: { 'docker.io': 'one', 'ghcr.io': '../../evil', 'broken.io': 'broken' },
      credsStore: 'all',
    });
    write(join(home, '.config/containers/auth.json'), {
      auths: { 'quay.io': auth('podman:1'), 'gcr.io/team': auth('team:1'), 'gcr.io': auth('all:1') },
    });
    const find = async (host: string, path = 'a/b') => {
      const found = await findCredentials(host, path, environment);
      return found?.kind === 'password' ? `${found.user}:${found.password}` : found?.kind;
    };
    t.is(await find('docker.io'), 'one:https://index.docker.io/v1/');
    t.is(await find('quay.io'), 'quay:text');
    t.is(await find('gcr.io', 'team/app'), 'team:1');
    t.is(await find('gcr.io', 'teamwork/app'), 'all:1');
    t.is(await find('ghcr.io'), undefined);
    await t.throwsAsync(find('broken.io'), { message: 'no display' });
  }),
);

test(
  'under sudo the files of the user who called it count, and only if they are theirs',
  withRegistry(async (t, { home }) => {
    if (process.getuid!() !== 0) return t.pass('needs root');
    // The home of nobody in passwd(5) does not exist: the file is named by DOCKER_CONFIG.
    const environment = {
      ...homeEnvironment(home),
      ...{ SUDO_UID: '65534', SUDO_GID: '65534', DOCKER_CONFIG: join(home, 'theirs') },
    };
    const file = join(home, 'theirs/config.json');
    write(file, { auths: { 'quay.io': auth('them:1') } });
    chownSync(file, 65534, 65534);
    t.is((await findCredentials('quay.io', 'a', environment))?.from, file);
    // Red without: the check of the owner in auth-file.ts.
    chownSync(file, 1, 1);
    t.is(await findCredentials('quay.io', 'a', environment), undefined);
    write(join(home, 'roots.json'), { auths: { 'quay.io': auth('root:1') } });
    const link = join(home, 'link/config.json');
    mkdirSync(dirname(link));
    symlinkSync(join(home, 'roots.json'), link);
    const { from } = (await findCredentials('quay.io', 'a', {
      ...environment,
      DOCKER_CONFIG: dirname(link),
    }))!;
    t.is(from, link, 'root itself may read its own file');
  }),
);
