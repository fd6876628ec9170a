import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { readPlatform } from '../../../src/base/images/platform.ts';
import { type Chosen, chooseManifest } from '../../../src/images/model/choose.ts';
import type { Descriptor } from '../../../src/images/model/descriptor.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import type { Source } from '../../../src/images/model/source.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: `sha256:${'0'.repeat(64)}`,
  size: 2,
};

/** A manifest or an index, and everything that it leads to. */
type Node = { readonly bytes: Buffer; readonly descriptor: Descriptor; readonly inner: readonly Node[] };

/** An image, told from others by its title. @param platform as its index has it; none of none */
const image = (title: string, platform?: string, annotations = {}): Node =>
  node(MANIFEST, { config: EMPTY, layers: [], annotations: { title } }, [], platform, annotations);

const index = (inner: readonly Node[], platform?: string): Node =>
  node(INDEX, { manifests: inner.map(({ descriptor }) => descriptor) }, inner, platform);

const node = (
  mediaType: string,
  content: object,
  inner: readonly Node[],
  text?: string,
  annotations = {},
): Node => {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  const platform = text === 'unknown/unknown' ? UNKNOWN : text && readPlatform(text);
  const found = { mediaType, digest: digestOf(bytes), size: bytes.length, annotations };
  return { bytes, descriptor: { ...found, ...(platform && { platform }) }, inner };
};

const UNKNOWN = { os: 'unknown', architecture: 'unknown' };

const below = (top: Node): readonly Node[] => [top, ...top.inner.flatMap(below)];

const sourceOf = (top: Node): Source & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    name: 'a test',
    asked,
    manifest: async (which) => {
      asked.push(which);
      const found = which === 'tag' ? top : below(top).find(({ descriptor }) => descriptor.digest === which);
      return found && { mediaType: found.descriptor.mediaType, bytes: found.bytes };
    },
    blob: () => Promise.reject(new Error('no blob is asked for')),
  };
};

const choose = (top: Node, platform: string, source = sourceOf(top)): Promise<Chosen> =>
  chooseManifest(source, 'app:1', 'tag', readPlatform(platform)!);

const titleOf = ({ blobs, digest }: Chosen): string =>
  JSON.parse(blobs.get(digest)!.toString()).annotations.title;

const ATTESTATION = { 'vnd.docker.reference.type': 'attestation-manifest' };
const MANY = index([
  image('attestation', 'unknown/unknown', ATTESTATION),
  image('marked only', 'linux/amd64', ATTESTATION),
  image('v5', 'linux/arm/v5'),
  image('386', 'linux/386'),
  image('v6', 'linux/arm/v6'),
  image('x3', 'linux/amd64/v3'),
  image('x1', 'linux/amd64'),
  image('again', 'linux/amd64'),
  image('a64', 'linux/arm64/v8'),
]);

// Red without: the marks of attestations in `images` of choose.ts, and the order of CHAINS in platform.ts.
for (const [platform, title] of [
  ['linux/amd64', 'x1'],
  ['linux/amd64/v2', 'x1'],
  ['linux/amd64/v4', 'x3'],
  ['linux/386', '386'],
  ['linux/arm/v7', 'v6'],
  ['linux/arm/v6', 'v6'],
  ['linux/arm/v5', 'v5'],
  ['linux/arm64', 'a64'],
  ['linux/arm64/v8', 'a64'],
  ['linux/arm64/v9', 'a64'],
] as const)
  test(`of many images, ${title} is that for ${platform}`, async (t) => {
    const chosen = await choose(MANY, platform);
    t.is(titleOf(chosen), title);
    t.is(chosen.target, MANY.descriptor.digest);
    t.deepEqual([...chosen.blobs.keys()], [MANY.descriptor.digest, chosen.digest]);
  });

test('a machine of arm64 runs images of arm where there are no others', async (t) =>
  t.is(titleOf(await choose(index([image('v7', 'linux/arm/v7')]), 'linux/arm64')), 'v7'));

