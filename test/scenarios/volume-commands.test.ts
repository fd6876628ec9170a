import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { volumeStore } from '../../src/engine/volumes/store.ts';
import { plain, recordUse } from '../engine/volumes/support.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

scenario('volumes are created, listed, inspected and removed without a project', async (t, project) => {
  t.is(await project.ok('volume', 'ls'), 'DRIVER    VOLUME NAME\n');
  t.is(await project.ok('volume', 'create', '--label', 'tier=db', '--label', 'note', 'data'), 'data\n');
  t.is(await project.ok('volume', 'create', 'data'), 'data\n', 'it exists already');
  const anonymous = (await project.ok('volume', 'create')).trim();
  t.regex(anonymous, /^[0-9a-f]{64}$/);
  const options = ['-o', 'type=tmpfs', '-o', 'device=tmpfs', '-o', 'o=size=1m'];
  t.is(await project.ok('volume', 'create', ...options, 'memory'), 'memory\n');

  const filtered = ['volume', 'ls', '--filter', 'label=tier=db', '--filter', 'name=^d', '--format'];
  t.is(await project.ok(...filtered, '{{.Name}} {{.Label "tier"}}'), 'data db\n');
  // The random name of the anonymous one precedes it or follows it.
  const row = (await project.ok('volume', 'ls', '--format', 'json'))
    .split('\n')
    .find((line) => line.includes('"data"'));
  const mountpoint = join(project.stateDirectory, '.volumes/data/data');
  const common = { Driver: 'local', Mountpoint: mountpoint, Name: 'data', Scope: 'local' };
  t.deepEqual(JSON.parse(row!), {
    ...common,
    ...{
      Availability: 'N/A',
      Group: 'N/A',
      Labels: 'tier=db,note=',
      Links: 'N/A',
      Size: 'N/A',
      Status: 'N/A',
    },
  });

  recordUse(project.stateDirectory, 'shop', ['data']);
  const inspected = await project.tscompose('volume', 'inspect', 'data', 'dato');
  t.is(inspected.code, 1);
  t.regex(inspected.stderr, /no such volume: dato\nhelp: did you mean `data`\?/);
  const [{ CreatedAt, ...shown }] = JSON.parse(inspected.stdout);
  t.regex(CreatedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  t.deepEqual(shown, {
    ...common,
    Labels: { note: '', tier: 'db' },
    Options: null,
    UsedBy: [{ Project: 'shop', Container: 'shop-db-1' }],
  });

  const removed = await project.tscompose('volume', 'rm', 'data', 'memory', '../shop', 'x'.repeat(300));
  t.is(removed.code, 1);
  t.is(removed.stdout, 'memory\n');
  t.regex(removed.stderr, /the volume `data` is in use by shop-db-1 \(project shop\)/);
  t.regex(removed.stderr, /`\.\.\/shop` must be the name of a volume/);
  t.regex(removed.stderr, /x…` must have at most 255 characters/);
  t.is(await project.ok('volume', 'rm', '-f', 'memory'), 'memory\n');

  const asked = project.begin(['volume', 'prune', '-a'], { input: 'n\n' });
  t.regex(
    (await asked.ended).stdout,
    /^WARNING! This will remove all local volumes .*\n.* continue\? \[yN\] $/,
  );
  const silent = await project.tscompose('volume', 'prune', '-a');
  t.regex(silent.stdout, /\[yN\] $/, 'no answer is a no');
  const pruned = await project.ok('volume', 'prune', '-f');
  t.regex(pruned, new RegExp(`^Deleted Volumes:\n${anonymous}\n\nTotal reclaimed space: [\\d.]+kB\n$`));
  t.is(await project.ok('volume', 'ls', '-q'), 'data\n');
});

// Red without: makePrivate and the mode of the staging directory in create.ts, both.
scenario('a user of the host reaches no program in a volume', async (t, project) => {
  await project.ok('volume', 'create', 'data');
  for (const path of [project.directory, project.stateDirectory]) chmodSync(path, 0o755);
  const program = join(project.stateDirectory, '.volumes/data/data/id');
  writeFileSync(program, readFileSync('/usr/bin/id'));
  chmodSync(program, 0o4755);
  // setpriv itself keeps the capabilities of root until its execve(2).
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', 'env', program];
  const refused = await project.launch('setpriv', asNobody).ended;
  t.not(refused.code, 0);
  t.is(refused.stdout, '');
  // With these two directories open, the program would run as root.
  for (const path of ['.volumes', '.volumes/data']) chmodSync(join(project.stateDirectory, path), 0o755);
  t.regex((await project.launch('setpriv', asNobody).ended).stdout, /euid=0\(root\)/);
});

/** In a mount namespace of its own: the state directory on a tmpfs, and a file system that somebody mounts in a volume. */
const elsewhere = (tscompose: string): string => `
mount -t tmpfs none "$TSCOMPOSE_STATE_DIR"
${tscompose} volume create data
mkdir "$TSCOMPOSE_STATE_DIR/.volumes/data/data/inside"
mount -t tmpfs none "$TSCOMPOSE_STATE_DIR/.volumes/data/data/inside"
touch "$TSCOMPOSE_STATE_DIR/.volumes/data/data/inside/file"
${tscompose} volume rm data || ls "$TSCOMPOSE_STATE_DIR/.volumes/data/data/inside"
umount "$TSCOMPOSE_STATE_DIR/.volumes/data/data/inside"
${tscompose} volume rm data
${tscompose} volume create -o type=tmpfs -o device=tmpfs memory
mount -t tmpfs none "$TSCOMPOSE_STATE_DIR/.volumes/memory/data"
${tscompose} volume rm memory
ls -A "$TSCOMPOSE_STATE_DIR"
umount "$TSCOMPOSE_STATE_DIR"
`;

// Red without: refuseIfMounted in remove.ts; unmountAll there.
scenario('the store may be on another file system, and a mount in a volume keeps it', async (t, project) => {
  await project.ok('volume', 'create', 'below');
  const script = elsewhere(project.command());
  const words = ['-m', '--propagation', 'private', 'sh', '-ec', script];
  const { code, stdout, stderr } = await project.launch('unshare', words).ended;
  t.is(code, 0, stderr);
  t.is(stdout, 'data\nfile\ndata\nmemory\nmemory\n');
  t.regex(stderr, /the volume `data` has a mount in it/);
  t.deepEqual(readdirSync(join(project.stateDirectory, '.volumes')), ['below']);
  await project.ok('volume', 'rm', 'below');
  t.false(existsSync(join(project.stateDirectory, '.volumes')));
});

// Red without: the entries that stateOf knows, in remains.ts.
scenario('system prune removes what no project uses, and system df says how much', async (t, project) => {
  project.compose(`services:\n  web: { ${shell('echo out; : > /written; sleep 1000')} }\n`);
  const state = (path: string): string => join(project.stateDirectory, path);
  mkdirSync(state(`${project.name}/layers`), { recursive: true, mode: 0o755 });
  await project.up();
  // Red without: makePrivate in open-context.ts.
  t.is(statSync(state(`${project.name}/layers`)).mode & 0o7777, 0o700);
  const file = (path: string): void => {
    mkdirSync(dirname(state(path)), { recursive: true });
    writeFileSync(state(path), 'x'.repeat(100_000));
  };
  for (const path of [
    'gone/layers/gone-db-1/upper/file',
    'gone/logs/gone-db-1.stdout',
    '.volumes/.trash/1/file',
  ])
    file(path);
  // A directory that tscompose did not create, a project whose record is damaged, and what `down` kept of one.
  const others = ['mine', 'shop', 'cafe.damaged', 'cafe.damaged-2'];
  for (const path of ['mine/layers/file', 'mine/letter', 'shop/project.json', 'shop/layers/shop-db-1/file'])
    file(path);
  // Red without: `kept` in remains.ts.
  for (const path of ['cafe.damaged/layers/cafe-db-1/file', 'cafe.damaged-2/logs/cafe-db-1.stdout'])
    file(path);
  t.is(await project.ok('volume', 'create', 'named'), 'named\n');
  await volumeStore(project.stateDirectory).create(plain('made', { project: project.name, key: 'data' }));
  t.is(await project.ok('volumes', '--format', '{{.Name}}'), 'made\n');
  t.is(await project.ok('volumes', '-q', 'web'), '', 'no container of it uses the volume');
  t.regex(
    (await project.tscompose('volumes', 'wbe')).stderr,
    /no such service: wbe\nhelp: did you mean `web`\?/,
  );

  const usage = async () =>
    Object.fromEntries(
      (await project.ok('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}}'))
        .trim()
        .split('\n')
        .map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1)]),
    );
  t.deepEqual(await usage(), { Images: '0 0', Layers: '4 1', Volumes: '2 2', Logs: '3 1', Trash: '1 0' });
  const asked = await project.begin(['system', 'prune', '-a'], { input: 'no\n' }).ended;
  t.regex(
    asked.stdout,
    /^WARNING! This will remove:\n(.*\n)+ .* anonymous volumes .*\n .* all images (.*\n)+.* continue\? \[yN\] $/,
  );
  // Volumes have no age, as in Docker. Red without: `until` in the action, or in pruneFiles.
  const withVolumes = await project.tscompose('system', 'prune', '--volumes', '--filter', 'until=1h');
  t.regex(withVolumes.stderr, /^error\[usage\]: `--filter until=` .*\nhelp: .*volume prune -a/m);
  const recent = await project.ok('system', 'prune', '-f', '--filter', 'until=1h');
  t.regex(recent, /^Total reclaimed space: 1\d\d/, 'only what a killed process has left');
  // As in Docker, `-a` is about images: named volumes stay.
  const dry = await project.ok('--dry-run', 'system', 'prune', '-af');
  t.is(await project.ok('system', 'prune', '-af'), dry);
  t.regex(dry, /^Deleted Projects:\ngone\n\nTotal reclaimed space: \d{3}(\.\d)?kB\n$/);
  t.is(await project.ok('volume', 'ls', '-q'), 'made\nnamed\n');
  t.deepEqual(
    readdirSync(project.stateDirectory).toSorted(),
    ['.volumes', project.name, ...others].toSorted(),
  );

  rmSync(state('shop'), { recursive: true });
  recordUse(project.stateDirectory, 'shop', []);
  t.is((await project.ok('system', 'prune', '-f', '--volumes')).split('\n')[1], 'named');
  t.deepEqual(await usage(), { Images: '0 0', Layers: '2 1', Volumes: '1 0', Logs: '2 1', Trash: '0 0' });
  t.is((await project.container('web')).State, 'running');
  for (const name of others) rmSync(state(name), { recursive: true });
});
