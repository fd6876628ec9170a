import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { archive, file } from '../tar/archive.ts';
import { reference } from '../with-store.ts';
import { close, listen } from './faulty-registry.ts';
import { diagnosticOf, type RegistryTest, withRegistry } from './with-registry.ts';

/** Starts Debian's docker-registry on a free port of loopback. Resolves with its host when it listens. */
const startRegistry = async (made: RegistryTest, more: string): Promise<string> => {
  const top = made.directory('registry');
  for (;;) {
    const probe = createServer();
    const host = await listen(probe);
    await close(probe);
    writeFileSync(
      join(top, 'config.yml'),
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${top}/data } }\nhttp: { addr: '${host}'${more}\n`,
    );
    const child = spawn('docker-registry', ['serve', join(top, 'config.yml')], { stdio: 'ignore' });
    const closed = new Promise((resolve) => child.once('close', resolve));
    made.atEnd(() => {
      child.kill('SIGKILL');
      return closed;
    });
    const state = await eventually('docker-registry listens', async () => {
      if (child.exitCode !== null) return 'ended';
      return (await accepts(host)) && 'listens';
    });
    // Another process may have taken the port meanwhile.
    if (state === 'listens') return host;
  }
};

const accepts = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const push = (layout: string, host: string, ...words: readonly string[]): void => {
  execFileSync(
    'skopeo',
    ['copy', '-q', '--insecure-policy', ...words, `oci:${layout}:1`, `docker://${host}/team/app:1`],
    { stdio: 'pipe' },
  );
};

const installed = ['docker-registry', 'skopeo', 'openssl'].every((program) => {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
});

const real = installed ? test : test.skip;

real(
  'Debian’s docker-registry gives what skopeo has pushed, and goes on in the middle of a layer',
  withRegistry(async (t, made) => {
    const { store, registries, layout } = made;
    const { directory, made: images } = await layout({
      name: 'app:1',
      layers: [archive(file('data', 'x'.repeat(300_000)))],
    });
    const host = await startRegistry(made, ' }');
    push(directory, host, '--dest-tls-verify=false');
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
    const host = await startRegistry(
      made,
      `, tls: { certificate: ${keys}/ca.crt, key: ${keys}/key.pem } }\nauth: { htpasswd: { realm: it, path: ${keys}/htpasswd } }`,
    );
    const { directory: images } = await layout({ name: 'app:1', layers: [[file('a', 'a')]] });
    push(images, host, '--dest-cert-dir', keys, '--dest-creds', 'me:secret');
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

const HTPASSWD = 'me:$2b$04$g3KjAdTIgIh6hyZZEviAjunnyIcnt9G1.apGp6DOrShprwzmfXUxO';
