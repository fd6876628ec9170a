import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scenario } from './harness/scenario.ts';

const yaml = `services:
  web:
    command: echo "two words"
    memory: 64m
    environment: [A=1]
  db: { command: [sleep, "1"], networks: [back] }
networks:
  back:
`;

scenario('config prints the whole project, and what it prints is the same project', async (t, project) => {
  project.compose(yaml);
  const printed = await project.ok('config');
  t.regex(printed, /command:\n +- echo\n +- two words/);
  project.compose(printed, 'printed.yaml');
  t.is(await project.ok('-f', 'printed.yaml', 'config'), printed);
  const json = JSON.parse(await project.ok('config', '--format', 'json')) as { services: { web: unknown } };
  t.like(json.services.web, { command: ['echo', 'two words'], environment: { A: '1' } });
  t.is(await project.ok('config', '--services'), 'web\ndb\n');
  t.deepEqual(await project.tscompose('config', '-q'), {
    command: 'config -q',
    code: 0,
    stdout: '',
    stderr: '',
  });
});

scenario('config reads standard input, and writes into a file of its choice', async (t, project) => {
  const piped = (...words: readonly string[]) => project.begin(['-f', '-', ...words], { input: yaml }).ended;
  t.is((await piped('config', '--services')).stdout, 'web\ndb\n');
  const explained = await piped('config', '--explain', 'db');
  t.regex(explained.stdout, /^ {6}- sleep +# <stdin>:6:19$/m);
  t.is((await piped('config', '-o', 'out.yaml')).stdout, '');
  t.is(await project.ok('-f', 'out.yaml', 'config'), project.read('out.yaml'));
});

scenario('explain prints a lesson and changes nothing', async (t, project) => {
  project.compose(yaml);
  const text = await project.ok('explain', 'web');
  for (const line of [
    /^Creation and release of the process$/m,
    /# the next child is PID 1 of a new PID namespace$/m,
    /▸ unshare\(CLONE_NEWPID\)/,
    /unshare\(CLONE_NEWNET\|CLONE_NEWUTS\|CLONE_NEWIPC\)/,
    /pivot_root\("\.", "\."\)/,
    /"67108864"/,
    /\[services\.web\.memory\]/,
    /execve\("\/usr\/local\/sbin\/echo", \["echo", "two words"\]/,
  ])
    t.regex(text, line);
  const [first] = JSON.parse(await project.ok('explain', '--format', 'json', 'db')) as [
    { service: string; program: { sections: { steps: { call: string; why: string; on: string }[] }[] } },
  ];
  t.is(first.service, 'db');
  t.true(
    first.program.sections.flatMap(({ steps }) => steps).every(({ call, why, on }) => call && why && on),
  );
  t.false(existsSync(project.runDirectory));
  t.false(existsSync(project.stateDirectory));
});

scenario(
  'explain of a service that is up prints the file, with the id and address that it has',
  async (t, project) => {
    const file = (memory: string) => `services:
  db: { command: [sleep, "1000"], stop_grace_period: 0s }
  web: { command: [sleep, "1000"], stop_grace_period: 0s, memory: ${memory} }
`;
    project.compose(file('64m'));
    await project.up('web');
    const { ID } = await project.container('web');
    project.compose(`${file('96m')}  new: { command: [sleep, "1000"] }\n`);
    const text = await project.ok('explain', 'web');
    t.regex(text, /"100663296"/);
    t.notRegex(text, /"67108864"/);
    t.true(text.includes(`sethostname("${ID.slice(0, 12)}")`));
    const own = new RegExp(`^\\S+\\t${ID.slice(0, 12)}$`, 'm');
    const [line] = own.exec(await project.exec('web', 'cat', '/etc/hosts'))!;
    t.true(text.includes(line.replace('\t', '\\t')), text);
  },
);

scenario('explain --format oci writes one bundle, or one for each service', async (t, project) => {
  project.compose(yaml);
  await project.ok('explain', '--format', 'oci', '-o', 'one', 'web');
  await project.ok('explain', '--format', 'oci', '-o', 'all');
  for (const bundle of ['one', 'all/web', 'all/db']) {
    const config = JSON.parse(project.read(`${bundle}/config.json`)) as { ociVersion: string };
    t.regex(config.ociVersion, /^1\./);
    for (const file of ['hosts', 'hostname', 'resolv.conf'])
      t.true(existsSync(project.path(bundle, file)), file);
  }
  t.is((await project.tscompose('explain', '--format', 'oci')).code, 1);
});

scenario('doctor says what this machine can do', async (t, project) => {
  const { code, stdout } = await project.tscompose('doctor');
  t.is(code, 0, stdout);
  for (const what of [
    'kernel',
    'limit of memory',
    'PID namespace',
    'veth interface',
    'published ports',
    'IPv6',
  ])
    t.regex(stdout, new RegExp(what));
});

scenario('version is that of the package', async (t, project) => {
  const file = readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8');
  const { version } = JSON.parse(file) as { version: string };
  t.is(await project.ok('version'), `tscompose version ${version}\n`);
  t.is(await project.ok('version', '--short'), `${version}\n`);
  t.deepEqual(JSON.parse(await project.ok('version', '--format', 'json')), { version });
});

scenario('help is on stdout, for all and for each command', async (t, project) => {
  t.regex(await project.ok('--help'), /Usage: tscompose/);
  t.regex(await project.ok('help', 'up'), /--detach/);
  t.regex(await project.ok('exec', '--help'), /--index/);
});
