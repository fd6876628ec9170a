import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { file } from '../images/tar/archive.ts';
import { needs, whenNightly } from './harness/scenario.ts';

const SHOW = 'cat /proc/1/status; echo; cat /proc/1/limits; echo; cat /proc/self/mountinfo; echo; ls /dev';

const COMPOSE = `services:
  web:
    rootfs: ./root
    hostname: box
    user: alice
    cap_drop: [NET_RAW]
    memory: 64m
    pids_limit: 50
    read_only: true
    ulimits: {nofile: {soft: 100, hard: 200}, core: 0}
    tmpfs: /scratch
    volumes: ["./data:/data:ro"]
    command: [sh, -c, "${SHOW}"]
`;

/** What a container says of itself, as far as it must be the same in every runtime. */
const read = (output: string) => {
  const [status = '', limits = '', mountinfo = '', devices = ''] = output.split('\n\n');
  return {
    status: status
      .split('\n')
      .filter((line) => /^(Cap|Uid|Gid|Umask|NoNewPrivs|SigIgn|SigBlk|Seccomp)/.test(line)),
    limits: limits.split('\n').slice(1),
    mounts: mountinfo.split('\n').filter(Boolean).map(mountOf).filter(isComparable).sort(),
    devices: devices.split('\n').filter((name) => name !== 'core' && name !== ''),
  };
};

/** `/data ext4 ro`: where, what, and whether it can be written to. */
const mountOf = (line: string): string => {
  const [front = '', back = ''] = line.split(' - ');
  const [, , , , target = '', options = ''] = front.split(' ');
  // A file that is hidden under a null device may be writable or not: nothing can be written there.
  const access = HIDDEN_FILES.test(target) ? 'hidden' : options.split(',')[0];
  const type = HIDDEN_FILES.test(target) ? 'device' : ETC_FILES.test(target) ? 'file' : back.split(' ')[0];
  return [target, type, access].join(' ');
};

/** In memory here, in the bundle there. */
const ETC_FILES = /^\/etc\/(hosts|hostname|resolv\.conf)$/;

const HIDDEN_FILES = /^\/proc\/(interrupts|kcore|keys|latency_stats|sched_debug|timer_list|timer_stats)$/;

/** The root is a layer here and the directory itself there; of cgroups each mounts those that it uses. */
const isComparable = (mount: string): boolean =>
  !mount.startsWith('/ ') && !mount.startsWith('/sys/fs/cgroup');

for (const runtime of ['crun', 'runc'] as const) {
  const declare = runtime === 'runc' ? needs(runtime, 'busybox') : whenNightly(needs(runtime, 'busybox'));
  declare(`${runtime} makes the same container of an exported bundle`, async (t, project) => {
    const root = project.ownRoot();
    project.write('data/file', 'x');
    project.compose(COMPOSE);
    cpSync(root, project.path('copy'), { recursive: true, verbatimSymlinks: true });
    await project.ok('explain', 'web', '--format', 'oci', '-o', 'bundle');
    const file = project.path('bundle/config.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...config, root: { ...config.root, path: project.path('copy') } }));
    // crun of Debian 12 refuses a version 2 tree beside version 1, so it does not get to see it.
    const hidden = 'umount -t cgroup2 /sys/fs/cgroup/unified 2>/dev/null;';
    const words = `exec ${runtime} --root ${project.path('state')} run -b ${project.path('bundle')} ${project.name}`;
    const theirs = await project.launch('unshare', ['-m', 'sh', '-c', `${hidden} ${words}`]).ended;
    t.is(theirs.code, 0, theirs.stderr);
    for (const runner of ['reexec', 'direct']) {
      const ours = await project.ok('--runner', runner, 'run', '--rm', '-T', 'web');
      t.deepEqual(read(ours), read(theirs.stdout), runner);
    }
  });
}

needs(
  'crun',
  'runc',
  'busybox',
)('explain shows the mount of an image, and its bundle has the files', async (t, project) => {
  const layers = [busyboxLayer(), [file('srv/both', 'from the image\n', { uid: 7, gid: 8 })]];
  const config = { User: 'nobody', WorkingDir: '/srv', Env: ['PATH=/bin'] };
  makeLayout(project.path('layout'), [{ name: 'app:1', layers, config }]);
  await project.ok('load', project.path('layout'));
  const command = '[/bin/sh, -c, "id -u; pwd; cat both; /bin/busybox stat -c %u:%g both"]';
  project.compose(`services: {web: {image: 'app:1', network_mode: none, command: ${command}}}`);

  const text = await project.ok('explain', 'web');
  const mountPoint = /move_mount\(.*"(\S+\/\.images\/\S+)"|mount\("overlay", "(\S+\/\.images\/\S+)"/.exec(
    text,
  );
  t.truthy(mountPoint, text);
  t.true(text.includes(`lowerdir=${mountPoint![1] ?? mountPoint![2]},`));
  t.regex(text, /^Mount of the image, unless another container of it has made it$/m);

  await project.ok('explain', 'web', '--format', 'oci', '-o', 'bundle');
  for (const runtime of ['crun', 'runc']) {
    const hidden = 'umount -t cgroup2 /sys/fs/cgroup/unified 2>/dev/null;';
    const words = `exec ${runtime} --root ${project.path('state')} run -b ${project.path('bundle')} ${project.name}`;
    const { code, stdout, stderr } = await project.launch('unshare', ['-m', 'sh', '-c', `${hidden} ${words}`])
      .ended;
    t.is(code, 0, stderr);
    t.is(stdout, '65534\n/srv\nfrom the image\n7:8\n', runtime);
  }
  const again = await project.tscompose('explain', 'web', '--format', 'oci', '-o', 'bundle');
  t.is(again.code, 1);
  t.regex(again.stderr, /bundle\/rootfs has files already/);
});
