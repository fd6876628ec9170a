import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const names = async (project: Project): Promise<readonly string[]> =>
  (await project.containers()).map(({ Name }) => Name.replace(`${project.name}-`, '')).toSorted();

const isOver = (project: Project, service: string) =>
  eventually(`${service} has exited`, async () => (await project.container(service)).State === 'exited');

scenario('rm removes what is stopped, after a yes on its standard input or with -f', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n  job: { ${shell('exit 3')} }\n`);
  await project.up();
  await isOver(project, 'job');
  const id = (await project.container('web')).ID;

  const ask = (input: string) => project.begin(['rm'], { input }).ended;
  for (const input of ['', 'n\n']) {
    const refused = await ask(input);
    t.deepEqual([refused.code, refused.stdout], [0, `Going to remove ${project.name}-job-1 [yN] `]);
  }
  t.deepEqual(await names(project), ['job-1', 'web-1']);
  const agreed = await ask('y\n');
  t.regex(agreed.stderr, new RegExp(`Container ${project.name}-job-1 +Removed`));
  t.deepEqual(await names(project), ['web-1']);

  const nothing = await project.tscompose('rm', '-f');
  t.deepEqual([nothing.code, nothing.stdout, nothing.stderr], [0, '', 'No stopped containers\n']);
  t.is((await project.container('web')).ID, id);
  t.is(await project.ok('rm', '-fsv', 'web'), `Going to remove ${project.name}-web-1\n`);
  t.is((await project.tscompose('rm', '-f', 'nobody')).code, 1);
  t.is((await project.tscompose('rm')).stderr, 'No stopped containers\n');
});

scenario('rm removes what run has left, and with a file only its services', async (t, project) => {
  const web = `web: { ${shell('exit 0')} }`;
  project.compose(
    `services:\n  ${web}\n  other: { ${shell('exit 0')} }\n  stay: { ${stays()}, stop_grace_period: 0s }\n`,
  );
  await project.up();
  await Promise.all(['web', 'other'].map((service) => isOver(project, service)));
  await project.ok('run', '--name', 'left', 'web', 'true');
  project.compose(`services:\n  ${web}\n`);
  t.is(await project.ok('rm', '-f'), `Going to remove ${['left', `${project.name}-web-1`].join(', ')}\n`);
  t.deepEqual(await names(project), ['other-1', 'stay-1']);
});
