import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../../src/base/diagnostic.ts';
import { fetchImages } from '../../../../src/engine/doors/images/fetched-images.ts';
import { withImages } from '../../../../src/engine/doors/images/found-images.ts';
import { loadImages } from '../../../../src/engine/doors/images/load-images.ts';
import { openStore } from '../../../../src/images/store/store.ts';
import { type MadeImage, makeLayout } from '../../../images/make-layout.ts';
import { archive, file } from '../../../images/tar/archive.ts';
import { loadText } from '../../../project/support.ts';

const LAYER = archive(file('a', 'a'));
const config = { Cmd: ['sh'] };

/** With images in the store of a state directory of its own: tests of this file run one after the other. */
const withLoaded = (
  title: string,
  images: readonly MadeImage[],
  body: (t: ExecutionContext, state: string) => Promise<void>,
): void => {
  const run = process.geteuid?.() === 0 ? test.serial : test.skip;
  run(title, async (t) => {
    const top = mkdtempSync(join(tmpdir(), 'tscompose-found-'));
    process.env.TSCOMPOSE_STATE_DIR = join(top, 'state');
    try {
      makeLayout(join(top, 'layout'), images);
      await loadImages(join(top, 'layout'), {});
      await body(t, join(top, 'state'));
    } finally {
      delete process.env.TSCOMPOSE_STATE_DIR;
      delete process.env.TSCOMPOSE_ROOT_KIND;
      rmSync(top, { recursive: true, force: true });
    }
  });
};

const project = (services: string) => loadText(`services:\n${services}`).project!;

const diagnosticsOf = async (t: ExecutionContext, work: () => Promise<unknown>) =>
  (await t.throwsAsync(work, { instanceOf: Problem }))!.diagnostics;

// Red without: checkWanted of fetched-images.ts.
withLoaded(
  'all that is wrong with images is refused before one is fetched',
  [{ name: 'silent:1', layers: [LAYER] }],
  async (t) => {
    const events: unknown[] = [];
    const found = await diagnosticsOf(t, () =>
      fetchImages(
        project(`  due: {image: '127.0.0.1:1/due:1', command: 'true'}
  never: {image: 'nowhere:1', pull_policy: never, command: 'true'}
  silent: {image: 'silent:1'}
`),
        { services: [], environment: {}, onEvent: (event) => events.push(event) },
      ),
    );
    t.deepEqual(
      found.map(({ code, from }) => [code, from]),
      [
        ['no-image', 'services.never.image'],
        ['no-command', 'services.silent.image'],
      ],
    );
    t.deepEqual(events, []);
  },
);

// Red without: platformWarnings in checkWanted of fetched-images.ts.
withLoaded(
  'an image of another platform than the wanted one is warned of at every start, not only when it is fetched',
  [{ name: 'app:1', layers: [LAYER], config }],
  async (t) => {
    const events: unknown[] = [];
    const services = `  own: {image: 'app:1'}\n  other: {image: 'app:1', platform: linux/s390x}\n`;
    const onEvent = (event: unknown) => events.push(event);
    await fetchImages(project(services), { services: [], environment: {}, onEvent });
    t.like(events, [{ kind: 'warning', warning: { code: 'other-platform', from: 'services.other.image' } }]);
  },
);

const mounting = (source: string) =>
  `{x-tscompose: {rootfs: host}, command: 'true', volumes: [{type: image, source: ${source}, target: /srv}]}`;

// Red without: imagesOf in wantedImages of fetched-images.ts.
withLoaded(
  'the images of mounts are fetched where they are missing, and what is wrong with them is said at their sources',
  [{ name: 'here:1', layers: [LAYER] }],
  async (t) => {
    const fetched = (source: string, policy?: string) => () =>
      fetchImages(project(`  web: ${mounting(source)}\n`), { services: [], environment: {}, policy });
    t.deepEqual(await fetched('here:1')(), []);
    for (const [source, policy, code] of [
      ['127.0.0.1:1/due:1', undefined, 'registry-unreachable'],
      ['nowhere:1', 'never', 'no-image'],
    ] as const) {
      const found = await diagnosticsOf(t, fetched(source, policy));
      t.deepEqual(
        found.map((one) => [one.code, one.from]),
        [[code, 'services.web.volumes[0].source']],
      );
    }
  },
);

