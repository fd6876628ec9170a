import { existsSync, readdirSync, readFileSync, statfsSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { kill } from 'node:process';
import { execute } from '../../src/kernel/launch/execute.ts';
import { call } from '../../src/kernel/program/program.ts';
import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const scenario = needs('busybox');

const RAMFS_MAGIC = 0x858458f6;

const FILE = `services:
  web:
    rootfs: ./root
    stop_grace_period: 0s
    read_only: true
    user: "1000"
    ${shell('exec sleep 1000')}
    configs: [app, {source: inline, target: /etc/new/inline}, {source: app, target: /link}]
    secrets:
      - token
      - {source: token, target: own, uid: "1000", gid: "1001", mode: 0400}
      - {source: token, target: root, mode: 0400}
configs:
  app: {file: ./app.conf}
  inline: {content: "inline-\${TOKEN}"}
secrets:
  token: {environment: TOKEN}
`;

/** The files below a directory that have a text, but for those in memory alone. */
const filesWith = (text: string, directory: string): readonly string[] =>
  existsSync(directory) && statfsSync(directory).type !== RAMFS_MAGIC
    ? readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) return filesWith(text, path);
        return entry.isFile() && readFileSync(path, 'latin1').includes(text) ? [path] : [];
      })
    : [];

const up = async (project: Project, TOKEN: string, ...words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await project.begin([...words, 'up', '-d'], { env: { TOKEN } }).ended;
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return stderr;
};

const memoryOf = ({ runDirectory, name }: Project): string => join(runDirectory, name, 'grants');

const change = async (project: Project, verb: string): Promise<string> => {
  const { text } = await callSupervisor(project, {
    method: 'POST',
    path: `/project/${verb}`,
    body: { services: [], timeout: 0 },
  });
  return text;
};

scenario(
  'configs and secrets are files in memory with the owner and mode that the file says, and their contents are nowhere else',
  async (t, project) => {
    project.ownRoot();
    project.write('victim', 'of the host');
    symlinkSync('../../../victim', project.path('root/link'));
    // Red without: the default of the mode in grants-of.ts
    project.write('app.conf', 'one', 0o600);
    project.compose(FILE);
    await up(project, 'marker-1');
    const before = await project.container('web');

    const seen = await project.exec(
      'web',
      'sh',
      '-c',
      `cd /run/secrets; cat /app /etc/new/inline /link token own; echo
       cat root 2>/dev/null || echo unreadable; (echo x > own) 2>/dev/null || echo unwritable
       stat -c '%a %u %g %n' /app /link token own root; ls /proc/1/fd`,
    );
    t.deepEqual(seen.split('\n'), [
      'oneinline-marker-1onemarker-1marker-1',
      'unreadable',
      'unwritable',
      '444 0 0 /app',
      '444 0 0 /link',
      '444 0 0 token',
      '400 1000 1001 own',
      '400 0 0 root',
      // No descriptor of a content is left.
      ...['0', '1', '2'],
    ]);
    const mounts = await project.exec('web', 'cat', '/proc/self/mountinfo');
    t.regex(mounts, / \/run\/secrets\/own ro,nosuid,nodev,noexec,.* - tmpfs /);
    t.is(project.read('victim'), 'of the host');

    // Red without: ownVariables in connect.ts
    t.notRegex(readFileSync(`/proc/${project.supervisor()}/environ`, 'latin1'), /marker/);

    // Red without: the ramfs of memory.ts, or `contents` beside the project
    const memory = memoryOf(project);
    t.is(statSync(memory).mode & 0o777, 0o700);
    for (const name of readdirSync(memory)) t.is(statSync(join(memory, name)).mode & 0o777, 0o600);
    for (const directory of [project.runDirectory, project.stateDirectory])
      t.deepEqual(filesWith('marker-1', directory), []);
    const { text: listed } = await callSupervisor(project, { path: '/containers/json?all=1' });
    const { text: inspected } = await callSupervisor(project, { path: `/containers/${before.ID}/json` });
    t.notRegex(listed + inspected, /marker/);
    t.is(project.complaints(), '');
  },
);

