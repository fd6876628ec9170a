import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { isRefused } from './harness/failure.ts';
import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const scenario = needs('busybox');

/** A hard limit with no room for many mounts, where the start is able to raise it: CAP_SYS_RESOURCE is number 24. */
const FEW_FILES =
  (BigInt(`0x${/^CapEff:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]}`) >> 24n) & 1n
    ? 'ulimit -n 1024;'
    : '';

/** A tree of by-names that most machines have; a missing source would be created in /dev. */
const DISKS = existsSync('/dev/disk') ? '/dev/disk/' : '/dev/shm/';

scenario(
  'what cadvisor and node-exporter mount shows the host: its root, its /proc, and its cgroups in its /sys',
  async (t, project) => {
    project.root();
    mkdirSync(project.path('late'));
    mkdirSync(project.path('below/mount'), { recursive: true });
    project.compose(`services:
  web:
    rootfs: ./root
    ${stays()}
    volumes:
      - /:/host:ro,rslave
      - /var/run:/var/run:ro
      - /sys:/sys:ro
      - ${DISKS}:${DISKS}:ro
      - /proc:/host/proc:ro
      - /:/private:ro
      - { type: bind, source: ./below, target: /disabled, read_only: true, bind: { recursive: disabled } }
      - { type: bind, source: ./below, target: /writable, read_only: true, bind: { recursive: writable } }
      - { type: bind, source: ./below, target: /readonly, read_only: true, bind: { recursive: readonly } }
`);
    const script = [
      'cat /proc/self/mountinfo; echo; cat /host/proc/1/comm; echo; ls -d /sys/fs/cgroup/tscompose /sys/fs/cgroup/*/tscompose 2>/dev/null; echo',
      `for tree in host private; do ls /$tree${project.path('late')}; done; echo`,
      'for tree in /host /sys /var/run /readonly/mount /writable /writable/mount /disabled/mount',
      'do touch $tree/x 2>/dev/null && echo $tree; done; rm -f /writable/mount/x; true',
    ].join('\n');
    const line = [
      `mount -t tmpfs below ${project.path('below/mount')}`,
      project.command('up', '-d'),
      `mount -t tmpfs late ${project.path('late')} && touch ${project.path('late/file')}`,
      project.command('exec', '-T', 'web', 'sh', '-c', script),
    ].join(' && ');
    const run = await project.launch('unshare', ['-m', '--propagation', 'shared', 'sh', '-c', line]).ended;
    t.is(run.code, 0, run.stderr);
    const [mounts = '', init, cgroups = '', late, written] = run.stdout.split('\n\n');
    const access = (target: string) => new RegExp(` ${target} (r[ow])[, ].*`, 'm').exec(mounts);
    for (const target of ['/host', '/var/run', '/sys', DISKS.slice(0, -1), '/host/proc'])
      t.is(access(target)?.[1], 'ro', target);
    // Red without: propagatedSourceSteps in root/sources.ts before layerSteps in compile.ts.
    t.regex(access('/host')![0], / master:/);
    t.is(late, 'file');
    t.notRegex(access('/private')![0], / (master|shared):/);
    t.is(init, readFileSync('/proc/1/comm', 'utf8').trimEnd());
    // Red without: isCovered in config.ts.
    t.regex(cgroups, /tscompose/);
    t.true(/ \/sys\/firmware ro.* - tmpfs /.test(mounts));
    // Red without: `top` in root/mount-options.ts; the rest would be read-only, or everything writable.
    t.is(written, '/writable/mount\n');
  },
);

scenario(
  'sources of every kind, in the order of their targets: files, sockets, devices, links, mounts below each other [kernel]',
  async (t, project) => {
    project.root();
    project.write('data/file', 'of data\n');
    project.write('data/inner/file', 'of data, below\n');
    project.write('other/file', 'of other\n');
    symlinkSync('data', project.path('link'));
    const server = createServer((socket) => socket.end('hello\n')).listen(project.path('docker.sock'));
    t.teardown(() => server.close());
    // Files stay in the file's order, and directories come before those below them.
    project.compose(`services:
  web:
    rootfs: ./root
    read_only: true
    shm_size: 1m
    ${stays()}
    tmpfs: ["/memory:uid=1000,gid=1001,mode=0750", /a/inner/memory, /srv]
    volumes:
      - ./other:/a/inner
      - ./data:/a:z
      - ./link:/link:ro,Z
      - ./link/file:/etc/file
      - /dev/zero:/srv/zero
      - ./docker.sock:/var/run/docker.sock
      - { type: tmpfs, target: /long, tmpfs: { size: 65536, mode: 0o711 } }
      - { type: bind, source: ./other, target: /other, consistency: cached, bind: { selinux: z } }
`);
    await project.up();
    const shell = (script: string) => project.exec('web', 'sh', '-c', script);
    t.is(
      await shell('cat /a/file /a/inner/file /link/file /etc/file /other/file'),
      'of data\nof other\nof data\nof data\nof other',
    );
    t.is(await shell('head -c 2 /srv/zero | wc -c; [ -S /var/run/docker.sock ] && echo socket'), '2\nsocket');
    t.is(
      await shell("stat -c '%a %u %g' /memory /long /a/inner/memory /srv"),
      '750 1000 1001\n711 0 0\n1777 0 0\n755 0 0',
    );
    // A read-only root leaves these to write to.
    const writable =
      'for tree in /dev/shm /memory /long /a/inner/memory /a /other / /link; do touch $tree/x 2>/dev/null && echo $tree; done; true';
    t.is(await shell(writable), '/dev/shm\n/memory\n/long\n/a/inner/memory\n/a\n/other');
    t.is(await shell("df -k /dev/shm /long | awk 'NR > 1 {print $2}'"), '1024\n64');
  },
);