// Red without: makeRoot for the images of mounts, and their part of wantsImages.
withLoaded(
  'a service has the images of its mounts, whose files are ready, beside what its own image says',
  [
    { name: 'app:1', layers: [LAYER], config: { ...config, Volumes: { '/data': {} } } },
    { name: 'here:1', layers: [archive(file('b', 'b'))] },
  ],
  async (t, state) => {
    const both = project(`  web: ${mounting('here:1')}
  other: {image: 'app:1', volumes: [{type: image, source: 'here:1', target: /data, image: {subpath: b}}]}
`);
    const { services } = await withImages(both, { services: [] });
    for (const { mounts } of Object.values(services)) {
      t.is(mounts.length, 1, 'in the place of the volume of the image');
      t.like(mounts[0], { kind: 'image', image: { kind: 'image', reference: 'here:1' } });
    }
    t.is(readdirSync(openStore(state).roots).length, 2);
  },
);

// Red without: hasRoots in found-images.ts.
withLoaded(
  'services that were not chosen get no root',
  [
    { name: 'chosen:1', layers: [LAYER], config },
    { name: 'other:1', layers: [archive(file('b', 'b'))], config },
  ],
  async (t, state) => {
    const both = project("  web: {image: 'chosen:1'}\n  other: {image: 'other:1'}\n");
    const found = await withImages(both, { services: ['web'] });
    t.deepEqual(Object.keys(found.services), ['web']);
    t.deepEqual(found.inactive, ['other']);
    t.is(readdirSync(openStore(state).roots).length, 1);
    t.deepEqual(Object.keys((await withImages(both, { services: [] })).services), ['web', 'other']);
    // Its root is there now, and so may be a container.
    t.deepEqual(Object.keys((await withImages(both, { services: ['web'] })).services), ['web', 'other']);
  },
);

for (const kind of ['erofs', 'directory'])
  withLoaded(
    `an archive that can be no root, and a call that fails, are said of their services, as ${kind}`,
    [
      { name: 'hostile:1', layers: [archive(file('../a', 'a'))], config },
      { name: 'other:1', layers: [archive(file('../b', 'b'))], config },
      { name: 'good:1', layers: [archive(file('c', 'c'.repeat(2_000_000)))], config },
    ],
    async (t, state) => {
      process.env.TSCOMPOSE_ROOT_KIND = kind;
      // Red without: makeRootsOf in found-images.ts.
      const hostile = await diagnosticsOf(t, () =>
        withImages(project("  web: {image: 'hostile:1'}\n  other: {image: 'other:1'}\n"), { services: [] }),
      );
      t.deepEqual(
        hostile.map(({ code, from, facts }) => [code, from, facts?.at(-1)?.join(' ')]),
        [
          ['bad-archive', 'services.web.image', 'image hostile:1'],
          ['bad-archive', 'services.other.image', 'image other:1'],
        ],
      );
      t.regex(hostile[0]!.help!, /choose another version/);
      // Red without: rootError of stored-root.ts. A disk that is full, and one that is read-only.
      const { ingest, layers, directory } = openStore(state);
      const good = project("  web: {image: 'good:1'}\n");
      execFileSync('mount', ['--bind', layers, layers]);
      execFileSync('mount', ['-o', 'remount,ro,bind', layers]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k,nr_inodes=2', 'small', ingest]);
      try {
        const [problem] = await diagnosticsOf(t, () => withImages(good, { services: [] }));
        t.is(problem?.from, 'services.web.image');
        if (kind === 'erofs') t.is(problem?.message, `no space is left in ${directory}`);
        else
          t.deepEqual(
            [problem?.code, problem?.facts?.[0]?.[1].replace(/\(.*\)/, '')],
            ['step-failed', 'unlinkat = EROFS'],
          );
      } finally {
        execFileSync('umount', ['--lazy', ingest]);
        execFileSync('umount', ['--lazy', layers]);
      }
    },
  );
