import { mkdirSync } from 'node:fs';
import { makeLayout } from '../images/make-layout.ts';
import { serveLayout } from '../images/registry/faulty-registry.ts';
import { file } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

scenario('pull fetches the images of the services, once each, and says what it does', async (t, project) => {
  const layout = project.path('layout');
  mkdirSync(layout);
  makeLayout(layout, [{ name: 'app:1', layers: [[file('hello', 'hello')]] }]);
  const registry = await serveLayout(layout);
  try {
    const [there, missing] = [`${registry.host}/app:1`, `${registry.host}/app:2`];
    project.compose(`services:
  a: { image: '${there}', command: ['true'] }
  b: { image: '${there}', command: ['true'], build: . }
  c: { image: '${missing}', command: ['true'] }
  d: { build: ., command: ['true'] }
  e: { image: '${registry.host}/other:1', command: ['true'], depends_on: [a] }
`);
    const images = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { code, stderr } = await project.tscompose('pull', ...words);
      t.is(code, 0, stderr);
      return [...stderr.matchAll(/^Image \S+\/(\S+) Pulled/gm)].map(([, name]) => name!).toSorted();
    };
    t.deepEqual(await images('e'), ['other:1']);
    t.deepEqual(await images('--include-deps', 'e'), ['app:1', 'other:1']);
    await project.ok('rmi', there, `${registry.host}/other:1`);

    const pulled = await project.tscompose('pull', 'a', 'b');
    t.is(pulled.code, 0, pulled.stderr);
    t.is(pulled.stderr.match(/^Image .* Pulling$/gm)?.length, 1);
    t.regex(pulled.stderr, /^Image .*app:1 Pulled \([0-9a-f]{12}\)$/m);
    t.is(await project.ok('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'), `${there}\n`);

    const asked = registry.requests.length;
    const skipped = await project.tscompose(
      'pull',
      '--policy',
      'missing',
      '--ignore-buildable',
      'a',
      'b',
      'd',
    );
    t.is(skipped.code, 0, skipped.stderr);
    t.deepEqual(skipped.stderr.trimEnd().split('\n'), [
      'b Skipped Image can be built',
      'd Skipped No image to be pulled',
      `Image ${there} Skipped Image is already present locally`,
    ]);
    t.is(registry.requests.length, asked);

    const failed = await project.tscompose('pull', '-q');
    t.is(failed.code, 1);
    t.regex(failed.stderr, /has no image `127\.0\.0\.1:\d+\/app:2`/);
    t.notRegex(failed.stderr, /Pulling/);
    const ignored = await project.tscompose('pull', '--ignore-pull-failures');
    t.is(ignored.code, 0, ignored.stderr);
    t.regex(ignored.stderr, /warning.*app:2/);
  } finally {
    await registry.close();
  }
});
