import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { installLine } from '../../scenarios/harness/programs.ts';
import { archive, file } from '../tar/archive.ts';
import { reference } from '../with-store.ts';
import { pushWithSkopeo, startDockerRegistry } from './docker-registry.ts';
import { startTokenServer } from './token-server.ts';
import { diagnosticOf, type RegistryTest, withRegistry } from './with-registry.ts';

const start = async ({ directory, atEnd }: RegistryTest, http = '', more = ''): Promise<string> => {
  const { host, stop } = await startDockerRegistry(directory('registry'), http, more);
  atEnd(stop);
  return host;
};

const real = installLine(['docker-registry', 'skopeo', 'openssl']) === undefined ? test : test.skip;

real(
  'Debian’s docker-registry gives what skopeo has pushed, and goes on in the middle of a layer',
  withRegistry(async (t, made) => {
    const { store, registries, layout } = made;
    const { directory, made: images } = await layout({
      name: 'app:1',
      layers: [archive(file('data', 'x'.repeat(300_000)))],
    });
    const host = await start(made);
    pushWithSkopeo(directory, `${host}/team/app:1`, '--dest-tls-verify=false');
    const name = reference(`${host}/team/app:1`);
    const source = registries().source(name);
    const image = await fetchImage(store, source, name);
    t.deepEqual(image.layers, images[0]!.diffIds);
    t.is(await source.digestOf('1'), image.digest);
    const { from, chunks } = await source.blob(images[0]!.layers[0]!, 100);
    await chunks[Symbol.asyncIterator]().return?.();
    t.is(from, 100);
  }),
);

real(
  'docker-registry with TLS and htpasswd: the authority, then the account',
  withRegistry(async (t, made) => {
    const { store, registries, layout, directory, home, etc } = made;
    const keys = directory('keys');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-keyout', `${keys}/key.pem`, '-out', `${keys}/ca.crt`, '-subj', '/CN=127.0.0.1'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1'],
      ],
      { stdio: 'pipe' },
    );
    // htpasswd -nbB me secret
    writeFileSync(`${keys}/htpasswd`, `${HTPASSWD}\n`);
    const host = await start(
      made,
      `, tls: { certificate: ${keys}/ca.crt, key: ${keys}/key.pem }`,
      `auth: { htpasswd: { realm: it, path: ${keys}/htpasswd } }\n`,
    );
    const { directory: images } = await layout({ name: 'app:1', layers: [[file('a', 'a')]] });
    pushWithSkopeo(images, `${host}/team/app:1`, '--dest-cert-dir', keys, '--dest-creds', 'me:secret');
    const name = reference(`${host}/team/app:1`);
    const ask = () => registries().source(name).manifest('1');
    t.is((await diagnosticOf(ask())).code, 'registry-untrusted');
    mkdirSync(`${etc}/docker/certs.d/${host}`, { recursive: true });
    writeFileSync(`${etc}/docker/certs.d/${host}/ca.crt`, readFileSync(`${keys}/ca.crt`));
    t.is((await diagnosticOf(ask())).code, 'registry-denied');
    mkdirSync(join(home, '.docker'));
    const auth = Buffer.from('me:secret').toString('base64');
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    t.is((await fetchImage(store, registries().source(name), name)).layers.length, 1);
  }),
);

real(
  'docker-registry with a token server: one token for all layers, and a new one where the registry takes it no more',
  withRegistry(async (t, made) => {
    const { store, registries, layout, directory, atEnd, home } = made;
    const tokens = await startTokenServer(directory('tokens'));
    atEnd(tokens.close);
    const top = directory('registry');
    const { host, stop } = await startDockerRegistry(top, '', tokens.configuration());
    atEnd(stop);
    const layers = Array.from({ length: 6 }, (_, index) => [file(`${index}`, 'x'.repeat(10_000))]);
    const { directory: images } = await layout({ name: 'app:1', layers });
    const name = reference(`${host}/team/app:1`);
    // Not waited for by this process as a whole, which is the token server.
    await promisify(execFile)('skopeo', [
      ...['copy', '-q', '--insecure-policy', '--dest-tls-verify=false', '--dest-creds', 'me:secret'],
      ...[`oci:${images}:1`, `docker://${host}/team/app:1`],
    ]);
    mkdirSync(join(home, '.docker'));
    const auth = Buffer.from('me:secret').toString('base64');
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const before = tokens.asked.length;
    const source = registries().source(name);
    t.is((await fetchImage(store, source, name)).layers.length, 6);
    t.is(tokens.asked.length - before, 1);
    await stop();
    tokens.changeIssuer();
    atEnd((await startDockerRegistry(top, '', tokens.configuration(), host)).stop);
    // The token is said to live for a minute, so the registry is the first to know.
    t.truthy(await source.manifest('1'));
    t.is(tokens.asked.length - before, 2);
  }),
);

const HTPASSWD = 'me:$2b$04$g3KjAdTIgIh6hyZZEviAjunnyIcnt9G1.apGp6DOrShprwzmfXUxO';
