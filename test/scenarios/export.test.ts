import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { directory, file, link } from '../images/tar/archive.ts';
import { scenario } from './harness/scenario.ts';

scenario(
  'export writes what the container sees, without its mounts, whether it runs or not',
  async (t, project) => {
    const lower = [
      directory('data', { uid: 7, gid: 8 }),
      file('data/kept', 'kept', { mtime: 1_500_000_000, mtimeNanoseconds: 123_456_789 }),
      file('data/gone', 'gone'),
      file('one', 'two names', { xattrs: [['user.note', Buffer.from('hi')]] }),
      link('two', 'one', 'hardlink'),
      directory('replaced'),
      file('replaced/below', 'hidden'),
    ];
    makeLayout(project.path('layout'), [
      { name: 'app:1', layers: [busyboxLayer(), lower], config: { Cmd: ['sleep', '1000'] } },
    ]);
    await project.ok('load', project.path('layout'));
    mkdirSync(project.path('bind'));
    project.compose(`services:
  app:
    image: app:1
    networks: []
    stop_grace_period: 0s
    volumes: ['./bind:/mnt/bind', 'vol:/mnt/vol']
volumes: { vol: }
`);
    await project.up();
    await project.exec(
      'app',
      'sh',
      '-c',
      [
        'rm data/gone; rm -r replaced; mkdir replaced; echo new > replaced/new; echo v > mnt/vol/v; echo b > mnt/bind/b',
        'busybox ln -s kept data/link; busybox mkfifo fifo; busybox ln two three',
        'busybox truncate -s 5000000 sparse; echo end >> sparse; busybox mknod null c 1 3; busybox chmod 4755 replaced/new',
      ].join('; '),
    );

    const path = project.path('app.tar');
    await project.ok('export', '-o', path, 'app');
    const listed = execFileSync('tar', ['--full-time', '-tvf', path], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    t.regex(listed, /^drwxr-xr-x 7\/8 .* data\/$/m);
    t.regex(listed, /2017-07-14 02:40:00\.123456789 data\/kept$/m);
    t.regex(listed, /data\/link -> kept$/m);
    t.regex(listed, /^p.* fifo$/m);
    t.regex(listed, /^crw.* 1,3 .* null$/m);
    t.regex(listed, /^-rwsr-xr-x .* replaced\/new$/m);
    // Changing a link count copies a file up, and its other name stays below.
    t.regex(listed, / two link to three$/m);
    t.notRegex(listed, /gone|below|mnt\/vol\/v|mnt\/bind\/b|\.wh\./);
    t.regex(listed, /^d.* mnt\/vol\/$/m);
    const target = project.path('unpacked');
    mkdirSync(target);
    execFileSync('tar', ['--xattrs', '--xattrs-include=*', '-xpf', path, '-C', target]);
    t.is(execFileSync('tail', ['-c', '4', `${target}/sparse`], { encoding: 'utf8' }), 'end\n');
    t.regex(execFileSync('tar', ['--xattrs', '-tvvf', path, 'one'], { encoding: 'utf8' }), /user\.note/);

    await project.change('stop', 'app');
    const piped = project.launch('sh', ['-c', `${project.command('export', 'app')} | cmp - ${path}`]);
    t.is((await piped.ended).code, 0);
    const none = await project.tscompose('export', '--index', '2', '-o', path, 'app');
    t.is(none.code, 1);
    t.regex(none.stderr, /service "app" has no container #2/);
  },
);

scenario('export refuses a service without a root file system of its own', async (t, project) => {
  project.compose('services: { web: { networks: [], command: ["true"] } }');
  await project.ok('create');
  const refused = await project.tscompose('export', '-o', project.path('web.tar'), 'web');
  t.is(refused.code, 1);
  t.regex(refused.stderr, /`web` has no root file system of its own/);
});
