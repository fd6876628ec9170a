import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { checkLayers, type Manifest, readManifest } from '../../../src/images/model/manifest.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const LAYER = digestOf('b');

/** A manifest of an image with one layer. */
const manifestOf = (layer: object = {}, config: object = {}): Manifest => ({
  config: {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf('a'),
    size: 2,
    ...config,
  },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: LAYER, size: 3, ...layer }],
});

const read = (value: unknown, mediaType = '') =>
  readManifest({ mediaType, bytes: Buffer.from(JSON.stringify(value)) }, 'a test');

for (const mediaType of [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.oci.image.layer.v1.tar+zstd',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd',
])
  test(`a layer of ${mediaType}`, (t) => t.notThrows(() => checkLayers(manifestOf({ mediaType }))));

for (const mediaType of [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
  test(`an image with ${mediaType}`, (t) => t.notThrows(() => checkLayers(manifestOf({}, { mediaType }))));

// Red without: the conditions of checkLayers in manifest.ts, one by one.
for (const [what, manifest, message] of [
  [
    'an encrypted layer',
    manifestOf({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' }),
    `the layer ${LAYER} is encrypted`,
  ],
  [
    'an encrypted layer of its owner',
    manifestOf({ mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+encrypted' }),
    `the layer ${LAYER} is encrypted`,
  ],
  ...[
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  ].map(
    (mediaType) =>
      [
        `a layer of ${mediaType}`,
        manifestOf({ mediaType }),
        `the layer ${LAYER} is distributed by its owner alone (${mediaType})`,
      ] as const,
  ),
  [
    'a layer with addresses',
    manifestOf({ urls: ['https://example.com/layer'] }),
    `the layer ${LAYER} is distributed by its owner alone (application/vnd.oci.image.layer.v1.tar)`,
  ],
  [
    'a layer of another type',
    manifestOf({ mediaType: 'application/wasm' }),
    `the layer ${LAYER} has the unknown type application/wasm`,
  ],
  [
    'a configuration of another type',
    manifestOf({}, { mediaType: 'application/vnd.cncf.helm.config.v1+json' }),
    'the manifest describes an artifact (application/vnd.cncf.helm.config.v1+json), and not an image',
  ],
  // Red without: MOST_LAYERS of manifest.ts. Linux unmounts thousands of layers for minutes.
  [
    'more layers than an overlay takes',
    { ...manifestOf({}), layers: Array.from({ length: 501 }, () => manifestOf({}).layers[0]!) },
    'the image has 501 layers, and 500 are the most',
  ],
] as const)
  test(`refused by name: ${what}`, (t) => {
    const error = t.throws(() => checkLayers(manifest), { instanceOf: Problem, message });
    t.is(error!.diagnostics[0]!.code, 'unsupported-image');
  });

for (const [what, value, mediaType] of [
  [
    'by its media type',
    { name: 'library/old', fsLayers: [] },
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
  ],
  ['by its number', { schemaVersion: 1, name: 'library/old', fsLayers: [] }, 'application/json'],
] as const)
  test(`schema 1 is refused, ${what}`, (t) => {
    const error = t.throws(() => read(value, mediaType), { instanceOf: Problem, message: /schema 1/ });
    t.is(error!.diagnostics[0]!.code, 'unsupported-image');
    t.regex(error!.diagnostics[0]!.help!, /push the image again/);
  });

test('what Go writes for an empty list is one, and what nobody knows is left out', (t) => {
  const manifest = manifestOf({ urls: null, annotations: null, 'x-own': 1 });
  t.deepEqual(read({ schemaVersion: 2, ...manifest }), { schemaVersion: 2, ...manifest });
  t.notThrows(() => checkLayers(read(manifest) as Manifest));
  t.deepEqual((read({ ...manifest, layers: null }) as Manifest).layers, []);
});

for (const [what, value, message] of [
  ['no JSON', undefined, /is no JSON object/],
  ['a list', [], /is no JSON object/],
  ['an artifact without layers', { blobs: [] }, /describes an artifact/],
  ['a digest of another kind', manifestOf({ digest: `md5:${'0'.repeat(32)}` }), /no digest of SHA-256/],
  ['a digest that leads elsewhere', manifestOf({ digest: 'sha256:../../x' }), /no digest of SHA-256/],
  ['a size below zero', manifestOf({ size: -1 }), /is no size/],
  ['a size with a fraction', manifestOf({ size: 0.5 }), /is no size/],
  ['no configuration', { layers: [] }, /invalid/],
  ['no manifests', { manifests: [{}] }, /invalid/],
  ['9 MB', { text: 'x'.repeat(9 << 20) }, /a manifest has 9437\d+ bytes/],
] as const)
  test(`a manifest is refused: ${what}`, (t) => {
    const bytes = Buffer.from(value === undefined ? '{' : JSON.stringify(value));
    const error = t.throws(() => readManifest({ mediaType: '', bytes }, 'a test'), { instanceOf: Problem });
    t.regex(error!.message, message);
  });