scenario(
  'volumes_from takes over bind mounts and volumes of services and containers, also of other projects',
  async (t, project) => {
    project.root();
    for (const name of ['a', 'b', 'c', 'own', 'new']) project.write(`${name}/file`, `of ${name}\n`);
    project.write('token', 'of db\n');
    project.write('other-token', 'of other\n');
    const other = `${project.name}-other`;
    project.alsoTakeDown(other);
    project.write(
      'other.yaml',
      `services:\n  db: { rootfs: ./root, command: [sleep, "1000"], stop_grace_period: 0s, volumes: ["./c:/c"], secrets: [token] }
secrets: { token: { file: ./other-token } }
`,
    );
    await project.ok('-p', other, '-f', 'other.yaml', 'up', '-d');
    const compose = (source: string) =>
      project.compose(`services:
  db: { rootfs: ./root, ${stays()}, volumes: ["./${source}:/a", "./b:/b:ro", "data:/named", /anonymous], tmpfs: /memory, secrets: [token] }
  middle: { rootfs: ./root, ${stays()}, volumes_from: [db, "container:${other}-db-1:ro"] }
  web: { rootfs: ./root, ${stays()}, volumes_from: [middle], volumes: ["./own:/b"] }
volumes: { data: {} }
secrets: { token: { file: ./token } }
`);
    compose('a');
    await project.up();
    const shell = (service: string, script: string) => project.exec(service, 'sh', '-c', script);
    t.is(
      await shell('web', 'cat /a/file /b/file /c/file /run/secrets/token; ls -d /memory 2>/dev/null; true'),
      'of a\nof own\nof c\nof other',
    );
    const written = 'for tree in /a /b /c; do touch $tree/x 2>/dev/null && echo $tree; done; true';
    t.is(await shell('middle', written), '/a');
    t.is(await shell('web', written), '/a\n/b');
    await shell('web', 'touch /named/x /anonymous/x');
    t.is(await shell('db', 'ls /named /anonymous'), '/anonymous:\nx\n\n/named:\nx');
    // Red without: `inherited` in grants/open-grants.ts; two secrets have one key there.
    const before = await project.container('web');
    await project.up();
    t.is((await project.container('web')).ID, before.ID);
    compose('new');
    await project.up();
    t.is(await shell('web', 'cat /a/file'), 'of new');
    t.is(
      await project.ok('run', '--rm', '--no-deps', '-T', 'web', 'cat', '/a/file', '/c/file'),
      'of new\nof c\n',
    );
    // Neither the recreation nor the end of `run --rm` takes them along.
    t.is(await shell('db', 'ls /named /anonymous'), '/anonymous:\nx\n\n/named:\nx');
  },
);

scenario('a service may have any number of mounts, also where few files may be open', async (t, project) => {
  project.root();
  project.write('data/file', '');
  const mounts = Array.from({ length: 600 }, (_, index) => `./data:/mounts/${index % 7}/${index}`);
  project.compose(`services:
  web:
    rootfs: ./root
    ulimits: { nofile: 100 }
    command: [sh, -c, "grep -c ' /mounts/' /proc/self/mountinfo; ls /proc/self/fd; ulimit -n"]
    volumes: ${JSON.stringify(mounts)}
`);
  // Red without: the CLOSE of inBatches in container/descriptors.ts, or sourceLimitSteps in root/sources.ts.
  for (const runner of ['direct', 'reexec']) {
    const line = `${FEW_FILES} exec ${project.command('--runner', runner, 'run', '--rm', '-T', 'web')}`;
    const { code, stdout, stderr } = await project.launch('sh', ['-c', line]).ended;
    t.is(code, 0, stderr);
    t.deepEqual(stdout.split('\n'), ['600', '0', '1', '2', '3', '100', '']);
  }
});

// Red without: mount-mismatch.ts; `isVolume` in root/mounts.ts.
scenario(
  'a directory on a file, and the reverse, are errors at the mount that say so',
  async (t, project) => {
    project.root();
    project.write('file', '');
    mkdirSync(project.path('empty.conf'));
    for (const [mount, says] of [
      [
        './missing.conf:/etc/passwd',
        /`\/etc\/passwd` is a file .* directory\n(.*\n)*.*create the file \S+\/missing\.conf first/,
      ],
      ['./empty.conf:/etc/passwd', /\n(.*\n)*.*rmdir \S+\/empty\.conf`/],
      ['./file:/etc', /`\/etc` is a directory .* its source is a file\n/],
      ['data:/etc/passwd', /`\/etc\/passwd` is a file .*\n(.*\n)*.*source: volume \S+_data\n/],
    ] as const) {
      project.compose(`services:
  web:
    volumes: ["${mount}"]
    rootfs: ./root
    ${stays()}
volumes: { data: {} }
`);
      const refused = await project.tscompose('up', '-d');
      isRefused(t, refused, { errors: ['step-failed'], at: ['compose.yaml:3:15'], says });
    }
    t.regex(await project.ok('explain', 'web'), /the volume at \/etc\/passwd/);
  },
);
