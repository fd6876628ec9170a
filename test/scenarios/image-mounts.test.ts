import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { archive, directory, file, link } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

const CONFIG = { Env: ['PATH=/bin'], Cmd: ['sleep', '9999'], StopSignal: 'SIGKILL' };

const DATA = (word: string) =>
  archive(
    ...[
      directory('site'),
      file('site/page', `${word}\n`),
      directory('site/deep'),
      file('site/deep/one', 'deep\n'),
    ],
    ...[link('way', '/site/deep'), link('out', '../../../../../../etc')],
  );

/** How many mounts of images there are below the run directory. */
const mountsBelow = (path: string): number =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4]?.startsWith(`${path}/.images/`)).length;

for (const kind of ['', 'directory'])
  scenario(`images are mounted into containers${kind && ' as directories'}`, async (t, project) => {
    const env: Record<string, string> = kind === '' ? {} : { TSCOMPOSE_ROOT_KIND: kind };
    const run = (...words: string[]) => project.begin(words, { env }).ended;
    const upWith = async (more = '') => {
      project.compose(`services:
  web:
    image: app:1
    volumes:
      - { type: image, source: 'data:1', target: /all }
      - { type: image, source: 'data:1', target: /part, image: { subpath: way } }
      - { type: image, source: 'data:1', target: /page, image: { subpath: site/page } }
${more}`);
      return run('up', '-d');
    };
    const load = async (word: string) => {
      const layout = join(project.directory, word);
      makeLayout(layout, [
        { name: 'app:1', layers: [busyboxLayer()], config: CONFIG },
        { name: 'data:1', layers: [DATA(word)] },
      ]);
      await project.ok('load', layout);
    };
    await load('first');
    const up = await upWith();
    t.is(up.code, 0, up.stderr);
    t.is(mountsBelow(project.runDirectory), 2);
    const sh = (text: string) => project.exec('web', 'sh', '-c', text);
    t.is(await sh('cat /all/site/page /part/one /page'), 'first\ndeep\nfirst');
    t.regex(await sh('echo x 2>&1 >/all/site/page; touch /part/new 2>&1; true'), /Read-only.*\n.*Read-only/);

    const { stdout: explained } = await run('explain', 'web');
    t.regex(explained, /Mount of the image data:1, unless another container of it has made it/);
    t.regex(explained, /the root of the image data:1/);

    const removed = await run('rmi', 'data:1');
    t.is(removed.code, 1, removed.stdout);
    t.regex(removed.stderr, /web/);
    t.is((await run('image', 'prune', '-a', '-f')).code, 0);
    t.is((await run('restart', '-t', '0', 'web')).code, 0);
    t.is(await sh('cat /all/site/page'), 'first');

    // Red without: imageMountProblems in machine-checks.ts.
    for (const [mount, says] of [
      ["source: 'data:1', image: { subpath: no/such }", /the image `data:1` has no `no\/such`/],
      ["source: 'data:1', image: { subpath: out/passwd }", /the image `data:1` has no `out\/passwd`/],
      ["source: 'nothing:1'", /the image `nothing:1` is not on this machine/],
    ] as const) {
      project.compose(`services:
  web: { image: app:1, volumes: [{ type: image, target: /x, ${mount} }] }
`);
      const { code, stderr } = await run('up', '-d', '--pull', 'never');
      t.is(code, 1);
      t.regex(stderr, says);
      t.regex(stderr, /--> compose\.yaml:2:\d+/);
    }
    t.is(await sh('cat /all/site/page'), 'first', 'nothing has changed');

    await load('second');
    const again =
      await upWith(`  host: { x-tscompose: { rootfs: host }, command: sleep 9999, stop_signal: SIGKILL, volumes: [{ type: image, source: 'data:1', target: /srv }] }
  heir: { image: app:1, volumes_from: [web] }
`);
    t.is(again.code, 0, again.stderr);
    t.is(await sh('cat /all/site/page'), 'second');
    t.is(await project.exec('host', 'cat', '/srv/site/page'), 'second');
    t.is(await project.exec('heir', 'cat', '/part/one'), 'deep');

    await project.change('down');
    t.is(mountsBelow(project.runDirectory), 0);
    t.is((await run('rmi', 'data:1')).code, 0);
  });
