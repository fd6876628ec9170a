import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Platform } from '../../src/base/images/platform.ts';
import type { Descriptor } from '../../src/images/model/descriptor.ts';
import { archive, directory, file, link, type Member } from './tar/archive.ts';

/** An image that a test describes. */
export type MadeImage = {
  /** `app:1`; its tag is the name in the layout. */
  readonly name?: string;
  /** From the bottom up: each is a plain archive, or the members of one. */
  readonly layers: readonly (Buffer | readonly Member[])[];
  /** The part `config` of its configuration: `{ Cmd: ['sh'] }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly platform?: Platform;
  readonly isCompressed?: boolean;
};

/** A busybox with the commands that tests call, `/etc/passwd` with nobody, and `/tmp`: one layer. */
export const busyboxLayer = (): readonly Member[] => [
  ...['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'var'].map((path) => directory(path)),
  directory('tmp', { mode: 0o1777 }),
  file('bin/busybox', readFileSync('/usr/bin/busybox').toString('latin1'), { mode: 0o755 }),
  ...COMMANDS.map((name) => link(`bin/${name}`, 'busybox')),
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n'),
  file('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
];

/** Writes images as an OCI layout into a directory; those with the same name become one index of several platforms. */
export const makeLayout = (target: string, images: readonly MadeImage[]): readonly MadeManifest[] => {
  mkdirSync(join(target, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(target, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const made = images.map((image) => makeManifest(target, image));
  const names = [...new Set(images.map(({ name }) => name))];
  const manifests = names.flatMap((name) => {
    const same = made.filter((each) => each.name === name).map(({ descriptor }) => descriptor);
    const top = name === undefined || same.length === 1 ? same : [writeIndex(target, same)];
    return top.map((descriptor) => ({ ...descriptor, ...(name && { annotations: nameAnnotations(name) }) }));
  });
  writeFileSync(
    join(target, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
  );
  return made;
};

export type MadeManifest = {
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly string[];
};

const makeManifest = (target: string, image: MadeImage): MadeManifest => {
  const { name, config = {}, platform = OWN, isCompressed = true } = image;
  const plain = image.layers.map((layer) => (Buffer.isBuffer(layer) ? layer : archive(...layer)));
  const diffIds = plain.map(digestOf);
  const layers = plain.map((bytes) =>
    isCompressed
      ? writeBlob(target, `${LAYER}+gzip`, gzipSync(bytes, { level: 1 }))
      : writeBlob(target, LAYER, bytes),
  );
  const configuration = writeBlob(
    target,
    'application/vnd.oci.image.config.v1+json',
    JSON.stringify({
      created: '2024-02-29T12:00:00Z',
      ...platform,
      config,
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map((_, index) => ({ created_by: `layer ${index + 1}` })),
    }),
  );
  const manifest = writeBlob(
    target,
    MANIFEST,
    JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: configuration, layers }),
  );
  return { name, descriptor: { ...manifest, platform }, config: configuration, layers, diffIds };
};

/** Writes an index into a layout, without a name. */
export const writeIndex = (target: string, manifests: readonly Descriptor[]): Descriptor =>
  writeBlob(target, INDEX, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));

export const writeBlob = (target: string, mediaType: string, content: string | Buffer): Descriptor => {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  writeFileSync(blobFile(target, digest), bytes);
  return { mediaType, digest, size: bytes.length };
};

export const blobFile = (target: string, digest: string): string =>
  join(target, 'blobs/sha256', digest.slice('sha256:'.length));

export const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const nameAnnotations = (name: string) => ({
  'io.containerd.image.name': name,
  'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
});

const OWN: Platform = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const COMMANDS = [
  'sh',
  'cat',
  'echo',
  'env',
  'id',
  'ls',
  'mkdir',
  'pwd',
  'sleep',
  'stat',
  'test',
  'touch',
  'true',
];
