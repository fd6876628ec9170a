import { execFileSync } from 'node:child_process';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { directory, file } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

scenario(
  'commit makes an image of what a container has changed, which runs like the container',
  async (t, project) => {
    const lower = [
      directory('data'),
      file('data/kept', 'kept'),
      file('data/gone', 'gone'),
      directory('replaced'),
      file('replaced/below', 'hidden'),
    ];
    makeLayout(project.path('layout'), [
      { name: 'app:1', layers: [busyboxLayer(), lower], config: { Cmd: ['sleep', '1000'], Env: ['A=1'] } },
    ]);
    await project.ok('load', '-i', project.path('layout'));
    project.compose(`services:
  app: { image: app:1, networks: [], stop_grace_period: 0s, environment: { B: '2' }, working_dir: /data }
  copy:
    image: app:2
    networks: []
    profiles: [copy]
`);
    await project.up('app');
    await project.exec(
      'app',
      'sh',
      '-c',
      'rm gone; rm -r ../replaced; mkdir ../replaced; echo new > ../replaced/new',
    );
    const committed = await project.tscompose(
      ...['commit', '-a', 'Ada', '-m', 'why', '-c', 'LABEL a=b', '-c', 'EXPOSE 80 53/udp'],
      ...['-c', 'CMD cat kept /replaced/*; ls; pwd; echo $A$B', 'app', 'app:2'],
    );
    t.is(committed.code, 0, committed.stderr);
    const id = /Container \S+-app-1 Committed as (sha256:[0-9a-f]{64})$/m.exec(committed.stderr)![1];
    const [container] = await project.containers('app');
    t.is(container!.State, 'running');
    const [{ Id: base }] = JSON.parse(await project.ok('image', 'inspect', 'app:1'));
    // Red without: `idOfRoot` in summary.ts.
    t.true(String(container!.Labels).includes(`com.docker.compose.image=${base}`), String(container!.Labels));
    const [{ Id, Author, Config, RootFS }] = JSON.parse(await project.ok('image', 'inspect', 'app:2'));
    t.is(Id, id);
    t.is(Author, 'Ada');
    t.is(RootFS.Layers.length, 3);
    t.deepEqual(Config.Labels, { a: 'b' });
    t.deepEqual(Object.keys(Config.ExposedPorts), ['80/tcp', '53/udp']);
    t.is(Config.WorkingDir, '/data');
    t.regex((await project.ok('image', 'history', 'app:2')).split('\n')[1]!, /sleep 1000 .* why$/);

    t.regex(await project.ok('up', 'copy'), /keptnew\n.*kept\n.*\/data\n.*12\n/s);
    const path = project.path('app.tar');
    await project.ok('save', '--format', 'docker', '-o', path, 'app:2');
    const layer = `${RootFS.Layers[2].slice(7)}.tar`;
    execFileSync('tar', ['-xf', path, '-C', project.directory, layer]);
    const names = execFileSync('tar', ['-tf', project.path(layer)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    t.deepEqual(
      names.filter((name) => !name.startsWith('etc')),
      ['data/', 'data/.wh.gone', 'replaced/', 'replaced/.wh..wh..opq', 'replaced/new'],
    );
    t.false(
      names.some((name) => /^etc\/./.test(name)),
      names.join(' '),
    );

    const again = await project.tscompose('commit', '--pause=false', 'copy');
    t.is(again.code, 0, again.stderr);
    const refused = await project.tscompose('commit', '-c', 'RUN true', '-c', 'EXPOSE http', 'app', 'App:3');
    t.is(refused.code, 1);
    t.regex(refused.stderr, /`App:3` must be lower case/);
    t.regex(refused.stderr, /the change `RUN true` must begin with one of CMD, ENTRYPOINT/);
    t.regex(refused.stderr, /the change `EXPOSE http` must have ports such as 80/);
  },
);
