import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { type Reference, referenceText } from '../../../src/base/images/reference.ts';
import { fetchImage } from '../../../src/images/fetch/fetch.ts';
import { type PushEvent, pushImage } from '../../../src/images/push/push.ts';
import { collect } from '../../../src/images/store/collect.ts';
import { inQuietStore } from '../../../src/images/store/quiet-store.ts';
import { findImage, readBlob, type StoredImage } from '../../../src/images/store/stored-image.ts';
import { installLine } from '../../scenarios/harness/programs.ts';
import { startDockerRegistry } from '../registry/docker-registry.ts';
import { close, listen, serveLayout } from '../registry/faulty-registry.ts';
import { startTokenServer } from '../registry/token-server.ts';
import { diagnosticOf, type RegistryTest, withRegistry } from '../registry/with-registry.ts';
import { archive, file } from '../tar/archive.ts';
import { namesIn, reference } from '../with-store.ts';

const layerOf = (size: number): Buffer => archive(file('a', randomBytes(size).toString('latin1')));
const LAYERS = [layerOf(400_000), layerOf(1000), archive(file('b', 'b'))];

const registry = async ({ directory, atEnd }: RegistryTest, more = ''): Promise<string> => {
  const { host, stop } = await startDockerRegistry(directory('registry'), '', more);
  atEnd(stop);
  return host;
};

/** An image that an archive has brought. */
const loaded = async (
  { store, layout }: RegistryTest,
  name: Reference,
  layers = LAYERS,
): Promise<StoredImage> => {
  const { source, made } = await layout({ layers, isCompressed: false });
  return fetchImage(store, source, name, { which: made[0]!.descriptor.digest });
};

const pushed = async (made: RegistryTest, image: StoredImage, name: Reference) => {
  const events: PushEvent[] = [];
  const target = made.registries().target(name);
  const digest = await pushImage(made.store, image, target, name.tag!, {
    onEvent: (event) => events.push(event),
  });
  return { digest, phases: image.layers.map((id) => events.findLast(({ layer }) => layer === id)?.phase) };
};

/** Not waited for by this process as a whole, which may be what it talks to. */
const skopeo = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('skopeo', words)).stdout;

const inspect = async (name: Reference) =>
  JSON.parse(await skopeo('inspect', '--tls-verify=false', `docker://${referenceText(name)}`));

const push = (layout: string, name: Reference, ...words: readonly string[]): Promise<string> =>
  skopeo(
    ...['copy', '-q', '--insecure-policy', '--dest-tls-verify=false', ...words],
    ...[`oci:${layout}:1`, `docker://${referenceText(name)}`],
  );

const logIn = (home: string, host: string): void => {
  mkdirSync(join(home, '.docker'), { recursive: true });
  const auth = Buffer.from('me:secret').toString('base64');
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
};

const real = installLine(['docker-registry', 'skopeo', 'openssl']) === undefined ? test : test.skip;

