import { mkdirSync } from 'node:fs';
import { makeLayout } from '../images/make-layout.ts';
import { serveLayout } from '../images/registry/faulty-registry.ts';
import { file } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

scenario('config pins images by the digests of their registries, and fetches nothing', async (t, project) => {
  const layout = project.path('layout');
  mkdirSync(layout);
  const [made] = makeLayout(layout, [{ name: 'app:1', layers: [[file('hello', 'hello')]] }]);
  const { digest } = made!.descriptor;
  const registry = await serveLayout(layout);
  try {
    const image = `${registry.host}/team/app`;
    project.compose(`name: pinned
services:
  a: { image: '${image}:1', command: ['true'] }
  b: { image: '${image}:2@${digest}', environment: { A: b } }
  c: { build: . }
  d: { image: '${image}:2', profiles: [more] }
`);
    const pinned = await project.ok('config', '--resolve-image-digests');
    t.true(pinned.includes(`    image: ${image}:1@${digest}\n`), pinned);
    t.true(pinned.includes(`    image: ${image}@${digest}\n`), pinned);
    t.regex(pinned, /A: b/);
    t.deepEqual(
      registry.requests.filter(({ method, path }) => path !== '/v2/' && method !== 'HEAD'),
      [],
    );
    t.is(
      await project.ok('config', '--lock-image-digests', 'a', 'b'),
      `services:\n  a:\n    image: ${image}:1@${digest}\n  b:\n    image: ${image}@${digest}\n`,
    );
    t.deepEqual(JSON.parse(await project.ok('config', '--lock-image-digests', '--format', 'json', 'a')), {
      services: { a: { command: null, entrypoint: null, image: `${image}:1@${digest}` } },
    });
    const missing = await project.tscompose('--profile', 'more', 'config', '--resolve-image-digests');
    t.is(missing.code, 1);
    t.is(missing.stdout, '');
    t.regex(missing.stderr, /has no image `.*app:2`/);
    t.regex(missing.stderr, /compose\.yaml:6:\d+/);
  } finally {
    await registry.close();
  }
});
