import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kill } from 'node:process';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { directory, file, link } from '../images/tar/archive.ts';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';

const DATA = [
  directory('data', { mode: 0o750, uid: 65534, gid: 65534 }),
  file('data/seed', 'from the image\n'),
];

const CONFIG = {
  Env: ['FROM_IMAGE=1', 'CHANGED=image', 'TAKEN=1', 'PATH=/bin'],
  Entrypoint: ['/bin/sh', '-c'],
  Cmd: ['id -un; pwd; env; cat /data/seed; trap "exit 3" USR1; while true; do sleep 0.1; done'],
  User: 'nobody',
  WorkingDir: '/srv/app',
  StopSignal: 'SIGUSR1',
  Volumes: { '/data': {} },
  Labels: { 'org.example': 'image', both: 'image' },
};

/** The mounts of images below the run directory, as the kernel has them. */
const mountsBelow = (path: string, type = ''): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` - ${type}`))
    .map((line) => line.split(' ')[4] ?? '')
    .filter((at) => at.startsWith(`${path}/.images/`));

scenario('a service runs on an image, with what the image says of it [kernel]', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const [first, second] = makeLayout(layout, [
    { name: 'app:1', layers: [busyboxLayer(), DATA], config: CONFIG },
    { name: 'app:2', layers: [busyboxLayer(), DATA], config: { ...CONFIG, Env: ['PATH=/bin'] } },
  ]);
  await project.ok('load', layout);
  project.compose(`services:
  web:
    image: app:1
    environment: {CHANGED: file, TAKEN: }
    labels: {both: file}
  other: {image: app:1, entrypoint: [/bin/sleep], command: ['9999'], user: '0', stop_signal: SIGKILL}
`);
  await project.up();
  await eventually('the output', async () => (await project.logs('web')).includes('from the image'));
  const output = await project.logs('web');
  const lines = output.split('\n');
  t.deepEqual(lines.slice(0, 2), ['nobody', '/srv/app']);
  t.true(lines.includes('FROM_IMAGE=1') && lines.includes('CHANGED=file'));
  t.false(output.includes('TAKEN'));
  t.is(mountsBelow(project.runDirectory).length, 1, 'two containers share one mount');
  t.is(await project.exec('other', '/bin/cat', '/data/seed'), 'from the image');
  const devices = 'echo > /new; /bin/busybox stat -c %d / /bin /bin/busybox /new';
  const numbers = (await project.exec('other', '/bin/sh', '-c', devices)).split('\n');
  t.is(numbers.length, 4);
  t.is(new Set(numbers).size, 1, 'find -xdev sees one file system'); // Red without: xino=on in root.ts
  t.is(
    readdirSync(join(project.stateDirectory, '.volumes')).filter((name) => !name.startsWith('.')).length,
    2,
  );
  const listed = JSON.parse((await project.ok('ps', '--format', 'json', 'web')).split('\n')[0]!);
  t.is(listed.Image, 'app:1');
  t.regex(listed.Labels, /both=file.*org\.example=image|org\.example=image.*both=file/);

  project.compose('services: {web: {image: app:2}}');
  const changed = await project.tscompose('--dry-run', '--progress', 'json', 'up', '-d');
  const shown = [first, second].map((image) => image!.config.digest.slice(0, 19)).join(' → ');
  t.true(`${changed.stdout}${changed.stderr}`.includes(`image changed: ${shown}`), changed.stderr);
  await project.change('stop', 'web');
  const stopped = JSON.parse((await project.ok('ps', '-a', '--format', 'json', 'web')).split('\n')[0]!);
  t.is(stopped.ExitCode, 3, 'the stop signal is that of the image');
  await project.ok('down', '-v', '--remove-orphans');
  t.deepEqual(mountsBelow(project.runDirectory), []);
  t.false(existsSync(join(project.runDirectory, '.images', 'x')));
  t.not(first!.config.digest, second!.config.digest);
});

scenario(
  'images that are not there are one error each, all at once, and nothing changes',
  async (t, project) => {
    const up = (second: string) => {
      project.compose(`services:
  one: {image: 'nothing:1'}
  two: {image: '${second}'}
  three: {image: built, build: .}
`);
      return project.tscompose('up', '-d', '--pull', 'never');
    };
    // The file is wrong, whatever is on this machine.
    const { stderr: wrong } = await up('no/such@sha256:zz');
    t.regex(wrong, /the image `no\/such@sha256:zz` must have a valid digest/);
    const { code, stderr } = await up('no/such');
    t.is(code, 1);
    t.regex(stderr, /the image `nothing:1` is not on this machine/);
    t.regex(stderr, /the image `no\/such` is not on this machine/);
    t.regex(stderr, /the image `built` of `three` is not built yet/);
    t.regex(stderr, /compose\.yaml:\d+:\d+/);
  },
);

