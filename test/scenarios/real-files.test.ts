import { symlinkSync } from 'node:fs';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// What files of other people have in them, and Docker Compose runs.

scenario('cadvisor and node-exporter see /sys, /proc, /dev and / of the machine', async (t, project) => {
  project.compose(`services:
  web:
    ${stays()}
    hostname: book_db
    volumes:
      - /sys:/sys:ro
      - /proc:/host/proc:ro
      - /dev:/host/dev
      - /:/rootfs:ro,U
`);
  await project.up();
  const inside = (script: string) => project.exec('web', 'sh', '-c', script);
  t.is(
    await inside(
      'cat /host/proc/1/stat >/dev/null && test -c /host/dev/null && test -d /sys/class && hostname',
    ),
    'book_db',
  );
  t.is(
    await inside(`ls ${project.path('compose.yaml').replace(/^/, '/rootfs')}`),
    `/rootfs${project.path('compose.yaml')}`,
  );
  const mounts = await inside('cat /proc/self/mountinfo');
  t.regex(mounts, / \/ \/sys ro[, ]/);
  t.regex(mounts, / \/ \/host\/proc ro[, ]/);
  t.regex(mounts, / \/ \/sys\/fs\/cgroup ro[, ]/, 'the cgroup file system is that of the container');
  t.not((await project.attempt('web', 'sh', '-c', 'echo x >/rootfs/x')).code, 0);
});

// Red without: the order of `lookup` or the letters of `key` in read/dotenv.ts.
scenario('values of a file reach the command as they are written', async (t, project) => {
  project.write('a.env', 'H=one\nE=#x\ngröße=1\n');
  project.write('b.env', 'H=two\nU="http://${H}"\n');
  project.compose(`services:
  a:
    command: printenv $$(id) A B C U E größe
    env_file: [a.env, b.env]
    environment: { A: 9223372036854775807, B: 123456789012345678, C: -9007199254740993 }
    user: ":"
    working_dir: "\${NONE:-}"
    restart: "\${NONE:-}"
    network_mode: "\${NONE:-}"
    stop_signal: ""
  b:
`);
  project.compose('# nothing\n', 'later.yaml');
  const { stdout, stderr } = await project.begin([
    '-f',
    'compose.yaml',
    '-f',
    'later.yaml',
    'run',
    '--rm',
    '-T',
    'a',
  ]).ended;
  const expected = [
    '9223372036854775807',
    '123456789012345678',
    '-9007199254740993',
    'http://two',
    '#x',
    '1',
  ];
  t.deepEqual(stdout.trimEnd().split('\n'), expected, stderr);
});

// Red without: PWD in read/working-directory.ts.
scenario('a linked directory is one project by cd and by -f', async (t, project) => {
  project.write('real/compose.yaml', `services:\n  a: { ${stays()}, volumes: ["../note:/note"] }\n`);
  project.write('far/note/which', 'far\n');
  project.write('note/which', 'near\n');
  symlinkSync('../real', project.path('far/link'));
  const link = project.path('far/link');
  const name = `${project.name}-linked`;
  project.alsoTakeDown(name);
  const inLink = { cwd: link, env: { PWD: link } };
  const listed = async (...words: string[]) =>
    (await project.begin(words, { env: { PWD: '/' } }).ended).stdout;
  t.regex(await listed('-f', 'far/link/compose.yaml', 'config'), /^name: link\n/);
  const config = await project.begin(['config'], inLink).ended;
  t.regex(config.stdout, /^name: link\n/);
  const up = await project.begin(['-p', name, 'run', '--rm', '-T', 'a', 'cat', '/note/which'], inLink).ended;
  t.is(up.stdout, 'far\n', up.stderr);
});