scenario('contents are read again at every start, and printed by no command', async (t, project) => {
  project.root();
  project.write('app.conf', 'one');
  project.compose(FILE.replace(', {source: app, target: /link}', ''));
  await up(project, 'marker-1');
  const before = await project.container('web');
  const memory = memoryOf(project);
  for (const words of [['explain', '--format', 'json'], ['isolation'], ['config', '--hash', '*']]) {
    const { code, stdout, stderr } = await project.begin(words, { env: { TOKEN: 'marker-1' } }).ended;
    t.is(code, 0, stderr);
    t.notRegex(stdout + stderr, /marker/, words.join(' '));
  }

  // By another supervisor too.
  const supervisor = project.supervisor()!;
  kill(supervisor, 'SIGKILL');
  await eventually('the supervisor has ended', () => !isAlive(supervisor));
  project.write('app.conf', 'two');
  await project.changeAtOnce('restart');
  t.is(await project.exec('web', 'cat', '/app', '/run/secrets/token'), 'twomarker-1');
  t.is((await project.container('web')).ID, before.ID);

  // Red without: changedContents in up.ts
  t.regex(await up(project, 'marker-1'), /up to date/);
  await up(project, 'marker-2');
  const after = await project.container('web');
  t.not(after.ID, before.ID);
  t.is(await project.exec('web', 'cat', '/etc/new/inline', '/run/secrets/token'), 'inline-marker-2marker-2');
  project.write('app.conf', 'three');
  await up(project, 'marker-2');
  t.not((await project.container('web')).ID, after.ID);

  // Without a running container there is no supervisor. Red without: keepOnly in supervise.ts
  await change(project, 'stop');
  await eventually('the supervisor has ended', () => project.supervisor() === undefined);
  await project.change('start');
  t.is(await project.exec('web', 'cat', '/app', '/run/secrets/token'), 'threemarker-2');

  // As after a start of the machine. Red without: `unreadable` in change.ts
  execute(call('umount2', memory, 'MNT_DETACH'));
  const { Pid, ID } = await project.container('web');
  const refused = await change(project, 'restart');
  t.regex(refused, /the variable `TOKEN` was not read since this machine started/);
  t.regex(refused, /run `tscompose up` with `TOKEN` set/);
  t.is((await project.container('web')).Pid, Pid);
  await up(project, 'marker-3');
  await change(project, 'restart');
  t.is(await project.exec('web', 'cat', '/run/secrets/token'), 'marker-3');
  t.is((await project.container('web')).ID, ID);

  // A file that has gone does not take the container with it.
  execute(call('unlinkat', 'AT_FDCWD', project.path('app.conf'), ''));
  t.regex(await change(project, 'restart'), /the file of the config `app` cannot be read: no such file/);
  // Red without: learnPlaces in change.ts of the CLI.
  const { code, stderr } = await project.tscompose('restart', '-t', '0');
  t.is(code, 1);
  t.regex(
    stderr,
    /config `app` cannot be read.*\n\s+--> compose\.yaml:\d+:\d+\n(.*\n)*.*app: \{file: \.\/app\.conf\}\n.*\^/,
  );
  t.is(await project.exec('web', 'cat', '/app'), 'three');
  t.is(project.complaints(), '');
});

scenario('every way to start a container gives it its secrets', async (t, project) => {
  project.root();
  const service = (keys: string): string =>
    `{ rootfs: ./root, stop_grace_period: 0s, ${shell('exec sleep 1000')}, secrets: [token], ${keys} }`;
  project.compose(`services:
  first: ${service('init: true')}
  joins: ${service('pid: "service:first"')}
  screen: ${service('tty: true')}
secrets: { token: { environment: TOKEN } }
`);
  for (const runner of ['reexec', 'direct']) {
    await up(project, runner, '--runner', runner);
    for (const name of ['first', 'joins', 'screen'])
      t.is(await project.exec(name, 'cat', '/run/secrets/token'), runner, name);
  }
  // Red without: keepContents in one-off.ts
  const once = await project.begin(['run', '--rm', '-T', 'screen', 'cat', '/run/secrets/token'], {
    env: { TOKEN: 'once' },
  }).ended;
  t.is(once.stdout, 'once');
  t.is(await project.exec('screen', 'cat', '/run/secrets/token'), 'direct');
});

scenario('contents that are not there are told at once, before anything is made', async (t, project) => {
  project.compose(`services:
  web: { command: ["true"], configs: [missing, folder], secrets: [token, outside] }
configs: { missing: { file: ./none }, folder: { file: . } }
secrets: { token: { environment: NONE }, outside: { external: true } }
`);
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 1);
  t.deepEqual(stderr.match(/^error.*\n.*$/gm), [
    'error[no-file]: the file of the config `missing` cannot be read: no such file\n  --> compose.yaml:3:29',
    'error[unreadable-file]: the file of the config `folder` cannot be read: it is a directory\n  --> compose.yaml:3:55',
    'error[unset-variable]: the variable `NONE` of the secret `token` is not set\n  --> compose.yaml:4:34',
    'error[not-supported]: external secrets are not supported\n  --> compose.yaml:4:53',
  ]);
  await nothingWasMade(project);

  // A bundle for other runtimes has no contents, and says so.
  project.write('app.conf', 'x');
  project.compose(`services:
  web: { command: ["true"], configs: [app] }
configs: { app: { file: ./app.conf } }
`);
  const bundle = await project.tscompose('explain', '--format', 'oci', '-o', 'bundle');
  t.is(bundle.code, 0);
  t.regex(bundle.stderr, /^warning\[bundle-grant\].*\n {2}--> compose.yaml:2:39$/m);
});
