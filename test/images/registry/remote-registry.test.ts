import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { reference } from '../with-store.ts';
import { close, listen } from './faulty-registry.ts';
import { diagnosticOf, type RegistryTest, withRegistry } from './with-registry.ts';

/** A registry `registry.example` on another machine, as far as anybody can tell: it is behind a proxy, without TLS. */
const remoteRegistry = async ({ etc, atEnd, registries }: RegistryTest, answer: RequestListener) => {
  mkdirSync(join(etc, 'docker'), { recursive: true });
  writeFileSync(join(etc, 'docker/daemon.json'), '{"insecure-registries":["registry.example"]}');
  const proxy = createServer(answer);
  proxy.on('connect', (_, socket) => socket.destroy());
  const host = await listen(proxy);
  atEnd(() => close(proxy));
  return registries({ environment: { HTTP_PROXY: `http://${host}`, HTTPS_PROXY: `http://${host}` } });
};

const listener = async ({ atEnd }: RegistryTest) => {
  const seen: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    seen.push(`${url} ${headers.authorization}`);
    response.end('{"token":"a"}');
  });
  const host = await listen(server);
  atEnd(() => close(server));
  return { host, seen };
};

// Red without: the look at `home` in `isAllowed` of endpoint-client.ts.
test(
  'a remote registry cannot lead to what listens on this machine',
  withRegistry(async (t, made) => {
    const { host, seen } = await listener(made);
    const registries = await remoteRegistry(made, ({ url = '' }, response) => {
      if (url.endsWith('/v2/')) return response.end('{}');
      return response.writeHead(307, { location: `http://${host}/` }).end();
    });
    const failed = await diagnosticOf(registries.source(reference('registry.example/app:1')).manifest('1'));
    t.regex(JSON.stringify(failed.facts), /it redirects to http:\/\/127\.0\.0\.1/);
    t.deepEqual(seen, []);
  }),
);

// Red without: the look at the endpoint in `mayBePlain` of registries.ts.
test(
  'a remote registry cannot have credentials sent to what listens on this machine',
  withRegistry(async (t, made) => {
    const { host, seen } = await listener(made);
    const registries = await remoteRegistry(made, ({ url = '' }, response) => {
      if (url.endsWith('/v2/')) return response.end('{}');
      return response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token"` }).end();
    });
    const failed = await diagnosticOf(registries.source(reference('registry.example/app:1')).manifest('1'));
    t.is(failed.code, 'registry-denied');
    t.deepEqual(seen, []);
  }),
);

// Red without: `isInsecure` in the key of an agent, in connections.ts.
test(
  'one repository whose certificate is not checked leaves the others of its host alone',
  withRegistry(async (t, { directory, etc, registries, atEnd }) => {
    const keys = directory('keys');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-keyout', `${keys}/key.pem`, '-out', `${keys}/crt.pem`, '-subj', '/CN=other'],
      ],
      { stdio: 'pipe' },
    );
    const key = { key: readFileSync(`${keys}/key.pem`), cert: readFileSync(`${keys}/crt.pem`) };
    const server = createTlsServer(key, (_, response) => response.writeHead(404).end());
    const host = await listen(server as never);
    atEnd(() => close(server as never));
    mkdirSync(join(etc, 'containers'));
    writeFileSync(
      join(etc, 'containers/registries.conf'),
      `[[registry]]\nprefix = "${host}/loose"\nlocation = "${host}/loose"\ninsecure = true\n`,
    );
    const opened = registries();
    const ask = (name: string) => opened.source(reference(`${host}/${name}`)).manifest('1');
    t.is(await ask('loose/app'), undefined);
    t.is((await diagnosticOf(ask('strict/app'))).code, 'registry-untrusted');
    t.is(await ask('loose/app'), undefined);
  }),
);

// Red without: `read` within the retries of `askForManifest`.
test(
  'a manifest that is cut is asked for again',
  withRegistry(async (t, { store, serve, registries, pauses }) => {
    const { host } = await serve({
      any: ({ path }, response, count) => {
        if (!path.endsWith('/manifests/1') || count > 0) return false;
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{', () => response.destroy());
        return true;
      },
    });
    const name = reference(`${host}/app:1`);
    await fetchImage(store, registries().source(name), name);
    t.deepEqual(pauses, [1000]);
  }),
);

test(
  'a short name that is nowhere: the error says what it stands for, and where Podman would look',
  withRegistry(async (t, { store, serve, registries, etc }) => {
    const { host } = await serve({
      any: ({ path }, response) => {
        if (path === '/v2/') return false;
        response.writeHead(path.includes('denied') ? 403 : 404).end();
        return true;
      },
    });
    mkdirSync(join(etc, 'containers'));
    const rule = `[[registry]]\nprefix = "docker.io"\nlocation = "${host}"\n`;
    const conf = join(etc, 'containers/registries.conf');
    const fails = (name: string) => {
      const wanted = reference(name);
      return diagnosticOf(fetchImage(store, registries().source(wanted), wanted));
    };
    writeFileSync(conf, rule);
    t.deepEqual((await fails('nope:1')).notes, ['`nope:1` stands for `docker.io/library/nope:1`']);
    t.deepEqual((await fails('intern/nope:1')).notes, [
      '`intern/nope:1` stands for `docker.io/intern/nope:1`: the name of a registry has a dot or a port',
    ]);
    t.deepEqual((await fails('denied:1')).notes, ['`denied:1` stands for `docker.io/library/denied:1`']);
    t.is((await fails(`${host}/nope:1`)).notes, undefined);
    writeFileSync(conf, `unqualified-search-registries = ["docker.io", "quay.io"]\n${rule}`);
    t.regex(
      (await fails('nope:1')).notes![0]!,
      /if you mean what Podman finds in other registries, write `quay\.io\/nope:1`/,
    );
  }),
);
