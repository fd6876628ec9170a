import { mkdirSync } from 'node:fs';
import { makeLayout } from '../images/make-layout.ts';
import { startDockerRegistry } from '../images/registry/docker-registry.ts';
import { file } from '../images/tar/archive.ts';
import { needs } from './harness/scenario.ts';

needs('docker-registry')(
  'push brings built images to their registries, and skips the others',
  async (t, project) => {
    mkdirSync(project.path('registry'));
    const { host, stop } = await startDockerRegistry(project.path('registry'));
    try {
      const name = `${host}/team/app:1`;
      const top = `${host}/team/top:1`;
      makeLayout(project.path('layout'), [
        { name, layers: [[file('hello', 'hello')]] },
        { name: top, layers: [[file('top', 'top')]] },
      ]);
      await project.ok('load', project.path('layout'));
      project.compose(`services:
  app: { image: '${name}', build: { context: . }, command: ['true'] }
  top: { image: '${top}', build: { context: . }, command: ['true'], depends_on: [app] }
  other: { image: '${host}/base:1', command: ['true'] }
  missing: { image: '${host}/missing:1', build: { context: . }, command: ['true'], profiles: [more] }
`);
      const images = async (...words: readonly string[]): Promise<readonly string[]> => {
        const { code, stderr } = await project.tscompose('push', ...words);
        t.is(code, 0, stderr);
        return [...stderr.matchAll(/^Image \S+\/(\S+) Pushed/gm)].map(([, image]) => image!).toSorted();
      };
      t.deepEqual(await images('top'), ['top:1']);
      const pushed = await project.tscompose('push', 'app', 'other');
      t.is(pushed.code, 0, pushed.stderr);
      t.regex(pushed.stderr, /^other Skipped Image is not built here$/m);
      t.regex(pushed.stderr, /^[0-9a-f]{12} Pushed \(\d+B\)$/m);
      t.regex(pushed.stderr, /^Image .*app:1 Pushed \([0-9a-f]{12}\)$/m);
      t.deepEqual(await images('--include-deps', 'top'), ['app:1', 'top:1']);
      const again = await project.tscompose('--progress', 'json', 'push', 'app');
      t.regex(again.stderr, /"text":"Layer already exists"/);
      t.is((await project.tscompose('push', '-q', 'app')).stderr, '');
      // What the registry has is what is here: there is nothing to fetch.
      t.notRegex((await project.tscompose('pull', 'app')).stderr, /Pull complete/);

      const failed = await project.tscompose('--profile', 'more', 'push');
      t.is(failed.code, 1);
      t.regex(failed.stderr, /missing:1` is not on this machine/);
      t.regex(failed.stderr, /compose\.yaml:5:\d+/);
      const ignored = await project.tscompose('--profile', 'more', 'push', '--ignore-push-failures');
      t.is(ignored.code, 0, ignored.stderr);
      t.regex(ignored.stderr, /warning.*is not on this machine/);
    } finally {
      await stop();
    }
  },
);
