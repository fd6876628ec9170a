import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { reference } from '../with-store.ts';
import { close, type Fault, listen } from './faulty-registry.ts';
import { diagnosticOf, withRegistry } from './with-registry.ts';

/** The first byte that a request asks for. */
const beginning = ({ headers }: { readonly headers: IncomingHttpHeaders }): number =>
  Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);

/** Sends so many bytes of the answer that was asked for, and then ends the connection. */
const cutAt =
  (bytes: number, times: number, content: () => Buffer): Fault =>
  ({ headers }, response, count) => {
    if (count >= times) return false;
    const from = beginning({ headers });
    const rest = content().subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      etag: '"one"',
      ...(from > 0 && { 'content-range': `bytes ${from}-${content().length - 1}/${content().length}` }),
    });
    response.write(rest.subarray(0, bytes), () => response.destroy());
    return true;
  };

test(
  'an image is fetched from a registry that asks for nothing',
  withRegistry(async (t, { store, serve, registries }) => {
    const { host, requests } = await serve();
    const name = reference(`${host}/app:1`);
    const image = await fetchImage(store, registries().source(name), name);
    t.is(image.layers.length, 1);
    t.true(requests.every(({ headers }) => headers['accept-encoding'] === 'identity'));
    t.true(requests.every(({ headers }) => headers.authorization === undefined));
  }),
);

test(
  'a body that ends too early is gone on with where it ended, after 1 and 2 s',
  withRegistry(async (t, { store, serve, registries, pauses, events }) => {
    let content: Buffer = Buffer.alloc(0);
    const served = await serve({ layer: cutAt(100_000, 2, () => content) });
    content = served.content;
    const name = reference(`${served.host}/app:1`);
    await fetchImage(store, registries().source(name), name);
    const asked = served.requests.filter(({ path }) => path.endsWith(served.layer));
    // Node drops what it has received and the reader has not taken when a connection ends.
    const [first, second = 0, third = 0] = asked.map(beginning);
    // Red without: the header Range in blob.ts.
    t.is(first, 0);
    t.true(second > 0 && second <= 100_000, `${second}`);
    t.true(third > second && third <= second + 100_000, `${third}`);
    t.is(asked.length, 3);
    t.is(asked[1]?.headers['if-range'], '"one"');
    t.deepEqual(pauses, [1000, 2000]);
    t.is(events.filter(({ kind }) => kind === 'retry').length, 2);
  }),
);

test(
  'a registry that sends everything again is skipped to where the fetch was',
  withRegistry(async (t, { store, serve, registries }) => {
    let content: Buffer = Buffer.alloc(0);
    const cut = cutAt(100_000, 1, () => content);
    const served = await serve({
      layer: (request, response, count) => {
        if (count === 0) return cut(request, response, count);
        response.end(content);
        return true;
      },
    });
    content = served.content;
    const name = reference(`${served.host}/app:1`);
    // Red without: `skip` in blob.ts.
    t.is((await fetchImage(store, registries().source(name), name)).layers.length, 1);
  }),
);

test(
  'after five failures the error names the registry, and what came is gone on with the next time',
  withRegistry(async (t, { store, serve, registries, pauses }) => {
    let content: Buffer = Buffer.alloc(0);
    const served = await serve({ layer: cutAt(10_000, 5, () => content) });
    content = served.content;
    const name = reference(`${served.host}/app:1`);
    const opened = registries();
    const failed = await diagnosticOf(fetchImage(store, opened.source(name), name));
    t.is(failed.code, 'registry-unreachable');
    t.deepEqual(pauses, [1000, 2000, 4000, 8000]);
    await fetchImage(store, opened.source(name), name);
    const asked = served.requests.filter(({ path }) => path.endsWith(served.layer)).map(beginning);
    t.true((asked.at(-1) as number) > (asked[1] as number), asked.join());
  }),
);

test(
  'an answer 429 is waited for as long as Retry-After asks, if that is not for long',
  withRegistry(async (t, { serve, registries, pauses }) => {
    const { host } = await serve({
      any: (_, response, count) => {
        if (count > 0) return false;
        response.writeHead(429, { 'retry-after': '7' }).end();
        return true;
      },
    });
    const name = reference(`${host}/app:1`);
    const source = registries().source(name);
    t.truthy(await source.manifest('1'));
    t.true(pauses.includes(7000));
  }),
);

