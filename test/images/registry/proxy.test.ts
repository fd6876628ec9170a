import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import test from 'ava';
import { proxyFor } from '../../../src/images/registry/proxy.ts';
import { reference } from '../with-store.ts';
import { close, listen } from './faulty-registry.ts';
import { diagnosticOf, withRegistry } from './with-registry.ts';

const PROXIES = { HTTPS_PROXY: 'http://secure:3128', http_proxy: 'plain:80' };

const rows: readonly (readonly [url: string, exceptions: string | undefined, proxy: string | undefined])[] = [
  ['https://quay.io/v2/', undefined, 'http://secure:3128/'],
  ['http://quay.io/v2/', undefined, 'http://plain/'],
  ['https://localhost:5000/', undefined, undefined],
  ['https://127.1.2.3/', undefined, undefined],
  ['https://[::1]:5000/', undefined, undefined],
  ['https://quay.io/', '*', undefined],
  ['https://quay.io/', 'quay.io', undefined],
  ['https://cdn.quay.io/', 'QUAY.io', undefined],
  ['https://notquay.io/', 'quay.io', 'http://secure:3128/'],
  ['https://quay.io/', '.quay.io', 'http://secure:3128/'],
  ['https://cdn.quay.io/', 'x, *.quay.io', undefined],
  ['https://quay.io:5000/', 'quay.io:5000', undefined],
  ['https://quay.io/', 'quay.io:443', undefined],
  ['https://quay.io/', 'quay.io:5000', 'http://secure:3128/'],
  ['https://10.1.2.3/', '10.0.0.0/8', undefined],
  ['https://11.1.2.3/', '10.0.0.0/8 11.0.0.0/99', 'http://secure:3128/'],
];

for (const [url, exceptions, proxy] of rows)
  test(`the proxy for ${url} without ${exceptions ?? 'exceptions'} is ${proxy ?? 'none'}`, (t) =>
    t.is(proxyFor(new URL(url), { ...PROXIES, ...(exceptions && { NO_PROXY: exceptions }) })?.href, proxy));

test(
  'requests and TLS connections go through the proxy, with its user',
  withRegistry(async (t, { serve, registries, atEnd, etc }) => {
    const served = await serve();
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
      response.writeHead(404).end();
    }).on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      socket.on('error', () => {});
      // No TLS there: the tunnel itself is what is seen.
      const other = connect(Number(served.host.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(other).pipe(socket);
      });
      other.on('error', () => socket.destroy());
    });
    atEnd(() => close(proxy));
    const address = `http://user:p%40ss@${await listen(proxy)}`;
    mkdirSync(`${etc}/docker`);
    writeFileSync(`${etc}/docker/daemon.json`, '{"insecure-registries":["registry.test:5000"]}');
    const environment = { HTTP_PROXY: address, HTTPS_PROXY: address };
    const source = registries({ environment }).source(reference('registry.test:5000/app:1'));
    t.is(await source.manifest('1'), undefined);
    t.deepEqual(seen, [
      'CONNECT registry.test:5000',
      `GET http://registry.test:5000/v2/app/manifests/1 Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    ]);
  }),
);

test(
  'a proxy that refuses is named',
  withRegistry(async (t, { registries, atEnd }) => {
    const proxy = createServer().on('connect', (_, socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    atEnd(() => close(proxy));
    const host = await listen(proxy);
    const opened = registries({ environment: { HTTPS_PROXY: host } });
    const failed = await diagnosticOf(opened.source(reference('registry.test/app:1')).manifest('1'));
    t.is(failed.code, 'registry-unreachable');
    t.regex(failed.message, new RegExp(`the proxy ${host} answers 407`));
  }),
);