real(
  'an image from an archive is pushed once, and again without a byte of its layers',
  withRegistry(async (t, made) => {
    const { store } = made;
    const name = reference(`${await registry(made)}/team/app:1`);
    const image = await loaded(made, name);
    const first = await pushed(made, image, name);
    t.deepEqual(first.phases, ['pushed', 'pushed', 'pushed']);
    t.is((await inspect(name)).Digest, first.digest);
    const raw = JSON.parse(
      await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${name.host}/team/app:1`),
    );
    t.is(raw.config.digest, image.id);
    t.deepEqual(
      raw.layers.map(({ mediaType }: { mediaType: string }) => mediaType),
      Array(3).fill('application/vnd.oci.image.layer.v1.tar+gzip'),
    );
    t.deepEqual(namesIn(store.ingest), []);
    // Red without: the content as what a known blob belongs to, in `everything` of collect.ts.
    await inQuietStore(store, (quiet) => collect(quiet, []));
    t.is(namesIn(store.known).length, 6);
    const second = await pushed(made, image, name);
    t.deepEqual(second, { digest: first.digest, phases: ['present', 'present', 'present'] });
    const again = await fetchImage(store, made.registries().source(name), name);
    t.deepEqual([again.id, again.layers], [image.id, image.layers]);
  }),
);

real(
  'what came from the registry stays as it is: its layers are mounted, and the digest is the same',
  withRegistry(async (t, made) => {
    const { store, layout, registries } = made;
    const host = await registry(made);
    const { directory } = await layout({ name: 'app:1', layers: LAYERS });
    const from = reference(`${host}/base/app:1`);
    await push(directory, from);
    const image = await fetchImage(store, registries().source(from), from);
    const name = reference(`${host}/team/copy:2`);
    const copied = await pushed(made, image, name);
    t.deepEqual(copied, { digest: image.digest, phases: ['mounted', 'mounted', 'mounted'] });
    t.is((await inspect(name)).Digest, (await inspect(from)).Digest);

    // A layer more: those below are the same blobs.
    const grown = await loaded(made, reference('grown:1'), [...LAYERS, archive(file('c', 'c'))]);
    const other = reference(`${host}/team/grown:1`);
    t.deepEqual((await pushed(made, grown, other)).phases, ['mounted', 'mounted', 'mounted', 'pushed']);
    t.deepEqual((await inspect(other)).Layers.slice(0, 3), (await inspect(from)).Layers);
  }),
);

/** A connection between a client and a registry that is cut after so many bytes of an upload, once. */
const cutting = async (to: string, bytes: number) => {
  let wasCut = false;
  const patches: { readonly range: string | undefined; sent: number }[] = [];
  const server = createServer((incoming: IncomingMessage, response) => {
    const onward = request(`http://${to}${incoming.url}`, {
      method: incoming.method,
      headers: { ...incoming.headers, host: `127.0.0.1:${port()}` },
    });
    const patch = { range: incoming.headers['content-range'], sent: 0 };
    if (incoming.method === 'PATCH') patches.push(patch);
    const isCut = Number(incoming.headers['content-length']) > bytes && !wasCut;
    wasCut ||= isCut;
    incoming.on('data', (chunk: Buffer) => {
      if (isCut && patch.sent + chunk.length > bytes) {
        onward.write(chunk.subarray(0, bytes - patch.sent), () =>
          setTimeout(() => {
            onward.destroy();
            incoming.destroy();
          }, 50),
        );
        patch.sent = bytes;
        incoming.removeAllListeners('data').pause();
        return;
      }
      patch.sent += chunk.length;
      onward.write(chunk);
    });
    incoming.on('end', () => onward.end());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
  });
  const host = await listen(server);
  const port = () => host.split(':')[1];
  return { host, patches, close: () => close(server) };
};

real(
  'an upload to docker-registry that is cut is made again',
  withRegistry(async (t, made) => {
    const between = await cutting(await registry(made), 200_000);
    made.atEnd(between.close);
    const name = reference(`${between.host}/team/app:1`);
    const image = await loaded(made, name, [LAYERS[0]!]);
    const { phases } = await pushed(made, image, name);
    t.deepEqual(phases, ['pushed']);
    t.deepEqual(made.pauses, [1000]);
    t.deepEqual(
      between.patches.filter(({ sent }) => sent === 200_000),
      [{ range: undefined, sent: 200_000 }],
    );
    await skopeo(
      'copy',
      '-q',
      '--insecure-policy',
      '--src-tls-verify=false',
      `docker://${name.host}/team/app:1`,
      `dir:${made.directory('copy')}`,
    );
  }),
);

real(
  'a registry with a token server: one token for a repository, and the rights on both for a mount',
  withRegistry(async (t, made) => {
    const { store, directory, atEnd, home, layout, registries } = made;
    const tokens = await startTokenServer(directory('tokens'));
    atEnd(tokens.close);
    const host = await registry(made, tokens.configuration());
    const { directory: from } = await layout({ name: 'app:1', layers: LAYERS });
    const name = reference(`${host}/base/app:1`);
    await push(from, name, '--dest-creds', 'me:secret');
    const image = await fetchImage(store, registries().source(name), name);

    const copy = reference(`${host}/team/copy:1`);
    const refused = await diagnosticOf(pushed(made, image, copy));
    t.is(refused.code, 'registry-denied');
    t.regex(refused.message, /anonymous users may not push/);
    t.regex(refused.help!, /docker login/);

    logIn(home, host);
    const before = tokens.asked.length;
    const { digest, phases } = await pushed(made, image, copy);
    t.deepEqual([digest, phases], [image.digest, ['mounted', 'mounted', 'mounted']]);
    const asked = tokens.asked.slice(before).map((scopes) => scopes.toSorted().join(' '));
    t.deepEqual([...new Set(asked)].toSorted(), [
      'repository:base/app:pull repository:team/copy:pull,push',
      'repository:team/copy:pull,push',
    ]);
    t.true(asked.length <= 3, asked.join('\n'));
  }),
);