scenario('down --rmi removes the images of services, and none that others use', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const config = { Cmd: ['/bin/sh'] };
  makeLayout(
    layout,
    ['app:1', 'named:1', 'alone:1', `${project.name}-built`].map((name) => ({
      name,
      layers: [busyboxLayer()],
      config: { ...config, Labels: { name } },
    })),
  );
  await project.ok('load', layout);
  project.compose('services: {web: {image: app:1}}', 'other.yaml');
  const other = ['-p', `${project.name}other`, '-f', 'other.yaml'];
  await project.ok(...other, 'create');
  project.compose(`services:
  web: {image: app:1}
  own: {image: named:1, x-tscompose: {rootfs: host}, command: 'true'}
  alone: {image: alone:1}
  built: {build: .}
`);
  await project.ok('create', 'web', 'alone');
  const names = async () =>
    (await project.ok('image', 'ls', '--format', '{{.Repository}}')).trim().split('\n').sort();
  const built = `${project.name}-built`;
  const dry = await project.tscompose('--dry-run', 'down', '--rmi', 'all');
  t.regex(dry.stderr, /Image alone:1 Removed/);
  t.deepEqual(await names(), ['alone', 'app', 'named', built].sort());
  const local = await project.tscompose('down', '--rmi', 'local');
  t.is(local.code, 0, local.stderr);
  t.deepEqual(local.stderr.match(/^Image .*$/gm), [`Image ${built}:latest Removed`]);
  await project.ok('create', 'web', 'alone');
  const all = await project.tscompose('down', '--rmi', 'all');
  t.is(all.code, 0, all.stderr);
  t.deepEqual(all.stderr.match(/^Image .*$/gm), [
    'Image app:1 Resource is still in use',
    'Image alone:1 Removed',
  ]);
  t.deepEqual(await names(), ['app', 'named']);
  const last = await project.tscompose('-p', `${project.name}other`, 'down', '--rmi', 'all');
  t.regex(last.stderr, /^Image app:1 Removed$/m, 'without files, the images of the containers');
});

scenario('what killed supervisors left of an image goes with the next command', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const config = { Cmd: ['/bin/sleep', '1000'], StopSignal: 'SIGKILL' };
  makeLayout(layout, [{ name: 'app:1', layers: [busyboxLayer(), DATA], config }]);
  await project.ok('load', layout);
  project.compose('services: {web: {image: app:1, network_mode: none}}');
  const other = `${project.name}other`;
  project.alsoTakeDown(other);
  const names = [project.name, other];
  for (const name of names) await project.ok('-p', name, 'up', '-d');
  t.is(mountsBelow(project.runDirectory).length, 1, 'two projects share one mount');
  for (const name of names) {
    const [{ Pid }] = JSON.parse(await project.ok('-p', name, 'ps', '--format', 'json-array'));
    await project.endSupervision('SIGKILL', name);
    kill(Pid, 'SIGKILL');
  }
  t.is(mountsBelow(project.runDirectory).length, 1, 'nobody was there to unmount it');
  await project.ok('-p', other, 'down');
  // Red without: the calls of sweep in supervise.ts
  await eventually('the mount is gone', () => mountsBelow(project.runDirectory).length === 0);

  const forced = await project.begin(['up', '-d'], { env: { TSCOMPOSE_ROOT_KIND: 'directory' } }).ended;
  t.is(forced.code, 0, forced.stderr);
  t.is(await project.exec('web', '/bin/cat', '/data/seed'), 'from the image');
  t.deepEqual(mountsBelow(project.runDirectory, 'overlay').length, 1, 'two directories, one over the other');
});

scenario('users of an image are those of its own passwd, also through links', async (t, project) => {
  const layout = join(project.directory, 'layout');
  const users = (id: number): string => `alice:x:${id}:${id}::/:/bin/sh\n`;
  project.write('outside/passwd', users(7777));
  const leading = (name: string, target: string) => ({
    name,
    layers: [busyboxLayer(), [link('etc/passwd', target, 'symlink'), file('data/passwd', users(8888))]],
  });
  makeLayout(layout, [
    leading('out:1', project.path('outside/passwd')),
    leading('up:1', `../../../../../../../..${project.path('outside/passwd')}`),
    leading('proc:1', `/proc/self/root${project.path('outside/passwd')}`),
    leading('in:1', '../../../data/passwd'),
  ]);
  await project.ok('load', layout);
  for (const kind of ['directory', ''])
    for (const name of ['out', 'up', 'proc', 'in']) {
      project.compose(`services: {web: {image: '${name}:1', command: [/bin/id, -u], user: alice}}`);
      const env = kind === '' ? {} : { TSCOMPOSE_ROOT_KIND: kind };
      const { code, stdout, stderr } = await project.begin(['run', '--rm', 'web'], { env }).ended;
      t.deepEqual([code, stdout], name === 'in' ? [0, '8888\n'] : [1, ''], `${kind} ${name}: ${stderr}`);
    }
});
