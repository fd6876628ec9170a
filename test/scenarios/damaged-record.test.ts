import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const recordOf = ({ stateDirectory, name }: Project, suffix = ''): string =>
  `${stateDirectory}/${name}/project.json${suffix}`;

const killSupervisor = async (project: Project): Promise<void> => {
  await project.endSupervision();
};

/** Two containers, of which one has written something, and a third that is no more. */
const services = `services:
  web: { ${shell('echo mine >/mine; echo hello; sleep 1000')}, stop_grace_period: 0s }
  db: { command: [sleep, "1000"], stop_grace_period: 0s, memory: 64m }
  over: { command: ["true"] }
`;

const begin = async (project: Project, text = services): Promise<readonly number[]> => {
  project.compose(text);
  await project.up();
  await eventually('it has written', async () => (await project.logs('web')).includes('hello'));
  await eventually('it has ended', async () => (await project.container('over')).State === 'exited');
  const pids = [(await project.container('web')).Pid, (await project.container('db')).Pid];
  await killSupervisor(project);
  return pids;
};

const cgroupsOf = (path: string): readonly string[] =>
  ['', ...readdirSync('/sys/fs/cgroup')]
    .map((hierarchy) => join('/sys/fs/cgroup', hierarchy, path))
    .filter((directory) => existsSync(directory));

for (const [what, text] of [
  ['empty', ''],
  ['of wrong types', '{"version":1,"name":"x","workingDir":"/","files":[],"networks":{},"containers":[7]}'],
  ['of version 99', '{"version":99}'],
] as const)
  scenario(
    `a record that is ${what}, without a previous one: no second set, down removes everything, and what was written is kept`,
    async (t, project) => {
      const pids = await begin(project);
      rmSync(recordOf(project, '.1'), { force: true });
      writeFileSync(recordOf(project), text);

      const refusal = { errors: ['damaged-record'], says: /web-1[\s\S]*tscompose -p \S+ down/ };
      for (const words of [['up', '-d'], ['ps'], ['restart']])
        isRefused(t, await project.tscompose(...words), refusal);
      t.true(pids.every(isAlive));
      t.is(readFileSync(recordOf(project), 'utf8'), text, 'the record is as it was');

      const { code, stderr } = await project.tscompose('down', '-t', '0');
      t.is(code, 0, stderr);
      t.regex(stderr, /warning\[damaged-record\][\s\S]*\.damaged/);
      t.deepEqual(pids.filter(isAlive), []);
      const aside = `${project.stateDirectory}/${project.name}.damaged`;
      t.deepEqual(readdirSync(project.stateDirectory), [`${project.name}.damaged`]);
      t.is(readFileSync(`${aside}/logs/${project.name}-web-1.stdout`, 'utf8'), 'hello\n');
      t.true(
        readdirSync(`${aside}/layers/${project.name}-web-1`, { recursive: true }).some((path) =>
          String(path).endsWith('/mine'),
        ),
      );
      t.is(readFileSync(`${aside}/project.json`, 'utf8'), text);
      // Red without: the root and the mounts of STOPPABLE in left-behind.ts.
      const log = `${aside}/supervisor.log`;
      t.notRegex(existsSync(log) ? readFileSync(log, 'utf8') : '', /TypeError/);

      await project.up();
      t.is((await project.container('web')).State, 'running');
    },
  );

scenario(
  'a record that is gone is damage too: no second set is started beside the first',
  async (t, project) => {
    const parent = `tscompose-test-${process.pid}`;
    const pids = await begin(project, services.replace('memory: 64m', `cgroup_parent: ${parent}`));
    for (const suffix of ['', '.1']) rmSync(recordOf(project, suffix), { force: true });
    isRefused(t, await project.tscompose('up', '-d'), { errors: ['damaged-record'], says: /is missing/ });
    await project.changeAtOnce('down');
    t.deepEqual(pids.filter(isAlive), []);
    // Which of the cgroups above a container were made for it only the record knew.
    for (const directory of cgroupsOf(parent)) rmdirSync(directory);
  },
);

scenario('a state directory that is gone: the containers are found by their cgroups', async (t, project) => {
  const pids = await begin(project);
  rmSync(project.stateDirectory, { recursive: true });
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['damaged-record'], says: /db-1/ });
  await project.changeAtOnce('down');
  t.deepEqual(pids.filter(isAlive), []);
});

scenario('a damaged record beside a good previous one: that one is used, and said so', async (t, project) => {
  const pids = await begin(project);
  await project.up();
  await killSupervisor(project);
  t.true(existsSync(recordOf(project, '.1')));
  // The killed supervisor may have been about to replace the record: then both names are of one file.
  rmSync(recordOf(project));
  writeFileSync(recordOf(project), '{"version":');
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  t.regex(stderr, /warning\[damaged-record\].*the previous one is used/);
  t.deepEqual([(await project.container('web')).Pid, (await project.container('db')).Pid], pids);
  t.is(readFileSync(recordOf(project, '.damaged'), 'utf8'), '{"version":');
  t.notRegex((await project.tscompose('up', '-d')).stderr, /damaged/);
  await project.changeAtOnce('down');
  t.deepEqual(pids.filter(isAlive), []);
});

// Red without: removeProjectCgroup.
scenario(
  'a cgroup of a container whose end no supervisor has seen goes with the project',
  async (t, project) => {
    await begin(project);
    const trees = [
      '/sys/fs/cgroup',
      ...readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}`),
    ];
    const own = trees.map((tree) => `${tree}/tscompose/${project.name}`).filter((path) => existsSync(path));
    t.not(own.length, 0);
    for (const path of own) mkdirSync(`${path}/${project.name}-gone-1/container`, { recursive: true });
    writeFileSync(recordOf(project), '');
    rmSync(recordOf(project, '.1'), { force: true });
    await project.changeAtOnce('down');
    await eventually('they are gone', () => own.every((path) => !existsSync(path)));
    t.pass();
  },
);

scenario(
  'a previous record that does not know a container is not used: nothing is forgotten',
  async (t, project) => {
    project.compose(`services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s }\n`);
    await project.up();
    const [before] = await project.containers();
    project.compose(services);
    await project.up();
    const pids = (await project.containers()).map(({ Pid }) => Pid).filter((pid) => pid > 0);
    await killSupervisor(project);
    const previous = JSON.parse(readFileSync(recordOf(project), 'utf8'));
    previous.containers = { [before!.Name]: previous.containers[before!.Name] };
    writeFileSync(recordOf(project, '.1'), JSON.stringify(previous));
    writeFileSync(recordOf(project), '');
    isRefused(t, await project.tscompose('up', '-d'), { errors: ['damaged-record'], says: /db-1/ });
    await project.changeAtOnce('down');
    t.deepEqual(pids.filter(isAlive), []);
  },
);

scenario('a good record that is put back is used again', async (t, project) => {
  const pids = await begin(project);
  const copies = mkdtempSync(join(tmpdir(), 'tscompose-copy-'));
  try {
    cpSync(recordOf(project), join(copies, 'project.json'));
    rmSync(recordOf(project, '.1'), { force: true });
    writeFileSync(recordOf(project), '');
    t.is((await project.tscompose('ps')).code, 1);
    cpSync(join(copies, 'project.json'), `${recordOf(project)}.new`);
    renameSync(`${recordOf(project)}.new`, recordOf(project));
    await project.endSupervision('SIGTERM');
    t.deepEqual([(await project.container('web')).Pid, (await project.container('db')).Pid], pids);
  } finally {
    rmSync(copies, { recursive: true });
  }
});