test(
  'a limit that lasts is an error at once, with the way out',
  withRegistry(async (t, { serve, registries, pauses }) => {
    const { host } = await serve({
      any: ({ path }, response) => {
        if (!path.includes('/manifests/')) return false;
        response
          .writeHead(429, { 'retry-after': '3600' })
          .end('{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached\\u001b[2J your limit"}]}');
        return true;
      },
    });
    const name = reference(`${host}/app:1`);
    const failed = await diagnosticOf(registries().source(name).manifest('1'));
    t.is(failed.code, 'rate-limited');
    t.regex(failed.help ?? '', /3600 s.*log in/);
    t.deepEqual(failed.facts?.find(([fact]) => fact === 'as')?.[1], 'anonymous');
    // Red without: `printable` in endpoint-client.ts.
    t.is(failed.facts?.find(([fact]) => fact === 'it says')?.[1], 'You have reached [2J your limit');
    t.deepEqual(pauses, []);
  }),
);

test(
  'what is left of a limit is told',
  withRegistry(async (t, { serve, registries, events }) => {
    const { host } = await serve({
      any: (_, response) => {
        response.setHeader('ratelimit-limit', '100;w=21600');
        response.setHeader('ratelimit-remaining', '76;w=21600');
        return false;
      },
    });
    const name = reference(`${host}/app:1`);
    await registries().source(name).digestOf('1');
    t.deepEqual(
      events.filter(({ kind }) => kind === 'rate-limit'),
      [{ kind: 'rate-limit', host, limit: 100, remaining: 76, seconds: 21600 }],
    );
  }),
);

test(
  'the digest of a tag is asked for by HEAD',
  withRegistry(async (t, { serve, registries }) => {
    const { host, requests } = await serve();
    const name = reference(`${host}/app:1`);
    const source = registries().source(name);
    t.regex((await source.digestOf('1')) ?? '', /^sha256:/);
    t.is(await source.digestOf('2'), undefined);
    t.deepEqual(
      [...new Set(requests.filter(({ path }) => path !== '/v2/').map(({ method }) => method))],
      ['HEAD'],
    );
  }),
);

test(
  'a redirect to another origin carries no authorization',
  withRegistry(async (t, { serve, registries, atEnd, store }) => {
    const seen: (string | undefined)[] = [];
    let content: Buffer = Buffer.alloc(0);
    const storage = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end(content);
    });
    atEnd(() => close(storage));
    const other = await listen(storage);
    const served = await serve({
      any: ({ path, headers }, response) => {
        if (path.startsWith('/token')) {
          response.end('{"token":"secret"}');
          return true;
        }
        if (headers.authorization === 'Bearer secret' || path === '/v2/') return false;
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token"` }).end();
        return true;
      },
      layer: ({ headers }, response) => {
        if (headers.authorization !== 'Bearer secret') return false;
        response.writeHead(307, { location: `http://${other}/signed?x=1` }).end();
        return true;
      },
    });
    content = served.content;
    const name = reference(`${served.host}/app:1`);
    await fetchImage(store, registries().source(name), name);
    // Red without: `isHome` in endpoint-client.ts.
    t.deepEqual(seen, [undefined]);
  }),
);

test(
  'the challenge of a storage that a redirect leads to is not answered',
  withRegistry(async (t, { serve, registries, atEnd, store }) => {
    const seen: string[] = [];
    const storage = createServer(({ url, headers }, response) => {
      seen.push(`${url} ${headers.authorization}`);
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/steal"` }).end();
    });
    atEnd(() => close(storage));
    const other = await listen(storage);
    const served = await serve({
      layer: (_, response) => {
        response.writeHead(307, { location: `http://${other}/signed` }).end();
        return true;
      },
    });
    const name = reference(`${served.host}/app:1`);
    await t.throwsAsync(fetchImage(store, registries().source(name), name));
    // Red without: the look at `origin` in endpoint-client.ts.
    t.true(seen.length > 0);
    t.deepEqual(
      seen.filter((line) => line !== '/signed undefined'),
      [],
    );
  }),
);

for (const [what, location] of [
  ['endless redirects end', '/v2/app/manifests/1'],
  ['a redirect to another host without TLS is refused', 'http://198.51.100.1/x'],
  ['a redirect to a file is refused', 'file:///etc/shadow'],
] as const)
  test(
    what,
    withRegistry(async (t, { serve, registries }) => {
      const { host, requests } = await serve({
        any: ({ path }, response) => {
          if (path === '/v2/') return false;
          response.writeHead(307, { location }).end();
          return true;
        },
      });
      const name = reference(`${host}/app:1`);
      const failed = await diagnosticOf(registries().source(name).manifest('1'));
      t.is(failed.code, 'registry-failed');
      t.true(requests.length <= 7);
    }),
  );

