import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import test from 'ava';
import { installLine } from '../../scenarios/harness/programs.ts';
import { reference } from '../with-store.ts';
import { close, listen } from './faulty-registry.ts';
import { diagnosticOf, withRegistry } from './with-registry.ts';

const run = installLine(['openssl']) === undefined ? test : test.skip;

type Certificate = { readonly from: string; readonly until: string; readonly name: string };

/** Makes a certificate that is its own authority. */
const certificate = (directory: string, { from, until, name }: Certificate) => {
  const path = (file: string): string => join(directory, file);
  const openssl = (...words: readonly string[]) =>
    execFileSync('openssl', [...words, '-config', path('conf')], { cwd: directory, stdio: 'pipe' });
  writeFileSync(path('index'), '');
  writeFileSync(path('serial'), '01\n');
  writeFileSync(
    path('conf'),
    `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = ${name}
[req]
distinguished_name = empty
[empty]
`,
  );
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  openssl('req', '-new', ...key, '-out', 'request', '-subj', '/CN=registry');
  const time = ['-startdate', from, '-enddate', until];
  openssl(
    'ca',
    '-batch',
    '-selfsign',
    '-notext',
    '-in',
    'request',
    '-keyfile',
    'key.pem',
    '-out',
    'cert.pem',
    ...time,
  );
  return { key: readFileSync(path('key.pem')), cert: readFileSync(path('cert.pem')) };
};

const LOOPBACK = 'IP:127.0.0.1';

for (const [what, made, message, help] of [
  [
    'that has expired, or a clock that is fast',
    { from: '20200101000000Z', until: '20210101000000Z', name: LOOPBACK },
    /^the certificate of \S+ has expired$/,
    /^the clock of this machine says 20\d\d-\S+Z: set it if it is wrong/,
  ],
  [
    'that is not valid yet, or a clock that is slow',
    { from: '20480101000000Z', until: '20490101000000Z', name: LOOPBACK },
    /^the certificate of \S+ is not valid yet$/,
    /^the clock of this machine says/,
  ],
  [
    'of another host',
    { from: '20200101000000Z', until: '20490101000000Z', name: 'DNS:elsewhere.example' },
    /^the certificate is not for 127\.0\.0\.1:\d+$/,
    /use the name/,
  ],
] as const)
  run(
    `a certificate ${what} is said with the way out`,
    withRegistry(async (t, { directory, registries, etc, atEnd }) => {
      const identity = certificate(directory('certificate'), made);
      const server = createServer(identity, (_, response) => response.end('{}'));
      const host = await listen(server);
      atEnd(() => close(server));
      mkdirSync(`${etc}/docker/certs.d/${host}`, { recursive: true });
      writeFileSync(`${etc}/docker/certs.d/${host}/ca.crt`, identity.cert);
      const refused = await diagnosticOf(
        registries()
          .source(reference(`${host}/app:1`))
          .manifest('1'),
      );
      t.is(refused.code, 'registry-untrusted');
      t.regex(refused.message, message);
      t.regex(refused.help!, help);
    }),
  );
