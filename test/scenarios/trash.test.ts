import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { kill } from 'node:process';
import { isNightly } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { ping } from './harness/ping.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const LARGE = isNightly ? 12_000 : 3000;

/** A service with many files in its layer. */
const filled = (count: number): string =>
  stays(`mkdir /tmp/many; cd /tmp/many; seq ${count} | xargs touch; cd /`);

const isReady = (project: Project) =>
  eventually('it is ready', async () => (await project.logs('web')).includes('ready'), 60);

const trashOf = ({ stateDirectory, name }: Project): readonly string[] => {
  const trash = `${stateDirectory}/${name}/trash`;
  return existsSync(trash) ? readdirSync(trash) : [];
};

scenario('the supervisor answers while a large layer is removed', async (t, project) => {
  project.compose(`services:\n  web: { ${filled(LARGE)} }\n`);
  await project.up();
  await isReady(project);
  const socket = `${project.runDirectory}/${project.name}/supervisor.sock`;
  let isOver = false;
  const down = project.tscompose('down', '-t', '0').finally(() => {
    isOver = true;
  });
  let answers = 0;
  while (!isOver) {
    const isBeingRemoved = trashOf(project).length > 0;
    // At the end there is nobody left to answer.
    const answered = await ping(socket).then(
      () => true,
      () => false,
    );
    if (answered && isBeingRemoved && trashOf(project).length > 0) answers++;
  }
  t.is((await down).code, 0, (await down).stderr);
  t.true(answers > 1, `${answers} answers meanwhile`);
  await nothingWasMade(project);
});

scenario(
  'kill -9 while a layer is removed leaves only trash, which the next command removes',
  async (t, project) => {
    project.compose(`services:\n  web: { ${filled(LARGE)} }\n  db: { ${stays()} }\n`);
    await project.up();
    await isReady(project);
    const down = project.begin(['down', '-t', '0', 'web']);
    await eventually('it is being removed', () => trashOf(project).length > 0);
    kill(project.supervisor()!, 'SIGKILL');
    await down.ended;
    t.not(trashOf(project).length, 0);
    t.deepEqual(project.layers(), [`${project.name}-db-1`]);
    t.is((await project.container('db')).State, 'running');
    await eventually('the trash is empty', () => trashOf(project).length === 0, 60);
    await project.changeAtOnce('down');
    await nothingWasMade(project);
  },
);

scenario('a recreate returns when the layer of the predecessor is gone', async (t, project) => {
  project.compose(`services:\n  web: { ${filled(isNightly ? 2000 : 500)} }\n`);
  await project.up();
  await isReady(project);
  const before = await project.container('web');
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.ok('up', '-d', '-t', '0');
  t.deepEqual(trashOf(project), []);
  const after = await project.container('web');
  t.not(after.ID, before.ID);
  t.is(await project.exec('web', 'sh', '-c', 'ls /tmp'), '');
});

needs('chattr')(
  'files that cannot be deleted are an error with their path, until they can',
  async (t, project) => {
    project.compose(`services:\n  web: { ${shell('echo x > /tmp/fixed')} }\n`);
    await project.up();
    const fixed = `${project.stateDirectory}/${project.name}/layers/${project.name}-web-1/upper/tmp/fixed`;
    await eventually('it is there', () => existsSync(fixed));
    execFileSync('chattr', ['+i', fixed]);
    const trash = `${project.stateDirectory}/${project.name}/trash`;
    try {
      for (let times = 0; times < 2; times++) {
        const result = await project.tscompose('down');
        isRefused(t, result, {
          errors: ['not-removed'],
          says: new RegExp(`EPERM.*${trash}/\\S+/upper/tmp/fixed`),
        });
        t.deepEqual(await project.containers(), []);
      }
    } finally {
      execFileSync('chattr', ['-R', '-i', trash]);
    }
    await project.change('down');
    await nothingWasMade(project);
  },
);
