import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ownPlatform } from '../../../src/base/images/platform.ts';
import { digestOf } from '../../../src/images/model/digest.ts';
import type { EnginePlaces } from '../../../src/images/sources/engine-stores.ts';
import { archive, file, type Member, memberBytes } from '../tar/archive.ts';

/** Places for the stores of all engines below a directory; none is there. */
export const enginesIn = (top: string): EnginePlaces => ({
  docker: join(top, 'docker'),
  podman: join(top, 'podman'),
  containerd: join(top, 'containerd'),
});

export const LAYERS: readonly (readonly Member[])[] = [
  [file('etc/motd', 'hello'), file('empty'), file('caf\xe9', 'x'.repeat(2000))],
  [file('etc/motd', 'goodbye')],
];
export const DIFF_IDS = LAYERS.map((members) => digestOf(archive(...members)));
const CONFIG = Buffer.from(JSON.stringify({ ...ownPlatform(), config: {}, rootfs: { diff_ids: DIFF_IDS } }));
export const ID = digestOf(CONFIG).slice(7);

/** The headers of a layer as tar-split keeps them, and its files. */
const writeSplit = (members: readonly Member[], headers: string, files: string): void => {
  const lines = members.flatMap((member) => {
    const bytes = memberBytes(member);
    const content = Buffer.from((member.content as string) ?? '', 'latin1');
    const at = bytes.length - Math.ceil(content.length / 512) * 512;
    write(join(files, '.'), undefined);
    write(Buffer.from(`${files}/${member.path}`, 'latin1'), content);
    return [
      { type: 2, payload: bytes.subarray(0, at).toString('base64') },
      { type: 1, name_raw: Buffer.from(member.path, 'latin1').toString('base64'), size: content.length },
      { type: 2, payload: bytes.subarray(at + content.length).toString('base64') },
    ];
  });
  const end = { type: 2, payload: Buffer.alloc(1024).toString('base64') };
  write(headers, gzipSync([...lines, end].map((line) => JSON.stringify(line)).join('\n')));
};

const write = (path: string | Buffer, content: string | Buffer | undefined): void => {
  mkdirSync(dirname(path.toString('latin1')), { recursive: true });
  if (content !== undefined) writeFileSync(path, content);
};

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `/var/lib/docker` with the driver overlay2. */
export const dockerStore = (root: string, name = 'shop/app:1'): void => {
  const image = join(root, 'image/overlay2');
  write(
    join(image, 'repositories.json'),
    JSON.stringify({ Repositories: { app: { [name]: `sha256:${ID}` } } }),
  );
  write(join(image, 'imagedb/content/sha256', ID), CONFIG);
  const chains = [DIFF_IDS[0]!.slice(7), sha(`${DIFF_IDS[0]} ${DIFF_IDS[1]}`)];
  for (const [index, chain] of chains.entries()) {
    write(join(image, 'layerdb/sha256', chain, 'cache-id'), `cache${index}`);
    writeSplit(
      LAYERS[index]!,
      join(image, 'layerdb/sha256', chain, 'tar-split.json.gz'),
      join(root, 'overlay2', `cache${index}`, 'diff'),
    );
  }
};

/** `/var/lib/containers/storage` with the driver overlay. */
export const podmanStore = (root: string): void => {
  const names = ['docker.io/shop/app:1'];
  write(join(root, 'overlay-images/images.json'), JSON.stringify([{ id: ID, names, layer: 'top' }]));
  write(join(root, 'overlay-images', ID, `=${Buffer.from(`sha256:${ID}`).toString('base64')}`), CONFIG);
  write(
    join(root, 'overlay-layers/layers.json'),
    JSON.stringify([{ id: 'base' }, { id: 'top', parent: 'base' }]),
  );
  for (const [index, id] of ['base', 'top'].entries())
    writeSplit(
      LAYERS[index]!,
      join(root, 'overlay-layers', `${id}.tar-split.gz`),
      join(root, 'overlay', id, 'diff'),
    );
};