// Red without: HPE in refusals.ts.
for (const [what, header] of [
  ['a header that is too long', `X-A: ${'a'.repeat(200_000)}`],
  ['a header with a control character', 'X-A: \x01'],
  ['what is no header', 'no header at all'],
] as const)
  test(
    `an answer that is no HTTP is an error of the registry: ${what}`,
    withRegistry(async (t, { registries, atEnd }) => {
      const server = createServer();
      server.on('connection', (socket) => {
        socket.on('error', () => {});
        socket.end(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      });
      atEnd(() => close(server));
      const name = reference(`${await listen(server)}/app:1`);
      const failed = await diagnosticOf(registries().source(name).manifest('1'));
      t.is(failed.code, 'registry-failed');
      t.regex(failed.message, /answers something that is no HTTP$/);
    }),
  );

test(
  'a registry that hangs before or within its answer ends with an error',
  withRegistry(async (t, { store, serve, registries }) => {
    const pace = { bytes: 1, milliseconds: 50 };
    const silent = await serve({ any: ({ path }) => path.includes('/manifests/') });
    const first = reference(`${silent.host}/app:1`);
    const failed = await diagnosticOf(registries({ pace }).source(first).manifest('1'));
    t.is(failed.code, 'registry-unreachable');
    t.regex(failed.message, /hangs/);
    const slow = await serve({
      layer: (_, response) => {
        response.writeHead(200, { 'content-length': 300_000 });
        response.write('x');
        return true;
      },
    });
    const second = reference(`${slow.host}/app:1`);
    // Red without: `paced` in blob.ts.
    const stopped = await diagnosticOf(fetchImage(store, registries({ pace }).source(second), second));
    t.regex(stopped.message, /hangs/);
  }),
);

test(
  'wrong bytes, and more bytes than there should be, are refused',
  withRegistry(async (t, { store, serve, registries }) => {
    for (const wrong of [
      (content: Buffer) => Buffer.concat([content, Buffer.from('x')]),
      (content: Buffer) => Buffer.alloc(content.length),
      (content: Buffer) => content.subarray(1),
      (content: Buffer) => gzipSync(content),
    ]) {
      let content: Buffer = Buffer.alloc(0);
      const served = await serve({
        layer: (_, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' });
          response.end(wrong(content));
          return true;
        },
      });
      content = served.content;
      const name = reference(`${served.host}/app:1`);
      t.is((await diagnosticOf(fetchImage(store, registries().source(name), name))).code, 'damaged-image');
    }
  }),
);

test(
  'the header Content-Encoding of a blob changes nothing: its digest is that of the bytes that come',
  withRegistry(async (t, { store, serve, registries }) => {
    const served = await serve({
      any: (_, response) => {
        response.setHeader('content-encoding', 'gzip');
        return false;
      },
    });
    const name = reference(`${served.host}/app:1`);
    t.is((await fetchImage(store, registries().source(name), name)).layers.length, 1);
  }),
);

test(
  'a Range that is answered with another part makes the fetch begin again',
  withRegistry(async (t, { serve, registries }) => {
    const served = await serve({
      layer: ({ headers }, response) => {
        if (headers.range === undefined) return false;
        response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789');
        return true;
      },
    });
    const source = registries().source(reference(`${served.host}/app:1`));
    const content = await source.blob({ digest: served.layer, mediaType: '', size: 9 }, 5);
    t.is(content.from, 0);
  }),
);

test(
  'schema 1 is refused by name',
  withRegistry(async (t, { store, serve, registries }) => {
    const { host } = await serve({
      any: ({ path }, response) => {
        if (!path.includes('/manifests/')) return false;
        response
          .writeHead(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' })
          .end('{"schemaVersion":1,"fsLayers":[]}');
        return true;
      },
    });
    const name = reference(`${host}/app:1`);
    const failed = await diagnosticOf(fetchImage(store, registries().source(name), name));
    t.is(failed.code, 'unsupported-image');
  }),
);

test(
  'an image that is not there, a host that is not there, and a closed port are told apart',
  withRegistry(async (t, { store, serve, registries }) => {
    const { host } = await serve();
    const missing = reference(`${host}/app:2`);
    const opened = registries();
    t.like(await diagnosticOf(fetchImage(store, opened.source(missing), missing)), {
      code: 'no-image',
      facts: [['tags', '1']],
      help: 'did you mean the tag `1`?',
    });
    const nothing = reference(`${host}/nothing:1`);
    t.like(await diagnosticOf(fetchImage(store, opened.source(nothing), nothing)), {
      code: 'no-image',
      help: 'check the name: the registry has no tag under it',
    });
    const server = createServer();
    const closed = await listen(server);
    await close(server);
    const refused = await diagnosticOf(opened.source(reference(`${closed}/app:1`)).manifest('1'));
    t.is(refused.code, 'registry-unreachable');
    t.regex(refused.message, new RegExp(`no registry listens at ${closed}`));
  }),
);
