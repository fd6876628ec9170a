import { statSync } from 'node:fs';
import { needs, scenario } from './harness/scenario.ts';
import { roots, stays } from './harness/yaml.ts';

for (const { where, rootfs } of roots) {
  const inRoot = rootfs === 'host' ? scenario : needs('busybox');

  inRoot(`binds, short and long, read-write and read-only (${where})`, async (t, project) => {
    project.root();
    project.write('data/file', 'of the host\n');
    project.compose(`services:
  web:
    rootfs: ${rootfs}
    ${stays()}
    volumes:
      - ./data:/short
      - ./data:/short/ro:ro
      - { type: bind, source: ./data, target: /long }
      - { type: bind, source: ./data/file, target: /etc/one-file, read_only: true }
`);
    project.write('data/ro/.keep', '');
    await project.up();
    t.is(
      await project.exec('web', 'cat', '/short/file', '/long/file', '/etc/one-file'),
      'of the host\nof the host\nof the host',
    );
    await project.exec('web', 'sh', '-c', 'echo inside >/short/new');
    t.is(project.read('data/new'), 'inside\n');
    for (const path of ['/short/ro/x', '/etc/one-file'])
      t.not((await project.attempt('web', 'sh', '-c', `echo x >${path}`)).code, 0, path);
  });

  inRoot(`a read-only bind is read-only all the way down (${where})`, async (t, project) => {
    project.root();
    project.write('data/below/file', '');
    project.compose(`services:\n  web: { rootfs: ${rootfs}, ${stays()}, volumes: ["./data:/data:ro"] }\n`);
    const line = `mount -t tmpfs below ${project.path('data/below')} && ${project.command('run', '--rm', 'web', 'sh', '-c', 'grep /data/below /proc/self/mountinfo; touch /data/below/x && echo written')}`;
    const { stdout } = await project.launch('unshare', ['-m', 'sh', '-c', line]).ended;
    t.regex(stdout, / \/data\/below ro[, ]/);
    t.notRegex(stdout, /written/);
  });

  inRoot(`tmpfs has the options that are given, and Docker's by default (${where})`, async (t, project) => {
    project.root();
    project.compose(`services:
  web:
    rootfs: ${rootfs}
    ${stays()}
    tmpfs: [/plain, "/some:size=1m,mode=1770,exec", "/fixed:ro"]
    volumes: [{ type: tmpfs, target: /long, tmpfs: { size: 2m } }]
`);
    await project.up();
    const mounts = await project.exec('web', 'cat', '/proc/self/mountinfo');
    const options = (path: string) =>
      new RegExp(` ${path} (\\S+).* - tmpfs \\S+ (\\S+)$`, 'm').exec(mounts)?.slice(1).join(',').split(',') ??
      [];
    for (const option of ['rw', 'nosuid', 'nodev', 'noexec'])
      t.true(options('/plain').includes(option), option);
    for (const option of ['nosuid', 'nodev', 'size=1024k', 'mode=1770'])
      t.true(options('/some').includes(option), option);
    t.false(options('/some').includes('noexec'));
    t.true(options('/fixed').includes('ro'));
    t.true(options('/long').includes('size=2048k'));
  });

  inRoot(`read_only leaves only mounts to write to (${where})`, async (t, project) => {
    project.root();
    project.write('data/.keep', '');
    project.compose(`services:
  web: { rootfs: ${rootfs}, ${stays()}, read_only: true, tmpfs: /tmp, volumes: ["./data:/data"] }
`);
    await project.up();
    const write = (path: string) => project.attempt('web', 'sh', '-c', `echo x >${path}`);
    for (const path of ['/file', '/etc/file', '/srv/file']) t.not((await write(path)).code, 0, path);
    for (const path of ['/tmp/file', '/data/file', '/dev/shm/file', '/dev/null'])
      t.is((await write(path)).code, 0, path);
  });
}

scenario(
  'a missing source is made, by the short form and by the long one with `bind:`',
  async (t, project) => {
    project.compose(`services:
  web:
    command: [ls, -d, /a, /b]
    volumes:
      - ./made/short:/a
      - { type: bind, source: ./made/long, target: /b, bind: {} }
`);
    t.is(await project.ok('run', '--rm', 'web'), '/a\n/b\n');
    t.true(statSync(project.path('made/short')).isDirectory());
    t.true(statSync(project.path('made/long')).isDirectory());
  },
);

scenario('mount points of binds appear in the container only', async (t, project) => {
  project.write('data/file', 'x\n');
  project.compose(`services:
  web: { command: [cat, /srv/a/b/c/file, /srv/new-file], volumes: ["./data:/srv/a/b/c", "./data/file:/srv/new-file"] }
`);
  t.is(await project.ok('run', '--rm', 'web'), 'x\nx\n');
});

scenario(
  "/etc/hosts, /etc/hostname and /etc/resolv.conf are the container's, and can be written to",
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()}, hostname: lantern }\n`);
    await project.up();
    t.is(await project.exec('web', 'cat', '/etc/hostname'), 'lantern');
    t.regex(await project.exec('web', 'cat', '/etc/hosts'), /^127\.0\.0\.1\tlocalhost\n[\s\S]*\tlantern$/m);
    await project.exec('web', 'sh', '-c', 'echo "# mine" >>/etc/resolv.conf');
    t.regex(await project.exec('web', 'cat', '/etc/resolv.conf'), /# mine/);
  },
);