test(
  'the manifest comes last: a layer that is refused leaves no name behind',
  withRegistry(async (t, made) => {
    const { layout, atEnd } = made;
    const { directory } = await layout({ name: 'empty:1', layers: [] });
    const served = await serveLayout(directory, ({ method, path }, response) => {
      if (method === 'POST') response.writeHead(202, { location: `${path}a` }).end();
      else if (method === 'PATCH') response.writeHead(413).end();
      else if (method === 'PUT') response.writeHead(201).end();
      else return false;
      return true;
    });
    atEnd(served.close);
    const name = reference(`${served.host}/team/app:1`);
    const image = await loaded(made, name);
    const { message, help } = await diagnosticOf(pushed(made, image, name));
    t.regex(message, /is too large for/);
    t.regex(help!, /client_max_body_size/);
    t.deepEqual(
      served.requests.filter(({ path, method }) => method === 'PUT' && path.includes('manifests')),
      [],
    );
    t.deepEqual(namesIn(made.store.ingest), []);
    t.deepEqual(namesIn(made.store.leases), []);
  }),
);

test(
  'where a registry leads an upload is not believed: another machine without TLS gets nothing',
  withRegistry(async (t: ExecutionContext, made) => {
    const { directory } = await made.layout({ name: 'empty:1', layers: [] });
    const served = await serveLayout(directory, ({ method }, response) => {
      if (method !== 'POST') return false;
      response.writeHead(202, { location: 'http://192.0.2.1/upload' }).end();
      return true;
    });
    made.atEnd(served.close);
    const name = reference(`${served.host}/team/app:1`);
    const image = await loaded(made, name, [LAYERS[2]!]);
    // Red without: `isAllowed` at the beginning of `ask`.
    const { facts } = await diagnosticOf(pushed(made, image, name));
    t.regex(JSON.stringify(facts), /it names http:\/\/192\.0\.2\.1/);
    t.truthy(findImage(made.store, name));
    t.truthy(readBlob(made.store, image.id));
  }),
);

test(
  'an upload that is cut goes on where the registry has it',
  withRegistry(async (t, made) => {
    const received = new Map<string, Buffer[]>();
    const ranges: (string | undefined)[] = [];
    let uploads = 0;
    // The registry takes in the first part of the first layer, and then loses the connection.
    const registry = createServer(async (incoming, response) => {
      const { method, url = '', headers } = incoming;
      const place = url.split('?')[0]!;
      const parts = received.get(place) ?? [];
      if (method === 'POST') {
        incoming.resume();
        return response.writeHead(202, { location: `/v2/upload/${++uploads}?a=b` }).end();
      }
      if (method === 'PATCH') {
        received.set(place, parts);
        ranges.push(headers['content-range']);
        const isFirst = uploads > 0 && Number(headers['content-length']) > 300_000 && parts.length === 0;
        let size = 0;
        for await (const chunk of incoming) {
          parts.push(chunk);
          size += chunk.length;
          if (isFirst && size > 100_000) return response.destroy();
        }
        return response.writeHead(202, { location: `${place}?a=c` }).end();
      }
      incoming.resume();
      if (method === 'PUT') return response.writeHead(201).end();
      if (method === 'GET' && place.includes('upload'))
        return response
          .writeHead(204, { location: `${place}?a=d`, range: `0-${Buffer.concat(parts).length - 1}` })
          .end();
      return response.writeHead(url === '/v2/' ? 200 : 404).end();
    });
    const host = await listen(registry);
    made.atEnd(() => close(registry));
    const name = reference(`${host}/team/app:1`);
    const image = await loaded(made, name, [LAYERS[0]!]);
    t.deepEqual((await pushed(made, image, name)).phases, ['pushed']);
    const whole = [...received.values()]
      .map((parts) => Buffer.concat(parts))
      .toSorted((a, b) => b.length - a.length)[0]!;
    t.deepEqual(gunzipSync(whole), LAYERS[0]);
    // Red without: `askProgress`.
    t.is(received.size, 2, 'one upload for the layer, and one for the configuration');
    t.regex(ranges.find((range) => range !== undefined)!, /^1\d{5}-\d+$/);
  }),
);
