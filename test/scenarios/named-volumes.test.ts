import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const data = ({ stateDirectory }: Project, volume: string, ...path: readonly string[]): string =>
  [stateDirectory, '.volumes', volume, 'data', ...path].join('/');

const volumesOf = ({ stateDirectory }: Project): readonly string[] =>
  existsSync(`${stateDirectory}/.volumes`) ? readdirSync(`${stateDirectory}/.volumes`).toSorted() : [];

/** The names of the volumes of a container, as `ps` has them. */
const mountsOf = async (project: Project): Promise<readonly string[]> =>
  (await project.container('web')).Mounts.split(',');

const mountLines = (path: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === path);

const file = (web: string, volumes: string, more = '') =>
  `services:\n  web: { ${stays()}, stop_grace_period: 0s, volumes: [${web}] }\n${more}volumes: { ${volumes} }\n`;

scenario(
  'what is in a volume stays until down -v; an anonymous one goes on in the successor',
  async (t, project) => {
    const name = `${project.name}_data`;
    const web = (variable: string) =>
      file('"data:/data", /anon', 'data: {}', '').replace(
        'volumes: [',
        `environment: { A: "${variable}" }, volumes: [`,
      );
    project.compose(web('1'));
    const { stderr } = await project.tscompose('up', '-d');
    t.true(stderr.indexOf(`Volume ${name} Created`) < stderr.indexOf('web-1 Created'), stderr);
    await project.exec('web', 'sh', '-c', 'echo kept >/data/file; echo mine >/anon/file');
    const [, anonymous] = await mountsOf(project);
    t.regex(anonymous!, /^[0-9a-f]{64}$/);
    t.is(readFileSync(data(project, name, 'file'), 'utf8'), 'kept\n');

    project.compose(web('2'));
    await project.up();
    t.is(await project.exec('web', 'cat', '/data/file', '/anon/file'), 'kept\nmine');
    project.compose(web('3'));
    await project.ok('up', '-d', '-V');
    t.is(await project.exec('web', 'sh', '-c', 'cat /data/file; ls /anon'), 'kept');
    const renewed = (await mountsOf(project))[1]!;
    t.not(renewed, anonymous);

    await project.change('down');
    t.deepEqual(volumesOf(project), [name, anonymous!, renewed].toSorted(), 'all stay');
    await project.up();
    t.is(await project.exec('web', 'cat', '/data/file'), 'kept');
    const last = (await mountsOf(project))[1]!;
    const down = await project.tscompose('down', '-v');
    t.regex(down.stderr, new RegExp(`Volume ${name} Removed`));
    t.false(volumesOf(project).includes(name));
    t.false(volumesOf(project).includes(last), 'that of the container goes with it');
  },
);

scenario('down -v with a file that is gone, and without a container', async (t, project) => {
  project.compose(file('"data:/data"', 'data: {}'));
  await project.up();
  await project.change('down');
  const { code, stderr } = await project.begin(['-p', project.name, 'down', '-v'], { cwd: '/' }).ended;
  t.is(code, 0, stderr);
  t.deepEqual(volumesOf(project), []);
});

scenario('run --rm and rm -v remove anonymous volumes; run -v takes named ones', async (t, project) => {
  project.compose(file('/anon', 'data: {}').replace('web: {', 'web: { labels: { a: b },'));
  await project.ok(
    'run',
    '--rm',
    '-v',
    'box:/box',
    'web',
    'sh',
    '-c',
    // Red without `busyWhile` in remove-at-end.ts: the supervisor ends before so many files are deleted.
    'echo x >/box/file; cd /anon && touch $(seq 3000)',
  );
  await eventually('the anonymous volume is removed', () => volumesOf(project).length === 1);
  t.deepEqual(volumesOf(project), ['box']);
  await project.up();
  await project.changeAtOnce('stop');
  await project.ok('rm', '-f');
  t.is(volumesOf(project).length, 2);
  await project.up();
  await project.ok('rm', '-fsv');
  t.is(volumesOf(project).length, 2);
});