test('a machine whose variant nothing says has no image of a better one', async (t) => {
  await t.throwsAsync(choose(index([image('x3', 'linux/amd64/v3')]), 'linux/amd64'), {
    message: '`app:1` is not there for linux/amd64',
  });
});

test('the error lists the platforms that there are, each once, those of inner indexes too, and no attestations', async (t) => {
  const error = await t.throwsAsync(
    choose(index([...MANY.inner, index([image('z', 'linux/s390x')])]), 'windows/amd64'),
    { instanceOf: Problem, message: '`app:1` is not there for windows/amd64' },
  );
  t.like(error!.diagnostics[0], {
    code: 'no-platform',
    facts: [
      [
        'there is',
        'linux/arm/v5, linux/386, linux/arm/v6, linux/amd64/v3, linux/amd64, linux/arm64, linux/s390x',
      ],
    ],
  });
});

test('indexes in an index are gone through until one has the platform', async (t) => {
  const right = index([image('right', 'linux/amd64')]);
  const top = index([
    index([image('arm', 'linux/arm64')]),
    index([image('other', 'linux/amd64')], 'linux/arm64'),
    index([index([image('riscv', 'linux/riscv64')]), right]),
  ]);
  const source = sourceOf(top);
  const chosen = await choose(top, 'linux/amd64', source);
  t.is(titleOf(chosen), 'right');
  // Those on the way alone are stored.
  t.deepEqual(
    [...chosen.blobs.keys()],
    [top.descriptor.digest, top.inner[2]!.descriptor.digest, right.descriptor.digest, chosen.digest],
  );
  t.false(source.asked.includes(top.inner[1]!.descriptor.digest), 'an index of another platform');
});

test('an image without a platform is taken where the index has none for it', async (t) => {
  const unsaid = image('unsaid');
  t.is(titleOf(await choose(index([unsaid]), 'linux/amd64')), 'unsaid');
  t.is(titleOf(await choose(index([unsaid, image('said', 'linux/amd64')]), 'linux/amd64')), 'said');
  t.is(titleOf(await choose(index([unsaid, index([image('in', 'linux/amd64')])]), 'linux/amd64')), 'in');
});

test('an index of attestations alone has no platform', async (t) => {
  const error = await t.throwsAsync(
    choose(index([image('a', 'unknown/unknown'), image('b', undefined, ATTESTATION)]), 'linux/amd64'),
    { instanceOf: Problem },
  );
  t.deepEqual(error!.diagnostics[0]!.facts, [['there is', 'no platform at all']]);
});

// Red without: MOST_ASKED in choose.ts.
test('indexes without an end are given up', async (t) => {
  const other = image('other', 'linux/arm64');
  const deep = Array.from({ length: 40 }).reduce<Node>((inner) => index([inner]), other);
  const wide = index(Array.from({ length: 40 }, () => index([other])));
  for (const top of [deep, wide]) {
    const source = sourceOf(top);
    await t.throwsAsync(choose(top, 'linux/amd64', source), { message: /has more than 32 indexes/ });
    t.is(source.asked.length, 32);
  }
});

test('what is missing, and what is not what its digest promises, is said', async (t) => {
  const top = index([image('x', 'linux/amd64')]);
  const { digest } = top.inner[0]!.descriptor;
  const lone = { ...top, inner: [] };
  await t.throwsAsync(choose(lone, 'linux/amd64'), { message: `a test has no image \`app:1@${digest}\`` });
  const source = sourceOf(top);
  const lying = { ...source, manifest: async () => (await source.manifest('tag'))! };
  await t.throwsAsync(chooseManifest(lying, 'app:1', digest, { os: 'linux', architecture: 'amd64' }), {
    message: 'a manifest is not what its digest promises',
  });
  await t.throwsAsync(chooseManifest(source, 'app:1', 'none', { os: 'linux', architecture: 'amd64' }), {
    message: 'a test has no image `app:1`',
  });
});
