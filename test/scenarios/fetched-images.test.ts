import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { pushWithSkopeo, startDockerRegistry } from '../images/registry/docker-registry.ts';
import { file } from '../images/tar/archive.ts';
import { eventually } from './harness/eventually.ts';
import { needs } from './harness/scenario.ts';

const said = (word: string) => ({
  Env: [`WORD=${word}`, 'PATH=/bin'],
  Entrypoint: ['/bin/sh', '-c'],
  Cmd: ['echo "says $WORD"; exec sleep 9999'],
});

needs('docker-registry', 'skopeo')(
  'up fetches what is missing, by policy; a failure leaves the containers alone',
  async (t, project) => {
    const top = project.path('registry');
    mkdirSync(top);
    const registry = await startDockerRegistry(top);
    try {
      const image = `${registry.host}/team/app:1`;
      const push = (word: string): void => {
        const layout = project.path(word);
        makeLayout(layout, [
          { name: 'app:1', layers: [[...busyboxLayer(), file(word, word)]], config: said(word) },
        ]);
        pushWithSkopeo(layout, image, '--dest-tls-verify=false');
      };
      const output = (word: string) =>
        eventually('the output', async () => (await project.logs('web')).includes(`says ${word}`));
      push('first');
      project.compose(`services: {web: {image: '${image}', stop_signal: SIGKILL}}`);

      const dry = await project.tscompose('--dry-run', 'up', '-d');
      t.is(dry.stderr, `DRY-RUN MODE - Image ${image} Pulling\n`);
      t.false(existsSync(join(project.stateDirectory, '.images')));

      const up = await project.tscompose('up', '-d');
      t.is(up.code, 0, up.stderr);
      t.regex(
        up.stderr,
        new RegExp(`^Image ${image} Pulling\n[\\s\\S]*^Image ${image} Pulled \\([0-9a-f]{12}\\)$`, 'm'),
      );
      await output('first');

      // Red without: withoutLayers in src/cli/requests/fetched-images.ts.
      push('quiet');
      const quiet = await project.tscompose('up', '-d', '--pull', 'always', '--quiet-pull');
      t.regex(quiet.stderr, /Pulled/);
      t.notRegex(quiet.stderr, /Pull complete/);
      await output('quiet');
      const before = await project.container('web');

      push('second');
      const again = await project.tscompose('--progress', 'json', 'up', '-d', '--pull', 'always');
      t.is(again.code, 0, again.stderr);
      const lines = again.stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      t.like(lines[0], { id: `Image ${image}`, status: 'Working', text: 'Pulling' });
      t.true(lines.some(({ parent_id, percent }) => parent_id === `Image ${image}` && percent === 100));
      await output('second');
      const recreated = await project.container('web');
      t.not(recreated.ID, before.ID);

      await registry.stop();
      const idle = await project.tscompose('up', '-d');
      t.is(idle.code, 0, idle.stderr);
      t.notRegex(idle.stderr, /Pull/);
      // Red without: the fetch before the start in fetched-images.ts.
      const failed = await project.tscompose(
        'up',
        '-d',
        '--force-recreate',
        '--pull',
        'always',
        '--quiet-pull',
      );
      t.is(failed.code, 1);
      t.regex(failed.stderr, /compose\.yaml:1:\d+/);
      t.notRegex(failed.stderr, /Pull complete/);

      project.compose(`services:
  web: {image: '${image}', stop_signal: SIGKILL, command: [other]}
  built: {image: '${registry.host}/built', build: .}
  never: {image: never-there, pull_policy: never}
`);
      const missing = await project.tscompose('up', '-d');
      t.is(missing.code, 1);
      t.regex(missing.stderr, /never-there. is not on this machine[\s\S]*tscompose pull/);
      t.notRegex(missing.stderr, /built/, 'nothing is fetched for an attempt that fails');
      const unbuilt = await project.tscompose('up', '-d', 'web', 'built');
      t.is(unbuilt.code, 1);
      t.regex(unbuilt.stderr, /is not built yet/);
      const after = await project.container('web');
      t.is(after.ID, recreated.ID);
      t.is(after.Pid, recreated.Pid);
    } finally {
      await registry.stop();
    }
  },
);