scenario(
  'an anonymous volume that volumes_from handed on goes with the last container that has it',
  async (t, project) => {
    const users = ['one', 'two'].map((name) => `  ${name}: { ${stays()}, volumes_from: [web] }\n`).join('');
    project.compose(file('/anon', '', users));
    await project.up();
    const [anonymous] = volumesOf(project);
    await project.ok('rm', '-sf', 'web');
    await project.ok('rm', '-sfv', 'one');
    t.deepEqual(volumesOf(project), [anonymous!], 'another container has it');
    // Red without: `isAnonymous` in volumes-from.ts or in remove-recorded.ts.
    await project.ok('down', '-v', '-t', '0');
    t.deepEqual(volumesOf(project), []);
  },
);

scenario(
  'an external volume must exist, and is never removed; the one of another project is a warning',
  async (t, project) => {
    project.compose(file('"out:/out"', `out: { external: true, name: box }`));
    const missing = await project.tscompose('up', '-d');
    t.is(missing.code, 1);
    t.regex(
      missing.stderr,
      /error\[no-volume\]: external volume `box` not found\n\s+--> compose\.yaml:3:17\n/,
    );
    t.deepEqual(await project.containers(), [], 'nothing was created');
    await project.ok('volume', 'create', 'box');
    await project.up();
    await project.exec('web', 'touch', '/out/file');

    const other = `${project.name}-other`;
    project.alsoTakeDown(other);
    project.compose(file('"out:/out"', `out: { name: box }`), 'other.yaml');
    const up = await project.tscompose('-p', other, '-f', 'other.yaml', 'up', '-d');
    t.is(up.code, 0, up.stderr);
    t.regex(up.stderr, /warning\[foreign-volume\].*\n(.*\n)*.*external: true/);
    const down = await project.tscompose('-p', other, '-f', 'other.yaml', 'down', '-v');
    t.is(down.code, 0, down.stderr);
    // Red without: namedVolumes in operations/volumes.ts.
    t.regex(down.stderr, /warning\[foreign-volume\]: volume `box` is not removed: no project created it/);
    // Red without: `named` in change.ts of the CLI.
    const nothing = await project.tscompose('-p', `${other}-2`, '-f', 'other.yaml', 'down', '-v');
    t.regex(nothing.stderr, /warning\[foreign-volume\]: volume `box` is not removed/);
    t.is(nothing.code, 0);
    t.notRegex((await project.tscompose('down', '-v')).stderr, /foreign-volume/);
    t.true(existsSync(data(project, 'box', 'file')));
  },
);

scenario(
  'a changed definition keeps the volume; a failed up removes the empty one that it made',
  async (t, project) => {
    const name = `${project.name}_data`;
    project.compose(file('"data:/data"', 'data: {}', `  bad: { command: [/nowhere], depends_on: [web] }\n`));
    const failed = await project.tscompose('up', '-d');
    t.is(failed.code, 127);
    t.deepEqual(volumesOf(project), []);
    project.compose(file('"data:/data"', 'data: {}'));
    await project.up();
    await project.exec('web', 'touch', '/data/file');
    project.compose(file('"data:/data"', 'data: { driver_opts: { type: tmpfs, device: tmpfs } }'));
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 0);
    t.regex(stderr, /warning\[changed-volume\]: volume `\S+` is kept .*`driver_opts\.type`/);
    t.true(existsSync(data(project, name, 'file')));
  },
);

scenario('a part of a volume: no link in it leads out, and a missing one is an error', async (t, project) => {
  const name = `${project.name}_data`;
  const part = (subpath: string) =>
    `{ type: volume, source: data, target: /part, volume: { subpath: ${subpath} } }`;
  project.compose(file('"data:/data"', 'data: {}'));
  await project.up();
  await project.exec(
    'web',
    'sh',
    '-c',
    'mkdir -p /data/in/etc; echo mine >/data/etc-file; ln -s / /data/in/root',
  );
  project.write('secret/file', 'of the host\n');
  mkdirSync(data(project, name, 'a'));
  symlinkSync(project.path('secret'), data(project, name, 'out'));
  writeFileSync(data(project, name, 'a', 'file'), 'inside\n');
  symlinkSync('/a', data(project, name, 'link'));
  project.compose(file(part('link'), 'data: {}'));
  await project.up();
  t.is(await project.exec('web', 'cat', '/part/file'), 'inside');
  for (const [subpath, says] of [
    ['out', /does not exist there/],
    // Red without: missingPart in start-failure.ts.
    ['none', /there is no `none` to mount\n(.*\n)*help: create the directory in the volume first/],
  ] as const) {
    project.compose(file(part(subpath), 'data: {}'));
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 1);
    t.regex(stderr, says);
    t.regex(stderr, /--> compose\.yaml:2:/);
  }
  t.is(await project.exec('web', 'cat', '/part/file'), 'inside', 'the one before was started again');
});

scenario(
  'a file system of driver_opts is shared while it is used, also over kill -9 of the supervisor',
  async (t, project) => {
    const name = `${project.name}_mem`;
    const db = `  db: { ${shell('echo shared >/mem/file; exec sleep 1000')}, stop_grace_period: 0s, volumes: ["mem:/mem"] }\n`;
    project.compose(
      file('"mem:/mem"', 'mem: { driver_opts: { type: tmpfs, device: tmpfs, o: size=1m } }', db),
    );
    await project.up();
    await eventually(
      'the other container has written',
      async () => (await project.exec('web', 'ls', '/mem')) === 'file',
    );
    t.is(mountLines(data(project, name)).length, 2);
    t.true(
      mountLines(data(project, name)).every((line) => !line.includes('shared:')),
      'private',
    );

    kill(project.supervisor()!, 'SIGKILL');
    await project.changeAtOnce('stop', 'db');
    t.is(await project.exec('web', 'cat', '/mem/file'), 'shared');
    t.not((await project.tscompose('volume', 'rm', name)).code, 0, 'adopted, and locked again');
    await project.change('down');
    t.deepEqual(mountLines(data(project, name)), []);

    for (const [volume, options, says] of [
      [
        'bound',
        ['type=none', 'o=bind', 'device=./gone'],
        /ENOENT(.*\n)*help: `device` must be an absolute path/,
      ],
      // Red without: LOADABLE in mounted-volume.ts, where the kernel has no such file system.
      ['module', ['type=ntfs3', 'device=none'], /= (ENODEV(.*\n)*help: run `modprobe ntfs3`|(?!ENODEV)E)/],
      ['typo', ['type=tmpf', 'device=tmpfs'], /ENODEV(.*\n)*help: did you mean `type: tmpfs`\?/],
    ] as const) {
      await project.ok('volume', 'create', ...options.flatMap((option) => ['-o', option]), volume);
      project.compose(file('"mem:/mem"', `mem: { name: ${volume}, external: true }`));
      const { code, stderr } = await project.tscompose('up', '-d');
      t.is(code, 1);
      t.regex(stderr, /error\[volume-not-mounted\].*\n\s+--> compose\.yaml:2:/);
      // Red without: wayOut in mounted-volume.ts.
      t.regex(stderr, says);
    }
    t.deepEqual(mountLines(data(project, 'bound')), []);

    const gone = 'driver_opts: { type: none, o: bind, device: /gone } }';
    // Red without: hasVolume in checkVolumeDevices.
    project.compose(file('"mem:/mem"', `mem: { ${gone}`));
    await project.up();
    project.compose(file('"mem:/mem"', `mem: { name: new, ${gone}`));
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 1);
    t.regex(stderr, /--> compose\.yaml:\d+:\d+(.*\n)*help: create the directory: `mkdir -p \/gone`/);
    t.false((await project.ok('volume', 'ls', '-q')).includes('new'), 'nothing is created');
  },
);
